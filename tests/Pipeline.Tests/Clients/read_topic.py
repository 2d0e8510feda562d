"""Reads a topic with confluent-kafka and fastavro, as a consumer who knows nothing but the topic and the registry would, and writes JSON lines.

    read_topic.py BOOTSTRAP REGISTRY TOPIC FILE

Reads committed records from the start of every partition to the end that each has now.
"""
import io
import json
import math
import struct
import sys
import urllib.request

import fastavro
from confluent_kafka import Consumer, TopicPartition

bootstrap, registry, topic, path = sys.argv[1:]
schemas = {}


def schema(identity):
    if identity not in schemas:
        with urllib.request.urlopen(f"{registry.rstrip('/')}/schemas/ids/{identity}") as answer:
            schemas[identity] = fastavro.parse_schema(json.loads(json.load(answer)["schema"]))
    return schemas[identity]


def plain(value):
    if isinstance(value, float):
        return value.hex() if not math.isnan(value) else "nan"
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {name: plain(item) for name, item in value.items()}
    if hasattr(value, "timestamp"):
        return round(value.timestamp() * 1000)
    return value


consumer = Consumer({
    "bootstrap.servers": bootstrap,
    "group.id": "independent-reader",
    "isolation.level": "read_committed",
    "enable.auto.commit": False,
    "enable.partition.eof": True,
})
partitions = consumer.list_topics(topic, timeout=10).topics[topic].partitions
consumer.assign([TopicPartition(topic, partition, 0) for partition in partitions])
open_partitions = set(partitions)
with open(path, "w", encoding="utf-8") as out:
    while open_partitions:
        message = consumer.poll(10)
        if message is None:
            raise SystemExit(f"nothing came for 10 s, partitions {sorted(open_partitions)} have not been read to their end")
        if message.error():
            if message.error().code() != -191:  # the end of a partition
                raise SystemExit(str(message.error()))
            open_partitions.discard(message.partition())
            continue
        magic, identity = struct.unpack(">bI", message.value()[:5])
        record = fastavro.schemaless_reader(io.BytesIO(message.value()[5:]), schema(identity))
        out.write(json.dumps({"key": message.key().decode(), "partition": message.partition(), "offset": message.offset(), "value": plain(record)}) + "\n")
consumer.close()
