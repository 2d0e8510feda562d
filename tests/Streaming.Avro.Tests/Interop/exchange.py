"""Reads and writes Avro with fastavro, as the lines of a file ask, and answers each with a line.

schema NAME JSON            names a schema; answered by its name
read NAME HEX               the body's value, dumped
resolve WRITER READER HEX   the body's value read with another schema, dumped; 'error' where fastavro refuses
write NAME SEED             a body of a random value, in hex, and the value, dumped
"""
import io
import json
import random
import struct
import sys

import fastavro

schemas = {}


def strip(schema):
    """Without logical types, for which fastavro would make dates with bounds of their own."""
    if isinstance(schema, dict):
        return {key: strip(value) for key, value in schema.items() if key != "logicalType"}
    return [strip(item) for item in schema] if isinstance(schema, list) else schema


def define(name, text):
    fastavro.parse_schema(json.loads(text))  # as it is, logical types included
    plain = strip(json.loads(text))
    named = {}
    collect(plain, named)
    schemas[name] = (fastavro.parse_schema(plain), plain, named)


def collect(schema, named):
    if isinstance(schema, list):
        for item in schema:
            collect(item, named)
    elif isinstance(schema, dict):
        if "name" in schema and schema["type"] in ("record", "enum", "fixed"):
            named[full_name(schema)] = schema
        for part in [schema.get("items"), schema.get("values")] + [field["type"] for field in schema.get("fields", [])]:
            if part is not None:
                collect(part, named)
        if isinstance(schema.get("type"), (dict, list)):
            collect(schema["type"], named)


def full_name(schema):
    return schema["namespace"] + "." + schema["name"] if "namespace" in schema else schema["name"]


def kind(schema, named):
    while isinstance(schema, dict) and isinstance(schema["type"], (dict, list)):
        schema = schema["type"]
    if isinstance(schema, str) and schema in named:
        schema = named[schema]
    if isinstance(schema, list):
        return "union", schema
    return (schema["type"], schema) if isinstance(schema, dict) else (schema, schema)


def dump(schema, value, named):
    type_name, schema = kind(schema, named)
    if type_name == "union":
        if value is None:
            return "n"
        if isinstance(value, tuple):
            return dump(named[value[0]], value[1], named)
        return dump(next(branch for branch in schema if branch != "null"), value, named)
    if type_name == "null":
        return "n"
    if type_name == "boolean":
        return "t" if value else "f"
    if type_name in ("int", "long"):
        return str(value)
    if type_name in ("float", "double"):
        number = float(value)
        return "dnan" if number != number else "d" + struct.pack(">d", number).hex()
    if type_name == "string":
        return "s" + value.encode("utf-8").hex()
    if type_name in ("bytes", "fixed"):
        return "b" + value.hex()
    if type_name == "enum":
        return "e" + value
    if type_name == "array":
        return "[" + ",".join(dump(schema["items"], item, named) for item in value) + "]"
    if type_name == "map":
        pairs = {name.encode("utf-8").hex(): dump(schema["values"], item, named) for name, item in value.items()}
        return "{" + ",".join(name + ":" + pairs[name] for name in sorted(pairs)) + "}"
    return "(" + ",".join(dump(field["type"], value[field["name"]], named) for field in schema["fields"]) + ")"


def make(schema, named, dice):
    type_name, schema = kind(schema, named)
    if type_name == "union":
        branch = dice.choice(schema)
        value = make(branch, named, dice)
        branch_type, branch = kind(branch, named)
        return (full_name(branch), value) if branch_type == "record" else value
    if type_name == "null":
        return None
    if type_name == "boolean":
        return dice.random() < 0.5
    if type_name in ("int", "long"):
        bits = dice.randrange(31 if type_name == "int" else 63) + 1
        return dice.choice([0, -1, 63, 64, -64, -65, 2**31 - 1, -(2**31), dice.getrandbits(bits), -dice.getrandbits(bits)])
    if type_name in ("float", "double"):
        return dice.choice([0.0, -0.0, float("nan"), float("inf"), -float("inf"), 5e-324, dice.gauss(0, 1e6), dice.random()])
    if type_name == "string":
        return "".join(chr(dice.choice([dice.randrange(0x20, 0x7F), dice.randrange(0xA0, 0xD7FF), dice.randrange(0x10000, 0x10FFFF)])) for _ in range(dice.randrange(20)))
    if type_name == "bytes":
        return dice.randbytes(dice.randrange(20))
    if type_name == "enum":
        return dice.choice(schema["symbols"])
    if type_name == "array":
        return [make(schema["items"], named, dice) for _ in range(dice.randrange(6))]
    if type_name == "map":
        return {make("string", named, dice): make(schema["values"], named, dice) for _ in range(dice.randrange(6))}
    return {field["name"]: make(field["type"], named, dice) for field in schema["fields"]}


def read(writer, reader, body):
    stream = io.BytesIO(body)
    value = fastavro.schemaless_reader(
        stream, schemas[writer][0], schemas[reader][0] if reader else None, return_record_name=True, return_record_name_override=True)
    if stream.read(1):
        raise ValueError("bytes are left")
    _, plain, named = schemas[reader or writer]
    return dump(plain, value, named)


def write(name, seed):
    parsed, plain, named = schemas[name]
    value = make(plain, named, random.Random(seed))
    stream = io.BytesIO()
    fastavro.schemaless_writer(stream, parsed, value)
    return stream.getvalue().hex() + " " + dump(plain, value, named)


def answer(line):
    words = line.split(" ")
    if words[0] == "schema":
        define(words[1], line.split(" ", 2)[2])
        return words[1]
    if words[0] == "read":
        return read(words[1], None, bytes.fromhex(words[2]))
    if words[0] == "write":
        return write(words[1], int(words[2]))
    try:
        return read(words[1], words[2], bytes.fromhex(words[3]))
    except (fastavro.schema.SchemaParseException, fastavro._read_common.SchemaResolutionError, ValueError, KeyError) as fault:
        return "error " + type(fault).__name__


with open(sys.argv[1], encoding="utf-8") as questions, open(sys.argv[2], "w", encoding="utf-8") as answers:
    for question in questions:
        answers.write(answer(question.rstrip("\n")) + "\n")
