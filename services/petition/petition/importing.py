"""`python -m petition.importing FILE [--source NAME] [--encoding utf-8]`: closed cases, the history of a district.

FILE is CSV with a first line of names, or JSON Lines, read as a stream. What became of every line is written beside
it, FILE.report.jsonl: imported, there (already), differs (there with other content, left as it is) or refused with
field and reason. Safe to repeat and to go on after an interruption: a record is imported once, also when its dates are
corrected later. No event is told of imported cases, no card falls, and they are under the root of the day on which
they came.
"""

import argparse
import csv
import json
import multiprocessing
import os
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from hashlib import sha256
from itertools import count, islice
from pathlib import Path
from typing import Annotated, Any, NamedTuple

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pymongo.errors import BulkWriteError

from kit import settings
from kit.clock import utcnow
from kit.contract import Text
from kit.errors import from_validation
from kit.mongo import Document
from petition.domain import importing
from petition.domain.case import Asked, Case, Ending, Location, Rating, Verdict, Visibility
from petition.domain.change import Change, Rules
from petition.domain.day_root import day_of
from petition.domain.importing import Times, Told
from petition.domain.refusals import BadValue
from petition.parts import Parts, of_command
from petition.settings import PetitionSettings
from petition.store.documents import new_document

BATCH = 500
TAKEN = 11000  # the database's word for a number or record that is there already


def _yes_or_no(value: Any) -> Any:
    return {"是": True, "否": False}.get(value, value) if isinstance(value, str) else value


class Record(BaseModel):
    """One line. Times are ISO 8601; without an offset they are the district's. Who asked is not imported."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    ref: str = Field(title="原编号", min_length=1, max_length=100)
    category: str = Field(title="问题类别", max_length=40)
    town: str = Field(title="街道或镇", max_length=40)
    place: Text = Field("", title="地点", max_length=100)
    lon: float | None = Field(None, title="经度", ge=-180, le=180)
    lat: float | None = Field(None, title="纬度", ge=-90, le=90)
    title: Text = Field(title="标题", min_length=1, max_length=60)
    text: Text = Field(title="正文", min_length=1, max_length=5000)
    visibility: Visibility = Field(Visibility.PRIVATE, title="公开方式")
    urgency: str = Field("", title="办理类别", max_length=40)
    filed_at: datetime = Field(title="提交时间")
    accepted_at: datetime | None = Field(None, title="受理时间")
    dispatched_at: datetime | None = Field(None, title="转办时间")
    replied_at: datetime | None = Field(None, title="答复时间")
    closed_at: datetime = Field(title="办结时间")
    ending: Ending = Field(title="办结方式")
    department: str | None = Field(None, title="承办部门", max_length=40)
    reply: Text = Field("", title="答复", max_length=10000)
    reason: str = Field("", title="理由或渠道", max_length=40)
    solved: Annotated[bool | None, BeforeValidator(_yes_or_no)] = Field(None, title="是否解决")
    satisfied: int | None = Field(None, title="满意程度", ge=1, le=5)


class Line(NamedTuple):
    """A line of the file by its number, as it was read; `error` when it could not be."""

    number: int
    values: dict[str, Any]
    error: str = ""


TITLES = {name: field.title or name for name, field in Record.model_fields.items()}


def read_lines(file: Path, encoding: str) -> Iterator[Line]:
    """The lines of a file. Raises `UnicodeDecodeError`, OSError, and ValueError for another kind of file."""
    with file.open(encoding=encoding, newline="") as stream:
        if file.suffix == ".csv":
            rows = csv.DictReader(stream)
            for row in rows:
                extra = row.pop(None, None)
                values = {name: value for name, value in row.items() if value not in (None, "")}
                yield Line(rows.line_num, values, "这一行的列数多于表头" if extra else "")
        elif file.suffix == ".jsonl":
            for number, text in enumerate(stream, start=1):
                if text.strip():
                    yield _parsed(number, text)
        else:
            raise ValueError("文件应为 .csv 或 .jsonl")


def _parsed(number: int, text: str) -> Line:
    try:
        values = json.loads(text)
    except ValueError:
        return Line(number, {}, "不是有效的 JSON")
    return Line(number, values) if isinstance(values, dict) else Line(number, {}, "应为 JSON 对象")


def told_of(values: dict[str, Any], source: str, rules: Rules) -> Told:
    """What a line says. Raises `ValidationError`."""
    record = Record.model_validate(values)
    subject = rules.directory.subjects.get(record.category)
    point = Location(lon=record.lon, lat=record.lat) if record.lon is not None and record.lat is not None else None
    times = [record.filed_at, record.accepted_at, record.dispatched_at, record.replied_at, record.closed_at]
    here = [at.replace(tzinfo=rules.calendar.zone) if at and at.tzinfo is None else at for at in times]
    asked = Asked(
        category=record.category, town=record.town, place=record.place, point=point, title=record.title,
        text=record.text, pictures=(), visibility=record.visibility,
    )  # fmt: skip
    return Told(
        source=source,
        ref=record.ref,
        fingerprint=sha256(record.model_dump_json(exclude_defaults=True).encode()).hexdigest(),
        asked=asked,
        urgency=record.urgency or (subject.urgency if subject else ""),
        times=Times(*(at and at.astimezone(UTC) for at in here)),  # type: ignore[arg-type]
        ending=record.ending,
        department=record.department,
        reply=record.reply,
        verdict=Verdict(code=record.reason, text="") if record.reason else None,
        rating=_rating(record, here[-1]),
    )


def _rating(record: Record, at: datetime | None) -> Rating | None:
    if record.solved is None or record.satisfied is None or at is None:
        return None
    return Rating(solved=record.solved, satisfied=record.satisfied, comment="", at=at.astimezone(UTC))


class _Candidate(NamedTuple):
    """A line that fits, as the case that it would be."""

    line: Line
    told: Told
    case: Case


class _Kept(NamedTuple):
    """A record's case."""

    no: str
    fingerprint: str


def import_lines(parts: Parts, lines: Iterable[Line], source: str, now: datetime) -> list[Document]:
    """Imports what is not there yet; what became of each line, in order."""
    report: list[Document] = []
    waiting: list[_Candidate] = []
    for line in lines:
        candidate, refused = _candidate(parts, line, source, now)
        if candidate is None:
            report.append(refused)
        else:
            waiting.append(candidate)
    for nth in count(1):
        kept, others = _keep(parts, waiting, now)
        report += kept
        if not others:
            break
        waiting = [one._replace(case=importing.closed_case(one.told, now, parts.rules, nth)) for one in others]
    return sorted(report, key=lambda one: int(one["line"]))


def _keep(parts: Parts, candidates: list[_Candidate], now: datetime) -> tuple[list[Document], list[_Candidate]]:
    """What became of candidates, and those whose number is that of another case."""
    there = _records(parts, candidates)
    fresh = _fresh(parts, [one for one in candidates if one.told.ref not in there])
    taken = set(_insert(parts, [_document(case, parts.rules, now) for case in fresh.values()]))
    there |= _records(parts, [one for one in candidates if one.case.no in taken])
    there |= {ref: _Kept(case.no, _fingerprint(case)) for ref, case in fresh.items() if case.no not in taken}
    report, others = [], []
    for one in candidates:
        kept = there.get(one.told.ref)
        if kept is None:
            others.append(one)
        elif fresh.get(one.told.ref) is one.case and one.case.no not in taken:
            report.append(_outcome(one.line, "imported", no=kept.no))
        else:
            same = kept.fingerprint == one.told.fingerprint
            report.append(_outcome(one.line, "there" if same else "differs", no=kept.no))
    return report, others


def _fresh(parts: Parts, candidates: list[_Candidate]) -> dict[str, Case]:
    """By their records, the cases to keep: the first of each record and of each number that no case has."""
    numbers = _numbers(parts, [one.case.no for one in candidates])
    fresh: dict[str, Case] = {}
    for one in candidates:
        if one.told.ref not in fresh and one.case.no not in numbers:
            fresh[one.told.ref] = one.case
            numbers.add(one.case.no)
    return fresh


def _records(parts: Parts, candidates: list[_Candidate]) -> dict[str, _Kept]:
    """Which records of these have cases: by what they say of themselves, as a corrected date changes the number."""
    refs = [one.told.ref for one in candidates]
    wanted = {"imported.source": candidates[0].told.source, "imported.ref": {"$in": refs}} if refs else None
    rows = parts.cases.collection.find(wanted, {"imported": 1}).hint("record") if wanted else ()
    return {row["imported"]["ref"]: _Kept(row["_id"], row["imported"]["fingerprint"]) for row in rows}


def _numbers(parts: Parts, numbers: list[str]) -> set[str]:
    return {row["_id"] for row in parts.cases.collection.find({"_id": {"$in": numbers}}, {"_id": 1}).hint("_id_")}


def _fingerprint(case: Case) -> str:
    assert case.imported
    return case.imported.fingerprint


def _candidate(parts: Parts, line: Line, source: str, now: datetime) -> tuple[_Candidate | None, Document]:
    if line.error:
        return None, _outcome(line, "refused", errors=[_wrong("", line.error)])
    try:
        told = told_of(line.values, source, parts.rules)
        return _Candidate(line, told, importing.closed_case(told, now, parts.rules)), {}
    except ValidationError as error:
        found = from_validation(error, TITLES).errors
        return None, _outcome(line, "refused", errors=[_wrong(one["field"], one["message"]) for one in found])
    except BadValue as error:
        return None, _outcome(line, "refused", errors=[_wrong(error.field, str(error))])


def _document(case: Case, rules: Rules, now: datetime) -> Document:
    note = {"key": f"import {case.no}", "print": "", "answer": {}, "at": now}
    document = new_document(Change(case, ()), rules, (), note)
    del document["_outbox"], document["_answers"]
    document["by_unsealed"] = [day_of(now, rules.calendar.zone).isoformat()]  # earlier days have their roots
    return document


def _insert(parts: Parts, documents: list[Document]) -> list[str]:
    """Keeps new cases; the numbers of those whose number or record another import has kept meanwhile."""
    try:
        if documents:
            parts.cases.collection.insert_many(documents, ordered=False)
    except BulkWriteError as error:
        problems = error.details["writeErrors"]
        if any(problem["code"] != TAKEN for problem in problems):
            raise
        return [documents[problem["index"]]["_id"] for problem in problems]
    return []


def _outcome(line: Line, outcome: str, no: str | None = None, errors: list[Document] | None = None) -> Document:
    ref = line.values.get("ref")
    return {"line": line.number, "ref": ref, "outcome": outcome, "no": no, "errors": errors or []}


def _wrong(field: str, reason: str) -> Document:
    return {"field": field, "reason": reason}


_at_work: dict[str, tuple[Parts, str]] = {}
"""What a process of the pool works with."""


def _begin(source: str) -> None:
    parts = of_command(settings.load(PetitionSettings))
    _at_work["here"] = (parts, source)


def _work(lines: list[Line]) -> list[Document]:
    parts, source = _at_work["here"]
    return import_lines(parts, lines, source, utcnow())


def batches(lines: Iterator[Line], room: threading.Semaphore) -> Iterator[list[Line]]:
    """The lines by so many as are written at once, read only when there is room: the pool would take in the file."""
    while room.acquire() and (batch := list(islice(lines, BATCH))):
        yield batch


def _say(counts: Counter[str], began: float) -> None:
    done, seconds = counts.total(), max(time.monotonic() - began, 0.001)
    told = ", ".join(f"{outcome} {count:,}" for outcome, count in sorted(counts.items()))
    print(f"{done:>9,} lines, {done / seconds:,.0f} a second: {told}", flush=True)  # noqa: T201 - this is a command


def main() -> None:
    """Imports a file into the database that `MONGO_URL` names; exit code 1 when a line was refused or differs."""
    asked = argparse.ArgumentParser(prog="./dev import-cases")
    asked.add_argument("file", type=Path)
    asked.add_argument("--source", default="import", help="where the numbers of the file come from")
    asked.add_argument("--encoding", default="utf-8-sig", help="gb18030 for files of older programs")
    asked.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    wanted = asked.parse_args()
    report_file = wanted.file.with_name(f"{wanted.file.name}.report.jsonl")
    counts: Counter[str] = Counter()
    room = threading.Semaphore(3 * wanted.processes)
    began = told_at = time.monotonic()
    # Not forked: a database client does not survive that.
    pool = multiprocessing.get_context("spawn").Pool(wanted.processes, _begin, (wanted.source,))
    try:
        with pool, report_file.open("w", encoding="utf-8") as report:
            for outcomes in pool.imap(_work, batches(read_lines(wanted.file, wanted.encoding), room)):
                room.release()
                counts.update(one["outcome"] for one in outcomes)
                report.writelines(json.dumps(one, ensure_ascii=False) + "\n" for one in outcomes)
                if time.monotonic() - told_at > 5:
                    told_at = time.monotonic()
                    _say(counts, began)
    except (ValueError, OSError, csv.Error) as error:
        sys.exit(f"{wanted.file}: {error}")
    _say(counts, began)
    print(f"what became of every line: {report_file}")  # noqa: T201 - this is a command
    sys.exit(1 if counts["refused"] or counts["differs"] else 0)


if __name__ == "__main__":
    main()
