"""How right the predictions in a history are, and whether its rows are those of the topics, by CQL queries alone.

Usage: cassandra_accuracy.py HOST PORT KEYSPACE LABEL
Prints for each entity: its name, predictions that were right, all of them, percent; then how many rows of each table there are, and the names of the features.
"""
import bisect
import collections
import sys

from cassandra.cluster import Cluster

SHARDS = 16


def main():
    host, port, keyspace, label = sys.argv[1:]
    cluster = Cluster([host], port=int(port))
    session = cluster.connect(keyspace)
    session.default_timeout = 60
    counts = collections.Counter()
    names = set()
    right, judged = collections.Counter(), collections.Counter()

    def days_of(kind):
        return [row.day for row in session.execute("SELECT day FROM days WHERE kind = %s", (kind,))]

    def entities_of(kind, day):
        return [row.entity_id for shard in range(SHARDS)
                for row in session.execute("SELECT entity_id FROM entities_of_day WHERE kind = %s AND day = %s AND shard = %s", (kind, day, shard))]

    # A bucket may begin on the evening before its label's day, so all labels of an entity are taken together.
    labels = collections.defaultdict(list)
    for day in days_of("labels"):
        for entity in entities_of("labels", day):
            for row in session.execute("SELECT event_time, name, value FROM labels WHERE entity_id = %s AND day = %s", (entity, day)):
                counts["labels"] += 1
                if row.name == label:
                    labels[entity].append((row.event_time, row.value))
    for truth in labels.values():
        truth.sort(key=lambda one: one[0])  # stable: of equal times the newest record, which came first, stays first
    times = {entity: [time for time, _ in truth] for entity, truth in labels.items()}

    for day in days_of("predictions"):
        for entity in entities_of("predictions", day):
            times_of, truth = times.get(entity, []), labels[entity]
            for row in session.execute("SELECT bucket_start, bucket_end, label FROM predictions WHERE entity_id = %s AND day = %s"
                                       " GROUP BY bucket_start, deployment, model_sha256, feature_set_hash", (entity, day)):
                counts["predictions"] += 1
                first = bisect.bisect_left(times_of, row.bucket_start)
                if first < len(times_of) and times_of[first] < row.bucket_end:
                    judged[entity] += 1
                    right[entity] += truth[first][1] == row.label
            for row in session.execute("SELECT features FROM vectors WHERE entity_id = %s AND day = %s", (entity, day)):
                counts["vectors"] += 1
                names.add(",".join(sorted(row.features)) if row.features else "unnamed")
    for entity in sorted(judged):
        print(f"{entity} {right[entity]} {judged[entity]} {100 * right[entity] / judged[entity]:.2f}")
    print(" ".join(f"{table}={counts[table]}" for table in ("vectors", "predictions", "labels")))
    print("features " + " ".join(sorted(names)))
    cluster.shutdown()


main()
