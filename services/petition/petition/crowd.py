"""`python -m petition.crowd --cases N --seed S`: years of cases, for measuring at a size that a district may reach.

Every case is filed and takes its steps by the rules, and is cut off at today, so that what was filed lately is still
open. Who asks, where, about what and when is drawn with the skew of real life: few towns have most cases, a few
residents ask again and again, nights and weekends are quiet, and every year has more. The oldest is filed first, as in
life. No event is told and nothing is counted: these cases are to be found, not to set anybody to work. `./dev recount
--write` has them in the figures. For the same reason no day root covers them until they are worked on: a root of a
million leaves would be measured with whatever is.

The same seed on the same day makes the same numbers, which are left alone when they are there: safe to repeat, and to
go on after an interruption.
"""

import argparse
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from random import Random
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict

from kit import crowds, settings
from kit.clock import utcnow
from kit.district import load
from kit.idempotency import Once
from kit.mongo import Document
from petition import course, steps
from petition.contract.filing import SubmitCase
from petition.demo import Reaches, Row, read_demo
from petition.district import read_rules
from petition.domain import escalation
from petition.domain.case import Visibility
from petition.domain.change import Change, Rules
from petition.domain.numbers import new_number
from petition.filing import asked_of
from petition.parts import Parts, of_command
from petition.settings import PetitionSettings
from petition.store.documents import new_document

_ENDS: dict[Reaches, float] = {
    "rated": 44, "unrated": 42, "refused": 5, "elsewhere": 4, "withdrawn": 3, "answered": 2,
}  # fmt: skip
_VISIBILITIES = {Visibility.PUBLIC: 72, Visibility.ANONYMOUS: 16, Visibility.PRIVATE: 12}
_HOURS = (1, 1, 0, 0, 0, 1, 2, 5, 9, 11, 11, 9, 7, 7, 9, 9, 8, 7, 6, 7, 8, 8, 5, 3)  # by which the day's cases fall


class Phrases(BaseModel):
    """demo/phrases.yml."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    source: str
    checked_on: date
    verified: bool
    shares: Mapping[str, float]
    names: Sequence[str]
    kinds: Sequence[str]
    titles: Sequence[str]
    openings: Sequence[str]
    details: Sequence[str]
    wishes: Sequence[str]
    replies: Mapping[str, Sequence[str]]
    comments: Sequence[str]


class Life(NamedTuple):
    """One case to come: its number, its row, when it is filed and how slowly it goes."""

    no: str
    row: Row
    filed: datetime
    pace: float


class Crowd:
    """All the residents' cases of one seed. `at(n)` is the n-th, the same whenever it is asked for.

    `first` is the department whose demo staff bear the bare names of their roles.
    """

    def __init__(self, rules: Rules, phrases: Phrases, first: str, cases: int, seed: int, today: datetime) -> None:
        self.first = first
        self._rules = rules
        self._phrases = phrases
        self._cases = cases
        self._seed = seed
        self._today = today
        found = rules.directory
        self._towns = list(found.towns.values())
        self._town_shares = [phrases.shares.get(town.code, 1.0) for town in self._towns]
        subjects = list(found.subjects.values())
        self._subjects = Random(seed).sample(subjects, len(subjects))  # which of them are frequent is the seed's choice
        self._subject_shares = [1 / (rank + 2) for rank in range(len(self._subjects))]
        self._reasons, self._places = sorted(found.reasons), sorted(found.places)

    def at(self, number: int) -> Life:
        """The n-th case, the oldest being the first."""
        draw = Random(f"{self._seed}:{number}")
        filed = crowds.moment(number, self._cases, draw, self._today, _HOURS)
        prefix, zone = self._rules.directory.district.number_prefix, self._rules.calendar.zone
        no = new_number(prefix, filed, zone, draw.choice)
        return Life(no, self._row(draw), filed, draw.lognormvariate(1.6, 0.9))

    def _row(self, draw: Random) -> Row:
        (town,) = draw.choices(self._towns, self._town_shares)
        (subject,) = draw.choices(self._subjects, self._subject_shares)
        place = f"{draw.choice(self._phrases.names)}{draw.choice(self._phrases.kinds)}"
        words = {"town": town.name, "place": place, "subject": subject.name, "months": str(draw.randint(1, 20))}
        (reaches,) = draw.choices(list(_ENDS), list(_ENDS.values()))
        (visibility,) = draw.choices(list(_VISIBILITIES), list(_VISIBILITIES.values()))
        return Row(
            author=f"r_crowd{int(max(self._cases // 3, 10) * draw.random() ** 2):07}",
            category=subject.code,
            town=town.code,
            place=place,
            title=draw.choice(self._phrases.titles).format(**words)[:60],
            text=self._text(draw, words),
            visibility=visibility,
            reaches=reaches,
            urgency=subject.urgency,
            department=subject.department,
            **self._what_becomes_of_it(draw, reaches, words),
        )

    def _text(self, draw: Random, words: Mapping[str, str]) -> str:
        details = draw.sample(list(self._phrases.details), draw.randint(1, 4))
        sentences = [draw.choice(self._phrases.openings), *details, draw.choice(self._phrases.wishes)]
        return "".join(sentences).format(**words)

    def _what_becomes_of_it(self, draw: Random, reaches: Reaches, words: Mapping[str, str]) -> Document:
        return {
            "reason": draw.choice(self._reasons) if reaches == "refused" else "",
            "where": draw.choice(self._places) if reaches == "elsewhere" else "",
            "verdict": "示例：请按所附说明办理。",
            "withdrawal": "问题已经解决",
            "reply": {part: draw.choice(said).format(**words) for part, said in self._phrases.replies.items()},
            "rating": {
                "solved": draw.random() < 0.8,
                "satisfied": draw.choices((1, 2, 3, 4, 5), (4, 4, 10, 32, 50))[0],
                "comment": draw.choice(self._phrases.comments),
            },
            "second_rating": {"solved": True, "satisfied": 4},
        }


def file_some(parts: Parts, crowd: Crowd, numbers: range, today: datetime) -> int:
    """Files the cases of these numbers that are not there yet; returns how many."""
    lives = [crowd.at(number) for number in numbers]
    new = crowds.missing(parts.cases.collection, (life.no for life in lives))
    documents = [_document(life, parts, crowd.first, today) for life in lives if life.no in new]
    return crowds.add(parts.cases.collection, documents)


def _document(life: Life, parts: Parts, first: str, today: datetime) -> Document:
    fields = life.row.model_dump(include={"category", "town", "place", "title", "text", "visibility"})
    request = SubmitCase(idempotency_key=life.no, **fields)
    taken = course.lived(life.no, asked_of(request), life.row, first, life.filed, parts.rules, life.pace, today)
    *_, (at, change) = taken
    case = (escalation.fall(change.case, today, parts.rules) or change).case
    receipt = steps.receipt_of(case, parts.rules).model_dump(mode="json")
    note = Once(life.row.author, request).note(receipt, at)
    document = new_document(Change(case, ()), parts.rules, (), note)
    del document["_outbox"], document["by_unsealed"], document["by_rolls"]
    return document


_at_work: dict[str, tuple[Parts, Crowd, datetime]] = {}
"""What a process of the pool works with."""


def _begin(cases: int, seed: int, today: datetime) -> None:
    told = settings.load(PetitionSettings)
    parts = of_command(told)
    phrases = load(told.district_dir, "demo/phrases.yml", Phrases)
    first = read_demo(told.district_dir).first_department
    _at_work["here"] = (parts, Crowd(parts.rules, phrases, first, cases, seed, today), today)


def _work(numbers: range) -> int:
    parts, crowd, today = _at_work["here"]
    return file_some(parts, crowd, numbers, today)


def main() -> None:
    """Files cases into the database that `MONGO_URL` names, with one process for each core."""
    asked = argparse.ArgumentParser(prog="petition.crowd")
    asked.add_argument("--cases", type=int, required=True)
    asked.add_argument("--seed", type=int, default=7)
    asked.add_argument("--processes", type=int)
    wanted = asked.parse_args()
    zone = read_rules(settings.load(PetitionSettings).district_dir).calendar.zone
    today = crowds.midnight(utcnow(), zone)
    given = (wanted.cases, wanted.seed, today)
    filed = crowds.grow("cases", wanted.cases, _begin, given, _work, wanted.processes)
    print(f"cases filed: {filed:,}; there already: {wanted.cases - filed:,}")  # noqa: T201 - this is a command


if __name__ == "__main__":
    main()
