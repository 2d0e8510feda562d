"""Confluent's own client for Python against a registry: what it writes and reads with the schemas that we registered, and the calls it makes.

Arguments: the registry's URL, a prefix of subjects that nobody uses, the subject under which SensorReading is
registered. Prints one line of JSON.
"""
import json
import sys

from confluent_kafka.schema_registry import Schema, SchemaRegistryClient
from confluent_kafka.schema_registry.avro import AvroDeserializer, AvroSerializer
from confluent_kafka.schema_registry.error import SchemaRegistryError
from confluent_kafka.serialization import MessageField, SerializationContext

url, prefix, registered_subject = sys.argv[1:4]
client = SchemaRegistryClient({"url": url})
topic = prefix + "readings"
subject = topic + "-value"

# A device: the serializer registers the schema itself, frames the value, and the deserializer fetches the schema back.
ours = client.get_latest_version(registered_subject)
schema_text = ours.schema.schema_str
reading = {
    "entity_id": "cow-1", "event_time": 1_700_000_000_123, "metrics": {"temperature": 38.5}, "scope": "entity",
    "device_id": None, "sequence": 7, "tags": {"farm": "north"},
}
context = SerializationContext(topic, MessageField.VALUE)
framed = AvroSerializer(client, schema_text)(reading, context)
back = AvroDeserializer(client)(framed, context)
back["event_time"] = int(back["event_time"].timestamp() * 1000)
assert back == reading, back
assert framed[0] == 0
framed_id = int.from_bytes(framed[1:5], "big")

# The same schema under another subject has the same id, and is found by every way that the client has.
fresh = SchemaRegistryClient({"url": url})
assert framed_id == ours.schema_id, (framed_id, ours.schema_id)
assert json.loads(fresh.get_schema(framed_id).schema_str)["name"] == "SensorReading"
found = fresh.lookup_schema(subject, Schema(schema_text, "AVRO"))
assert (found.subject, found.version, found.schema_id) == (subject, 1, framed_id)
assert subject in fresh.get_subjects()
assert fresh.get_versions(subject) == [1]
assert fresh.get_version(subject, 1).schema_id == framed_id
assert any(place.subject == subject and place.version == 1 for place in fresh.get_schema_versions(framed_id))

# Levels and compatibility.
fresh.set_compatibility(subject, "FULL_TRANSITIVE")
assert fresh.get_compatibility(subject) == "FULL_TRANSITIVE"
assert fresh.get_compatibility() in ("NONE", "BACKWARD")
wider = json.loads(schema_text)
wider["fields"].append({"name": "quality", "type": "double", "default": 1.0})
assert fresh.test_compatibility(subject, Schema(json.dumps(wider), "AVRO"))
narrower = json.loads(schema_text)
narrower["fields"][0]["type"] = "int"
assert not fresh.test_compatibility(subject, Schema(json.dumps(narrower), "AVRO"))


def code_of(call):
    try:
        call()
    except SchemaRegistryError as error:
        return [error.http_status_code, error.error_code]
    return None


wider_id = fresh.register_schema(subject, Schema(json.dumps(wider), "AVRO"), normalize_schemas=True)
assert wider_id != framed_id
assert fresh.get_latest_version(subject).version == 2
codes = {
    "incompatible": code_of(lambda: fresh.register_schema(subject, Schema(json.dumps(narrower), "AVRO"))),
    "unknown_id": code_of(lambda: fresh.get_schema(1_999_999_999)),
    "unknown_subject": code_of(lambda: fresh.get_versions(prefix + "nobody")),
    "unknown_version": code_of(lambda: fresh.get_version(subject, 99)),
    "no_schema": code_of(lambda: fresh.register_schema(prefix + "bad", Schema("{", "AVRO"))),
}

# A consumer with an older schema reads what a newer device wrote.
newer = AvroSerializer(fresh, json.dumps(wider), conf={"auto.register.schemas": False, "use.latest.version": True})
framed = newer({**reading, "quality": 0.5}, context)
assert int.from_bytes(framed[1:5], "big") == wider_id
older = AvroDeserializer(SchemaRegistryClient({"url": url}), schema_text)(framed, context)
assert older["entity_id"] == "cow-1" and "quality" not in older

print(json.dumps({"id": framed_id, "wider_id": wider_id, "codes": codes}))
