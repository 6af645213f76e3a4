"""What may be of one matter with a tip or an investigation: other tips, and public cases, each with the reason.

Looked for when somebody looks, added by people alone. Tips are compared here, at a bounded cost; cases by petition,
which tells of public ones only, and is asked without any number by which somebody could be reached.
"""

import logging
import re
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from kit import text
from kit.clock import utcnow
from kit.contract import Nothing
from kit.errors import Invalid, NotFound, ServiceError, Unavailable
from kit.idempotency import ATTEMPTS
from kit.identity import Caller
from news import investigating, tip_views
from news.contract.investigations import OneInvestigation
from news.contract.proposals import (
    ApartView,
    LikeCase,
    LikeTip,
    Proposals,
    SetApart,
    SetInvestigationApart,
    SetTipApart,
    TakenUp,
)
from news.contract.shapes import Named
from news.contract.tips import OneTip
from news.domain import bundle, likeness
from news.domain.coverage import FollowUp
from news.domain.investigation import Investigation
from news.domain.likeness import Likeness, Matter
from news.domain.tips import Place, Tip
from news.parts import Parts
from news.store.apart import Pair

log = logging.getLogger(__name__)

NEWEST_MET = 100  # tips looked at for each bigram, and of the town
COMPARED = 60  # of those that share words
TIPS_LOOKED_FROM, CASES_LOOKED_FROM = 3, 2  # of an investigation: the last that it has taken up
_SHORTEST_ASKED = 5  # characters; petition compares nothing shorter
_KILOMETRE = 1000
_REACHABLE = re.compile(r"[0-9a-z][0-9a-z ]{3,}[0-9a-z]")


@dataclass(frozen=True)
class Told:
    """What somebody told: a tip, a case as everyone reads it, or what an investigation asks."""

    no: str
    words: str
    place: str
    town: str | None
    at: datetime
    point: Place | None = None

    @property
    def grams(self) -> list[int]:
        return text.grams(self.place, self.words)

    @property
    def matter(self) -> Matter:
        return Matter(frozenset(self.grams), frozenset(text.query_grams(self.place)), self.town, self.at)


@dataclass(frozen=True)
class Like:
    """One that is like the one it was found by."""

    by: Told
    other: Told
    how: Likeness
    row: Any


def get_tip_proposals(parts: Parts, request: OneTip, caller: Caller) -> Proposals:
    """What may be of one matter with a tip. Raises `NotFound`."""
    tip = parts.tips.tip(request.no)
    if tip is None:
        raise NotFound("没有找到这条爆料。")
    taken_up = parts.investigations.with_tips([tip.no])
    linked = {no for one in taken_up for no in (*one.matter.tips, *one.matter.cases)}
    return _proposals(parts, tip.no, [of_tip(tip)], linked, taken_up)


def get_investigation_proposals(parts: Parts, request: OneInvestigation, caller: Caller) -> Proposals:
    """What an investigation could take up: like what it asks, and like what it has taken up last. Raises `NotFound`."""
    found = investigating.on_desk(parts, request.id, caller)
    known = parts.followed.known(found.matter.cases[-CASES_LOOKED_FROM:])
    tips = parts.tips.some(found.matter.tips[-TIPS_LOOKED_FROM:])
    told = [_of_question(found), *map(of_tip, tips), *map(_of_follow_up, known.values())]
    return _proposals(parts, found.id, told, {*found.matter.tips, *found.matter.cases}, [])


def set_tip_apart(parts: Parts, request: SetTipApart, caller: Caller) -> Nothing:
    """Says that a tip and something else are not one matter, or takes that back. Safe to repeat. Raises `NotFound`."""
    if parts.tips.tip(request.no) is None:
        raise NotFound("没有找到这条爆料。")
    _set_apart(parts, request.no, request, caller)
    if request.apart:
        _leave_bundle(parts, request.no, request.other)
    else:
        parts.tips.compare_again([request.no, request.other])
    return Nothing()


def set_investigation_apart(parts: Parts, request: SetInvestigationApart, caller: Caller) -> Nothing:
    """The same of an investigation. Raises `NotFound`."""
    return _set_apart(parts, investigating.on_desk(parts, request.id, caller).id, request, caller)


def _set_apart(parts: Parts, no: str, request: SetApart, caller: Caller) -> Nothing:
    if request.other == no:
        raise Invalid.field("other", "请选择另一件")
    if request.apart:
        parts.apart.say(no, request.other, caller.id, utcnow())
    else:
        parts.apart.take_back(no, request.other)
    return Nothing()


def _leave_bundle(parts: Parts, no: str, other: str) -> None:
    """What is another matter than the tip is not kept together with it."""
    for _ in range(ATTEMPTS):
        both = [one for one in parts.bundles.having([no]) if other in one.numbers]
        if not both:
            return
        before, after = both[0], bundle.leave(both[0], other)
        if parts.bundles.replace(before, after) if len(after.members) > 1 else parts.bundles.dissolve(before):
            return
    raise Unavailable


def _proposals(
    parts: Parts, no: str, told: Sequence[Told], linked: Set[str], taken_up: Sequence[Investigation]
) -> Proposals:
    pairs = parts.apart.of({no, *linked})
    said = {no, *linked}.union(*(pair.of for pair in pairs))
    cases, asked = ask_for_cases(parts, told)
    return Proposals(
        tips=_tips(parts, _likest(parts, like_tips(parts, told), said)),
        cases=_cases(parts, _likest(parts, cases, said)),
        asked=asked,
        apart=[ApartView(no=other, by=pair.by, at=pair.at) for pair in _latest(pairs) for other in _others(pair, no)],
        taken_up=[link(one) for one in taken_up],
    )


def like_tips(parts: Parts, told: Iterable[Told]) -> list[Like]:
    """Tips of about that time that are like one of these; such a one is like itself."""
    rules, found = parts.directory.likeness, []
    for one in told:
        matter = one.matter
        for tip in _to_compare(parts, one):
            other = of_tip(tip)
            apart = likeness.metres_between(one.point, other.point)
            if how := likeness.likeness(matter, other.matter, rules, apart):
                found.append(Like(one, other, how, tip))
    return found


def _to_compare(parts: Parts, one: Told) -> Iterable[Tip]:
    """Tips of about that time: those that share most words with it, and the newest of its town that tell their spot."""
    rules = parts.directory.likeness
    since, until = one.at - timedelta(days=rules.days), one.at + timedelta(days=rules.days)
    met = parts.tips.meeting(one.grams, since, until, NEWEST_MET, rules.fewest_shared)
    found = parts.tips.some(sorted(met, key=met.__getitem__, reverse=True)[:COMPARED])
    if one.point and one.town:
        found += [tip for tip in parts.tips.around(one.town, since, until, NEWEST_MET) if tip.point]
    return {tip.no: tip for tip in found}.values()


def ask_for_cases(parts: Parts, told: Iterable[Told]) -> tuple[list[Like], bool]:
    """Public cases that are like these; false when petition cannot say."""
    found: list[Like] = []
    for one in told:
        words = _without_numbers(one.words)
        if len(words) < _SHORTEST_ASKED:
            continue
        point = one.point.model_dump() if one.point else None
        try:
            view = parts.public_cases.like(text=words, place=_without_numbers(one.place), town=one.town, point=point)
            found += [like for row in (*view["open"], *view["replied"]) if (like := _like_case(parts, one, row))]
        except (ServiceError, LookupError, TypeError, ValueError) as error:  # tips are proposed all the same
            log.warning("petition cannot be asked for like cases", extra={"error": type(error).__name__})
            return found, False
    return found, True


def _like_case(parts: Parts, one: Told, row: Mapping[str, Any]) -> Like | None:
    at = datetime.fromisoformat(row["filed_at"])
    words = f"{row['title']}\n{row['summary']}"
    other = Told(row["no"], words, row.get("place", ""), row["town"]["code"], at)
    how = likeness.likeness(one.matter, other.matter, parts.directory.likeness, row.get("metres"))
    return Like(one, other, how, row) if how else None


def _likest(parts: Parts, found: Iterable[Like], said: Set[str]) -> list[Like]:
    """The likest of which nobody has said anything, each once."""
    best: dict[str, Like] = {}
    for like in sorted(found, key=lambda one: (-one.how.score, one.other.no)):
        if like.other.no not in said:
            best.setdefault(like.other.no, like)
    return list(best.values())[: parts.directory.likeness.shown]


def _tips(parts: Parts, found: Sequence[Like]) -> list[LikeTip]:
    taken_up = parts.investigations.with_tips([one.other.no for one in found])
    return [
        LikeTip(
            **tip_views.beginning(parts, one.row),
            why=_why(parts, one),
            taken_up=[link(item) for item in taken_up if one.other.no in item.matter.tips],
        )
        for one in found
    ]


def _cases(parts: Parts, found: Sequence[Like]) -> list[LikeCase]:
    taken_up = parts.investigations.with_cases([one.other.no for one in found])
    return [
        LikeCase(
            **{name: one.row[name] for name in ("no", "title", "summary", "state_name", "filed_at")},
            town=Named(**one.row["town"]),
            place=one.other.place,
            department=one.row["department"]["name"] if one.row["department"] else None,
            why=_why(parts, one),
            taken_up=[link(item) for item in taken_up if one.other.no in item.matter.cases],
        )
        for one in found
    ]


def _why(parts: Parts, like: Like) -> list[str]:
    how, town = like.how, parts.directory.towns.get(like.other.town or "")
    shared = likeness.shared_words(like.by.words, like.other.words)
    reasons = []
    if how.metres is not None and how.metres <= parts.directory.likeness.far_metres:
        reasons.append(_distance(how.metres))
    elif how.same_place:
        reasons.append("地点相同")
    if how.same_town and town:
        reasons.append(f"同在{town.name}")
    reasons.append(f"都说到{''.join(f'“{words}”' for words in shared)}" if shared else "用词相近")
    reasons.append(f"前后相隔{how.days}天" if how.days else "相隔不到一天")
    return reasons


def _distance(metres: float) -> str:
    if metres < _KILOMETRE:
        return f"相距约{max(10, round(metres, -1)):.0f}米"
    return f"相距约{metres / _KILOMETRE:.1f}公里"


def _without_numbers(words: str) -> str:
    """The words as far as they say what happened: telephone numbers and the like stay in the newsroom."""
    return _REACHABLE.sub(" ", text.normalised(words)).strip()


def of_tip(tip: Tip) -> Told:
    """What a tip tells."""
    return Told(tip.no, tip.text, tip.place, tip.town, tip.sent_at, tip.point)


def _of_question(found: Investigation) -> Told:
    return Told(found.id, f"{found.matter.title}\n{found.matter.question}", "", None, found.opened_at)


def _of_follow_up(found: FollowUp) -> Told:
    return Told(found.no, found.title, "", None, found.filed_at)


def _latest(pairs: Iterable[Pair]) -> list[Pair]:
    return sorted(pairs, key=lambda pair: pair.at, reverse=True)


def _others(pair: Pair, no: str) -> frozenset[str]:
    return pair.of - {no} if no in pair.of else frozenset()


def link(found: Investigation) -> TakenUp:
    """An investigation as what it has taken up leads to it."""
    return TakenUp(id=found.id, title=found.matter.title, state_name=investigating.STATE_NAMES[found.state])
