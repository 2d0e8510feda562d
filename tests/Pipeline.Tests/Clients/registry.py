"""What the independent clients share: schemas from the registry, and records as JSON in which equal ones are equal to the bit."""
import json
import math
import struct
import urllib.request

import fastavro

_parsed = {}


def fetch(registry, path):
    """The registry's answer."""
    with urllib.request.urlopen(f"{registry.rstrip('/')}{path}") as answer:
        return json.load(answer)


def schema_by_id(registry, identity):
    """A registered schema, times left as the numbers that they are."""
    if identity not in _parsed:
        _parsed[identity] = fastavro.parse_schema(without_logical_types(json.loads(fetch(registry, f"/schemas/ids/{identity}")["schema"])))
    return _parsed[identity]


def latest(registry, subject):
    """Id and schema of a subject's newest version."""
    found = fetch(registry, f"/subjects/{subject}/versions/latest")
    return found["id"], schema_by_id(registry, found["id"])


def without_logical_types(schema):
    if isinstance(schema, list):
        return [without_logical_types(item) for item in schema]
    if isinstance(schema, dict):
        return {name: without_logical_types(item) for name, item in schema.items() if name != "logicalType"}
    return schema


def frame(identity, body):
    """Confluent's framing."""
    return struct.pack(">bi", 0, identity) + body


def plain(value):
    """A record as JSON takes it: numbers of any size, doubles by their bits, bytes in hex."""
    if isinstance(value, float):
        return value.hex() if not math.isnan(value) else "nan"
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {name: plain(item) for name, item in value.items()}
    if isinstance(value, bytes):
        return value.hex()
    return value


def text(record):
    """A record as one line, the same for the same content."""
    return json.dumps(plain(record), sort_keys=True)
