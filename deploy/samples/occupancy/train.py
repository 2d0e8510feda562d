#!/usr/bin/python3
"""Trains the occupancy model and writes its package: model.onnx, model.yaml, baseline.json.

The model is a linear discriminant analysis with pooled covariance (divisor n - 2) and the training set's shares as
priors. Its parameters are computed with exactly rounded sums and a fixed order of operations, so that every machine
writes the same bytes; scikit-learn computes them too, and nothing is written unless both agree.
"""
import argparse
import csv
import datetime
import hashlib
import json
import math
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis

HERE = Path(__file__).resolve().parent
NAME, VERSION = "occupancy-lda", "1"
FEATURE_SET, FEATURE_SET_VERSION = "occupancy", 1
FEATURES = ["temperature", "humidity", "light", "co2", "humidity_ratio"]
LABELS = ["0", "1"]
POSITIVE, THRESHOLD = 1, 0.5
TRAINING, TESTS = "datatraining.txt", ["datatest.txt", "datatest2.txt"]
BINS = 10
# What scikit-learn's way of computing the same discriminant may differ by, in probability.
AGREEMENT = 1e-9


def read(path):
    """The rows of one published file: five values each, and the truth."""
    with open(path, newline="", encoding="ascii") as lines:
        records = list(csv.reader(lines))[1:]
    # The header names seven columns, the rows have eight: the first one is the row number.
    return [[float(text) for text in record[2:7]] for record in records], [int(record[7]) for record in records]


def sha256(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def mean_of(values):
    return math.fsum(values) / len(values)


def deviation_of(values, mean, divisor):
    return math.sqrt(math.fsum((value - mean) ** 2 for value in values) / divisor)


def solve(matrix, right):
    """Gaussian elimination with partial pivoting."""
    rows = [list(row) + [value] for row, value in zip(matrix, right)]
    size = len(rows)
    for column in range(size):
        pivot = max(range(column, size), key=lambda row: abs(rows[row][column]))
        rows[column], rows[pivot] = rows[pivot], rows[column]
        for below in range(column + 1, size):
            factor = rows[below][column] / rows[column][column]
            rows[below] = [value - factor * top for value, top in zip(rows[below], rows[column])]
    solution = [0.0] * size
    for row in reversed(range(size)):
        known = math.fsum(rows[row][column] * solution[column] for column in range(row + 1, size))
        solution[row] = (rows[row][size] - known) / rows[row][row]
    return solution


class Discriminant:
    """What the training rows give: means and deviations to standardise with, a weight vector and a bias for each label."""

    def __init__(self, rows, truths):
        columns = list(zip(*rows))
        self.means = [mean_of(column) for column in columns]
        self.deviations = [deviation_of(column, mean, len(rows)) for column, mean in zip(columns, self.means)]
        standard = [self.standardised(row) for row in rows]
        groups = [[row for row, truth in zip(standard, truths) if truth == label] for label in range(len(LABELS))]
        centres = [[mean_of(column) for column in zip(*group)] for group in groups]
        size = range(len(FEATURES))
        pooled = [
            [
                math.fsum((row[i] - centre[i]) * (row[j] - centre[j]) for group, centre in zip(groups, centres) for row in group)
                / (len(rows) - len(LABELS))
                for j in size
            ]
            for i in size
        ]
        self.weights = [solve(pooled, centre) for centre in centres]
        self.biases = [
            math.log(len(group) / len(rows)) - 0.5 * math.fsum(w * c for w, c in zip(weights, centre))
            for group, centre, weights in zip(groups, centres, self.weights)
        ]

    def standardised(self, row):
        return [(value - mean) / deviation for value, mean, deviation in zip(row, self.means, self.deviations)]

    def probabilities(self, row):
        standard = self.standardised(row)
        values = [math.fsum(w * x for w, x in zip(weights, standard)) + bias for weights, bias in zip(self.weights, self.biases)]
        powers = [math.exp(value - max(values)) for value in values]
        return [power / math.fsum(powers) for power in powers]


def graph_of(model):
    """The discriminant as an ONNX graph: [N, 5] doubles in, [N, 2] probabilities out."""

    def constant(name, values):
        return numpy_helper.from_array(np.array(values, dtype=np.float64), name)

    graph = helper.make_graph(
        nodes=[
            helper.make_node("Sub", ["features", "means"], ["centred"]),
            helper.make_node("Div", ["centred", "deviations"], ["standardised"]),
            helper.make_node("MatMul", ["standardised", "weights"], ["projected"]),
            helper.make_node("Add", ["projected", "biases"], ["discriminants"]),
            helper.make_node("Softmax", ["discriminants"], ["probabilities"], axis=1),
        ],
        name=NAME,
        inputs=[helper.make_tensor_value_info("features", TensorProto.DOUBLE, ["N", len(FEATURES)])],
        outputs=[helper.make_tensor_value_info("probabilities", TensorProto.DOUBLE, ["N", len(LABELS)])],
        initializer=[
            constant("means", model.means),
            constant("deviations", model.deviations),
            constant("weights", [list(column) for column in zip(*model.weights)]),
            constant("biases", model.biases),
        ],
    )
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 15)], producer_name="train.py")
    made.ir_version = 8
    onnx.checker.check_model(made)
    return made.SerializeToString()


def distribution(name, values):
    """Where the values of one column lie: bins of about equal share, each with its lower edge, the last also with its upper."""
    values = [round_off(value) for value in values]
    ordered = sorted(values)
    edges = sorted({ordered[(len(ordered) - 1) * step // BINS] for step in range(BINS + 1)})
    counts = [0] * (len(edges) - 1)
    for value in values:
        counts[min(sum(edge <= value for edge in edges), len(counts)) - 1] += 1
    mean = mean_of(values)
    return {
        "name": name,
        "count": len(values),
        "missingShare": 0.0,
        "mean": round_off(mean),
        "std": round_off(deviation_of(values, mean, len(values) - 1)),
        "edges": edges,
        "counts": counts,
    }


def round_off(value):
    """Twelve digits: an exponential's last bit may differ between C libraries."""
    return float(f"{value:.12g}")


def right_of(model, rows, truths):
    return sum((model.probabilities(row)[POSITIVE] >= THRESHOLD) == (truth == POSITIVE) for row, truth in zip(rows, truths))


def check_against_scikit_learn(model, rows, truths):
    theirs = LinearDiscriminantAnalysis().fit(np.array(rows), np.array(truths)).predict_proba(np.array(rows))
    ours = np.array([model.probabilities(row) for row in rows])
    worst = float(np.abs(theirs - ours).max())
    if not worst <= AGREEMENT:
        raise SystemExit(f"nothing written: scikit-learn's probabilities differ by {worst:.3g}, allowed are {AGREEMENT:.3g}")
    return worst


def manifest(arguments, data, onnx_sha256, rows, metrics):
    """model.yaml. Strings are written as JSON, which YAML includes."""
    text = json.dumps
    command = f"./train.py --feature-set-hash {arguments.feature_set_hash} --author {text(arguments.author)} --date {arguments.date}"
    commit = text(arguments.commit) if arguments.commit else "null"
    if arguments.commit:
        command += f" --commit {arguments.commit}"
    lines = [
        f"name: {NAME}",
        f"version: {text(VERSION)}",
        "kind: classifier",
        f"sha256: {onnx_sha256}",
        "featureSet:",
        f"  name: {FEATURE_SET}",
        f"  version: {FEATURE_SET_VERSION}",
        f"  hash: {arguments.feature_set_hash}",
        f"  features: [{', '.join(FEATURES)}]",
        "input: features",
        "output: probabilities",
        "missing: refused",
        f"labels: {text(LABELS)}",
        f"positiveLabel: {text(LABELS[POSITIVE])}",
        f"threshold: {THRESHOLD}",
        "training:",
        "  exportManifest: null",
        "  data:",
        f"    - name: {TRAINING}",
        f"      sha256: {sha256(data / TRAINING)}",
        f"      rows: {rows}",
        f"  codeCommit: {commit}",
        f"  codeSha256: {sha256(Path(__file__))}",
        f"  command: {text(command)}",
        "  parameters: { covariance: pooled, divisor: n - 2, priors: training shares }",
        f"  author: {text(arguments.author)}",
        f"  date: {arguments.date}",
        "  metrics:",
    ]
    for name, count, right in metrics:
        lines += [
            f"    - data: {name}",
            f"      sha256: {sha256(data / name)}",
            f"      rows: {count}",
            f"      values: {{ right: {right}, accuracy: {round_off(right / count)} }}",
        ]
    return "\n".join(lines) + "\n"


def main():
    parser = argparse.ArgumentParser(description="Trains the occupancy model and writes its package.")
    parser.add_argument("--feature-set-hash", required=True, help="content hash of the feature set that the model is for")
    parser.add_argument("--author", required=True)
    parser.add_argument("--date", default=datetime.datetime.now(datetime.timezone.utc).date().isoformat())
    parser.add_argument("--commit", help="commit of this script")
    parser.add_argument("--data", type=Path, default=HERE / "data", help="folder of the published files")
    parser.add_argument("--out", type=Path, default=HERE / "models" / NAME, help="folder of the package")
    arguments = parser.parse_args()

    rows, truths = read(arguments.data / TRAINING)
    model = Discriminant(rows, truths)
    worst = check_against_scikit_learn(model, rows, truths)
    print(f"{TRAINING}: {len(rows)} rows; largest difference from scikit-learn {worst:.2g}")

    metrics = []
    for name in TESTS:
        test_rows, test_truths = read(arguments.data / name)
        right = right_of(model, test_rows, test_truths)
        metrics.append((name, len(test_rows), right))
        print(f"{name}: {right} of {len(test_rows)} right, {100 * right / len(test_rows):.2f} %")

    baseline = {
        "rows": len(rows),
        "features": [distribution(name, column) for name, column in zip(FEATURES, zip(*rows))],
        "score": distribution(LABELS[POSITIVE], [model.probabilities(row)[POSITIVE] for row in rows]),
    }
    made = graph_of(model)
    arguments.out.mkdir(parents=True, exist_ok=True)
    (arguments.out / "model.onnx").write_bytes(made)
    (arguments.out / "baseline.json").write_text(json.dumps(baseline, indent=2) + "\n", encoding="utf-8")
    (arguments.out / "model.yaml").write_text(
        manifest(arguments, arguments.data, hashlib.sha256(made).hexdigest(), len(rows), metrics), encoding="utf-8"
    )
    print(f"wrote {arguments.out}")


if __name__ == "__main__":
    main()
