"""Writes keys with another client's murmur2 partitioner and prints where each went: servers, topic, keys."""
import sys
from confluent_kafka import Producer

servers, topic, keys = sys.argv[1], sys.argv[2], sys.argv[3:]
producer = Producer({"bootstrap.servers": servers, "partitioner": "murmur2_random"})
places = {}
for key in keys:
    producer.produce(topic, key=key.encode(), value=b"x", on_delivery=lambda error, message: places.__setitem__(message.key().decode(), message.partition() if error is None else error))
producer.flush(30)
for key in keys:
    print(f"{key} {places[key]}")
