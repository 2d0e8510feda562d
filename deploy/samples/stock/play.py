#!/usr/bin/python3
"""Writes what ./run.sh --sample stock plays: a reading a day, as a market data service would send it after the close.

    play.py OUT --data GOOG.csv
"""
import argparse
import json

import series

ENTITY = "GOOG"


def main():
    parser = argparse.ArgumentParser(description="Writes what is played.")
    parser.add_argument("out", help="where to write the JSON lines")
    parser.add_argument("--data", help="the daily series")
    arguments = parser.parse_args()
    days = series.read(series.place(arguments.data))
    with open(arguments.out, "w", encoding="ascii") as out:
        print("{}", file=out)
        for sequence, (time, figures) in enumerate(days):
            reading = {"entity": ENTITY, "time": time, "metrics": dict(zip(series.COLUMNS, figures)), "device": "daily", "sequence": sequence}
            print(json.dumps({"at": time - days[0][0], "reading": reading}), file=out)


if __name__ == "__main__":
    main()
