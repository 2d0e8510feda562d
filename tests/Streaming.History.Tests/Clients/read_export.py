"""Reads an export as csv, as jsonl and as avro with other people's readers: one line of JSON a row and format, each cell as text, numbers by their bits.

usage: read_export.py OUTPUT CSV JSONL AVRO KIND,KIND,...
"""
import csv
import datetime
import json
import struct
import sys

import fastavro

EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)


def milliseconds(moment):
    return (moment - EPOCH) // datetime.timedelta(milliseconds=1)


def cell(kind, value):
    if value is None:
        return None
    if kind == "number":
        return struct.pack(">d", float(value)).hex()
    if kind == "integer":
        return str(int(value))
    if kind == "time":
        return str(milliseconds(value if isinstance(value, datetime.datetime) else datetime.datetime.fromisoformat(value.replace("Z", "+00:00"))))
    return value


def rows_of_csv(path):
    with open(path, newline="", encoding="utf-8") as file:
        reader = csv.reader(file, strict=True)
        yield next(reader)
        for record in reader:
            yield [None if value == "" else value for value in record]


def rows_of_jsonl(path):
    with open(path, encoding="utf-8") as file:
        for number, line in enumerate(file):
            record = json.loads(line)
            if number == 0:
                yield list(record)
            yield list(record.values())


def rows_of_avro(path):
    with open(path, "rb") as file:
        reader = fastavro.reader(file)
        yield [field["name"] for field in reader.writer_schema["fields"]]
        for record in reader:
            yield list(record.values())


def main(output, csv_path, jsonl_path, avro_path, kinds):
    kinds = kinds.split(",")
    with open(output, "w", encoding="utf-8") as out:
        for name, rows in (("csv", rows_of_csv(csv_path)), ("jsonl", rows_of_jsonl(jsonl_path)), ("avro", rows_of_avro(avro_path))):
            for number, row in enumerate(rows):
                cells = row if number == 0 else [cell(kind, value) for kind, value in zip(kinds, row, strict=True)]
                print(json.dumps([name, cells]), file=out)


main(*sys.argv[1:])
