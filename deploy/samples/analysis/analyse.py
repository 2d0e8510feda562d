#!/usr/bin/python3
"""What a data scientist does with an export: read it, look at it, train on it, and see how well it would have gone.

    analyse.py TRAIN.csv --plot predictions.png --held-out-days 3

The cells (# %%) can be run one after another in an editor that knows them. The export is one that `streaming export` wrote, with --labels and, for
the plot, with --predictions; README.md has the commands. The last line of the output is JSON with what was found.
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
def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("export", help="a file that `streaming export` wrote, with its manifest beside it")
    arguments.add_argument("--plot", help="where to draw predictions against labels, as .png, .svg or .pdf")
    arguments.add_argument("--held-out-days", type=int, default=3, help="the last days with labels, on which the model is judged (3)")
    asked = arguments.parse_args()

    manifest = manifest_of(asked.export)
    frame = rows_of(asked.export)
    features = features_of(manifest)
    if not manifest.get("labels"):
        raise SystemExit(f"{asked.export}: has no labels to learn from; export it with --labels.")
    print(f"{len(frame)} rows of {frame['entity_id'].nunique()} entities, {frame['bucket_start'].min()} to {frame['bucket_end'].max()}")
    print(f"features: {', '.join(features)}; labels: {manifest['labels']['values']}")

    training, held_out = split(frame, asked.held_out_days)
    predict = train(training, features)
    most_frequent = training["label"].mode()[0]
    found = {
        "rows": len(frame),
        "features": features,
        "training_rows": len(training),
        "held_out_rows": len(held_out),
        "accuracy": share(predict(held_out) == held_out["label"]),
        "accuracy_of_always_" + str(most_frequent): share(held_out["label"] == most_frequent),
    }
    if manifest.get("predictions"):
        judged = frame[frame["label"].notna() & frame["predicted_label"].notna()]
        found["served_accuracy"] = {entity: share(rows["predicted_label"] == rows["label"]) for entity, rows in judged.groupby("entity_id")}
        if asked.plot:
            plot(frame, asked.plot)
            print(f"drawn: {asked.plot}")
    elif asked.plot:
        raise SystemExit(f"{asked.export}: has no predictions to draw; export it with --predictions.")
    print(json.dumps(found))


if __name__ == "__main__":
    main()
