#!/usr/bin/python3
"""What a data scientist does with the history: read it, look at it, train on it, and see how well it would have gone.

    analyse.py TRAIN.csv --plot predictions.png --held-out-days 3
    analyse.py --cassandra 127.0.0.1:9042 --feature-set occupancy:1 --labels occupancy --predictions occupancy-lda

The cells (# %%) can be run one after another in an editor that knows them. The first form reads a file that `streaming export` wrote, with --labels and, for
the plot, with --predictions; the second the tables themselves, as they are now. README.md has the commands. The last line of the output is JSON with what was found.
"""
import argparse
import hashlib
import json
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.dates as dates
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

TIMES = ["bucket_start", "bucket_end", "known_time", "label_known_time"]
TEXTS = ["entity_id", "label", "label_state", "model", "predicted_label"]
# Columns that are no features: they say which row it is, what was true, and what was predicted.
BESIDE = {*TIMES, *TEXTS, "revision", "completeness", "prediction_revision"}


# %% Read: the file, and the manifest that says what it is.
def manifest_of(path):
    """The manifest of an export, once the file is known to be the one that it speaks of."""
    manifest = json.loads(Path(f"{path}.manifest.json").read_text(encoding="utf-8"))
    found = hashlib.sha256(Path(path).read_bytes()).hexdigest()
    if found != manifest["sha256"]:
        raise SystemExit(f"{path}: SHA-256 is {found}, and the manifest says {manifest['sha256']}; export it again.")
    return manifest


def rows_of(path):
    """An export of any format as a frame: times as times, texts as texts, numbers to the last bit."""
    if path.endswith(".csv"):
        frame = pd.read_csv(path, dtype={name: str for name in TEXTS}, float_precision="round_trip", keep_default_na=False, na_values=[""])
    elif path.endswith(".jsonl"):
        frame = pd.read_json(path, lines=True, dtype={name: str for name in TEXTS}, convert_dates=False, precise_float=True)
    elif path.endswith(".avro"):
        import fastavro

        with open(path, "rb") as file:
            frame = pd.DataFrame.from_records(list(fastavro.reader(file)))
    else:
        raise SystemExit(f"{path}: must end in .csv, .jsonl or .avro.")
    for name in set(TIMES) & set(frame.columns):
        frame[name] = pd.to_datetime(frame[name], utc=True)
    for name in set(TEXTS) & set(frame.columns):
        frame[name] = frame[name].where(frame[name].notna() & (frame[name] != "None"), None)
    return frame


def features_of(manifest):
    """The columns that a model may learn from."""
    return [
        column["name"] for column in manifest["columns"]
        if column["type"] == "number" and column["name"] not in BESIDE and not (manifest.get("predictions") and column["name"].startswith("score_"))
    ]


# %% Read: the tables, with nothing between them and us. The first row of each group is the one that counts: highest revision, newest record.
class Tables:
    """What is known now of a feature set's buckets: features, labels and predictions, as a frame with an export's columns."""

    SHARDS = range(16)

    def __init__(self, contact_points, keyspace):
        from cassandra.cluster import Cluster

        places = [place.rpartition(":") for place in contact_points.split(",")]
        self.cluster = Cluster([host for host, _, _ in places], port=int(places[0][2]))
        self.session = self.cluster.connect(keyspace)
        self.session.default_timeout = 60

    def partitions(self, kind):
        """Every entity and day of which something is kept."""
        for (day,) in self.session.execute("SELECT day FROM days WHERE kind = %s", (kind,)):
            for shard in self.SHARDS:
                for (entity,) in self.session.execute("SELECT entity_id FROM entities_of_day WHERE kind = %s AND day = %s AND shard = %s", (kind, day, shard)):
                    yield entity, day

    @staticmethod
    def framed(rows, what):
        if not rows:
            raise SystemExit(f"the history has no {what}; `streaming history` shows what there is.")
        return pd.DataFrame(rows)

    def features(self, name, version):
        """One row a bucket, and the names of its features in their order."""
        (names,) = self.session.execute("SELECT feature_names FROM feature_sets WHERE name = %s AND version = %s LIMIT 1", (name, version)).one()
        rows = [
            {"entity_id": entity, "bucket_start": row.bucket_start, "bucket_end": row.bucket_end, **row.features}
            for entity, day in self.partitions("vectors")
            for row in self.session.execute(
                "SELECT bucket_start, bucket_end, feature_set, feature_set_version, features FROM vectors WHERE entity_id = %s AND day = %s"
                " GROUP BY bucket_start, feature_set, feature_set_version, feature_set_hash", (entity, day))
            if (row.feature_set, row.feature_set_version) == (name, version)
        ]
        return self.framed(rows, f"vectors of {name}:{version}"), names

    def predictions(self, deployment):
        """What was said of each bucket."""
        rows = [
            {"entity_id": entity, "bucket_start": row.bucket_start, "predicted_label": row.label, **{f"score_{at + 1}": score for at, score in enumerate(row.scores)}}
            for entity, day in self.partitions("predictions")
            for row in self.session.execute(
                "SELECT bucket_start, deployment, label, scores FROM predictions WHERE entity_id = %s AND day = %s"
                " GROUP BY bucket_start, deployment, model_sha256, feature_set_hash", (entity, day))
            if row.deployment == deployment
        ]
        return self.framed(rows, f"predictions of {deployment}").drop_duplicates(["entity_id", "bucket_start"])

    def labels(self, name):
        """The truth, the oldest record first."""
        rows = [
            {"entity_id": entity, **row._asdict()}
            for entity, day in self.partitions("labels")
            for row in self.session.execute(
                "SELECT event_time, event_end, name, value, known_time, source_topic, source_partition, source_offset FROM labels WHERE entity_id = %s AND day = %s", (entity, day))
            if row.name == name
        ]
        return self.framed(rows, f"labels {name}").sort_values(["known_time", "source_topic", "source_partition", "source_offset"])

    def frame(self, name, version, label, deployment):
        """All of it together, and the names of the features."""
        frame, names = self.features(name, version)
        frame = frame.merge(self.predictions(deployment), how="left", on=["entity_id", "bucket_start"], validate="one_to_one").sort_values(["entity_id", "bucket_start"], ignore_index=True)
        truth = np.full(len(frame), None, dtype=object)
        labels = dict(iter(self.labels(label).groupby("entity_id", sort=False)))
        for entity, rows in frame.groupby("entity_id"):
            starts, ends = rows["bucket_start"].to_numpy(), rows["bucket_end"].to_numpy()
            for one in labels[entity].itertuples() if entity in labels else ():
                # A moment belongs to the bucket that holds it, an interval to every one that it overlaps; what came later overwrites.
                time = pd.Timestamp(one.event_time).to_datetime64()
                first = np.searchsorted(ends, time, side="right")
                if pd.isna(one.event_end):
                    last = np.searchsorted(starts, time, side="right")
                else:
                    last = np.searchsorted(starts, pd.Timestamp(one.event_end).to_datetime64(), side="left")
                truth[rows.index[first:last]] = one.value
        frame["label"] = truth
        for column in ("bucket_start", "bucket_end"):
            frame[column] = pd.to_datetime(frame[column], utc=True)
        return frame, names


# %% Look: what was predicted, against what was true, over time.
def plot(frame, path):
    """A picture an entity: the truth as ground, the served score or label as dots, wrong ones in red."""
    entities = sorted(frame["entity_id"].unique())[:6]
    classes = sorted(set(frame["label"].dropna()) | set(frame["predicted_label"].dropna()))
    places = {label: index for index, label in enumerate(classes)}
    scores = sorted(name for name in frame.columns if name.startswith("score_"))
    figure, axes = plt.subplots(len(entities), 1, figsize=(12, 2.6 * len(entities)), squeeze=False, layout="constrained")
    for axis, entity in zip(axes[:, 0], entities):
        rows = frame[frame["entity_id"] == entity].sort_values("bucket_start")
        time = rows["bucket_start"].to_numpy()
        truth = rows["label"].map(places).astype(float).to_numpy()
        said = rows["predicted_label"].map(places).astype(float).to_numpy()
        shown = rows[scores[-1]].to_numpy() if scores and len(classes) <= 2 else said
        wrong = ~np.isnan(truth) & ~np.isnan(said) & (truth != said)
        axis.fill_between(time, 0, truth, step="post", color="0.85", label="truth")
        axis.plot(time[~wrong], shown[~wrong], ".", markersize=1.5, color="tab:blue", label="predicted")
        axis.plot(time[wrong], shown[wrong], ".", markersize=4, color="tab:red", label=f"wrong ({int(wrong.sum())})")
        axis.set_title(entity, loc="left")
        axis.set_yticks(range(len(classes)), classes)
        axis.xaxis.set_major_formatter(dates.ConciseDateFormatter(axis.xaxis.get_major_locator()))
        axis.legend(loc="center left", bbox_to_anchor=(1, 0.5), frameon=False)
    figure.savefig(path, dpi=110)


# %% Train: on the first days, judged on the last ones. A split by chance would put a minute's neighbours on both sides and flatter the model.
def split(frame, held_out_days):
    """The labelled rows, parted in time: those of the last days are held out."""
    labelled = frame[frame["label"].notna()]
    day = labelled["bucket_start"].dt.floor("D")
    days = sorted(day.unique())
    if len(days) <= held_out_days:
        raise SystemExit(f"there are labels on {len(days)} days, and {held_out_days} are to be held out; export more, or hold out fewer.")
    held_out = day.isin(days[-held_out_days:])
    return labelled[~held_out], labelled[held_out]


def train(rows, features):
    """Standardised logistic regression; a missing value is the training rows' mean."""
    means = rows[features].mean()
    model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000))
    model.fit(rows[features].fillna(means).to_numpy(), rows["label"].to_numpy())
    return lambda others: model.predict(others[features].fillna(means).to_numpy())


def share(right):
    """A share in percent; None of nothing."""
    return round(100 * float(np.mean(right)), 2) if len(right) else None


# %% All of it.
def read(asked):
    """The rows, their features, and whether they have predictions."""
    if asked.cassandra:
        name, _, version = asked.feature_set.partition(":")
        frame, features = Tables(asked.cassandra, asked.keyspace).frame(name, int(version or 1), asked.labels, asked.predictions)
        return frame, features, True
    manifest = manifest_of(asked.export)
    if not manifest.get("labels"):
        raise SystemExit(f"{asked.export}: has no labels to learn from; export it with --labels.")
    if asked.plot and not manifest.get("predictions"):
        raise SystemExit(f"{asked.export}: has no predictions to draw; export it with --predictions.")
    return rows_of(asked.export), features_of(manifest), bool(manifest.get("predictions"))


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("export", nargs="?", help="a file that `streaming export` wrote, with its manifest beside it")
    arguments.add_argument("--cassandra", metavar="HOST:PORT", help="read the history there instead of a file; needs cassandra-driver")
    arguments.add_argument("--keyspace", default="streaming", help="the keyspace there (streaming)")
    arguments.add_argument("--feature-set", help="with --cassandra: whose vectors, as NAME:VERSION")
    arguments.add_argument("--labels", help="with --cassandra: the name of the labels")
    arguments.add_argument("--predictions", help="with --cassandra: the deployment")
    arguments.add_argument("--plot", help="where to draw predictions against labels, as .png, .svg or .pdf")
    arguments.add_argument("--held-out-days", type=int, default=3, help="the last days with labels, on which the model is judged (3)")
    asked = arguments.parse_args()
    if bool(asked.export) == bool(asked.cassandra):
        arguments.error("name an export, or a cluster with --cassandra")
    if asked.cassandra and not (asked.feature_set and asked.labels and asked.predictions):
        arguments.error("--cassandra needs --feature-set, --labels and --predictions")

    frame, features, is_judged = read(asked)
    print(f"{len(frame)} rows of {frame['entity_id'].nunique()} entities, {frame['bucket_start'].min()} to {frame['bucket_end'].max()}")
    print(f"features: {', '.join(features)}; labels: {frame['label'].value_counts().to_dict()}")

    training, held_out = split(frame, asked.held_out_days)
    predict = train(training, features)
    most_frequent = training["label"].mode()[0]
    found = {
        "rows": len(frame),
        "features": list(features),
        "training_rows": len(training),
        "held_out_rows": len(held_out),
        "accuracy": share(predict(held_out) == held_out["label"]),
        "accuracy_of_always_" + str(most_frequent): share(held_out["label"] == most_frequent),
    }
    if is_judged:
        judged = frame[frame["label"].notna() & frame["predicted_label"].notna()]
        found["served_accuracy"] = {entity: share(rows["predicted_label"] == rows["label"]) for entity, rows in judged.groupby("entity_id")}
    if asked.plot:
        plot(frame, asked.plot)
        print(f"drawn: {asked.plot}")
    print(json.dumps(found))


if __name__ == "__main__":
    main()
