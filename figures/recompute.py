"""Counts the published figures again from the open data, with nothing but Python's standard library.

    python3 figures/recompute.py https://the.address 2026-11

fetches the month's figures, their definitions and the rows of `/api/v1/open-data/cases.csv`, counts everything from the
rows, and compares with what is published about the cases that everyone may read: numerator and denominator of each rate
(`public_rates`), and under `public` how many there are, are excluded, overdue, returned, reopened, their cards, and the
count, median and 90th percentile of the first answer and of each step; for the district, each department, each town,
each group of categories and each day. Of a day of one department, town or category only what the offices did is
published, over all cases: there it checks that all that the rows tell of such a day is in it. Exit code 0: all agree;
1: something does not; 2: nothing to compare, as in a month with too few public cases for any rows.

Rows that would be alone do not tell their day, town, group or department, and of small groups no figures are published.
So the district agrees to the last row; a day, town, group or department has at least what its rows come to, and all of
them together no more beyond that than the rows that do not tell theirs. Times are compared where all rows of a group
tell that they are its own; by category not at all, since medians of categories do not come to that of their group.

It is counted thus (the definitions, beside the figures, say the same in words). Of the rows that are not `excluded`,
those whose `ending` is among a rate's `counts`, and whose value is known, are its denominator; those of them whose
value is true are the numerator. The value is the column of the rate's name; of `satisfied`, whether `marks` reach
`satisfied_from`. Overdue is whose `on_time` is false, returned who has `returns`; cards are added up. A median is the
smallest of the values that half of them do not exceed, the 90th percentile that nine tenths do not. Categories are
compared by group, since rows of small groups (`coarse`) do not tell theirs.
"""

import calendar
import csv
import io
import json
import sys
import time
import urllib.parse
import urllib.request

DIMENSIONS = ("district", "department", "town", "category")
DAILY = ("department", "town", "category")
DONE = ("cases", "excluded", "overdue", "returned", "yellow_cards", "red_cards")  # told of every day, however few
COUNTS = ("cases", "excluded", "overdue", "returned", "reopened", "yellow_cards", "red_cards")
TIMES = ("first_answer", "collect", "report", "handle", "supervise", "feedback")
TRIES = 5
PAUSE_SECONDS = 20  # figures follow the cases within seconds: rows read meanwhile may be newer than the figures


def fetch(base, path, **query):
    """The body of an address."""
    url = f"{base.rstrip('/')}/api/v1{path}?{urllib.parse.urlencode(query)}"
    with urllib.request.urlopen(url, timeout=60) as answer:  # noqa: S310 - the address is the caller's own
        return answer.read()


class Book:
    """Numbers that can be added up, by (dimension, value, name), times by the same, and the groups not told of."""

    def __init__(self):
        self.sums, self.times, self.untold = {}, {}, set()

    def add(self, by, value, name, *numbers):
        """Adds to what is there."""
        before = self.sums.get((by, value, name), (0,) * len(numbers))
        self.sums[by, value, name] = tuple(old + new for old, new in zip(before, numbers, strict=True))


def published(base, month):
    """What is published, and the definitions that it goes by."""
    book, definitions = Book(), {}
    group_of = {
        subject["code"]: group["code"]
        for group in json.loads(fetch(base, "/directory"))["categories"]
        for subject in group["items"]
    }
    for by in DIMENSIONS:
        found = json.loads(fetch(base, "/figures", by=by, month=month))
        definitions = found["definitions"]
        for group in found["groups"]:
            value = group_of.get(group["code"], group["code"]) if by == "category" else group["code"]
            enter(book, by, value, group["correction"] or group["figures"])
    for day, figures in days_of(base, month).items():
        enter(book, "day", day, figures)
    book.sums = {key: numbers for key, numbers in book.sums.items() if key[:2] not in book.untold}
    return book, definitions


def days_of(base, month, by="district", value=""):
    """The published figures of each day of a month, of the district or of one department, town or category."""
    year, number = map(int, month.split("-"))
    span = {"from": f"{month}-01", "to": f"{month}-{calendar.monthrange(year, number)[1]}"}
    found = json.loads(fetch(base, "/figures/days", by=by, value=value, **span))["days"]
    return {one["day"]: one["figures"] for one in found}


def enter(book, by, value, figures):
    """Takes the figures of one group in."""
    public = figures["public"]
    if not figures["public_rates"] or public is None:
        book.untold.add((by, value))
        return
    for rate in figures["public_rates"]:
        book.add(by, value, rate["code"], rate["numerator"], rate["denominator"])
    for name in COUNTS:
        book.add(by, value, name, public[name])
    for one in [public["first_answer"], *public["steps"]] if by != "category" else []:
        book.times[by, value, one["code"]] = (one["count"], one["median_seconds"], one["p90_seconds"])


def rows_of(base, month):
    """The rows of the open data."""
    text = fetch(base, "/open-data/cases.csv", month=month).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def value_of(row, rate, definitions):
    """Whether a row is in the numerator; None when it says nothing about the rate."""
    if rate == "satisfied":
        return None if row["marks"] == "" else int(row["marks"]) >= definitions["satisfied_from"]
    return {"true": True, "false": False, "": None}[row[rate]]


def recomputed(rows, definitions):
    """What follows from the rows, in the shape of `published`."""
    book, seconds = Book(), {}
    for row in rows:
        groups = {
            "district": "", "department": row["department"], "town": row["town"], "category": row["category_group"],
            "day": row["day"],
        }  # fmt: skip
        for by, value in groups.items():
            count(book, seconds, row, by, value, definitions)
    book.times = {key: (len(values), rank(values, 50), rank(values, 90)) for key, values in seconds.items()}
    return book


def count(book, seconds, row, by, value, definitions):
    """Counts one row in one of its groups."""
    excluded = row["excluded"] == "true"
    book.add(by, value, "cases", 1)
    book.add(by, value, "excluded", int(excluded))
    if excluded:
        return
    book.add(by, value, "overdue", int(row["on_time"] == "false"))
    book.add(by, value, "returned", int(int(row["returns"]) > 0))
    book.add(by, value, "reopened", int(row["reopened"] == "true"))
    for name in ("yellow_cards", "red_cards"):
        book.add(by, value, name, int(row[name]))
    for rate in definitions["rates"]:
        kept = value_of(row, rate["code"], definitions)
        if row["ending"] in rate["counts"] and kept is not None:
            book.add(by, value, rate["code"], int(kept), 1)
    for name in TIMES:
        if row[f"{name}_seconds"]:
            seconds.setdefault((by, value, name), []).append(int(row[f"{name}_seconds"]))


def rank(values, percent):
    """The smallest value that so many per cent do not exceed."""
    return sorted(values)[-(-len(values) * percent // 100) - 1]


def differences(told, counted):
    """All that is not what it should be."""
    apart, beyond = [], {}
    for by, value, name in sorted(told.sums):
        own = told.sums[by, value, name]
        found = counted.sums.get((by, value, name), (0,) * len(own))
        more = [published - rows for published, rows in zip(own, found, strict=True)]
        if min(more) < 0 or (by == "district" and any(more)):
            apart.append(f"{by} {value or 'whole'} {name}: published {own}, counted {found}")
        before = beyond.get((by, name), (0,) * len(own))
        beyond[by, name] = [sum(pair) for pair in zip(before, more, strict=True)]
    for (by, name), more in sorted(beyond.items()):
        nameless = counted.sums.get((by, "", name), (0,) * len(more))
        if by != "district" and any(extra > most for extra, most in zip(more, nameless, strict=True)):
            apart.append(f"{by} {name}: {more} more published than counted, but {nameless} tell no {by}")
    return apart + times_apart(told, counted)


def times_apart(told, counted):
    """The times that differ in groups all of whose rows tell that they are its own."""
    whole = {key[:2] for key in told.sums if key[2] == "cases" and told.sums[key] == counted.sums.get(key)}
    nothing = (0, None, None)
    return [
        f"{by} {value or 'whole'} {name}: published {found}, counted {counted.times.get((by, value, name), nothing)}"
        for (by, value, name), found in sorted(told.times.items())
        if (by, value) in whole and found != counted.times.get((by, value, name), nothing)
    ]


def days_apart(base, month, rows):
    """The days of a department, town or category on which the rows tell more than is published."""
    apart = []
    for by in DAILY:
        for value in sorted({row[by] for row in rows if row[by] and row["day"]}):
            told, counted = days_of(base, month, by, value), Book()
            for row in rows:
                if row[by] == value and row["day"]:
                    count(counted, {}, row, by, row["day"], {"rates": []})
            apart += beyond(f"{by} {value}", told, counted)
    return apart


def beyond(what, told, counted):
    """What is counted of days beyond what is told of them."""
    return [
        f"{what} {day} {name}: published {told.get(day, {}).get(name, 0)}, counted {found}"
        for (_, day, name), (found, *_) in sorted(counted.sums.items())
        if name in DONE and found > told.get(day, {}).get(name, 0)
    ]


def late(rows, definitions):
    """Rows whose 24-hour reply does not follow from their own seconds."""
    limit = definitions["reply_hours"] * 3600
    answered = (row for row in rows if row["first_answer_seconds"])
    return [
        f"{row['no']}: {row['first_answer_seconds']} s, but replied_in_hours is {row['replied_in_hours']}"
        for row in answered
        if (int(row["first_answer_seconds"]) <= limit) != (row["replied_in_hours"] == "true")
    ]


def main(base, month):
    """Compares a month; prints how it went."""
    told, rows, apart = Book(), [], []
    for attempt in range(TRIES):
        if attempt:
            time.sleep(PAUSE_SECONDS)
        told, definitions = published(base, month)
        rows = rows_of(base, month)
        apart = differences(told, recomputed(rows, definitions)) + late(rows, definitions)
        apart += days_apart(base, month, rows)
        if not apart or not rows:
            break
    compared = (
        f"{month}: {len(rows)} rows, {len(told.sums)} counts and rates and {len(told.times)} times compared,"
        f" {len(apart)} differ"
    )
    print("\n".join([*apart, compared]))  # noqa: T201 - this is a command
    if not told.sums or not rows:
        return 2
    return 1 if apart else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
