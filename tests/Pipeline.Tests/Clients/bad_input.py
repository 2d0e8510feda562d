"""Writes what devices and others should not write, with a client that is not ours, and says of each record what must become of it.

    bad_input.py BOOTSTRAP REGISTRY PREFIX MANIFEST SECONDS MUTATIONS FEATURE_SET_HASH

MANIFEST gets a JSON line for each record that was written: where it stands, the hash of its bytes, and `refused`, which stage must refuse it for
which reason, or `accepted`, what must be passed on; of mutations neither is known beforehand: `accepted` is what fastavro reads, null where it
cannot. SECONDS is how long the writing takes. The same call writes the same bytes but for times.
"""
import hashlib
import io
import json
import math
import random
import struct
import sys
import time

import fastavro
from confluent_kafka import Producer

from registry import frame, latest, plain, schema_by_id, text

bootstrap, registry, prefix, manifest_path, seconds, mutations, feature_set_hash = sys.argv[1:]
chance = random.Random(5)
now = int(time.time() * 1000)
cases = []

INGEST, ASSEMBLY, SCORING, SINK = "sensor-ingest", "feature-assembly", "scoring-agent", "monitoring-sink"
READERS = {
    "sensor.raw": [INGEST], "entity.attributes": [INGEST], "group.features": [INGEST], "sensor.readings": [ASSEMBLY], "feature.vectors": [SCORING, SINK],
    "predictions": [SINK], "labels": [SINK],
}
# A few names, so that it is a few entities that misbehave, at whatever rate; records without a key belong to nobody.
KEYS = [b"crooked", b"datatest", b"datatest2", None, b"\xff\xfe not utf-8", b""]
MISSING_ID = 2**31 - 1


def subject(topic):
    return latest(registry, f"{prefix}{topic}-value")


def encoded(schema, record):
    out = io.BytesIO()
    fastavro.schemaless_writer(out, schema, record)
    return out.getvalue()


def zigzag(number):
    number = (number << 1) ^ (number >> 63) if -(2**63) <= number < 2**63 else number << 1
    out = bytearray()
    while number > 0x7F:
        out.append((number & 0x7F) | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def string(value):
    return zigzag(len(value)) + value


def entries(pairs):
    return (zigzag(len(pairs)) + b"".join(string(name) + struct.pack("<d", value) for name, value in pairs) if pairs else b"") + b"\0"


def body(entity=b"crooked", at=now, metrics=entries([(b"pressure", 21.5)]), scope=b"\0", device=b"\0", sequence=b"\0", tags=b"\0"):
    """A SensorReading, by hand: every part may be something else. No feature is made of its metric, so that one that is accepted goes no further."""
    return string(entity) + zigzag(at) + metrics + scope + device + sequence + tags


def bad(name, topic, value, reason, key=b"crooked", stages=None, **more):
    cases.append({"case": name, "topic": topic, "key": key, "value": value, "refused": {stage: reason for stage in (READERS[topic] if stages is None else stages)}, **more})


def good(name, value, key=b"crooked", **more):
    cases.append({"case": name, "topic": "sensor.raw", "key": key, "value": value, "refused": {}, "must_pass": True, **more})


raw_id, raw = subject("sensor.raw")
label_id, label_schema = subject("labels")


def reading(name, reason, **parts):
    bad(name, "sensor.raw", frame(raw_id, body(**parts)), reason)


# What no stage can take for a record at all, in every topic that a stage reads.
valid = {
    "sensor.raw": frame(raw_id, body()),
    "entity.attributes": frame(subject("entity.attributes")[0], encoded(subject("entity.attributes")[1], {"entity_id": "crooked", "valid_from": now, "attributes": {"weight": 1.0}})),
    "labels": frame(label_id, encoded(label_schema, {"entity_id": "crooked", "event_time": now, "name": "fit", "value": "1", "known_at": now, "source": "nobody"})),
    "feature.vectors": None, "predictions": None, "sensor.readings": None,
}
vector_id, vector_schema = subject("feature.vectors")
vector = {
    "entity_id": "crooked", "bucket_start": now, "bucket_end": now + 60_000, "feature_set": "occupancy", "feature_set_version": 1, "feature_set_hash": feature_set_hash,
    "revision": 0, "features": [21.0, 30.0, 400.0, 600.0, 0.004], "missing": [], "reading_count": 5, "late_count": 0, "completeness": 1.0, "close_reason": "complete",
    "input_partition": 0, "first_offset": 0, "last_offset": 4,
}
prediction_id, prediction_schema = subject("predictions")
prediction = {
    "prediction_id": "0" * 32, "entity_id": "crooked", "bucket_start": now, "bucket_end": now + 60_000, "revision": 0, "feature_set": "occupancy", "feature_set_version": 1,
    "feature_set_hash": feature_set_hash, "deployment": "d", "model_name": "m", "model_version": "1", "model_sha256": "0" * 64, "stage": "production", "scores": [0.5],
    "label": None, "threshold": None, "pipeline_version": "0", "features": None,
}
member_id, member_schema = subject("group.features")
member = {
    "group_id": "crooked house", "member_id": "crooked", "feature_set": "occupancy", "feature_set_version": 1, "feature_set_hash": feature_set_hash,
    "bucket_start": now, "bucket_end": now + 60_000, "revision": 0, "features": {"humidity": 30.0},
}
valid["group.features"] = frame(member_id, encoded(member_schema, member))
log_id, _ = subject("sensor.readings")
valid["feature.vectors"] = frame(vector_id, encoded(vector_schema, vector))
valid["predictions"] = frame(prediction_id, encoded(prediction_schema, prediction))
valid["sensor.readings"] = frame(log_id, b"\0" + zigzag(now) + b"\0\0\0" + body())

for topic, whole in valid.items():
    unread = topic == "sensor.readings"  # assembly has one reason for all: nobody but SensorIngest writes there
    foreign = frame(label_id, valid["labels"][5:]) if topic != "labels" else frame(raw_id, valid["sensor.raw"][5:])
    for key in KEYS:
        bad("null value", topic, None, "malformed" if unread else "null_value", key)
        bad("empty value", topic, b"", "malformed" if unread else "not_framed", key)
        bad("text", topic, b'{"entity_id": "crooked"}', "malformed" if unread else "not_framed", key)
        bad("wrong magic", topic, b"\1" + whole[1:], "malformed" if unread else "not_framed", key)
        bad("cut in the frame", topic, whole[:4], "malformed" if unread else "not_framed", key)
        bad("frame alone", topic, whole[:5], "malformed", key)
        bad("truncated", topic, whole[: 5 + (len(whole) - 5) // 2], "malformed", key)
        bad("without its last byte", topic, whole[:-1], "malformed", key)
        bad("a byte too many", topic, whole + b"\0", "malformed", key)
    for identity in (MISSING_ID, -1, -(2**31), 0):
        bad(f"schema id {identity}", topic, frame(identity, b"\x7f" if unread else whole[5:]), "malformed" if unread else "unknown_schema")
    bad("schema of another subject", topic, foreign, "malformed" if unread else "incompatible_schema")

# Readings that are well formed and still cannot be.
for name, value in (("NaN", math.nan), ("infinite", math.inf), ("infinite below", -math.inf)):
    reading(name, "not_finite", metrics=entries([(b"temperature", value)]))
    reading(f"{name} among others", "not_finite", metrics=entries([(b"a", 1.0), (b"temperature", value), (b"z", 2.0)]))
reading("in 2100", "time_in_future", at=4_102_444_800_000)
reading("at the end of time", "time_in_future", at=2**63 - 1)
reading("in 1970", "time_too_old", at=0)
reading("before 1970", "time_too_old", at=-1)
reading("at the beginning of time", "time_too_old", at=-(2**63))
reading("a time of 65 bits", "malformed", at=2**64)
reading("empty entity", "invalid_entity", entity=b"")
reading("entity of 10 kB", "invalid_entity", entity=b"e" * 10_240)
reading("entity of 257 bytes", "invalid_entity", entity=b"e" * 257)
reading("entity with a line break", "invalid_entity", entity=b"crooked\nwoman")
reading("entity that is not UTF-8", "malformed", entity=b"\xff\xfe\xfd")
reading("entity cut in a character", "malformed", entity="straße".encode()[:5])
reading("surrogate in an entity", "malformed", entity=b"\xed\xa0\x80")
reading("10,000 metrics", "too_many_metrics", metrics=entries([(b"m%d" % i, 1.0) for i in range(10_000)]))
reading("257 metrics", "too_many_metrics", metrics=entries([(b"m%d" % i, 1.0) for i in range(257)]))
reading("70,000 metrics", "too_large", metrics=entries([(b"%d" % i, 1.0) for i in range(70_000)]))
reading("no metrics", "no_metrics", metrics=entries([]))
reading("a metric twice", "invalid_metric", metrics=entries([(b"temperature", 1.0), (b"temperature", 2.0)]))
reading("a metric without a name", "invalid_metric", metrics=entries([(b"", 1.0)]))
reading("a metric's name of 10 kB", "invalid_metric", metrics=entries([(b"m" * 10_240, 1.0)]))
reading("a metric's name that is not UTF-8", "malformed", metrics=entries([(b"\xc3\x28", 1.0)]))
reading("a map of 2^40", "too_large", metrics=zigzag(2**40) + b"\2a" + struct.pack("<d", 1.0) + b"\0")
reading("a map of 2^62", "too_large", metrics=zigzag(2**62) + b"\2a" + struct.pack("<d", 1.0) + b"\0")
reading("a block of -2^63", "too_large", metrics=zigzag(-(2**63)) + zigzag(10) + b"\2a" + struct.pack("<d", 1.0) + b"\0")
reading("a block of -2^40", "too_large", metrics=zigzag(-(2**40)) + zigzag(10) + b"\2a" + struct.pack("<d", 1.0) + b"\0")
reading("a block of -1 of negative size", "malformed", metrics=zigzag(-1) + zigzag(-10) + b"\2a" + struct.pack("<d", 1.0) + b"\0")
reading("a block of -1 of 2^40 bytes", "malformed", metrics=zigzag(-1) + zigzag(2**40) + b"\2a" + struct.pack("<d", 1.0) + b"\0")
reading("a block of more than is there", "malformed", metrics=zigzag(60) + b"\2a" + struct.pack("<d", 1.0) + b"\0")
reading("a map of tags of 2^40", "too_large", tags=zigzag(2**40))
reading("a scope that is none", "malformed", scope=zigzag(7))
reading("a scope below none", "malformed", scope=zigzag(-1))
reading("a branch that is none", "malformed", device=zigzag(2))
reading("a device of 10 kB", "too_large", device=zigzag(1) + string(b"d" * 10_240))
reading("a device of -5 bytes", "malformed", device=zigzag(1) + zigzag(-5))
reading("10,000 tags", "too_large", tags=zigzag(10_000) + b"".join(string(b"t%d" % i) + string(b"") for i in range(10_000)) + b"\0")
reading("a tag of 100 kB", "too_large", tags=zigzag(1) + string(b"t") + string(b"v" * 102_400) + b"\0")
bad("a string of 2^40 bytes", "sensor.raw", frame(raw_id, zigzag(2**40) + b"crooked"), "too_large")
bad("a string of -2^63 bytes", "sensor.raw", frame(raw_id, zigzag(-(2**63)) + b"crooked"), "malformed")
bad("a number without an end", "sensor.raw", frame(raw_id, b"\xff" * 40), "malformed")
bad("a byte more than a mebibyte", "sensor.raw", frame(raw_id, body(tags=zigzag(1) + string(b"t") + string(b"v" * (2**20 - 50)) + b"\0")).ljust(2**20 + 1, b"\0"), "too_large")
bad("three megabytes that compress well", "sensor.raw", frame(raw_id, b"\0" * 3_000_000), "too_large", left_in_place=True)
bad("a hundred headers", "sensor.raw", b"headers", "not_framed", headers=[("unit", b"\0\xff")] + [(f"h{i}", b"x" * 100) for i in range(99)])

# Readings on the very edge of what is allowed, and of what Avro allows.
good("the earliest time", frame(raw_id, body(at=946_684_800_000)))
good("two minutes ahead", frame(raw_id, body(at=now + 120_000)))
good("entity of 256 bytes", frame(raw_id, body(entity="ß".encode() * 128)))
good("256 metrics", frame(raw_id, body(metrics=entries([(b"m%d" % i, float(i)) for i in range(256)]))))
good("extreme numbers", frame(raw_id, body(metrics=entries([(b"a", 5e-324), (b"b", 1.7976931348623157e308), (b"c", -0.0)]))))
good("a block with its size", frame(raw_id, body(metrics=zigzag(-1) + zigzag(10) + b"\2a" + struct.pack("<d", 1.5) + b"\0")))
good("a map in two blocks", frame(raw_id, body(metrics=zigzag(1) + b"\2a" + struct.pack("<d", 1.5) + zigzag(1) + b"\2b" + struct.pack("<d", 2.5) + b"\0")))
good("a key of its own", frame(raw_id, body(at=now - 1)), key=b"\xff\x00 some gateway")
good("no key", frame(raw_id, body(at=now - 2)), key=None)
good("of a group", frame(raw_id, body(entity=b"crooked house", scope=zigzag(1))))

# Bodies that are sound records and still cannot be kept, scored or passed on.
attributes_id, attributes_schema = subject("entity.attributes")
for name, parts, reason in (
    ("10,000 attributes", {"attributes": {f"a{i}": 1.0 for i in range(10_000)}}, "too_many_metrics"),
    ("an infinite attribute", {"attributes": {"weight": math.inf}}, "not_finite"),
    ("attributes of nobody", {"entity_id": ""}, "invalid_entity"),
    ("attributes in a group of 10 kB", {"group_id": "g" * 10_240}, "invalid_entity"),
):
    bad(name, "entity.attributes", frame(attributes_id, encoded(attributes_schema, {"entity_id": "crooked", "valid_from": now, "attributes": {"weight": 1.0}, **parts})), reason)
for name, parts, reason in (
    ("a member of nobody", {"member_id": ""}, "invalid_entity"),
    ("a member of a group of 10 kB", {"group_id": "g" * 10_240}, "invalid_entity"),
    ("a member whose bucket ends before it begins", {"bucket_end": now - 1}, "invalid_time"),
):
    bad(name, "group.features", frame(member_id, encoded(member_schema, {**member, **parts})), reason)
for name, parts, stages, reason in (
    ("a vector of another hash", {"feature_set_hash": "0" * 64}, [SCORING], "vector_mismatch"),
    ("a vector of four features", {"features": [1.0] * 4}, [SCORING], "vector_mismatch"),
    ("a vector with a NaN", {"features": [1.0, math.nan, 1.0, 1.0, 1.0]}, [SCORING], "not_finite"),
    ("an infinite vector", {"features": [1.0, 1.0, 1.0, 1.0, -math.inf]}, [SCORING], "not_finite"),
    ("a vector of nobody", {"entity_id": ""}, [SCORING, SINK], "invalid_entity"),
    ("a vector of 10 kB of name", {"entity_id": "e" * 10_240}, [SCORING, SINK], "invalid_entity"),
    ("a vector that ends before it begins", {"bucket_end": now - 1}, [SCORING, SINK], "invalid_time"),
    ("a vector of no length", {"bucket_end": now}, [SCORING, SINK], "invalid_time"),
    ("a vector at the end of time", {"bucket_start": 2**63 - 2, "bucket_end": 2**63 - 1}, [SCORING, SINK], "invalid_time"),
):
    bad(name, "feature.vectors", frame(vector_id, encoded(vector_schema, {**vector, **parts})), reason, stages=stages)
for name, parts, reason in (
    ("a prediction of nobody", {"entity_id": ""}, "invalid_entity"),
    ("a prediction of 10 kB of name", {"entity_id": "e" * 10_240}, "invalid_entity"),
    ("a prediction that ends before it begins", {"bucket_end": now - 1}, "invalid_time"),
    ("a prediction before all time", {"bucket_start": -(2**63)}, "invalid_time"),
):
    bad(name, "predictions", frame(prediction_id, encoded(prediction_schema, {**prediction, **parts})), reason)
for name, parts, reason in (
    ("a label of nobody", {"entity_id": ""}, "invalid_entity"),
    ("a label that ends before it begins", {"event_end": now - 1}, "invalid_time"),
    ("a label in the year 300000", {"event_time": 2**53}, "invalid_time"),
):
    record = {"entity_id": "crooked", "event_time": now, "name": "fit", "value": "1", "known_at": now, "source": "nobody", **parts}
    bad(name, "labels", frame(label_id, encoded(label_schema, record)), reason)

# What only the history is made of, and topics that no stage reads: whoever reads those later finds what is there, and nothing of ours fails by it.
for topic, stages in (
    *((name, [SINK]) for name in ("feature.sets", "predictions.shadow", "model.deployments", "pipeline.jobs")),
    *((name, []) for name in ("sensor.late", "monitoring.alerts", "dead.letters")),
):
    for value, reason in ((b"", "not_framed"), (b"garbage", "not_framed"), (frame(MISSING_ID, b"\xff" * 20), "unknown_schema")):
        bad("garbage", topic, value, reason if stages else "", stages=stages)


def mutated(value):
    """The value with a few bytes changed, mostly behind the entity's name, so that it is still one of a few entities that misbehaves."""
    out = bytearray(value)
    for _ in range(chance.choice((1, 1, 1, 2, 4))):
        first = 0 if chance.random() < 0.05 else 5 if chance.random() < 0.1 else 12
        at = chance.randrange(min(first, len(out) - 1), len(out))
        kind = chance.randrange(6)
        if kind <= 1:
            out[at] ^= 1 << chance.randrange(8)
        elif kind == 2:
            out[at] = chance.choice((0x00, 0x01, 0x7F, 0x80, 0xFF, chance.randrange(256)))
        elif kind == 3:
            del out[at : at + chance.choice((1, 1, 2, 8))]
        elif kind == 4:
            out[at:at] = bytes(chance.choice((b"\0", b"\x80", b"\xff", out[at : at + 8])))
        else:
            del out[max(at, 6):]
        if len(out) < 6:
            return bytes(out)
    return bytes(out)


def as_read(value):
    """What fastavro reads; None where it cannot."""
    try:
        magic, identity = struct.unpack(">bi", value[:5])
        if magic != 0:
            return None
        return text(fastavro.schemaless_reader(io.BytesIO(value[5:]), schema_by_id(registry, identity), raw))
    except Exception:  # whatever it is, it is not a reading
        return None


for number in range(int(mutations)):
    record = {
        "entity_id": f"fuzz-{number % 5}", "event_time": now - chance.randrange(10**9),
        "metrics": {chance.choice(("acidity", "weight", "größe", "x" * 70)) + str(i): chance.uniform(-1e3, 1e3) for i in range(chance.randrange(1, 6))},
        "scope": "entity", "device_id": chance.choice((None, "probe", "ß" * 40)), "sequence": chance.choice((None, number, -number)),
        "tags": chance.choice(({}, {"site": "north"}, {"site": "n" * 200, "unit": "K"})),
    }
    value = mutated(frame(raw_id, encoded(raw, record)))
    cases.append({"case": "mutation", "topic": "sensor.raw", "key": record["entity_id"].encode(), "value": value, "refused": None})

chance.shuffle(cases)
producer = Producer({
    "bootstrap.servers": bootstrap, "partitioner": "murmur2_random", "enable.idempotence": True, "compression.type": "gzip", "linger.ms": 20, "message.max.bytes": 10_000_000,
})
with open(manifest_path, "w", encoding="utf-8") as manifest:
    def note(case):
        def delivered(error, message):
            if error is not None:
                raise SystemExit(f"the broker did not take '{case['case']}': {error}")
            value = case["value"]
            manifest.write(json.dumps({
                "case": case["case"], "topic": prefix + case["topic"], "partition": message.partition(), "offset": message.offset(),
                "key": None if case["key"] is None else case["key"].hex(), "value": None if value is None else hashlib.sha256(value).hexdigest(),
                "length": len(value or b""), "schema_id": struct.unpack(">i", value[1:5])[0] if value and len(value) >= 5 and value[0] == 0 else None,
                "headers": {name: content.hex() for name, content in case.get("headers", [])}, "left_in_place": case.get("left_in_place", False),
                "refused": case["refused"], "accepted": as_read(value) if case["refused"] is None or case.get("must_pass") else None,
            }) + "\n")
        return delivered

    begin = time.monotonic()
    for number, case in enumerate(cases):
        producer.produce(prefix + case["topic"], value=case["value"], key=case["key"], headers=case.get("headers", []), on_delivery=note(case))
        producer.poll(0)
        ahead = begin + float(seconds) * number / len(cases) - time.monotonic()
        if ahead > 0.01:
            time.sleep(ahead)
    if producer.flush(30) > 0:
        raise SystemExit("the broker did not take everything within 30 s")
print(f"{len(cases)} records")
