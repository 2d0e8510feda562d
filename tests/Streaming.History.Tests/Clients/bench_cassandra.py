"""How fast the Python driver writes vectors of the sample's shape at its best: prepared statements, many in flight, and batches of one partition.

Usage: bench_cassandra.py HOST PORT KEYSPACE COUNT
Prints: rows/s and microseconds of this process's CPU a row, for single rows and for batches. The keyspace must have the history's tables.
"""
import datetime
import sys
import time

from cassandra.cluster import Cluster
from cassandra.concurrent import execute_concurrent_with_args
from cassandra.query import BatchStatement, BatchType

IN_FLIGHT = 100
BATCH = 10
COLUMNS = ("entity_id day bucket_start feature_set feature_set_version feature_set_hash revision known_time source_topic source_partition source_offset bucket_end"
           " feature_values missing reading_count late_count completeness close_reason input_partition first_offset last_offset").split()
START = datetime.datetime(2015, 2, 2)


def row(index, room):
    time_of = START + datetime.timedelta(minutes=index // 2)
    return (room, time_of.date(), time_of, "occupancy", 1, "a" * 64, 0, time_of, "feature.vectors", index % 4, index // 4, time_of,
            [23.18, 27.272, 426.0, float(index), 0.00479298817650529], [], 5, 0, 1.0, "complete", index % 4, index * 5, index * 5 + 4, 1422900000000000 + index)


def timed(what, count, work):
    cpu, wall = time.process_time(), time.perf_counter()
    work()
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    print(f"{what}: {count} rows, {count / wall:.0f} rows/s, {cpu / count * 1e6:.1f} us of CPU a row", flush=True)


def main():
    host, port, keyspace, count = sys.argv[1:]
    count = int(count)
    cluster = Cluster([host], port=int(port))
    session = cluster.connect(keyspace)
    session.default_timeout = 60
    insert = session.prepare(f"INSERT INTO vectors ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))}) USING TIMESTAMP ?")

    def single(room):
        execute_concurrent_with_args(session, insert, (row(index, f"{room}-{index % 2}") for index in range(count)), concurrency=IN_FLIGHT)

    def batches():
        waiting = []
        for start in range(0, count // 2, BATCH):
            for parity in range(2):
                batch = BatchStatement(BatchType.UNLOGGED)
                for index in range(start, start + BATCH):
                    batch.add(insert, row(index * 2 + parity, f"batched-{parity}"))
                waiting.append(session.execute_async(batch))
                if len(waiting) >= IN_FLIGHT // BATCH * 2:
                    waiting.pop(0).result()
        for future in waiting:
            future.result()

    single("warm")
    timed("single", count, lambda: single("room"))
    timed("batches", count, batches)
    cluster.shutdown()


main()
