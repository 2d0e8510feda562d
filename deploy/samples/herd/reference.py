#!/usr/bin/python3
"""The features of features/herd.yaml once more, the slow way: all readings in lists, every value looked for anew, each rule written out by hand.

    reference.py PLAY.jsonl --compare EXPORT.csv     compares an export of the chain's vectors with them; the last line is JSON
    reference.py PLAY.jsonl --out VECTORS.jsonl      writes them

It knows nothing of the chain but what docs/TIME.md and docs/FEATURES.md promise, and needs nothing but Python.
"""
import argparse
import bisect
import csv
import datetime
import json
import math
from collections import defaultdict

HOUR, DAY = 3_600_000, 86_400_000
GRACE, REVISE_FOR = 600_000, 7 * DAY
# No clock that a run can have is so far ahead: these are refused at the door.
FUTURE = 4_102_444_800_000
USED = {"temp", "temp_without_drink_cycles", "act", "act_index", "rum_index", "mot_period", "mot_pulse_width", "ph", "water_intake", "milk_yield"}
# Computed in another order of operations by the chain, so that the last digits may differ: by how much at most.
ROUNDED = {"activity_trend": 1e-12, "activity_spread": 1e-9}
MISSING = math.nan


class Cow:
    """Everything that was taken in of one animal."""

    def __init__(self):
        self.watermark = -math.inf
        self.seen = set()
        self.metrics = defaultdict(list)
        self.hours = set()
        self.attributes = []

    def take(self, reading):
        """A reading in the order of arrival; which class it falls into."""
        time, metrics = reading["time"], reading["metrics"]
        if time > FUTURE:
            return "refused"
        identity = (reading["device"], time, reading["sequence"])
        start = time // HOUR * HOUR
        is_late = self.watermark >= start + HOUR + GRACE + REVISE_FOR
        if identity in self.seen and not is_late:
            return "duplicate"
        self.watermark = max(self.watermark, time)
        if metrics.get("in_reticulum", 1) != 1 or not USED & metrics.keys():
            return "filtered"
        if is_late:
            return "late"
        self.seen.add(identity)
        self.hours.add(start)
        for name, value in metrics.items():
            bisect.insort(self.metrics[name], (time, value), key=lambda pair: pair[0])  # of one time, in the order of arrival
        return "contributed"

    def has_vector(self, start):
        return start in self.hours and self.watermark >= start + HOUR + GRACE

    def closed_hours(self):
        return sorted(filter(self.has_vector, self.hours))

    def within(self, metric, start, end):
        """Readings of a metric from start, not at end."""
        readings = self.metrics[metric]
        return readings[bisect.bisect_left(readings, start, key=lambda pair: pair[0]):bisect.bisect_left(readings, end, key=lambda pair: pair[0])]

    def before(self, metric, start):
        readings = self.metrics[metric]
        place = bisect.bisect_left(readings, start, key=lambda pair: pair[0])
        return readings[place - 1:place]

    def attribute(self, name, end):
        """The value that held just before a moment."""
        held = [values[name] for since, _, values in sorted(self.attributes, key=lambda item: item[0]) if since < end and name in values]
        return held[-1] if held else MISSING

    def pen(self, end):
        held = [group for since, group, _ in sorted(self.attributes, key=lambda item: item[0]) if since < end and group is not None]
        return held[-1] if held else None


class Farm:
    """A whole play, read in the order of arrival."""

    def __init__(self, lines):
        self.cows, self.pens, self.classes = defaultdict(Cow), defaultdict(lambda: defaultdict(list)), defaultdict(int)
        self.truths = defaultdict(list)
        self.shared = {}
        for line in lines:
            if reading := line.get("reading"):
                if reading.get("group"):
                    for name, value in reading["metrics"].items():
                        self.pens[reading["entity"]][name].append((reading["time"], value))
                else:
                    self.classes[self.cows[reading["entity"]].take(reading)] += 1
            elif said := line.get("attributes"):
                self.cows[said["entity"]].attributes.append((said["from"], said["group"], said["values"]))
            elif label := line.get("label"):
                self.truths[label["entity"]].append((label["time"], label["end"], label["value"]))
        for metrics in self.pens.values():
            for readings in metrics.values():
                readings.sort()

    def truth(self, name, start):
        """What the vet said of an hour."""
        return next((value for first, last, value in self.truths[name] if first < start + HOUR and start < last), None)

    def barn(self, pen, metric, end):
        """The last reading of a pen's climate before a moment, if it is no older than an hour."""
        readings = self.pens[pen][metric] if pen else []
        place = bisect.bisect_left(readings, (end,))
        return readings[place - 1][1] if place and end - readings[place - 1][0] <= HOUR else MISSING

    def penmates(self, pen, start):
        """Activity in an hour and rumination in the day before its end, of every cow who has a vector of the hour and stood in a pen when it ended."""
        if start not in self.shared:
            end, rum = start + HOUR, "rum_index"
            self.shared[start] = [
                (cow.pen(end), mean(cow.within("act", start, end)), increase(cow.before(rum, end - DAY), cow.within(rum, end - DAY, end)))
                for cow in self.cows.values() if cow.has_vector(start)
            ]
        mates = [(activity, rumination) for where, activity, rumination in self.shared[start] if where == pen and pen is not None]
        return [[value for value in column if not math.isnan(value)] for column in (zip(*mates) if mates else ([], []))]

    def vectors(self, every=1):
        """(cow, hour, features) for every hour that has a vector."""
        for name in sorted(self.cows):
            for start in self.cows[name].closed_hours():
                if start // HOUR % every == 0:
                    yield name, start, self.features(self.cows[name], start)

    def features(self, cow, start):
        end = start + HOUR
        day, week = end - DAY, end - 7 * DAY
        core, act, rum = "temp_without_drink_cycles", "act", "rum_index"
        found = {
            "temperature": mean(cow.within(core, start, end)),
            "temperature_day": mean(cow.within(core, day, end)),
            "temperature_week": mean(cow.within(core, week, end)),
        }
        found["temperature_change"] = found["temperature_day"] - found["temperature_week"]
        found["temperature_most"] = greatest(cow.within(core, day, end))
        found["fever"] = seconds_above(cow.within(core, day, end), 39.5, end)
        found["drinking"] = greatest(cow.within("temp", start, end)) - least(cow.within("temp", start, end))
        found["water"] = ([MISSING] + values_of(cow.within("water_intake", end - 2 * DAY, end)))[-1]
        found["activity"] = mean(cow.within(act, start, end))
        found["activity_day"] = mean(cow.within(act, day, end))
        found["activity_week"] = mean(cow.within(act, week, end))
        found["activity_change"] = found["activity_day"] / found["activity_week"] - 1 if found["activity_week"] else MISSING
        found["activity_trend"] = slope(cow.within(act, day, end))
        found["activity_spread"] = spread(cow.within(act, day, end))
        found["activity_index_most"] = greatest(cow.within("act_index", day, end))
        for feature, since in (("rumination", start), ("rumination_day", day), ("rumination_week", week)):
            found[feature] = increase(cow.before(rum, since), cow.within(rum, since, end))
        found["contraction_period"] = mean(cow.within("mot_period", day, end))
        found["contraction_pulse"] = mean(cow.within("mot_pulse_width", day, end))
        found["ph_day"] = mean(cow.within("ph", day, end))
        found["ph_least"] = least(cow.within("ph", day, end))
        found["ph_sound"] = seconds_above(cow.within("ph", day, end), 5.8, end)
        found["acidosis"] = MISSING if math.isnan(found["ph_least"]) else float(found["ph_least"] < 5.8)
        found["milk_day"] = math.fsum(values_of(cow.within("milk_yield", day, end)))
        found["readings"] = float(len(cow.within("temp", start, end)))
        found["silent_for"] = (end - cow.before("temp", end)[0][0]) / 1000 if cow.before("temp", end) else MISSING
        pen = cow.pen(end)
        found["barn_temperature"] = self.barn(pen, "temp", end)
        found["barn_humidity"] = self.barn(pen, "hum", end)
        found["barn_index"] = self.barn(pen, "temp_hum_index", end)
        found["heat_stress"] = MISSING if math.isnan(found["barn_index"]) else float(found["barn_index"] > 68)
        activities, ruminations = self.penmates(pen, start)
        found["pen_cows"] = float(len(activities))
        found["pen_activity"] = average(activities)
        found["activity_in_pen"] = found["activity"] - found["pen_activity"]
        found["pen_rumination"] = average(ruminations)
        found["rumination_in_pen"] = found["rumination_day"] - found["pen_rumination"]
        found["parity"] = cow.attribute("parity", end)
        found["calved"] = cow.attribute("calved_at", end)
        found["days_in_milk"] = (end - found["calved"]) / 1000 / 86_400
        return found


def values_of(readings):
    return [value for _, value in readings]


def average(values):
    return math.fsum(values) / len(values) if values else MISSING


def mean(readings):
    return average(values_of(readings))


def greatest(readings):
    return max(values_of(readings), default=MISSING)


def least(readings):
    return min(values_of(readings), default=MISSING)


def seconds_above(readings, threshold, end):
    """From each reading that is above to the next one, or to the end."""
    if not readings:
        return MISSING
    until = [time for time, _ in readings[1:]] + [end]
    return sum(following - time for (time, value), following in zip(readings, until) if value > threshold) / 1000


def increase(before, readings):
    """The rises of a counter since the last reading before; a fall is a restart from 0."""
    if not readings:
        return MISSING
    values = values_of(before + readings)
    return math.fsum(later - earlier if later >= earlier else later for earlier, later in zip(values, values[1:]))


def spread(readings):
    """Sample standard deviation."""
    if len(readings) < 2:
        return MISSING
    middle = mean(readings)
    return math.sqrt(math.fsum((value - middle) ** 2 for value in values_of(readings)) / (len(readings) - 1))


def slope(readings):
    """Least squares over time, per second."""
    if len({time for time, _ in readings}) < 2:
        return MISSING
    first = readings[0][0]
    seconds, values = [(time - first) / 1000 for time, _ in readings], values_of(readings)
    middle, level = math.fsum(seconds) / len(seconds), math.fsum(values) / len(values)
    above = math.fsum((second - middle) * (value - level) for second, value in zip(seconds, values))
    return above / math.fsum((second - middle) ** 2 for second in seconds)


def read(path):
    """The lines of a play, the first one left out."""
    with open(path, encoding="ascii") as lines:
        next(lines)
        yield from map(json.loads, lines)


def is_same(name, one, other):
    return math.isnan(one) and math.isnan(other) or one == other or abs(one - other) <= ROUNDED.get(name, 0)


def compare(farm, export):
    """Every value of every vector; what differs is shown, the first ten of it."""
    with open(export, newline="", encoding="utf-8") as lines:
        rows = {(row["entity_id"], row["bucket_start"]): row for row in csv.DictReader(lines)}
    vectors = values = 0
    differences = []
    for name, start, features in farm.vectors():
        hour = datetime.datetime.fromtimestamp(start / 1000, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.000Z")
        row = rows.pop((name, hour), None)
        vectors += 1
        if row is None:
            differences.append(f"{name} {hour}: there is no vector")
            continue
        for feature, expected in features.items():
            came = float(row[feature] or "nan")
            values += 1
            if not is_same(feature, expected, came):
                differences.append(f"{name} {hour} {feature}: {came!r} came, {expected!r} was expected")
    differences += [f"{name} {hour}: a vector too many" for name, hour in rows]
    return {"vectors": vectors, "values": values, "differences": len(differences), **{"readings_" + name: count for name, count in sorted(farm.classes.items())}}, differences


def main():
    parser = argparse.ArgumentParser(description="Computes the herd's features the slow way.")
    parser.add_argument("play", help="what play.py wrote")
    parser.add_argument("--compare", help="an export of the chain's vectors, as CSV")
    parser.add_argument("--out", help="where to write the vectors, as JSON lines")
    arguments = parser.parse_args()
    farm = Farm(read(arguments.play))
    if arguments.out:
        with open(arguments.out, "w", encoding="ascii") as out:
            for name, start, features in farm.vectors():
                shown = {feature: None if math.isnan(value) else value for feature, value in features.items()}
                print(json.dumps({"entity": name, "bucket_start": start, "truth": farm.truth(name, start), **shown}), file=out)
    if arguments.compare:
        found, differences = compare(farm, arguments.compare)
        for difference in differences[:10]:
            print(difference)
        print(json.dumps(found))
        raise SystemExit(1 if differences else 0)


if __name__ == "__main__":
    main()
