#!/usr/bin/python3
"""Writes what ./run.sh --sample herd plays: a herd of dairy cows with a bolus each, as its devices and people would send it.

    play.py OUT [--cows 20] [--days 14] [--seed 2]

There is no real herd behind it. The metrics, their shape and their rhythm are those of published exports of one; who is ill, and when, is made up, and therefore
known. Nothing but Python itself is needed, and the same numbers give the same file.
"""
import argparse
import json
import math
import random
import shutil

MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
START = 1_748_822_400_000  # 2025-06-02T00:00:00Z, a Monday
PENS = ["barn-1/pen-a", "barn-1/pen-b", "barn-2/pen-c", "barn-2/pen-d"]
LABEL, ILL, HEALTHY = "disease", "ill", "healthy"
# Nothing goes wrong at the end, so that everything that must be corrected is, when the last record has been played.
QUIET_END = 60 * HOUR


class Herd:
    """Everything that is sent, with the moment at which it arrives."""

    def __init__(self, cows, days, seed):
        self.random = random.Random(seed)
        self.end = START + days * DAY
        self.sent = []
        self.heat = [self.random.uniform(-2, 2) + (7 if days // 3 <= day < days // 3 + 4 else 0) for day in range(days + 1)]
        self.climate()
        for number in range(cows):
            Cow(self, number).live()

    def send(self, arrival, **what):
        self.sent.append((max(0, arrival - START), len(self.sent), what))

    def lines(self):
        return [{"at": at, **what} for at, _, what in sorted(self.sent, key=lambda item: item[:2])]

    def weather(self, time, barn):
        """Temperature, humidity, and both in one: the index of NRC (1971)."""
        day, hour = divmod((time - START) / DAY, 1)
        temperature = 20 + self.heat[int(day)] + 5 * math.sin((hour - 0.375) * 2 * math.pi) + barn
        humidity = min(95, max(30, 66 - 2.2 * (temperature - 20)))
        return temperature, humidity, 1.8 * temperature + 32 - (0.55 - 0.0055 * humidity) * (1.8 * temperature - 26)

    def climate(self):
        """A box in each barn speaks for its pens every ten minutes. One is out of order for half a day."""
        broken = START + 3 * DAY + 7 * HOUR
        for index, pen in enumerate(PENS):
            for sequence, time in enumerate(range(START - 30 * MINUTE + index * 17_000, self.end, 10 * MINUTE)):
                if index >= 2 and broken <= time < broken + 12 * HOUR:
                    continue
                names = ["temp", "hum", "temp_hum_index"]
                metrics = dict(zip(names, [round(value + self.random.gauss(0, 0.1), 2) for value in self.weather(max(time, START), index // 2)]))
                self.send(time + 20_000, reading={"entity": pen, "time": time, "metrics": metrics, "device": pen[:6], "sequence": sequence, "group": True})


class Cow:
    """One animal: how she is, and what becomes of what her bolus says."""

    def __init__(self, herd, number):
        self.herd, self.random, self.number = herd, random.Random(f"{herd.random.random()} {number}"), number
        self.name = f"cow-{number + 1:03}"
        self.pen = PENS[number % len(PENS)]
        self.warmth, self.liveliness, self.appetite = self.random.gauss(39.0, 0.12), self.random.uniform(8, 14), self.random.uniform(34, 44)
        self.has_ph = number % 10 == 4
        self.ills = self.plan_ills()
        self.oestrus = START + self.random.uniform(0.2, 0.9) * (herd.end - START)
        self.counter = self.random.randint(10_000, 60_000)
        self.drank = START - DAY
        self.plan_troubles()

    def plan_ills(self):
        """First and last day of each illness, and how hard it is; every other cow has one, a few a second one."""
        days = (self.herd.end - START) // DAY
        ills, day = [], 2 + self.random.randrange(3)
        while day < days - 3 and len(ills) < 2:
            if self.random.random() < 0.45:
                lasts = self.random.randint(3, 5)
                ills.append((START + day * DAY, START + (day + lasts) * DAY, self.random.uniform(0.55, 1.0)))
                day += lasts
            day += 4 + self.random.randrange(6)
        return ills

    def plan_troubles(self):
        """What goes wrong with which bolus: it is out of reach, silent, misplaced, restarted, or its clock is wrong."""
        last = self.herd.end - QUIET_END
        moment = lambda share: START + DAY + int(share * (last - START - DAY)) // MINUTE * MINUTE
        away = self.random.uniform(3, 8) if self.number % 3 == 0 else 0
        away = 31 if self.number % 20 == 6 else away
        begin = moment(self.random.uniform(0, 0.8))
        self.away = (begin, min(begin + int(away * HOUR), last))
        begin = moment(self.random.random())
        self.silent = (begin, begin + 20 * HOUR) if self.number % 10 == 7 else (0, 0)
        self.silent = (moment(0.9), self.herd.end + DAY) if self.number % 20 == 18 else self.silent  # a bolus that is worn out
        self.misplaced = (moment(0.3), moment(0.3) + 5 * HOUR) if self.number % 10 == 1 else (0, 0)
        self.restart = moment(0.6) if self.number % 10 == 3 else 0
        self.ahead = 4 * MINUTE if self.number % 10 == 2 else 0  # a fast clock
        self.leap = moment(0.5) if self.number % 10 == 8 else 0  # a clock that jumps into the next century
        self.fall = moment(0.4) if self.number % 10 == 5 else 0  # one that falls back by longer than a vector can be revised

    def illness(self, time):
        """0 healthy, 1 as ill as can be; it comes within half a day and goes within a day."""
        for first, last, hardness in self.ills:
            if first <= time < last:
                return hardness * min(1, (time - first + 2 * HOUR) / (10 * HOUR), (last - time) / (20 * HOUR))
        return 0

    def live(self):
        self.register()
        kept, away_sent = [], False
        for sequence, time in enumerate(range(START + (self.number * 37 % 600) * 1000, self.herd.end, 10 * MINUTE)):
            metrics = self.measure(time)
            if self.silent[0] <= time < self.silent[1]:
                continue
            clock = time + self.ahead
            if self.leap and 0 <= time - self.leap < 30 * MINUTE:
                clock = time + 2**31 * 1000 * 2
            if self.fall and 0 <= time - self.fall < 30 * MINUTE:
                clock = time - 30 * DAY
            reading = {"entity": self.name, "time": clock, "metrics": metrics, "device": f"bolus-{self.number + 1:03}", "sequence": sequence}
            if self.away[0] <= time < self.away[1]:
                kept.append(reading)
                continue
            self.send(time, reading)
            if kept and not away_sent:
                # In reach again: first what is new, then what was kept, oldest first.
                for place, old in enumerate(kept):
                    self.herd.send(time + 60_000 + place * 1500, reading=old)
                away_sent = True
        self.parlour()
        self.truth()

    def send(self, time, reading):
        """Within a minute; a few are overtaken by the next one, a few are sent twice."""
        fate = self.random.random()
        troubled = time < self.herd.end - QUIET_END
        arrival = time + self.random.randint(2_000, 40_000)
        self.herd.send(arrival + (11 * MINUTE if fate < 0.02 and troubled else 0), reading=reading)
        if fate > 0.99 and troubled:
            self.herd.send(arrival + 90_000, reading=reading)

    def measure(self, time):
        hour = (time % DAY) / HOUR
        ill, hot = self.illness(time), max(0, self.herd.weather(time, PENS.index(self.pen) // 2)[2] - 70)
        rut = 1 if 0 <= time - self.oestrus < 14 * HOUR else 0
        core = self.warmth + 0.15 * math.sin((hour - 11) / 12 * math.pi) + 0.03 * hot + 1.5 * ill + 0.25 * rut + self.random.gauss(0, 0.07)
        if self.random.random() < 0.07 * (1 + 0.05 * hot):
            self.drank = time
        cold = self.random.uniform(4, 7) * math.exp(-(time - self.drank) / (20 * MINUTE))
        awake = 1 + 0.6 * math.sin((hour - 8) / 12 * math.pi)
        act = self.liveliness * awake * (1 - 0.4 * ill) * (1 + rut) * math.exp(self.random.gauss(0, 0.3))
        self.counter += max(0, int(self.appetite * (1.3 - 0.3 * awake) * (1 - 0.45 * ill) * (1 - 0.008 * hot) * math.exp(self.random.gauss(0, 0.25))))
        if self.restart and 0 <= time - self.restart < 10 * MINUTE:
            self.counter = 0
        metrics = {
            "temp": round(core - cold, 2),
            "temp_without_drink_cycles": round(core, 2),
            "act": round(act, 2),
            "act_index": round(act * 0.8 + self.random.gauss(0, 0.4), 2),
            "rum_index": self.counter,
            "mot_period": round(52 + 9 * ill + self.random.gauss(0, 3), 1),
            "mot_pulse_width": round(11 - 1.5 * ill + self.random.gauss(0, 0.8), 1),
            "in_reticulum": 1,
        }
        if self.has_ph:
            metrics["ph"] = round(6.2 + 0.12 * math.sin((hour - 5) / 12 * math.pi) - 0.6 * ill + self.random.gauss(0, 0.05), 2)
        if self.misplaced[0] <= time < self.misplaced[1]:
            metrics.update(temp=round(self.random.uniform(30, 37), 2), temp_without_drink_cycles=36.5, act=0.0, in_reticulum=0)
        return metrics

    def parlour(self):
        """Milk twice a day, and the day's water just before midnight."""
        for day in range((self.herd.end - START) // DAY):
            midnight = START + day * DAY
            for shift, hour in enumerate((5, 17)):
                time = midnight + hour * HOUR + self.number * 20_000
                milk = round(14 * (1 - 0.35 * self.illness(time)) + self.random.gauss(0, 0.8), 1)
                self.herd.send(time + 60_000, reading={"entity": self.name, "time": time, "metrics": {"milk_yield": milk}, "device": "parlour", "sequence": 2 * day + shift})
            time = midnight + DAY - 3 * MINUTE
            water = round(75 * (1 - 0.4 * self.illness(time)) + self.random.gauss(0, 6), 1)
            self.herd.send(time + 30_000, reading={"entity": self.name, "time": time, "metrics": {"water_intake": water}, "device": "trough", "sequence": day})

    def register(self):
        """The herd book: where she stands, how often she has calved and when. Some move, and people write it down hours later."""
        calved = START - self.random.randint(20, 250) * DAY
        values = {"parity": self.random.randint(1, 5), "calved_at": calved}
        self.herd.send(START, attributes={"entity": self.name, "from": calved, "group": self.pen, "values": values})
        last = self.herd.end - QUIET_END - 12 * HOUR
        if self.number % 5 == 0:
            time = START + int(self.random.uniform(0.2, 0.9) * (last - START))
            pen = PENS[(PENS.index(self.pen) + 2) % len(PENS)]
            self.herd.send(time + self.random.randint(3, 10) * HOUR, attributes={"entity": self.name, "from": time, "group": pen, "values": {}})
        if self.number % 10 == 9:
            time = START + int(self.random.uniform(0.2, 0.6) * (last - START))
            values = {"parity": values["parity"] + 1, "calved_at": time}
            self.herd.send(time + 2 * HOUR, attributes={"entity": self.name, "from": time, "group": None, "values": values})

    def truth(self):
        """The vet writes illnesses down one to two weeks after their end; who was well is known after the herd check."""
        well, check = START, self.herd.end + 15 * DAY
        for first, last, _ in self.ills + [(self.herd.end, self.herd.end, 0)]:
            if well < first:
                self.label(well, first, HEALTHY, check)
            if first < last:
                self.label(first, last, ILL, last + self.random.randint(7, 14) * DAY)
            well = last

    def label(self, first, last, value, known):
        label = {"entity": self.name, "time": first, "end": last, "name": LABEL, "value": value, "known": known, "source": "vet"}
        self.herd.send(known, label=label)


def lines(cows, days, seed):
    """What is played, line by line."""
    # Not more than half a day is on its way at once, so that a vector can still be revised when its barn and its pen are heard of. The last revisions are gathered
    # for a while, and then those that they make in the pen.
    yield {"label": LABEL, "mostOnTheirWay": max(500, cows * 72), "settle": 12_000}
    yield from Herd(cows, days, seed).lines()


def main():
    parser = argparse.ArgumentParser(description="Writes what is played.")
    parser.add_argument("out", help="where to write the JSON lines")
    parser.add_argument("--data", help="a file that was written before, to play instead")
    parser.add_argument("--cows", type=int, default=20)
    parser.add_argument("--days", type=int, default=14)
    parser.add_argument("--seed", type=int, default=2)
    arguments = parser.parse_args()
    if arguments.data:
        shutil.copyfile(arguments.data, arguments.out)
        return
    if arguments.cows < 1 or arguments.days < 10:
        parser.error("a herd has at least one cow, and is looked at for at least ten days")
    with open(arguments.out, "w", encoding="ascii") as out:
        for line in lines(arguments.cows, arguments.days, arguments.seed):
            print(json.dumps(line, separators=(",", ":")), file=out)


if __name__ == "__main__":
    main()
