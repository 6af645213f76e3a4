"""Personal numbers that residents type into texts: all of them are found and proposed, a clerk decides what is masked.

Full-width characters count as what they stand for, and separators between digits are passed over; the rest of a text
stays as it was typed.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from enum import StrEnum

from petition.domain.case import Part

MASK = "〔已隐去〕"


class Kind(StrEnum):
    """What a number is."""

    ID_NUMBER = "id_number"
    BANK_CARD = "bank_card"
    MOBILE = "mobile"
    LANDLINE = "landline"
    EMAIL = "email"
    PLATE = "plate"
    OTHER = "other"  # what only a person recognises


class Span(Part):
    """Characters of a text, from `start` up to but not including `end`."""

    start: int
    end: int
    kind: Kind = Kind.OTHER


_WIDE = {0xFF01 + n: 0x21 + n for n in range(94)} | dict.fromkeys(map(ord, "\u3000\u00a0\t"), " ")
_WIDE |= dict.fromkeys(map(ord, "‐‑‒–—―−﹣"), "-") | {ord("﹫"): "@"}

_GAP = r"[ .\-·•_]?"
_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使领"
_REGIONS = frozenset(
    (
        *("11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34", "35", "36", "37", "41", "42", "43"),
        *("44", "45", "46", "50", "51", "52", "53", "54", "61", "62", "63", "64", "65", "71", "81", "82"),
    )
)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_CHARACTERS = "10X98765432"


def _digits(count: int) -> str:
    """So many digits, each after the first with a separator before it or none."""
    return rf"[0-9](?:{_GAP}[0-9]){{{count - 1}}}"


def _apart(pattern: str) -> re.Pattern[str]:
    """The pattern at every place where no digit touches it: a false find must not hide a true one inside."""
    return re.compile(rf"(?<![0-9])(?=({pattern})(?![0-9]))")


def is_id_number(text: str) -> bool:
    """Whether the 18 characters carry the right check character (GB 11643, ISO 7064 MOD 11-2)."""
    total = sum(int(digit) * weight for digit, weight in zip(text[:17], _WEIGHTS, strict=True))
    return _CHECK_CHARACTERS[total % 11] == text[17].upper()


def is_old_id_number(text: str) -> bool:
    """Whether the 15 digits are a region and a day of the last century: the old numbers carry no check character."""
    try:
        date(1900 + int(text[6:8]), int(text[8:10]), int(text[10:12]))
    except ValueError:
        return False
    return text[:2] in _REGIONS


def is_bank_card(text: str) -> bool:
    """Whether the digits begin as a card's and carry the right check digit (Luhn)."""
    doubled = [int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(reversed(text))]
    return text[0] in "34569" and sum(n - 9 if n > 9 else n for n in doubled) % 10 == 0


def _always(_: str) -> bool:
    return True


_MOBILE = rf"(?:(?:\+|00)?86{_GAP})?1{_GAP}[3-9](?:{_GAP}[0-9]){{9}}"
_CODE = rf"0{_GAP}(?:1{_GAP}0|2{_GAP}[0-9]|[3-9]{_GAP}[0-9]{_GAP}[0-9])"
_AREA = rf"(?:(?:\+|00)?86{_GAP})?\(?{_CODE}\)?{_GAP}{_GAP}"
_INTRODUCED = rf"(?:电话|座机|固话|联系方式|致电|拨打)[是为:号码 ]{{0,4}}(?=([2-9](?:{_GAP}[0-9]){{6,7}})(?![0-9]))"
_ADDRESS = r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+"
_MARK = "A-HJ-NP-Za-hj-np-z0-9"  # I and O are on no plate
_NEW_ENERGY = rf"[DFdf][{_MARK}][0-9]{{4}}|[0-9]{{5}}[DFdf]"
_ORDINARY = rf"(?=(?:[A-Za-z]*[0-9]){{2}})[{_MARK}]{{4}}[{_MARK}挂学警港澳]"
_CIVIL = rf"[{_PROVINCES}][A-Za-z]{_GAP}(?:{_NEW_ENERGY}|{_ORDINARY})"
_RESCUE = rf"[{_PROVINCES}][XxSs]{_GAP}[0-9]{{4}}{_GAP}应急"
_POLICE_NUMBER = rf"[{_PROVINCES}]?{_GAP}[0-9]{{4}}[0-9BbDdHhJjSsTtXx]|[0-9]{{2}}{_GAP}[0-9]{{5}}"
_POLICE = rf"(?<![A-Za-z0-9])[Ww][Jj]{_GAP}(?:{_POLICE_NUMBER})"
# The old plates of the forces begin with a character that also ends common words (完成, 推广, 航空).
_FORCES = rf"(?<![完合组形达生变建推航时天太])[军空海北沈兰济南广成][A-Za-z]{_GAP}[0-9]{{5}}"
_BRANCH = "(?<![A-Za-z0-9])[BCGHJKLNSVbcghjklnsv][A-Za-z]"  # the new ones look like any number of goods
_PLATE = rf"(?:{_CIVIL}|{_RESCUE}|{_POLICE}|{_FORCES}|{_BRANCH}[·•][0-9]{{5}})(?![A-Za-z0-9])"
_CALLED_A_PLATE = rf"(?:军车|军牌|车牌|号牌|牌照|车号)号?[是为: ]{{0,3}}(?=({_BRANCH}{_GAP}[0-9]{{5}})(?![A-Za-z0-9]))"
_FOUND: tuple[tuple[Kind, re.Pattern[str], Callable[[str], bool]], ...] = (
    (Kind.ID_NUMBER, _apart(rf"{_digits(17)}{_GAP}[0-9Xx]"), is_id_number),
    *((Kind.BANK_CARD, _apart(_digits(length)), is_bank_card) for length in (19, 18, 17, 16)),
    (Kind.MOBILE, _apart(_MOBILE), _always),
    (Kind.ID_NUMBER, _apart(_digits(15)), is_old_id_number),
    (Kind.LANDLINE, _apart(rf"{_AREA}[2-9](?:{_GAP}[0-9]){{6,7}}"), _always),
    (Kind.LANDLINE, re.compile(_INTRODUCED), _always),
    (Kind.EMAIL, re.compile(rf"(?<![A-Za-z0-9._%+-])(?=({_ADDRESS}))"), _always),
    (Kind.PLATE, re.compile(rf"(?=({_PLATE}))"), _always),
    (Kind.PLATE, re.compile(_CALLED_A_PLATE), _always),
)
"""Whichever kind comes first in the table has what several claim."""


def find(text: str) -> list[Span]:
    """Every personal number of the text, in order and without overlap."""
    plain = text.translate(_WIDE)
    taken: list[Span] = []
    for kind, pattern, holds in _FOUND:
        for start, end in _places(pattern, plain):
            bare = re.sub(r"[^0-9A-Za-z]", "", plain[start:end])
            if holds(bare) and not any(start < other.end and other.start < end for other in taken):
                taken.append(Span(start=start, end=end, kind=kind))
    return sorted(taken, key=lambda span: span.start)


def not_of_an_office(text: str) -> list[Span]:
    """The personal numbers in words of an office: its own landlines are meant to be read."""
    return [span for span in find(text) if span.kind is not Kind.LANDLINE]


def masked(text: str, spans: Iterable[Span]) -> str:
    """The text with these characters replaced."""
    for start, end in reversed(_joined(spans)):
        text = text[:start] + MASK + text[end:]
    return text


def mask(text: str) -> str:
    """The text with every personal number replaced."""
    return masked(text, find(text))


def _places(pattern: re.Pattern[str], plain: str) -> Iterator[tuple[int, int]]:
    for found in pattern.finditer(plain):
        yield found.span(1)


def _joined(spans: Iterable[Span]) -> list[tuple[int, int]]:
    """The stretches that the spans cover, in order; those that touch or overlap are one."""
    stretches: list[tuple[int, int]] = []
    for span in sorted(spans, key=lambda one: one.start):
        if stretches and span.start <= stretches[-1][1]:
            stretches[-1] = (stretches[-1][0], max(stretches[-1][1], span.end))
        else:
            stretches.append((span.start, span.end))
    return stretches
