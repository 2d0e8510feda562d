#!/usr/bin/python3
"""Trains the herd's model and writes its package: model.onnx, model.yaml, baseline.json.

A logistic regression on the features of every third hour of a herd of its own (another seed than the one that is played), as reference.py computes them. What is missing
stands for the training herd's mean; that and the scaling are in the graph.
"""
import argparse
import datetime
import hashlib
import json
import math
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from sklearn.linear_model import LogisticRegression

import play
import reference

HERE = Path(__file__).resolve().parent
NAME, VERSION = "herd-health", "1"
FEATURE_SET, FEATURE_SET_VERSION = "herd", 1
LABELS = [play.HEALTHY, play.ILL]
THRESHOLD = 0.5
TRAINING = {"cows": 30, "days": 28, "seed": 1}
TEST = {"cows": 20, "days": 14, "seed": 2}
EVERY = 3
# A moment is no property of a cow; what is made of it, days_in_milk, is.
LEFT_OUT = {"calved"}
STRENGTH = 0.01
# What scikit-learn finds differs in its last digits from one linear algebra to another.
DIGITS = 4
BINS = 10


def rows_of(cows, days, seed, every=1):
    """Names of the features, their values, and whether the vet called the cow ill."""
    lines = play.lines(cows, days, seed)
    next(lines)
    farm = reference.Farm(lines)
    values, truths = [], []
    for name, start, features in farm.vectors(every):
        values.append(list(features.values()))
        truths.append(farm.truth(name, start) == play.ILL)
    return list(features), np.array(values), np.array(truths)


def rounded(values):
    return np.vectorize(lambda value: float(f"{value:.{DIGITS}g}"))(values)


class Model:
    def __init__(self, names, values, truths):
        self.means = rounded(np.nanmean(values, axis=0))
        self.deviations = rounded(np.nanstd(values, axis=0, ddof=1))
        self.deviations[self.deviations == 0] = 1.0
        used = np.array([name not in LEFT_OUT for name in names])
        found = LogisticRegression(C=STRENGTH, tol=1e-10, max_iter=10_000).fit(self.scaled(values)[:, used], truths)
        self.weights = np.zeros(len(names))
        self.weights[used] = rounded(found.coef_[0])
        self.bias = float(rounded(found.intercept_)[0])

    def scaled(self, values):
        return (np.where(np.isnan(values), self.means, values) - self.means) / self.deviations

    def probabilities(self, values):
        return 1 / (1 + np.exp(-(self.scaled(values) @ self.weights + self.bias)))

    def graph(self):
        """[N, features] doubles in, NaN where missing; [N, 2] out: healthy, ill."""

        def constant(name, values):
            return numpy_helper.from_array(np.array(values, dtype=np.float64), name)

        graph = helper.make_graph(
            nodes=[
                helper.make_node("IsNaN", ["features"], ["is_missing"]),
                helper.make_node("Where", ["is_missing", "means", "features"], ["whole"]),
                helper.make_node("Sub", ["whole", "means"], ["centred"]),
                helper.make_node("Div", ["centred", "deviations"], ["scaled"]),
                helper.make_node("MatMul", ["scaled", "weights"], ["weighed"]),
                helper.make_node("Add", ["weighed", "biases"], ["odds"]),
                helper.make_node("Softmax", ["odds"], ["probabilities"], axis=1),
            ],
            name=NAME,
            inputs=[helper.make_tensor_value_info("features", TensorProto.DOUBLE, ["N", len(self.means)])],
            outputs=[helper.make_tensor_value_info("probabilities", TensorProto.DOUBLE, ["N", len(LABELS)])],
            initializer=[
                constant("means", self.means),
                constant("deviations", self.deviations),
                constant("weights", np.stack([np.zeros(len(self.weights)), self.weights], axis=1)),
                constant("biases", [0.0, self.bias]),
            ],
        )
        made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 15)], producer_name="train.py")
        made.ir_version = 8
        onnx.checker.check_model(made)
        return made.SerializeToString()


def distribution(name, values):
    """Where the values of one column lie: bins of about equal share."""
    known = [float(f"{value:.12g}") for value in values if not math.isnan(value)]
    ordered = sorted(known)
    edges = sorted({ordered[(len(ordered) - 1) * step // BINS] for step in range(BINS + 1)})
    counts = [0] * (len(edges) - 1)
    for value in known if counts else []:
        counts[min(sum(edge <= value for edge in edges), len(counts)) - 1] += 1
    return {
        "name": name, "count": len(known), "missingShare": float(f"{1 - len(known) / len(values):.6g}"),
        "mean": float(f"{math.fsum(known) / len(known):.12g}"), "std": float(f"{np.std(known, ddof=1):.12g}"), "edges": edges, "counts": counts,
    }


def judge(said, truths):
    """Accuracy, the share of ill hours that were found, and the share of alarms that were right."""
    right, found, alarms = np.mean(said == truths), np.mean(said[truths]), np.mean(truths[said]) if said.any() else 0
    return {"accuracy": round(float(right), 4), "found": round(float(found), 4), "alarms_right": round(float(alarms), 4)}


def manifest(arguments, names, made, training, test, found, naive):
    """model.yaml. Strings are written as JSON, which YAML includes."""
    text = json.dumps
    command = f"./train.py --feature-set-hash {arguments.feature_set_hash} --author {text(arguments.author)} --date {arguments.date}"
    called = lambda herd: " ".join(f"--{name} {value}" for name, value in herd.items())
    return "\n".join([
        f"name: {NAME}",
        f"version: {text(VERSION)}",
        "kind: classifier",
        f"sha256: {hashlib.sha256(made).hexdigest()}",
        "featureSet:",
        f"  name: {FEATURE_SET}",
        f"  version: {FEATURE_SET_VERSION}",
        f"  hash: {arguments.feature_set_hash}",
        f"  features: [{', '.join(names)}]",
        "input: features",
        "output: probabilities",
        "missing: allowed",
        f"labels: {text(LABELS)}",
        f"positiveLabel: {text(play.ILL)}",
        f"threshold: {THRESHOLD}",
        "training:",
        "  exportManifest: null",
        "  data:",
        f"    - name: play.py {called(TRAINING)}",
        f"      rows: {training}",
        "  codeCommit: null",
        f"  codeSha256: {hashlib.sha256(Path(__file__).read_bytes()).hexdigest()}",
        f"  command: {text(command)}",
        f"  parameters: {{ model: logistic regression, strength: {STRENGTH}, hours: every third }}",
        f"  author: {text(arguments.author)}",
        f"  date: {arguments.date}",
        "  metrics:",
        f"    - data: play.py {called(TEST)}",
        f"      rows: {test}",
        f"      values: {{ {', '.join(f'{name}: {value}' for name, value in found.items())}, accuracy_of_thermometer: {naive['accuracy']} }}",
    ]) + "\n"


def main():
    parser = argparse.ArgumentParser(description="Trains the herd's model and writes its package.")
    parser.add_argument("--feature-set-hash", required=True, help="content hash of the feature set that the model is for")
    parser.add_argument("--author", required=True)
    parser.add_argument("--date", default=datetime.datetime.now(datetime.timezone.utc).date().isoformat())
    parser.add_argument("--out", type=Path, default=HERE / "models" / NAME, help="folder of the package")
    arguments = parser.parse_args()

    names, values, truths = rows_of(**TRAINING, every=EVERY)
    model = Model(names, values, truths)
    for weight, name in sorted(zip(-np.abs(model.weights), names))[:12]:
        print(f"{name:22} {model.weights[names.index(name)]:+.3f}")

    _, test_values, test_truths = rows_of(**TEST)
    found = judge(model.probabilities(test_values) >= THRESHOLD, test_truths)
    naive = judge(test_values[:, names.index("temperature")] > 39.5, test_truths)
    print(f"{len(test_truths)} hours of another herd, {np.mean(test_truths):.2%} of them ill: {found}; a thermometer, above 39.5 °C: {naive}")

    baseline = {
        "rows": len(values),
        "features": [distribution(name, column) for name, column in zip(names, values.T)],
        "score": distribution(play.ILL, model.probabilities(values)),
    }
    made = model.graph()
    arguments.out.mkdir(parents=True, exist_ok=True)
    (arguments.out / "model.onnx").write_bytes(made)
    (arguments.out / "baseline.json").write_text(json.dumps(baseline) + "\n", encoding="utf-8")
    (arguments.out / "model.yaml").write_text(manifest(arguments, names, made, len(values), len(test_values), found, naive), encoding="utf-8")
    print(f"wrote {arguments.out}")


if __name__ == "__main__":
    main()
