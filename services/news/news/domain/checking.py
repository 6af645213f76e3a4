"""What an article is looked at for by itself: names, titles, dates, words. It explains; it never changes the text.

The rules are the district's (`checking.yml`). Whoever writes decides; what must be changed may stay with a reason.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from news.domain.article import Block, FileBlock, PictureBlock, Words
from news.domain.refusals import BadValue

NAMED = 5  # findings that a refusal names
_Short = Annotated[str, StringConstraints(min_length=1, max_length=60)]
_KINDS = ("街道", "镇", "乡")
_DATE = re.compile(
    r"(?:(?P<year>[0-9]{4})年)?(?P<month>[0-9]{1,2})月(?P<day>[0-9]{1,2})[日号]"
    r"(?:[（(]?(?:星期|周|礼拜)(?P<weekday>[一二三四五六日天]))?"
)
_WEEKDAYS = "一二三四五六日"


class Level(StrEnum):
    """Whether a finding must be answered for before the article is handed in."""

    MUST = "must"
    SHOULD = "should"


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class WordRule(_Row):
    """A word that is wrong, sensitive or to be thought over; not within the phrases of `except_in`."""

    find: _Short
    why: Annotated[str, StringConstraints(min_length=2, max_length=100)]
    instead: str = ""
    level: Level
    except_in: tuple[_Short, ...] = ()


class PersonRule(_Row):
    """A person of public office and what may stand beside the name."""

    name: Annotated[str, StringConstraints(min_length=2, max_length=20)]
    titles: tuple[_Short, ...] = Field(min_length=1)


class CheckRules(_Row):
    """What is looked for, and how much each kind weighs."""

    town_names: Level
    titles: Level
    dates: Level
    people: tuple[PersonRule, ...] = ()
    words: tuple[WordRule, ...] = ()


@dataclass(frozen=True)
class Finding:
    """Something found: in which text (title, lead or a block of the body), where in it, why, and what instead."""

    place: str
    block: int | None
    start: int
    end: int
    text: str
    level: Level
    why: str
    instead: str = ""


@dataclass(frozen=True)
class _Text:
    place: str
    block: int | None
    text: str

    def finding(self, start: int, end: int, level: Level, why: str, instead: str = "") -> Finding:
        return Finding(self.place, self.block, start, end, self.text[start:end], level, why, instead)


def findings(words: Words, rules: CheckRules, towns: Iterable[str], today: date) -> list[Finding]:
    """All that the rules say to these words, in the order of reading."""
    texts = list(_texts(words))
    official = tuple(towns)
    found = [finding for text in texts for finding in _in_text(text, rules, official, today)]
    found += _untitled(texts, rules)
    order = {text: number for number, text in enumerate((text.place, text.block) for text in texts)}
    return sorted(found, key=lambda finding: (order[finding.place, finding.block], finding.start))


def brought(found: Iterable[Finding], before: Iterable[Finding] = ()) -> list[Finding]:
    """What must be changed of what was found, without what had been found before, wherever it stands now."""
    known = Counter((one.text, one.why) for one in before)
    must = []
    for one in found:
        if one.level is Level.MUST:
            if known[one.text, one.why] <= 0:
                must.append(one)
            known[one.text, one.why] -= 1
    return must


def demand_reason(must: Sequence[Finding], note: str) -> None:
    """Raises `BadValue` when what must be changed stays without a word why."""
    if must and not note:
        texts = "、".join(dict.fromkeys(f"“{one.text}”" for one in must[:NAMED]))
        raise BadValue("note", f"自动检查有{len(must)}处应当修改：{texts}。如确需保留，请写明理由")


def must_change(text: str, rules: Iterable[WordRule]) -> list[str]:
    """The words in a text that must be changed, by these rules."""
    whole = _Text("text", None, text)
    return [found.text for rule in rules if rule.level is Level.MUST for found in _words(whole, rule)]


def _texts(words: Words) -> Iterator[_Text]:
    yield _Text("title", None, words.title)
    yield _Text("lead", None, words.lead)
    for number, block in enumerate(words.blocks):
        if isinstance(block, Block):
            yield _Text("body", number, block.text)
        elif isinstance(block, PictureBlock):
            yield _Text("body", number, f"{block.caption} {block.alt}".strip())
        elif isinstance(block, FileBlock):
            yield _Text("body", number, block.title)
        else:
            yield _Text("body", number, block.note)


def _in_text(text: _Text, rules: CheckRules, towns: Sequence[str], today: date) -> Iterator[Finding]:
    for rule in rules.words:
        yield from _words(text, rule)
    yield from _town_names(text, towns, rules.town_names)
    yield from _wrong_titles(text, rules)
    yield from _dates(text, rules.dates, today)


def _words(text: _Text, rule: WordRule) -> Iterator[Finding]:
    allowed = [match.span() for phrase in rule.except_in for match in re.finditer(re.escape(phrase), text.text)]
    for match in re.finditer(re.escape(rule.find), text.text):
        start, end = match.span()
        if not any(first <= start and end <= last for first, last in allowed):
            yield text.finding(start, end, rule.level, rule.why, rule.instead)


def _town_names(text: _Text, towns: Sequence[str], level: Level) -> Iterator[Finding]:
    """A town called a street, or the other way round."""
    for name in towns:
        kind = next((kind for kind in _KINDS if name.endswith(kind)), "")
        stem = name.removesuffix(kind)
        for match in re.finditer(f"{re.escape(stem)}(?:{'|'.join(_KINDS)})", text.text) if kind else ():
            if match[0] not in towns:
                yield text.finding(*match.span(), level, f"规范名称是“{name}”", name)


def _wrong_titles(text: _Text, rules: CheckRules) -> Iterator[Finding]:
    known = {title for person in rules.people for title in person.titles}
    for person in rules.people:
        for title in sorted(known - set(person.titles)):
            for match in re.finditer(f"{re.escape(title)}{person.name}|{person.name}{re.escape(title)}", text.text):
                longer = [f"{right}{person.name}" for right in person.titles if len(right) > len(title)]
                if text.text[: match.end()].endswith(tuple(longer)):
                    continue  # the end of a longer title, which is his
                right = "、".join(person.titles)
                yield text.finding(*match.span(), rules.titles, f"{person.name}的职务是{right}，请核对")


def _untitled(texts: Sequence[_Text], rules: CheckRules) -> Iterator[Finding]:
    """The first time a person of office is named, the office is too."""
    for person in rules.people:
        first = next((text for text in texts if person.name in text.text), None)
        if first is None:
            continue
        at = first.text.index(person.name)
        end = at + len(person.name)
        before, after = first.text[:at], first.text[end:]
        if not any(before.endswith(title) or after.startswith(title) for title in person.titles):
            why = f"首次出现请写明职务：{'、'.join(person.titles)}"
            yield first.finding(at, end, Level.SHOULD, why)


def _dates(text: _Text, level: Level, today: date) -> Iterator[Finding]:
    for match in _DATE.finditer(text.text):
        year, month, day = int(match["year"] or today.year), int(match["month"]), int(match["day"])
        try:
            named = date(year, month, day)
        except ValueError:
            yield text.finding(*match.span(), level, "没有这一天，请核对日期")
            continue
        said = (match["weekday"] or "").replace("天", "日")
        if said and said != _WEEKDAYS[named.weekday()]:
            yield text.finding(*match.span(), level, f"{year}年{month}月{day}日是星期{_WEEKDAYS[named.weekday()]}")
