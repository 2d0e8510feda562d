"""Writes rows with the Python driver, and prints microseconds of CPU a row and rows a second."""

import datetime
import sys
import time

from cassandra.cluster import Cluster
from cassandra.concurrent import execute_concurrent_with_args

host, port, table, rows, in_flight = sys.argv[1], int(sys.argv[2]), sys.argv[3], int(sys.argv[4]), int(sys.argv[5])
cluster = Cluster([host], port=port)
session = cluster.connect()
insert = session.prepare(f"INSERT INTO {table} (entity, day, at, v, w, name) VALUES (?, ?, ?, ?, ?, ?)")
start = datetime.datetime.fromtimestamp(1_700_000_000, datetime.timezone.utc)
values = [(f"cow-{row % 100}", row // 10_000, start + datetime.timedelta(seconds=row), row * 1.5, 2.5, "abc") for row in range(rows)]
execute_concurrent_with_args(session, insert, values[: rows // 10], concurrency=in_flight)
cpu, wall = time.process_time(), time.monotonic()
execute_concurrent_with_args(session, insert, values, concurrency=in_flight)
print((time.process_time() - cpu) * 1e6 / rows, rows / (time.monotonic() - wall))
cluster.shutdown()
