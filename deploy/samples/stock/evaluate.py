#!/usr/bin/python3
"""How good the chain's predictions were: beside the truth, and beside "tomorrow is today", over the last 30 % of the days.

    evaluate.py EXPORT.csv --data GOOG.csv --plot prediction.png

Every prediction of the export is computed anew as well, from the model's parameters and the days of the series, value by value and without the runtime that the
chain uses. The last line of the output is JSON with what was found.
"""
import argparse
import csv
import json
import math
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.dates as dates
import matplotlib.pyplot as plt
import onnx
from onnx import numpy_helper

import series

HERE = Path(__file__).resolve().parent
ROWS, CLOSE = 7, series.COLUMNS.index("close")
TRAINING_SHARE = 0.7


def sigmoid(x):
    return 1 / (1 + math.exp(-x))


class Recomputation:
    """The network, one number after the other."""

    def __init__(self, path):
        held = {item.name: numpy_helper.to_array(item) for item in onnx.load(path).graph.initializer}
        self.scale, self.most = held["scale"].tolist(), float(held["most"])
        self.w, self.r, self.b = held["w"][0].tolist(), held["r"][0, :, 0].tolist(), held["b"][0].tolist()
        self.weight, self.bias = float(held["dense_weight"][0, 0]), float(held["dense_bias"][0, 0])

    def tomorrow(self, days):
        """The close after seven days of five figures each."""
        today, volume = days[-1][CLOSE], math.fsum(day[4] for day in days) / len(days)
        hidden = cell = 0.0
        for day in days:
            inputs = [(value / (volume if column == 4 else today) - 1) / self.scale[column] for column, value in enumerate(day)]
            i, o, f, g = (
                math.fsum(weight * value for weight, value in zip(self.w[gate], inputs)) + hidden * self.r[gate] + self.b[gate] + self.b[gate + 4]
                for gate in range(4)
            )
            cell = sigmoid(f) * cell + sigmoid(i) * math.tanh(g)
            hidden = sigmoid(o) * math.tanh(cell)
        return today * (1 + self.most * math.tanh(hidden * self.weight + self.bias))


def predictions_of(path):
    """What the chain said, by the day that ends with the prediction."""
    with open(path, newline="", encoding="utf-8") as lines:
        return {row["bucket_start"][:10]: float(row["score_1"]) for row in csv.DictReader(lines) if row["score_1"]}


def plot(rows, path):
    """The truth and the predictions above, how far off each was below."""
    time = [row["day"] for row in rows]
    figure, (above, below) = plt.subplots(2, 1, figsize=(12, 6.5), sharex=True, layout="constrained", height_ratios=[3, 1])
    above.plot(time, [row["truth"] for row in rows], color="0.45", linewidth=2.2, label="truth")
    above.plot(time, [row["predicted"] for row in rows], color="tab:blue", linewidth=0.8, label="predicted the day before")
    above.set_ylabel("close, USD")
    above.legend(loc="upper left", frameon=False)
    below.plot(time, [row["predicted"] - row["truth"] for row in rows], color="tab:blue", linewidth=0.7)
    below.set_ylabel("off by, USD")
    below.xaxis.set_major_formatter(dates.ConciseDateFormatter(below.xaxis.get_major_locator()))
    figure.savefig(path, dpi=80)


def errors_of(rows, name):
    off = [row[name] - row["truth"] for row in rows]
    return {"mae": math.fsum(map(abs, off)) / len(off), "rmse": math.sqrt(math.fsum(value * value for value in off) / len(off))}


def main():
    parser = argparse.ArgumentParser(description="Compares what the chain predicted with what was true.")
    parser.add_argument("export", help="what `streaming export --predictions stock-lstm` wrote, as CSV")
    parser.add_argument("--data", help="the daily series")
    parser.add_argument("--plot", help="where to draw the last 30 %%, as .png, .svg or .pdf")
    arguments = parser.parse_args()

    days = series.read(series.place(arguments.data))
    predicted = predictions_of(arguments.export)
    model = Recomputation(HERE / "models" / "stock-lstm" / "model.onnx")
    rows, furthest = [], 0.0
    for today in range(ROWS - 1, len(days) - 1):
        day = dates.num2date(days[today][0] / 86_400_000)
        said = predicted.pop(f"{day:%Y-%m-%d}", None)
        if said is None:
            raise SystemExit(f"{arguments.export}: there is no prediction of {day:%Y-%m-%d}, though {ROWS} days up to it are there.")
        again = model.tomorrow([figures for _, figures in days[today - ROWS + 1:today + 1]])
        furthest = max(furthest, abs(said - again) / again)
        rows.append({"row": today + 1, "day": dates.num2date(days[today + 1][0] / 86_400_000), "truth": days[today + 1][1][CLOSE], "predicted": said, "today": days[today][1][CLOSE]})
    if predicted:
        raise SystemExit(f"{arguments.export}: nothing predicts {', '.join(sorted(predicted)[:5])}, and yet it is there.")

    held_out = [row for row in rows if row["row"] >= int(TRAINING_SHARE * len(days))]
    found = {
        "predictions": len(rows),
        "furthest_from_recomputed": furthest,
        "held_out": len(held_out),
        "model": errors_of(held_out, "predicted"),
        "tomorrow_is_today": errors_of(held_out, "today"),
    }
    if arguments.plot:
        plot(held_out, arguments.plot)
        print(f"drawn: {arguments.plot}")
    print(json.dumps(found))


if __name__ == "__main__":
    main()
