"""Reads row 'mine' with the Python driver and prints it; writes the same values as row 'theirs'."""

import json
import math
import sys

from cassandra.cluster import Cluster

host, port, table = sys.argv[1], int(sys.argv[2]), sys.argv[3]
cluster = Cluster([host], port=port)
session = cluster.connect()
row = session.execute(f"SELECT * FROM {table} WHERE id = 'mine'").one()


def number(value):
    return "nan" if math.isnan(value) else str(value)


print(json.dumps({
    "a": row.a,
    "b": row.b.hex(),
    "f": row.f,
    "i": row.i,
    "l": row.l,
    "s": row.s,
    "y": row.y,
    "r": row.r,
    "d": row.d,
    "at": row.at.isoformat(),
    "on_day": str(row.on_day),
    "u": str(row.u),
    "tu": str(row.tu),
    "ip": row.ip,
    "ip6": row.ip6,
    "names": row.names,
    "numbers": sorted(row.numbers),
    "scores": ",".join(f"{key}={number(value)}" for key, value in sorted(row.scores.items())),
    "nested": ",".join(f"{key}={list(value)}" for key, value in sorted(row.nested.items())),
}))

columns = [name for name in row._fields if name != "id"]
marks = ", ".join(["?"] * (len(columns) + 1))
insert = session.prepare(f"INSERT INTO {table} (id, {', '.join(columns)}) VALUES ({marks})")
session.execute(insert, ["theirs"] + [getattr(row, name) for name in columns])
cluster.shutdown()
