"""Compares what was passed on with what was sent, both read by fastavro.

    compare_readings.py RAW_SCHEMA LOG_SCHEMA FILE

FILE has a line for each value that was accepted: the body that was sent and the body that was passed on, in hex, apart by a space. Prints every pair
that differs, and ends with 1 where there is one.
"""
import io
import json
import sys

import fastavro


def without_logical_types(schema):
    if isinstance(schema, list):
        return [without_logical_types(item) for item in schema]
    if isinstance(schema, dict):
        return {name: without_logical_types(item) for name, item in schema.items() if name != "logicalType"}
    return schema


def exact(value):
    """Doubles by their bits, the order of a map's entries of no account."""
    if isinstance(value, dict):
        return sorted((name, exact(item)) for name, item in value.items())
    return value.hex() if isinstance(value, float) else value


raw, log = (fastavro.parse_schema(without_logical_types(json.loads(open(path, encoding="utf-8").read()))) for path in sys.argv[1:3])
compared, wrong = 0, 0
for line in open(sys.argv[3], encoding="utf-8"):
    sent, passed_on = (bytes.fromhex(part) for part in line.split())
    try:
        read = exact(fastavro.schemaless_reader(io.BytesIO(sent), raw))
    except Exception as fault:
        read = f"fastavro refuses it: {fault!r}"
    ours = exact(fastavro.schemaless_reader(io.BytesIO(passed_on), log)["reading"])
    compared += 1
    if read != ours:
        wrong += 1
        print(f"{sent.hex()}: passed on as {ours}, read as {read}")
print(f"{compared} compared, {wrong} different")
sys.exit(1 if wrong else 0)
