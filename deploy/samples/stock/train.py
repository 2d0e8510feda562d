#!/usr/bin/python3
"""Trains the stock model and writes its package: model.onnx, model.yaml, baseline.json.

LSTM(1) over the last seven days, then Dense(1, tanh): the change of the close from today to tomorrow. Back-propagation through time is written out below and
checked against finite differences before it is used. The first 70 % of the days train it, and give every figure of the scaling, which is in the graph.
"""
import argparse
import datetime
import hashlib
import json
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

import series

HERE = Path(__file__).resolve().parent
NAME, VERSION = "stock-lstm", "1"
FEATURE_SET, FEATURE_SET_VERSION = "stock", 1
ROWS, WIDTH, CLOSE = 7, len(series.COLUMNS), series.COLUMNS.index("close")
TRAINING_SHARE = 0.7
SEED, STEPS, RATE = 20040819, 600, 0.01
# Exponentials differ in their last bits from one library to another; six digits of a parameter do not.
DIGITS = 6
BINS = 10


def windows_of(days):
    """Every seven days in a row, and the close of the day after them."""
    rows = np.array([figures for _, figures in days])
    windows = np.stack([rows[start:start + ROWS] for start in range(len(rows) - ROWS)])
    return windows, rows[ROWS:, CLOSE]


def relative(windows):
    """Without a unit: prices against the window's last close, volumes against the window's mean. A share that has doubled looks like one that has not."""
    prices = windows[:, :, :4] / windows[:, -1:, CLOSE:CLOSE + 1] - 1
    volumes = windows[:, :, 4:] / windows[:, :, 4:].mean(axis=1, keepdims=True) - 1
    return np.concatenate([prices, volumes], axis=2)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


class Network:
    """LSTM(1) and Dense(1, tanh). Gates in the order of ONNX: input, output, forget, cell."""

    SHAPES = {"w": (WIDTH, 4), "r": (4,), "b": (4,), "dense": (2,)}

    def __init__(self, random):
        self.values = {name: random.normal(0, 0.3, shape) for name, shape in self.SHAPES.items()}
        self.values["b"][2] = 1.0  # remembers at first

    def run(self, inputs):
        """The outputs for inputs of [N, 7, 5], and what the way back needs."""
        w, r, b, dense = (self.values[name] for name in self.SHAPES)
        hidden, cell, kept = np.zeros(len(inputs)), np.zeros(len(inputs)), []
        for step in range(inputs.shape[1]):
            sums = inputs[:, step] @ w + hidden[:, None] * r + b
            i, o, f = sigmoid(sums[:, 0]), sigmoid(sums[:, 1]), sigmoid(sums[:, 2])
            g = np.tanh(sums[:, 3])
            before, came = cell, hidden
            cell = f * before + i * g
            hidden = o * np.tanh(cell)
            kept.append((i, o, f, g, before, came, cell))
        return np.tanh(hidden * dense[0] + dense[1]), (hidden, kept)

    def learn(self, inputs, truths):
        """Mean squared error, and its gradient by every parameter."""
        outputs, (last, kept) = self.run(inputs)
        gradient = {name: np.zeros(shape) for name, shape in self.SHAPES.items()}
        back = 2 * (outputs - truths) / len(truths) * (1 - outputs**2)
        gradient["dense"][:] = (back * last).sum(), back.sum()
        by_hidden, by_cell = back * self.values["dense"][0], np.zeros(len(truths))
        for step in reversed(range(inputs.shape[1])):
            i, o, f, g, before, came, cell = kept[step]
            squashed = np.tanh(cell)
            by_cell = by_cell + by_hidden * o * (1 - squashed**2)
            by_sums = np.stack(
                [by_cell * g * i * (1 - i), by_hidden * squashed * o * (1 - o), by_cell * before * f * (1 - f), by_cell * i * (1 - g**2)], axis=1
            )
            gradient["w"] += inputs[:, step].T @ by_sums
            gradient["r"] += came @ by_sums
            gradient["b"] += by_sums.sum(axis=0)
            by_hidden, by_cell = by_sums @ self.values["r"], by_cell * f
        return float(np.mean((outputs - truths) ** 2)), gradient

    def check(self, inputs, truths):
        """Compares the gradient with finite differences; the largest relative difference."""
        _, gradient = self.learn(inputs, truths)
        worst, small = 0.0, 1e-6
        for name, values in self.values.items():
            for place in np.ndindex(values.shape):
                known = values[place]
                losses = []
                for moved in (known + small, known - small):
                    values[place] = moved
                    losses.append(self.learn(inputs, truths)[0])
                values[place] = known
                estimate = (losses[0] - losses[1]) / (2 * small)
                worst = max(worst, abs(estimate - gradient[name][place]) / max(1e-4, abs(estimate)))
        return worst

    def train(self, inputs, truths):
        """Adam on all rows at once."""
        first, second = ({name: np.zeros(shape) for name, shape in self.SHAPES.items()} for _ in range(2))
        for step in range(1, STEPS + 1):
            _, gradient = self.learn(inputs, truths)
            for name, slope in gradient.items():
                first[name] = 0.9 * first[name] + 0.1 * slope
                second[name] = 0.999 * second[name] + 0.001 * slope**2
                self.values[name] = self.values[name] - RATE * (first[name] / (1 - 0.9**step)) / (np.sqrt(second[name] / (1 - 0.999**step)) + 1e-8)
        self.values = {name: rounded(values) for name, values in self.values.items()}


def rounded(values):
    return np.vectorize(lambda value: float(f"{value:.{DIGITS}g}"))(values)


class Model:
    """The network with its scaling."""

    def __init__(self, windows, truths):
        inputs = relative(windows)
        # A column whose deviation is 0 would carry nothing; the close of the last row is always 0, the column is not.
        self.scale = rounded(inputs.std(axis=(0, 1), ddof=1))
        changes = truths / windows[:, -1, CLOSE] - 1
        self.most = float(rounded(np.abs(changes).max()))
        self.network = Network(np.random.RandomState(SEED))
        self.worst = self.network.check((inputs / self.scale)[:50], (changes / self.most)[:50])
        if not self.worst < 1e-4:
            raise SystemExit(f"nothing written: the gradient differs from finite differences by {self.worst:.3g}")
        self.network.train(inputs / self.scale, changes / self.most)

    def predict(self, windows):
        outputs, _ = self.network.run(relative(windows) / self.scale)
        return windows[:, -1, CLOSE] * (1 + self.most * outputs)

    def graph(self):
        """[N, 40] doubles in: today's five, then seven rows of five. [N, 1] out: tomorrow's close."""

        def constant(name, values, kind=np.float64):
            return numpy_helper.from_array(np.array(values, dtype=kind), name)

        def node(kind, inputs, outputs, **more):
            return helper.make_node(kind, inputs, outputs, **more)

        values, lags = self.network.values, ROWS * WIDTH
        graph = helper.make_graph(
            nodes=[
                node("Slice", ["features", "lags_from", "lags_to", "columns"], ["flat"]),
                node("Reshape", ["flat", "window_shape"], ["window"]),
                node("Slice", ["window", "from_0", "to_4", "axis_2"], ["prices"]),
                node("Slice", ["window", "to_4", "to_5", "axis_2"], ["volumes"]),
                node("Slice", ["window", "last_row", "last_end", "rows_and_columns"], ["close"]),
                node("Div", ["prices", "close"], ["price_ratios"]),
                node("ReduceMean", ["volumes"], ["volume_mean"], axes=[1], keepdims=1),
                node("Div", ["volumes", "volume_mean"], ["volume_ratios"]),
                node("Concat", ["price_ratios", "volume_ratios"], ["ratios"], axis=2),
                node("Sub", ["ratios", "one"], ["changes"]),
                node("Div", ["changes", "scale"], ["scaled"]),
                node("Transpose", ["scaled"], ["sequence"], perm=[1, 0, 2]),
                node("Cast", ["sequence"], ["sequence_float"], to=TensorProto.FLOAT),
                node("LSTM", ["sequence_float", "w", "r", "b"], ["", "hidden"], hidden_size=1),
                node("Reshape", ["hidden", "column_shape"], ["hidden_column"]),
                node("Mul", ["hidden_column", "dense_weight"], ["weighed"]),
                node("Add", ["weighed", "dense_bias"], ["summed"]),
                node("Tanh", ["summed"], ["output"]),
                node("Cast", ["output"], ["output_double"], to=TensorProto.DOUBLE),
                node("Mul", ["output_double", "most"], ["change"]),
                node("Add", ["change", "one"], ["ratio"]),
                node("Reshape", ["close", "column_shape"], ["close_column"]),
                node("Mul", ["close_column", "ratio"], ["tomorrow"]),
            ],
            name=NAME,
            inputs=[helper.make_tensor_value_info("features", TensorProto.DOUBLE, ["N", WIDTH + lags])],
            outputs=[helper.make_tensor_value_info("tomorrow", TensorProto.DOUBLE, ["N", 1])],
            initializer=[
                constant("lags_from", [WIDTH], np.int64),
                constant("lags_to", [WIDTH + lags], np.int64),
                constant("columns", [1], np.int64),
                constant("window_shape", [-1, ROWS, WIDTH], np.int64),
                constant("from_0", [0], np.int64),
                constant("to_4", [4], np.int64),
                constant("to_5", [5], np.int64),
                constant("axis_2", [2], np.int64),
                constant("last_row", [ROWS - 1, CLOSE], np.int64),
                constant("last_end", [ROWS, CLOSE + 1], np.int64),
                constant("rows_and_columns", [1, 2], np.int64),
                constant("column_shape", [-1, 1], np.int64),
                constant("one", 1.0),
                constant("scale", self.scale),
                constant("most", self.most),
                constant("w", values["w"].T[None], np.float32),
                constant("r", values["r"].reshape(1, 4, 1), np.float32),
                constant("b", np.concatenate([values["b"], np.zeros(4)])[None], np.float32),
                constant("dense_weight", [[values["dense"][0]]], np.float32),
                constant("dense_bias", [[values["dense"][1]]], np.float32),
            ],
        )
        made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 15)], producer_name="train.py")
        made.ir_version = 8
        onnx.checker.check_model(made)
        return made.SerializeToString()


def names():
    return series.COLUMNS + [f"{name}[{row - ROWS + 1}]" for row in range(ROWS) for name in series.COLUMNS]


def distribution(name, values):
    """Where the values of one column lie: bins of about equal share."""
    values = [float(f"{value:.12g}") for value in values]
    ordered = sorted(values)
    edges = sorted({ordered[(len(ordered) - 1) * step // BINS] for step in range(BINS + 1)})
    counts = [0] * (len(edges) - 1)
    for value in values:
        counts[min(sum(edge <= value for edge in edges), len(counts)) - 1] += 1
    return {
        "name": name, "count": len(values), "missingShare": 0.0,
        "mean": float(f"{np.mean(values):.12g}"), "std": float(f"{np.std(values, ddof=1):.12g}"), "edges": edges, "counts": counts,
    }


def errors_of(predicted, truths):
    """Mean absolute error and root of the mean squared error, in USD."""
    return float(f"{np.abs(predicted - truths).mean():.6g}"), float(f"{np.sqrt(((predicted - truths) ** 2).mean()):.6g}")


def sha256(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def manifest(arguments, data, made, model, training, held_out, errors, naive):
    """model.yaml. Strings are written as JSON, which YAML includes."""
    text = json.dumps
    command = f"./train.py --data {data.name} --feature-set-hash {arguments.feature_set_hash} --author {text(arguments.author)} --date {arguments.date}"
    return "\n".join([
        f"name: {NAME}",
        f"version: {text(VERSION)}",
        "kind: regressor",
        f"sha256: {hashlib.sha256(made).hexdigest()}",
        "featureSet:",
        f"  name: {FEATURE_SET}",
        f"  version: {FEATURE_SET_VERSION}",
        f"  hash: {arguments.feature_set_hash}",
        f"  features: {text(names())}",
        "input: features",
        "output: tomorrow",
        "missing: refused",
        "training:",
        "  exportManifest: null",
        "  data:",
        f"    - name: {data.name}",
        f"      sha256: {sha256(data)}",
        f"      rows: {training}",
        "  codeCommit: null",
        f"  codeSha256: {sha256(Path(__file__))}",
        f"  command: {text(command)}",
        f"  parameters: {{ network: \"LSTM(1), Dense(1, tanh)\", loss: mean squared error, optimiser: Adam, rate: {RATE}, steps: {STEPS}, seed: {SEED} }}",
        f"  author: {text(arguments.author)}",
        f"  date: {arguments.date}",
        "  metrics:",
        f"    - data: {text('the last 30 % of ' + data.name)}",
        f"      sha256: {sha256(data)}",
        f"      rows: {held_out}",
        f"      values: {{ mae: {errors[0]}, rmse: {errors[1]}, mae_of_today: {naive[0]}, rmse_of_today: {naive[1]} }}",
    ]) + "\n"


def main():
    parser = argparse.ArgumentParser(description="Trains the stock model and writes its package.")
    parser.add_argument("--data", help="the daily series")
    parser.add_argument("--feature-set-hash", required=True, help="content hash of the feature set that the model is for")
    parser.add_argument("--author", required=True)
    parser.add_argument("--date", default=datetime.datetime.now(datetime.timezone.utc).date().isoformat())
    parser.add_argument("--out", type=Path, default=HERE / "models" / NAME, help="folder of the package")
    arguments = parser.parse_args()

    data = series.place(arguments.data)
    days = series.read(data)
    windows, truths = windows_of(days)
    training = int(TRAINING_SHARE * len(days))
    fits = np.arange(ROWS, len(days)) < training  # the day that is predicted lies in the first 70 %
    model = Model(windows[fits], truths[fits])
    print(f"{len(days)} days, {training} of them for training; the gradient differs from finite differences by {model.worst:.2g}")

    errors = errors_of(model.predict(windows[~fits]), truths[~fits])
    naive = errors_of(windows[~fits][:, -1, CLOSE], truths[~fits])
    print(f"the last {np.sum(~fits)} days: mean absolute error {errors[0]} USD, of 'tomorrow is today' {naive[0]} USD; root mean square {errors[1]} and {naive[1]} USD")

    rows = np.concatenate([windows[fits][:, -1], windows[fits].reshape(-1, ROWS * WIDTH)], axis=1)
    baseline = {
        "rows": len(rows),
        "features": [distribution(name, column) for name, column in zip(names(), rows.T)],
        "score": distribution("tomorrow", model.predict(windows[fits])),
    }
    made = model.graph()
    arguments.out.mkdir(parents=True, exist_ok=True)
    (arguments.out / "model.onnx").write_bytes(made)
    (arguments.out / "baseline.json").write_text(json.dumps(baseline) + "\n", encoding="utf-8")
    (arguments.out / "model.yaml").write_text(
        manifest(arguments, data, made, model, training, int(np.sum(~fits)), errors, naive), encoding="utf-8"
    )
    print(f"wrote {arguments.out}")


if __name__ == "__main__":
    main()
