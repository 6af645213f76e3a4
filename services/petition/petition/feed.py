"""What a feed has of the public cases of a town or department: new ones, and new replies."""

from collections.abc import Mapping
from datetime import datetime
from itertools import chain

from kit.errors import NotFound
from petition.case_views import beginning, named
from petition.contract.feed import Feed, FeedItem, GetFeed
from petition.domain import change
from petition.domain.case import Case, Reply
from petition.domain.district import Department, Town
from petition.parts import Parts

MOST = 50


def get_feed(parts: Parts, request: GetFeed) -> Feed:
    """The newest of what everyone may see. Raises `NotFound` for a town or department that the district has not."""
    found = parts.rules.directory
    places: Mapping[str, Mapping[str, Town | Department]] = {"town": found.towns, "department": found.departments}
    filters = request.model_dump(exclude_none=True)
    for name, code in filters.items():
        if code not in places[name]:
            raise NotFound("没有这个街道、镇或部门。")
    opened = parts.cases.filed(filters, MOST)
    replied = parts.cases.replied(MOST, filters)
    items = sorted(chain(map(_case, opened), filter(None, map(_reply, replied))), key=_order, reverse=True)
    scope = [places[name][code].name for name, code in filters.items()]
    return Feed(
        title=" · ".join([f"{found.district.name}问政", *scope]), items=[_named(one, parts) for one in items[:MOST]]
    )


Row = tuple[Case, Reply | None, datetime]


def _case(case: Case) -> Row:
    return case, None, case.filed_at


def _reply(case: Case) -> Row | None:
    reply = case.last_reply
    return (case, reply, reply.published_at) if reply and reply.published_at else None


def _order(row: Row) -> tuple[datetime, str]:
    return row[2], row[0].no


def _named(row: Row, parts: Parts) -> FeedItem:
    """One item. Its id stays, whatever is corrected or redacted later; another round's reply has another."""
    case, reply, at = row
    found = parts.rules.directory
    department = reply.department if reply else case.department
    overall = None if reply else case.clock(change.OVERALL)
    limit = overall if overall and overall.running else None
    return FeedItem(
        id=f"{case.no}/reply/{int(at.timestamp())}" if reply else case.no,
        no=case.no,
        is_reply=reply is not None,
        title=case.shown.title if case.shown else "",
        text=" ".join(part for part in (reply.facts, reply.done, reply.next) if part) if reply else beginning(case),
        category=named(found.subjects, case.asked.category),
        town=named(found.towns, case.asked.town),
        department=named(found.departments, department) if department else None,
        at=at,
        due=limit.due if limit else None,
        provisional=limit is not None and limit.provisional,
    )
