"""Reads a topic with confluent-kafka and fastavro, as a consumer who knows nothing but the topic and the registry would, and writes JSON lines.

    read_topic.py BOOTSTRAP REGISTRY TOPIC FILE [PASSED_OVER]

Reads committed records from the start of every partition to the end that each has now. The places named in the file PASSED_OVER, a line each as
partition/offset, hold what somebody else wrote there, and are passed over.
"""
import io
import json
import struct
import sys

import fastavro
from confluent_kafka import Consumer, TopicPartition

from registry import plain, schema_by_id

bootstrap, registry, topic, path = sys.argv[1:5]
PATIENCE = 60
passed_over = set(open(sys.argv[5], encoding="utf-8").read().split()) if len(sys.argv) > 5 else set()

consumer = Consumer({
    "bootstrap.servers": bootstrap,
    "group.id": "independent-reader",
    "isolation.level": "read_committed",
    "enable.auto.commit": False,
    "enable.partition.eof": True,
})
partitions = consumer.list_topics(topic, timeout=PATIENCE).topics[topic].partitions
asker = Consumer({"bootstrap.servers": bootstrap, "group.id": "independent-reader", "isolation.level": "read_uncommitted"})
ends = {partition: asker.get_watermark_offsets(TopicPartition(topic, partition), timeout=PATIENCE)[1] for partition in partitions}
asker.close()
consumer.assign([TopicPartition(topic, partition, 0) for partition in partitions])
open_partitions = set(partitions)
with open(path, "w", encoding="utf-8") as out:
    while open_partitions:
        message = consumer.poll(PATIENCE)
        if message is None:
            raise SystemExit(f"nothing came for {PATIENCE} s, partitions {sorted(open_partitions)} have not been read to their end")
        if message.error():
            if message.error().code() != -191:  # the end of a partition
                raise SystemExit(str(message.error()))
            if message.offset() >= ends[message.partition()]:  # what a transaction has just committed can be read a moment later
                open_partitions.discard(message.partition())
            continue
        if f"{message.partition()}/{message.offset()}" in passed_over:
            continue
        magic, identity = struct.unpack(">bI", message.value()[:5])
        record = fastavro.schemaless_reader(io.BytesIO(message.value()[5:]), schema_by_id(registry, identity))
        key = message.key().decode() if message.key() is not None else None
        out.write(json.dumps({"key": key, "partition": message.partition(), "offset": message.offset(), "value": plain(record)}, sort_keys=True) + "\n")
consumer.close()
