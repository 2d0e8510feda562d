"""A device: publishes what it measures to sensor.raw, with Confluent's client and its own Avro serializer.

    python device.py --bootstrap 127.0.0.1:9092 --registry http://127.0.0.1:8081 --entity room-1 --device wall measurements.csv

The file has a line for each moment: event_time (RFC 3339 with its offset), then a column for each metric; an empty cell was not measured. "-" is
the standard input, so that a program that measures can be piped into it. A reading's sequence is the number of its line: to send a file again,
after a crash say, changes nothing downstream.

Ends with 0 when Kafka has stored every reading, else with 1 and a line for each that it has not.
"""
import argparse
import csv
import datetime
import sys

from confluent_kafka import Producer
from confluent_kafka.schema_registry import SchemaRegistryClient
from confluent_kafka.schema_registry.avro import AvroSerializer
from confluent_kafka.serialization import MessageField, SerializationContext


class Device:
    """One device of one entity."""

    def __init__(self, bootstrap, registry, entity, device, prefix=""):
        self.entity = entity
        self.device = device
        self.topic = prefix + "sensor.raw"
        self.stored = 0
        self.failed = 0
        self._context = SerializationContext(self.topic, MessageField.VALUE)
        # The schema is the chain's: a device looks it up and never registers one of its own.
        self._serialize = AvroSerializer(
            SchemaRegistryClient({"url": registry}),
            conf={"auto.register.schemas": False, "use.latest.version": True},
        )
        self._producer = Producer({
            "bootstrap.servers": bootstrap,
            "client.id": device,
            # Stored on all replicas, in order, and not twice when a request is repeated.
            "enable.idempotence": True,
            "partitioner": "murmur2_random",
            # How long a reading waits for a cluster that is away.
            "message.timeout.ms": 60_000,
            "linger.ms": 50,
        })

    def publish(self, event_time, metrics, sequence):
        """Sends a reading; whether it was stored is known later (see finish)."""
        reading = {
            "entity_id": self.entity,
            "event_time": event_time,
            "metrics": metrics,
            "scope": "entity",
            "device_id": self.device,
            "sequence": sequence,
            "tags": {},
        }
        value = self._serialize(reading, self._context)
        while True:
            try:
                self._producer.produce(self.topic, key=self.entity, value=value, on_delivery=self._delivered)
                self._producer.poll(0)
                return
            except BufferError:  # Kafka takes them slower than they come
                self._producer.poll(1)

    def finish(self):
        """Waits until each reading is stored or given up."""
        self._producer.flush()

    def _delivered(self, error, message):
        if error is None:
            self.stored += 1
        else:
            self.failed += 1
            print(f"not stored: {error}", file=sys.stderr)


def readings(lines):
    for sequence, row in enumerate(csv.DictReader(lines), start=1):
        event_time = datetime.datetime.fromisoformat(row.pop("event_time").replace("Z", "+00:00"))
        if event_time.tzinfo is None:
            sys.exit(f"line {sequence + 1}: event_time needs its offset, as in 2026-01-31T12:00:00Z")
        yield event_time, {metric: float(value) for metric, value in row.items() if value}, sequence


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bootstrap", required=True, help="brokers, as host:port")
    parser.add_argument("--registry", required=True, help="URL of the schema registry")
    parser.add_argument("--entity", required=True, help="what is measured: a room, an animal, a machine")
    parser.add_argument("--device", required=True, help="what measures")
    parser.add_argument("--prefix", default="", help="in front of the topic's name")
    parser.add_argument("file", type=argparse.FileType(encoding="utf-8"), help="the measurements; - is the standard input")
    options = parser.parse_args()

    device = Device(options.bootstrap, options.registry, options.entity, options.device, options.prefix)
    for event_time, metrics, sequence in readings(options.file):
        device.publish(event_time, metrics, sequence)
    device.finish()
    print(f"{device.stored} readings are stored in {device.topic}.")
    return 1 if device.failed else 0


if __name__ == "__main__":
    sys.exit(main())
