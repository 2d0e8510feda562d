"""Writes random records into every topic that the history is made of, with a client that is not ours, until it gets SIGTERM or its time is over.

    history_feed.py BOOTSTRAP REGISTRY PREFIX SECONDS SEED LARGE_VALUE LARGE_LIST

Vectors, predictions and feature sets come in transactions, some of which are aborted; the others come one by one. A few records hold a text of LARGE_VALUE bytes
or a list of LARGE_LIST numbers, which a store may refuse. A broker that dies is waited for; what was written is for the reader of the topics to see.
"""
import io
import random
import signal
import sys
import time

import fastavro
from confluent_kafka import KafkaException, Producer

from registry import frame, latest

bootstrap, registry, prefix = sys.argv[1:4]
seconds, seed, large_value, large_list = (int(value) for value in sys.argv[4:])
chance = random.Random(seed)
MINUTE = 60_000
START = 1_700_000_000_000 - 90 * MINUTE  # from an evening into the next days
ENTITIES = [f"cow-{number}" for number in range(20)] + ["Kuh Ä", "牛", "a'b\"c"]
CROOKED = ENTITIES[:2]  # few of all: where many break a rule the sink waits for somebody to look
SETS = {("climate", 1): ["temperature", "co2"], ("climate", 2): ["temperature", "co2", "light"], ("herd", 1): ["activity"]}
NUMBERS = [0.0, -0.0, float("nan"), float("inf"), 1e300, 0.1, 5.0]
schemas = {topic: latest(registry, f"{prefix}{topic}-value") for topic in (
    "feature.vectors", "predictions", "predictions.shadow", "feature.sets", "labels", "model.deployments", "pipeline.jobs")}
settings = {"bootstrap.servers": bootstrap, "linger.ms": 5, "partitioner": "murmur2_random", "enable.idempotence": True, "log_level": 2}


def number():
    return chance.choice(NUMBERS) if chance.random() < 0.2 else chance.random() * 1000


def bucket():
    return START + chance.randrange(3 * 24 * 6) * 10 * MINUTE


def hash_of(name, version):
    return f"{name}-{version}-hash"


def vector():
    name, version = chance.choice(list(SETS))
    start, entity = bucket(), chance.choice(ENTITIES)
    values = [number() for _ in SETS[name, version]]
    if entity in CROOKED and chance.random() < 0.05:
        values = [1.0] * large_list
    return "feature.vectors", entity, {
        "entity_id": entity, "bucket_start": start, "bucket_end": start + 10 * MINUTE, "feature_set": name, "feature_set_version": version,
        "feature_set_hash": hash_of(name, version), "revision": chance.randrange(3), "features": values, "missing": [0] if chance.random() < 0.1 else [],
        "reading_count": chance.randrange(100), "late_count": chance.randrange(3), "completeness": chance.random(), "close_reason": chance.choice(["complete", "watermark", "idle"]),
        "input_partition": chance.randrange(4), "first_offset": chance.randrange(10**6), "last_offset": 10**12}


def prediction():
    start, entity, shadow = bucket(), chance.choice(ENTITIES), chance.random() < 0.3
    return "predictions.shadow" if shadow else "predictions", entity, {
        "prediction_id": f"{chance.getrandbits(128):032x}", "entity_id": entity, "bucket_start": start, "bucket_end": start + 10 * MINUTE, "revision": chance.randrange(3),
        "feature_set": "herd", "feature_set_version": 1, "feature_set_hash": hash_of("herd", 1), "deployment": chance.choice(["health", "heat"]), "model_name": "lda",
        "model_version": chance.choice("12"), "model_sha256": chance.choice("ab") * 64, "stage": "shadow" if shadow else "production", "scores": [number(), number()],
        "label": chance.choice([None, "yes", "no"]), "threshold": chance.choice([None, 0.5]), "pipeline_version": "0.1.0", "features": chance.choice([None, [number()]])}


def feature_set():
    name, version = chance.choice(list(SETS))
    return "feature.sets", f"{name}:{version}", {
        "name": name, "version": version, "hash": hash_of(name, version), "content": f"name: {name}",
        "layout": [{"name": column, "description": f"the {column}", "unit": "°C"} for column in SETS[name, version]]}


def label():
    time_of, entity = bucket() + chance.randrange(10 * MINUTE), chance.choice(ENTITIES)
    value = chance.choice(["yes", "no"])
    if entity in CROOKED and chance.random() < 0.05:
        value = "v" * large_value
    return "labels", entity, {
        "entity_id": entity, "event_time": time_of, "event_end": time_of + chance.randrange(1, 4 * 24 * 60) * MINUTE if chance.random() < 0.3 else None,
        "name": chance.choice(["ill", "heat"]), "value": value, "known_at": time_of + MINUTE, "source": "vet\n", "prediction_id": chance.choice([None, "p"])}


def deployment():
    return "model.deployments", "health", {
        "deployment": "health", "revision": chance.randrange(1, 10**6), "based_on": 0, "feature_set": "herd", "feature_set_version": 1, "feature_set_hash": hash_of("herd", 1),
        "model_name": "lda", "model_version": "1", "model_sha256": "a" * 64, "stage": chance.choice(["shadow", "production"]), "actor": "ann", "reason": ""}


def job():
    name = f"job-{chance.randrange(5)}"
    return "pipeline.jobs", name, {
        "job_id": name, "kind": "replay", "state": chance.choice(["started", "progressed", "completed"]), "actor": "bob", "reason": "", "range_start": chance.choice([None, START]),
        "range_end": None, "parameters": {"b": "1", "a": "ä"} if chance.random() < 0.5 else {}, "result": {}}


def send(producer, record):
    topic, key, value = record
    identity, schema = schemas[topic]
    body = io.BytesIO()
    fastavro.schemaless_writer(body, schema, value)
    producer.produce(prefix + topic, value=frame(identity, body.getvalue()), key=key.encode())


def transactional():
    producer = Producer({**settings, "transactional.id": f"{prefix}history-feed", "transaction.timeout.ms": 10_000})
    producer.init_transactions()
    return producer


def main():
    plain, of_chain, broken, aborted = Producer(settings), None, 0, 0
    asked = []
    signal.signal(signal.SIGTERM, lambda *_: asked.append("to end"))
    ends = time.monotonic() + seconds
    rounds = 0
    while not asked and time.monotonic() < ends:
        rounds += 1
        # The first feature set comes after the first vectors.
        records = [vector() for _ in range(15)] + [prediction() for _ in range(15)] + ([feature_set()] if rounds % 20 == 10 else [])
        try:
            of_chain = of_chain or transactional()
            of_chain.begin_transaction()
            for record in records:
                send(of_chain, record)
            if chance.random() < 0.1:
                aborted += 1
                of_chain.abort_transaction()
            else:
                of_chain.commit_transaction()
        except KafkaException:
            broken += 1
            of_chain = None  # a new one fences it, and ends what it had begun
        for record in [label() for _ in range(6)] + ([deployment(), job()] if rounds % 5 == 0 else []):
            send(plain, record)
        plain.poll(0)
        time.sleep(0.1)
    plain.flush(60)
    print(f"{rounds} rounds, {aborted} aborted, {broken} broken")


main()
