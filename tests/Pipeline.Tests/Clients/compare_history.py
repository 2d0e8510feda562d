"""Whether a history in Cassandra is what its topics say, row for row, cell for cell and to the microsecond of each write, by clients that are not ours.

    compare_history.py BOOTSTRAP REGISTRY PREFIX HOST PORT AUTHORITY KEYSPACE LARGE_VALUE LARGE_LIST REFUSALS

Reads every committed record of the seven topics, makes of each the row that it must be, and compares with all rows of all tables; then the index tables with what
follows from those rows. A text of more than LARGE_VALUE bytes or a list of more than LARGE_LIST numbers must be in dead.letters,
REFUSALS times, and in no table.
The last line says how many rows of each table there are; what differs is printed, and the exit code is then 1.
"""
import collections
import datetime
import io
import math
import struct
import sys

import fastavro
from cassandra import ConsistencyLevel
from cassandra.query import SimpleStatement, tuple_factory
from confluent_kafka import Consumer, TopicPartition

from cassandra_login import describe
from registry import schema_by_id

bootstrap, registry, prefix, host, port, authority, keyspace = sys.argv[1:8]
large_value, large_list, refusals = (int(value) for value in sys.argv[8:])
EPOCH = datetime.datetime(1970, 1, 1)
DAY = 86_400_000
ORIGIN = ["known_time", "source_topic", "source_partition", "source_offset"]
TABLES = {
    "feature.vectors": "vectors", "predictions": "predictions", "predictions.shadow": "predictions", "labels": "labels", "model.deployments": "deployments",
    "pipeline.jobs": "jobs", "feature.sets": "feature_sets"}
TIMES = {"bucket_start", "bucket_end", "event_time", "event_end", "known_at", "known_time", "range_start", "range_end"}
differences = []


def records_of(topic):
    """Every committed record: partition, offset, append time, value."""
    consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": "compare", "isolation.level": "read_committed", "enable.auto.commit": False, "enable.partition.eof": True})
    partitions = consumer.list_topics(prefix + topic, timeout=60).topics[prefix + topic].partitions
    consumer.assign([TopicPartition(prefix + topic, partition, 0) for partition in partitions])
    left = set(partitions)
    while left:
        message = consumer.poll(60)
        if message is None:
            raise SystemExit(f"{topic}: nothing came for 60 s")
        if message.error():
            if message.error().code() != -191:  # the end of a partition
                raise SystemExit(str(message.error()))
            left.discard(message.partition())
            continue
        _, identity = struct.unpack(">bI", message.value()[:5])
        record = fastavro.schemaless_reader(io.BytesIO(message.value()[5:]), schema_by_id(registry, identity))
        yield message.partition(), message.offset(), message.timestamp()[1], record
    consumer.close()


def cell(value):
    """A value such that equal ones are equal to the bit, whichever client gave it. An empty list or map is one that was written."""
    if isinstance(value, float):
        return "nan" if math.isnan(value) else struct.pack(">d", value).hex()
    if isinstance(value, datetime.datetime):
        return round((value - EPOCH) / datetime.timedelta(milliseconds=1))
    if hasattr(value, "days_from_epoch"):
        return value.days_from_epoch
    if hasattr(value, "items"):
        return tuple(sorted((name, cell(item)) for name, item in value.items()))
    if isinstance(value, (list, tuple)):
        return tuple(cell(item) for item in value)
    return value


def is_refused(table, record):
    return (table == "labels" and len(record["value"].encode()) > large_value) or (table == "vectors" and len(record["features"]) > large_list)


def row_of(table, record, names):
    """The columns of a record's row, its origin apart."""
    row = dict(record)
    if table in ("vectors", "predictions"):
        row["day"] = record["bucket_start"] // DAY
        row["feature_values"] = row.pop("features")
    if table == "labels":
        row["day"] = record["event_time"] // DAY
    if table == "feature_sets":
        layout = row.pop("layout")
        row |= {f"feature_{plural}": [column[one] for column in layout] for plural, one in (("names", "name"), ("descriptions", "description"), ("units", "unit"))}
    if table == "vectors":
        of_set = names.get((record["feature_set"], record["feature_set_version"], record["feature_set_hash"]))
        row["features"] = dict(zip(of_set, record["features"])) if of_set and len(of_set) == len(record["features"]) else None
    return row


def span_of(record):
    further = (record["event_end"] - 1) // DAY - record["event_time"] // DAY if record["event_end"] is not None else 0
    return 0 if further <= 0 else 1 << (further - 1).bit_length()


def index_of(table, record):
    """The entries of the index tables that a row needs; the shard of an entity is left out."""
    entity = record.get("entity_id")
    if table in ("vectors", "predictions"):
        day = record["bucket_start"] // DAY
        yield from (("days", table, day, 0), ("days_of_entity", entity, table, day, 0), ("entities_of_day", table, day, entity))
        if table == "predictions":
            yield "entities_of_model", record["model_name"], record["model_version"], day, entity
    if table == "labels":
        day, span = record["event_time"] // DAY, span_of(record)
        yield from (("days", table, day, 0), ("days_of_entity", entity, table, day, 0), ("entities_of_day", table, day, entity), ("entities_of_label", record["name"], day, entity))
        if span:
            yield from (("days", "intervals", day, span), ("days_of_entity", entity, "intervals", day, span))


def compare(what, expected, found):
    lacking, surplus = expected - found, found - expected
    for said, rows in (("lacks", lacking), ("has beyond the topics", surplus)):
        if rows:
            differences.append(f"{what} {said} {sum(rows.values()) if isinstance(rows, collections.Counter) else len(rows)}, for example {str(sorted(rows, key=str)[:2])[:800]}")


def main():
    records = {topic: list(records_of(topic)) for topic in TABLES}
    names = {(record["name"], record["version"], record["hash"]): [column["name"] for column in record["layout"]] for _, _, _, record in records["feature.sets"]}
    cluster = describe(host, port, authority)
    session = cluster.connect(keyspace)
    session.row_factory = tuple_factory
    session.default_timeout = 120

    def rows(statement):
        return session.execute(SimpleStatement(statement, fetch_size=1000, consistency_level=ConsistencyLevel.LOCAL_QUORUM))

    def columns_of(table):
        asked = session.execute("SELECT column_name, kind FROM system_schema.columns WHERE keyspace_name = %s AND table_name = %s", (keyspace, table))
        return sorted(asked, key=lambda one: one[0])

    expected, index, refused = collections.defaultdict(collections.Counter), set(), collections.Counter()
    columns = {table: columns_of(table) for table in set(TABLES.values())}
    for topic, table in TABLES.items():
        for partition, offset, known, record in records[topic]:
            if is_refused(table, record):
                refused[prefix + topic, partition, offset, "refused_by_store"] += refusals
                continue
            row = row_of(table, record, names) | dict(zip(ORIGIN, (known, prefix + topic, partition, offset)))
            expected[table][tuple(cell(row[name]) for name, _ in columns[table]), known * 1000 + offset % 1000] += 1
            index.update(index_of(table, record))

    counts = {}
    for table, described in columns.items():
        written = [name for name, kind in described if kind == "regular"]
        found = collections.Counter()
        for row in rows(f"SELECT {', '.join(name for name, _ in described)}, {', '.join(f'writetime({name})' for name in written)} FROM {table}"):
            times = {time for time in row[len(described):] if time is not None}
            found[tuple(cell(value) for value in row[:len(described)]), times.pop() if len(times) == 1 else str(sorted(times))] += 1
        compare(table, expected[table], found)
        counts[table] = sum(found.values())

    shards, found = collections.defaultdict(set), set()
    for table, columns in {
            "days": "kind, day, span", "days_of_entity": "entity_id, kind, day, span", "entities_of_day": "kind, day, entity_id, shard",
            "entities_of_model": "model_name, model_version, day, entity_id, shard", "entities_of_label": "name, day, entity_id, shard"}.items():
        for row in rows(f"SELECT {columns} FROM {table}"):
            values = tuple(cell(value) for value in row)
            if columns.endswith("shard"):
                shards[values[-2]].add(values[-1])
                values = values[:-1]
            found.add((table, *values))
    compare("the index", index, found)
    compare("the shards", set(), {(entity, *places) for entity, places in shards.items() if len(places) > 1 or not places <= set(range(16))})

    letters = collections.Counter((letter["topic"], letter["partition"], letter["offset"], letter["reason"]) for _, _, _, letter in records_of("dead.letters") if letter["stage"] == "monitoring-sink")
    compare("dead.letters", refused, letters)
    cluster.shutdown()
    for difference in differences:
        print(difference)
    print(" ".join(f"{table}={counts[table]}" for table in sorted(counts)), f"refused={len(refused)}")
    raise SystemExit(1 if differences else 0)


main()
