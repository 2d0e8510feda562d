"""A consumer of predictions, with Confluent's client and its own Avro deserializer.

    python predictions.py --bootstrap 127.0.0.1:9092 --registry http://127.0.0.1:8081 --group my-program

Prints a line of JSON for each prediction, and another for each revision of it, until Ctrl+C; with --until-caught-up it ends when it has read
what there is. Started again with the same group it goes on where it was.
"""
import argparse
import collections
import json
import signal
import sys
import time

from confluent_kafka import Consumer, KafkaError, KafkaException
from confluent_kafka.schema_registry import SchemaRegistryClient
from confluent_kafka.schema_registry.avro import AvroDeserializer
from confluent_kafka.serialization import MessageField, SerializationContext

COMMIT_SECONDS = 1
REMEMBERED = 100_000


class Newest:
    """Which revision of each bucket is the highest. A program that keeps predictions in a database does the same there: replace where the
    revision is higher."""

    def __init__(self):
        self._revisions = collections.OrderedDict()

    def takes(self, prediction):
        bucket = (prediction["deployment"], prediction["entity_id"], prediction["bucket_start"])
        if prediction["revision"] <= self._revisions.get(bucket, -1):
            return False
        self._revisions[bucket] = prediction["revision"]
        self._revisions.move_to_end(bucket)
        if len(self._revisions) > REMEMBERED:
            self._revisions.popitem(last=False)
        return True


def show(prediction):
    print(json.dumps({
        "entity": prediction["entity_id"],
        "from": prediction["bucket_start"].isoformat(),
        "to": prediction["bucket_end"].isoformat(),
        "revision": prediction["revision"],
        "label": prediction["label"],
        "scores": prediction["scores"],
        "deployment": prediction["deployment"],
        "model": f"{prediction['model_name']} {prediction['model_version']}",
    }), flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bootstrap", required=True, help="brokers, as host:port")
    parser.add_argument("--registry", required=True, help="URL of the schema registry")
    parser.add_argument("--group", required=True, help="the consumer group: a name of your program's own")
    parser.add_argument("--prefix", default="", help="in front of the topic's name")
    parser.add_argument("--until-caught-up", action="store_true", help="end when everything has been read")
    options = parser.parse_args()

    topic = options.prefix + "predictions"
    context = SerializationContext(topic, MessageField.VALUE)
    deserialize = AvroDeserializer(SchemaRegistryClient({"url": options.registry}))
    consumer = Consumer({
        "bootstrap.servers": options.bootstrap,
        "group.id": options.group,
        # What a transaction has thrown away is not shown; each prediction is there exactly once.
        "isolation.level": "read_committed",
        "auto.offset.reset": "earliest",
        "enable.auto.commit": False,
        "enable.partition.eof": True,
    })
    running = True

    def stop(*_):
        nonlocal running
        running = False

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    newest = Newest()
    partitions = len(consumer.list_topics(topic, timeout=30).topics[topic].partitions)
    read_to_end = set()
    committed_at = time.monotonic()
    unsaved = False
    consumer.subscribe([topic])
    while running and not (options.until_caught_up and len(read_to_end) == partitions):
        message = consumer.poll(0.5)
        if message is None:
            pass
        elif message.error() is None:
            prediction = deserialize(message.value(), context)
            if newest.takes(prediction):
                show(prediction)
            unsaved = True
        elif message.error().code() == KafkaError._PARTITION_EOF:
            read_to_end.add(message.partition())
        elif message.error().fatal():
            raise KafkaException(message.error())
        else:
            print(f"waiting: {message.error()}", file=sys.stderr)

        # What has been dealt with is committed; after a crash the last second comes again.
        if unsaved and time.monotonic() - committed_at > COMMIT_SECONDS:
            consumer.commit(asynchronous=False)
            committed_at, unsaved = time.monotonic(), False
    if unsaved:
        consumer.commit(asynchronous=False)
    consumer.close()


if __name__ == "__main__":
    main()
