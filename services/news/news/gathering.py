"""同一事项: tips and public cases that are likely to be of one matter are put together, for an editor to look at.

A timer compares each tip once with those that there are, and asks petition for cases that are like it; a case of which
everyone may read from now on is compared with tips when petition tells of it. Petition away: tips are put together all
the same, and the rest waits. What may come twice, late or in another order comes to the same.
"""

import logging
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar

from pymongo.errors import DuplicateKeyError

from kit.clock import utcnow
from kit.errors import Conflict, NotFound, ServiceError
from kit.events import Event
from kit.idempotency import Once
from kit.identity import Caller
from kit.mongo import Document
from news import coverage, investigating, proposing, tip_views
from news.contract.bundles import (
    BundleCase,
    BundlePage,
    BundleReceipt,
    BundleTip,
    BundleView,
    DismissalView,
    DismissBundle,
    ListBundles,
)
from news.contract.proposals import TakenUp
from news.domain import bundle
from news.domain.bundle import MOST_MEMBERS, Bundle, Member
from news.domain.coverage import FollowUp
from news.domain.investigation import Investigation, InvestigationState
from news.domain.masking import masked
from news.domain.numbers import new_number
from news.domain.tips import DECIDED, Place, Standing, Tip
from news.parts import Parts
from news.proposing import Like, Told
from news.refusing import answering
from news.steps import actor_of
from news.store.bundles import bundle_of

log = logging.getLogger(__name__)

QUEUE = "news.public_cases"
TYPES = tuple(f"petition.case_{told}.v1" for told in ("accepted", "hiding_lifted", "unmerged"))
"""With these a case comes to be one of which everyone may read."""
Row = TypeVar("Row")
BATCH = 20
PUT_OFF = timedelta(minutes=1)


def list_bundles(parts: Parts, request: ListBundles) -> BundlePage:
    """Bundles of a state, in an order."""
    found, cursor = parts.bundles.page(request.state, request.order, request.limit, request.cursor)
    return BundlePage(items=_views(parts, found), next_cursor=cursor)


def dismiss_bundle(parts: Parts, request: DismissBundle, caller: Caller) -> BundleReceipt:
    """Leaves it. A repeated command gets its first answer.

    Raises `NotFound`, and `Conflict` with the state at hand when something joined it or became of it since.
    """
    once, actor = Once(caller.id, request), actor_of(caller)

    def attempt(document: Document) -> BundleReceipt | None:
        if not document:
            raise NotFound("没有找到这组线索。")
        before, now = bundle_of(document), utcnow()
        if request.version != before.version:
            raise Conflict("这组线索有变化，请刷新后再处理。", extra=_standing(before))
        with answering(lambda: _standing(before)):
            after = bundle.dismiss(before, actor, now, reason=request.reason)
        done = _standing(after)
        return BundleReceipt(**done) if parts.bundles.replace(before, after, once.push(done, now)) else None

    return once.take(BundleReceipt, parts.bundles.collection, lambda: parts.bundles.document(request.id), attempt)


def hear(parts: Parts, event: Event) -> None:
    """Everyone may read of a case from now on, if it is a public one."""
    if event.data["public"]:
        parts.unmatched.add(event.data["no"], utcnow())


def gather(parts: Parts) -> None:
    """Compares tips that have come, then tips with cases; while petition is away, these wait."""
    for tip in parts.tips.uncompared(BATCH):
        if tip.state in DECIDED or _compare(parts, tip):
            parts.tips.note_compared(tip.no, utcnow())
    for no in parts.unmatched.due(utcnow(), BATCH):
        if not _match(parts, no):
            parts.unmatched.put_off(no, utcnow() + PUT_OFF)
            break
        parts.unmatched.remove(no)


def _compare(parts: Parts, tip: Tip) -> bool:
    """Puts a tip with those that are like it; false when that was overtaken."""
    told = proposing.of_tip(tip)
    parts.unmatched.add(tip.no, utcnow())
    return _put_together(parts, _member(told), _like_tips(parts, told))


def _match(parts: Parts, no: str) -> bool:
    """Puts a tip with the cases that are like it, or a case with the tips; false when petition cannot say."""
    tip = parts.tips.tip(no)
    return _match_tip(parts, tip) if tip else _match_case(parts, no)


def _match_tip(parts: Parts, tip: Tip) -> bool:
    told = proposing.of_tip(tip)
    found, asked = proposing.ask_for_cases(parts, [told])
    return asked and _put_together(parts, _member(told), [_member(one, case=True) for one in _likest(found, tip.no)])


def _match_case(parts: Parts, no: str) -> bool:
    try:
        view = parts.public_cases.read(no)
        told = _of_case(view) if view and not view["ending"] and not view["merged_into"] else None
    except (ServiceError, LookupError, TypeError, ValueError) as error:
        log.warning("a case cannot be read", extra={"case": no, "error": type(error).__name__})
        return False
    return told is None or _put_together(parts, _member(told, case=True), _like_tips(parts, told))


def _like_tips(parts: Parts, told: Told) -> list[Member]:
    """Tips that are like it and were not declined, the likest first."""
    found = [like for like in proposing.like_tips(parts, [told]) if like.row.state is not Standing.DECLINED]
    return [_member(one) for one in _likest(found, told.no)]


def _likest(found: Collection[Like], no: str) -> list[Told]:
    ranked = sorted(found, key=lambda like: (-like.how.score, like.other.no))
    return list({like.other.no: like.other for like in ranked if like.other.no != no}.values())


def _put_together(parts: Parts, one: Member, like: Sequence[Member]) -> bool:
    """Puts it with those that it is like; false when that was overtaken.

    It goes to where the likest one is, and those that are nowhere come along; what editors called another matter
    stays away.
    """
    apart = {no for pair in parts.apart.of([one.no]) for no in pair.of} - {one.no}
    members = [one, *(other for other in like if other.no not in apart)]
    if len(members) == 1:
        return True
    homes = {no: home for home in parts.bundles.having([each.no for each in members]) for no in home.numbers}
    fitting = (homes[each.no] for each in members if each.no in homes)
    home = next((found for found in fitting if bundle.has_room(found, one, apart)), None)
    return _keep(parts, home, [each for each in members if each.no not in homes])


def _keep(parts: Parts, home: Bundle | None, members: Sequence[Member]) -> bool:
    now, district = utcnow(), parts.directory.district
    parts.followed.follow([each.no for each in members if each.case], now)
    try:
        if home is not None and not parts.bundles.replace(home, bundle.join(home, members, now)):
            return False
        if home is None and len(members) > 1:
            number = new_number(district.number_prefix, now, district.zone, "B")
            parts.bundles.insert(Bundle(id=number, members=tuple(members[:MOST_MEMBERS]), joined_at=now))
    except DuplicateKeyError:
        return False
    investigating.settle_bundles(parts, [each.no for each in members])
    return True


def _member(told: Told, *, case: bool = False) -> Member:
    return Member(no=told.no, at=told.at, case=case)


def _of_case(view: Mapping[str, Any]) -> Told:
    at, point = datetime.fromisoformat(view["filed_at"]), view["point"]
    words = f"{view['title']}\n{view['text']}"
    place = Place.model_validate(point) if point else None
    return Told(view["no"], words, view["place"], view["town"]["code"], at, place)


def _views(parts: Parts, found: Sequence[Bundle]) -> list[BundleView]:
    tips = {tip.no: tip for tip in parts.tips.some([no for one in found for no in one.tips])}
    cases = {case.no: case for case in coverage.known(parts, [no for one in found for no in one.cases])}
    taken_up = parts.investigations.with_tips(list(tips)) + parts.investigations.with_cases(list(cases))
    once = list({one.id: one for one in taken_up}.values())
    return [_view(parts, one, _named(tips, one.tips), _named(cases, one.cases), once) for one in found]


def _view(
    parts: Parts, found: Bundle, tips: list[Tip], cases: list[FollowUp], taken_up: list[Investigation]
) -> BundleView:
    tip_rows = [_tip(parts, tip, _links(taken_up, tip.no)) for tip in tips]
    return BundleView(
        **found.model_dump(include={"id", "state", "version", "joined_at"}),
        tips=tip_rows,
        cases=[_case(one, _links(taken_up, one.no)) for one in cases],
        towns=_each([*(row.town.name for row in tip_rows if row.town), *(one.town for one in cases)]),
        places=_each([*(tip.place for tip in tips), *(case.place for case in cases)]),
        since=found.since,
        until=found.until,
        into=_into(found, taken_up),
        dismissals=[DismissalView(**one.model_dump()) for one in found.dismissals],
    )


def _tip(parts: Parts, tip: Tip, taken_up: list[TakenUp]) -> BundleTip:
    told = tip_views.beginning(parts, tip)
    return BundleTip(**{**told, "opening": masked(told["opening"])}, taken_up=taken_up)


def _case(found: FollowUp, taken_up: list[TakenUp]) -> BundleCase:
    told = found.model_dump(include={"no", "title", "town", "place", "department", "filed_at"})
    return BundleCase(**told, state_name=found.state, taken_up=taken_up)


def _links(taken_up: Iterable[Investigation], no: str) -> list[TakenUp]:
    return [proposing.link(one) for one in taken_up if no in one.matter.tips or no in one.matter.cases]


def _into(found: Bundle, taken_up: Sequence[Investigation]) -> TakenUp | None:
    def shared(one: Investigation) -> int:
        return len(found.numbers & {*one.matter.tips, *one.matter.cases})

    running = [one for one in taken_up if one.state is not InvestigationState.CLOSED and shared(one)]
    return proposing.link(max(running, key=shared)) if running else None


def _named(rows: Mapping[str, Row], numbers: Iterable[str]) -> list[Row]:
    return [rows[no] for no in numbers if no in rows]


def _each(names: Iterable[str]) -> list[str]:
    return [name for name in dict.fromkeys(names) if name]


def _standing(found: Bundle) -> dict[str, Any]:
    return BundleReceipt(id=found.id, state=found.state, version=found.version).model_dump(mode="json")
