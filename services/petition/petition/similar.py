"""Before a case is sent: others that may be about the same, and published replies that may already serve."""

from collections.abc import Iterable, Mapping

from kit import text
from kit.identity import Caller
from petition import case_views
from petition.contract.filing import SearchSimilar, SimilarCase, SimilarCases
from petition.domain.likeness import LIKE, Matter, likeness, metres
from petition.filing import location_of
from petition.parts import Parts
from petition.store.cases import Comparable

MOST_OPEN, MOST_REPLIED = 5, 3
NEWEST_COMPARED = 100  # of each of the lists that are looked through


def search_similar(parts: Parts, request: SearchSimilar, caller: Caller) -> SimilarCases:
    """Open cases of the same town and published replies of anywhere that are like these words, the likest first.

    The cost is bounded: the newest of four lists are compared, whatever the district has.
    """
    matter = _matter(request)
    scored = {row.no: (likeness(matter, row.matter), row) for row in _candidates(parts, request)}
    like = sorted((pair for pair in scored.values() if pair[0] >= LIKE), key=lambda pair: (-pair[0], pair[1].no))
    rows = [row for _, row in like]
    opened = [row.no for row in rows if row.at_work and (not matter.town or row.matter.town == matter.town)]
    replied = [row.no for row in rows if row.replied]
    apart = {row.no: _metres(matter, row.matter) for row in rows}
    return SimilarCases(
        open=_shown(parts, opened[:MOST_OPEN], apart, caller),
        replied=_shown(parts, replied[:MOST_REPLIED], apart, caller),
    )


def _matter(request: SearchSimilar) -> Matter:
    grams = text.grams(request.title, request.place, request.text)
    return Matter(frozenset(grams), request.category, request.town, location_of(request.point))


def _candidates(parts: Parts, request: SearchSimilar) -> Iterable[Comparable]:
    town = {"town": request.town} if request.town else {}
    category = {"category": request.category} if request.category else {}
    for filters in (town | category, town, category):
        if filters:
            yield from parts.cases.newest_to_compare(filters, NEWEST_COMPARED)
    if place := text.query_grams(request.place):
        yield from parts.cases.holding_to_compare(place, NEWEST_COMPARED)


def _metres(one: Matter, other: Matter) -> int | None:
    return round(metres(one.point, other.point)) if one.point and other.point else None


def _shown(parts: Parts, numbers: list[str], apart: Mapping[str, int | None], caller: Caller) -> list[SimilarCase]:
    joined = parts.co_signs.joined_by(caller.id, numbers)
    return [
        case_views.similar_case(case, parts.rules, caller, metres=apart[case.no], co_signed=case.no in joined)
        for case in parts.cases.some(numbers)
    ]
