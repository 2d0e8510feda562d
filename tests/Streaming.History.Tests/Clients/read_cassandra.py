"""Writes every row of the history's six tables into a file: table, origin, write time in microseconds, and the bits of its numbers.

Usage: read_cassandra.py HOST PORT KEYSPACE FILE
"""
import datetime
import math
import struct
import sys

from cassandra.cluster import Cluster
from cassandra.query import SimpleStatement

EPOCH = datetime.datetime(1970, 1, 1)
TABLES = {
    "vectors": ("reading_count", "feature_values"),
    "predictions": ("prediction_id", "scores"),
    "labels": ("value", None),
    "deployments": ("actor", None),
    "jobs": ("kind", None),
    "feature_sets": ("content", None),
}


def milliseconds(time):
    return round((time - EPOCH) / datetime.timedelta(milliseconds=1))


def bits(number):
    return "nan" if math.isnan(number) else struct.pack(">d", number).hex()


def main():
    host, port, keyspace, file = sys.argv[1:]
    cluster = Cluster([host], port=int(port))
    session = cluster.connect(keyspace)
    lines = []
    for table, (written, numbers) in TABLES.items():
        columns = ["known_time", "source_topic", "source_partition", "source_offset", f"writetime({written})"] + ([numbers] if numbers else [])
        for row in session.execute(SimpleStatement(f"SELECT {', '.join(columns)} FROM {table}", fetch_size=500), timeout=60):
            known, topic, partition, offset, time = row[:5]
            values = "".join(" " + bits(number) for number in (row[5] or [])) if numbers else ""
            lines.append(f"{table} {milliseconds(known)} {topic} {partition} {offset} {time}{values}")
    cluster.shutdown()
    with open(file, "w", encoding="utf-8") as output:
        output.write("\n".join(lines))


main()
