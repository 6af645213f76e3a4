"""Counts the published rates again from the open data, with nothing but Python's standard library.

    python3 figures/recompute.py https://the.address 2026-11

fetches the month's figures, their definitions and the rows of `/api/v1/open-data/cases.csv`, counts every rate from the
rows, and compares numerator and denominator with what is published under `public_rates`: for the district, each
department, each town and each group of categories. Exit code 0: all agree; 1: something does not; 2: nothing to
compare, as in a month with too few public cases for any rows.

Rows that would be alone do not tell their town, group or department, and of small groups no figures are published. So
the district agrees to the last row; a town, group or department has at least what its rows come to, and all of them
together no more beyond that than the rows that do not tell theirs.

A rate is counted thus (the definitions, beside the figures, say the same in words). Of the rows that are not
`excluded`, those whose `ending` is among the rate's `counts`, and whose value is known, are the denominator; those of
them whose value is true are the numerator. The value is the column of the rate's name; of `satisfied`, whether `marks`
reach `satisfied_from`. Categories are compared by group, since rows of small groups (`coarse`) do not tell theirs.
"""

import csv
import io
import json
import sys
import time
import urllib.parse
import urllib.request

TRIES = 5
PAUSE_SECONDS = 20  # figures follow the cases within seconds: rows read meanwhile may be newer than the figures


def fetch(base, path, **query):
    """The body of an address."""
    url = f"{base.rstrip('/')}/api/v1{path}?{urllib.parse.urlencode(query)}"
    with urllib.request.urlopen(url, timeout=60) as answer:  # noqa: S310 - the address is the caller's own
        return answer.read()


def published(base, month):
    """The published rates as {(dimension, value, rate): (numerator, denominator)}, and the definitions they go by."""
    rates, definitions, untold = {}, {}, set()
    group_of = {
        subject["code"]: group["code"]
        for group in json.loads(fetch(base, "/directory"))["categories"]
        for subject in group["items"]
    }
    for by in ("district", "department", "town", "category"):
        found = json.loads(fetch(base, "/figures", by=by, month=month))
        definitions = found["definitions"]
        for group in found["groups"]:
            figures = group["correction"] or group["figures"]
            value = group_of.get(group["code"], group["code"]) if by == "category" else group["code"]
            if figures["few"]:
                untold.add((by, value))
            for rate in figures["public_rates"]:
                before = rates.get((by, value, rate["code"]), (0, 0))
                rates[by, value, rate["code"]] = (before[0] + rate["numerator"], before[1] + rate["denominator"])
    return {key: pair for key, pair in rates.items() if key[:2] not in untold}, definitions


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
    """The rates as they follow from the rows, in the shape of `published`."""
    rates = {}
    for row in rows:
        if row["excluded"] == "true":
            continue
        values = {
            "district": "", "department": row["department"], "town": row["town"], "category": row["category_group"],
        }  # fmt: skip
        for rate in definitions["rates"]:
            value = value_of(row, rate["code"], definitions)
            if row["ending"] not in rate["counts"] or value is None:
                continue
            for by, of in values.items():
                before = rates.get((by, of, rate["code"]), (0, 0))
                rates[by, of, rate["code"]] = (before[0] + value, before[1] + 1)
    return rates


def differences(told, counted):
    """Every rate that is not what it should be."""
    apart, beyond = [], {}
    for by, value, rate in sorted(told):
        found = counted.get((by, value, rate), (0, 0))
        more = [published - own for published, own in zip(told[by, value, rate], found, strict=True)]
        if min(more) < 0 or (by == "district" and any(more)):
            apart.append(f"{by} {value or 'whole'} {rate}: published {told[by, value, rate]}, counted {found}")
        beyond[by, rate] = [sum(pair) for pair in zip(beyond.get((by, rate), (0, 0)), more, strict=True)]
    for (by, rate), more in sorted(beyond.items()):
        nameless = counted.get((by, "", rate), (0, 0))
        if by != "district" and any(extra > most for extra, most in zip(more, nameless, strict=True)):
            apart.append(f"{by} {rate}: {more} more published than counted, but {nameless} tell no {by}")
    return apart


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
    told, rows, apart = {}, [], []
    for attempt in range(TRIES):
        if attempt:
            time.sleep(PAUSE_SECONDS)
        told, definitions = published(base, month)
        rows = rows_of(base, month)
        apart = differences(told, recomputed(rows, definitions)) + late(rows, definitions)
        if not apart or not rows:
            break
    compared = f"{month}: {len(rows)} rows, {len(told)} rates compared, {len(apart)} differ"
    print("\n".join([*apart, compared]))  # noqa: T201 - this is a command
    if not told or not rows:
        return 2
    return 1 if apart else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
