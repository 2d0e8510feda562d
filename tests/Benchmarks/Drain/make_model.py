#!/usr/bin/python3
"""Makes the model package of the drain benchmark: a small network with two hidden layers over 25 features.

    ./make_model.py --feature-set-hash HASH

What it predicts means nothing; its cost is that of a model of this size. Weights come from a fixed generator, so that the same bytes are made
again. Needs Debian's python3-onnx.
"""
import argparse
import hashlib
import json
from pathlib import Path

import numpy as np
from onnx import TensorProto, checker, helper, numpy_helper

HERE = Path(__file__).resolve().parent
METRICS = {"temperature": (38.5, 1.0), "activity": (12.0, 4.0), "ph": (6.25, 0.5), "rumination": (44.0, 9.0), "humidity": (61.0, 12.0)}
AGGREGATES = ["mean", "min", "max", "stddev", "last"]
FEATURES = [f"{metric}_{aggregate}" for metric in METRICS for aggregate in AGGREGATES]
HIDDEN = [32, 16]
ROWS, BINS, SEED = 2000, 10, 20260101


def training_rows(random):
    """Rows as buckets of about 60 readings give them, each metric spread evenly around its centre."""
    rows = []
    for _ in range(ROWS):
        row = []
        for centre, spread in METRICS.values():
            values = centre + spread * (random.random(60) * 2 - 1)
            row += [values.mean(), values.min(), values.max(), values.std(ddof=1), values[-1]]
        rows.append(row)
    return np.round(np.array(rows), 9)


def graph(rows, random):
    layers = [len(FEATURES), *HIDDEN, 1]
    constants = [("means", rows.mean(axis=0)), ("deviations", rows.std(axis=0, ddof=1))]
    nodes = [helper.make_node("Sub", ["features", "means"], ["centred"]), helper.make_node("Div", ["centred", "deviations"], ["layer0"])]
    for index, (width, height) in enumerate(zip(layers, layers[1:])):
        constants += [(f"weights{index}", random.standard_normal((width, height)) / np.sqrt(width)), (f"bias{index}", random.standard_normal(height) * 0.1)]
        nodes.append(helper.make_node("Gemm", [f"layer{index}", f"weights{index}", f"bias{index}"], [f"sum{index}"]))
        last = index == len(layers) - 2
        nodes.append(helper.make_node("Sigmoid" if last else "Relu", [f"sum{index}"], ["probability" if last else f"layer{index + 1}"]))
    made = helper.make_model(
        helper.make_graph(
            nodes,
            "bench-mlp",
            [helper.make_tensor_value_info("features", TensorProto.FLOAT, ["N", len(FEATURES)])],
            [helper.make_tensor_value_info("probability", TensorProto.FLOAT, ["N", 1])],
            [numpy_helper.from_array(values.astype(np.float32), name) for name, values in constants],
        ),
        opset_imports=[helper.make_opsetid("", 15)],
        producer_name="make_model.py",
    )
    made.ir_version = 8
    checker.check_model(made)
    return made.SerializeToString()


def distribution(name, values):
    edges = [float(edge) for edge in np.unique(np.quantile(values, np.linspace(0, 1, BINS + 1)))]
    counts, _ = np.histogram(values, edges)
    return {
        "name": name,
        "count": len(values),
        "missingShare": 0.0,
        "mean": float(np.mean(values)),
        "std": float(np.std(values, ddof=1)),
        "edges": edges,
        "counts": [int(count) for count in counts],
    }


def main():
    parser = argparse.ArgumentParser(description="Makes the model package of the drain benchmark.")
    parser.add_argument("--feature-set-hash", required=True, help="content hash of features/bench.yaml")
    arguments = parser.parse_args()
    random = np.random.Generator(np.random.PCG64(SEED))
    rows = training_rows(random)
    model = graph(rows, random)
    out = HERE / "models" / "bench-mlp"
    out.mkdir(parents=True, exist_ok=True)
    (out / "model.onnx").write_bytes(model)
    baseline = {
        "rows": ROWS,
        "features": [distribution(name, column) for name, column in zip(FEATURES, rows.T)],
        "score": distribution("1", random.random(ROWS)),
    }
    (out / "baseline.json").write_text(json.dumps(baseline, indent=1) + "\n", encoding="utf-8")
    (out / "model.yaml").write_text(
        f"""name: bench-mlp
version: "1"
kind: classifier
sha256: {hashlib.sha256(model).hexdigest()}
featureSet:
  name: bench
  version: 1
  hash: {arguments.feature_set_hash}
  features: [{", ".join(FEATURES)}]
input: features
output: probability
missing: refused
labels: ["0", "1"]
positiveLabel: "1"
threshold: 0.5
training:
  exportManifest: null
  data:
    - name: made by make_model.py
      sha256: {hashlib.sha256(rows.tobytes()).hexdigest()}
      rows: {ROWS}
  codeCommit: null
  codeSha256: {hashlib.sha256(Path(__file__).read_bytes()).hexdigest()}
  command: "./make_model.py --feature-set-hash {arguments.feature_set_hash}"
  parameters: {{ hidden: "{HIDDEN}", seed: {SEED} }}
  author: "The Streaming authors"
  date: 2026-11-21
  metrics: []
""",
        encoding="utf-8",
    )
    print(f"wrote {out}")


if __name__ == "__main__":
    main()
