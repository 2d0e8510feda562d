"""Reads the daily series of a share as it is downloaded: Date, Open, High, Low, Close, Adj Close, Volume."""
import csv
import datetime
import os
from pathlib import Path

COLUMNS = ["open", "high", "low", "close", "volume"]
HEADER = ["Date", "Open", "High", "Low", "Close", "Adj Close", "Volume"]
# A day's row is complete when the market has closed.
CLOSE = datetime.timedelta(hours=21)


def place(asked):
    """The file: what was asked for, or GOOG.csv in the folder that STREAMING_TEST_DATA names."""
    if asked:
        return Path(asked)
    folder = os.environ.get("STREAMING_TEST_DATA")
    if not folder:
        raise SystemExit("the daily series is not part of the sample: give it with --data FILE; README.md tells where it comes from.")
    return Path(folder) / "stock" / "GOOG.csv"


def read(path):
    """Days as (milliseconds since 1970, the five figures), in the order of their time."""
    days = []
    with open(path, newline="", encoding="ascii") as lines:
        rows = csv.reader(lines)
        header = next(rows, [])
        if header != HEADER:
            raise SystemExit(f"{path}, line 1: the columns are {','.join(header)}; they must be {','.join(HEADER)}.")
        for number, row in enumerate(rows, start=2):
            try:
                day = datetime.datetime.strptime(row[0], "%Y-%m-%d").replace(tzinfo=datetime.timezone.utc) + CLOSE
                figures = [float(row[HEADER.index(name.capitalize())]) for name in COLUMNS]
            except (ValueError, IndexError) as mistake:
                raise SystemExit(f"{path}, line {number}: {mistake}.") from None
            days.append((int(day.timestamp()) * 1000, figures))
            if len(days) > 1 and days[-1][0] <= days[-2][0]:
                raise SystemExit(f"{path}, line {number}: {row[0]} does not come after the day before it.")
    return days
