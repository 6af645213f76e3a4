"""Reports and the cases that they name: petition is told, and what becomes of the cases comes back into the reports.

Each step looks at how things stand, so that events may come late, again and out of order. An article's own events say
when its links are to be looked at; petition's say when a case is to be read anew, which is done by a timer: while
petition is away nothing is lost, and nobody waits.
"""

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from kit import outbox
from kit.clock import utcnow
from kit.contract import View
from kit.errors import ServiceError, Unavailable
from kit.events import Event, StillChanging
from kit.idempotency import ATTEMPTS
from kit.mongo import Document
from kit.rpc.caller import NoAnswer
from news.contract.coverage import CaseRetitled, CoverageChanged, CoverageLinked, FactView
from news.contract.events import TOLD
from news.contract.shapes import FollowUpView
from news.domain import coverage
from news.domain.article import Article
from news.domain.coverage import FollowUp
from news.parts import Parts
from news.store.coverage import Report, Stale

log = logging.getLogger(__name__)

QUEUE = "news.coverage"
TYPES = tuple(f"news.article_{told}.v1" for told in TOLD)
CASES_QUEUE = "news.followed_cases"
CASES_TYPES = tuple(
    f"petition.case_{told}.v1"
    for told in (
        "accepted", "progressed", "refused", "elsewhere", "dispatched", "returned", "replied", "rated", "closed",
        "withdrawn", "merged", "unmerged", "redacted", "hidden", "hiding_lifted", "appeal_granted", "reopened",
        "promise_reported",
        "reply_corrected",
    )
) + tuple(f"petition.press_{told}.v1" for told in ("asked", "answered"))  # fmt: skip
BATCH = 50
PUT_OFF = timedelta(minutes=1)


def link(parts: Parts, event: Event) -> None:
    """Looks which cases an article names now, has petition told, and follows them. Raises `StillChanging`."""
    article = parts.articles.article(event.data["id"])
    if article is None or not _keep_links(parts, article):
        return
    parts.followed.follow(coverage.cases_of(article), utcnow())
    _restate(parts, article.id)


def hear(parts: Parts, event: Event) -> None:
    """Something happened to a case."""
    parts.followed.ask_again(event.data["no"], utcnow())


def read_anew(parts: Parts) -> int:
    """Reads what has become of cases, and has the reports say so; returns of how many. While petition is away, none."""
    now, done = parts.articles.now(), 0
    for one in parts.followed.stale(now, BATCH):
        try:
            _read_anew(parts, one, now)
        except (Unavailable, NoAnswer):
            return done
        except (ServiceError, LookupError, TypeError, ValueError) as error:  # one case must not hold up the others
            log.error("a case cannot be followed", extra={"case": one.no, "error": type(error).__name__})
            parts.followed.put_off(one, utcnow() + PUT_OFF)
            continue
        done += 1
    return done


def public_face(parts: Parts, articles: Sequence[Article]) -> list[Article]:
    """Published articles as everyone may read them: of a case that is not known to be public there is no word."""
    named = {no for article in articles for no in coverage.cases_of(article)}
    hidden = frozenset(named) - parts.followed.public(sorted(named))
    return [coverage.without(article, hidden) for article in articles] if hidden else list(articles)


def became(parts: Parts, articles: Sequence[Article]) -> dict[str, list[FollowUpView]]:
    """What became of the cases of each published article, by its number."""
    cases = {article.id: coverage.cases_of(article) for article in articles}
    known = parts.followed.known(sorted({no for named in cases.values() for no in named}))
    return {
        article: [FollowUpView(**known[no].model_dump()) for no in named if no in known]
        for article, named in cases.items()
    }


def changed_at(parts: Parts, articles: Sequence[Article]) -> dict[str, datetime]:
    """When readers of each of these articles last had other words, or saw something else of its cases."""
    restated = parts.reports.restated([article.id for article in articles])
    return {one.id: max(one.changed_at, restated.get(one.id, one.changed_at)) for one in articles}


def follow_ups(parts: Parts, cases: Sequence[str]) -> list[FollowUpView]:
    """What became of those of these cases of which everyone may read."""
    return views(known(parts, cases))


def known(parts: Parts, cases: Sequence[str]) -> list[FollowUp]:
    """The same as it is kept, with what readers are not shown."""
    found = parts.followed.known(cases)
    return [found[no] for no in cases if no in found]


def views(found: Sequence[FollowUp]) -> list[FollowUpView]:
    """As readers are shown it."""
    return [FollowUpView(**one.model_dump()) for one in found]


def _keep_links(parts: Parts, article: Article) -> bool:
    """Keeps what the article names, as it stands; whether it names cases, or ever did."""
    cases = coverage.cases_of(article)
    for _ in range(ATTEMPTS):
        before = parts.reports.find(article.id)
        if before is None and not cases:
            return False
        if before is not None and before.version >= article.version:
            return True
        after, event = _linked(before, article, cases)
        if parts.reports.put(before, after, event):
            parts.wake()
            return True
    raise StillChanging(article.id)


def _linked(before: Report | None, article: Article, cases: tuple[str, ...]) -> tuple[Report, Document | None]:
    """The report at this version of the article, and what petition is told if that concerns it."""
    title = article.words.title if cases else ""  # of what was withdrawn no word goes on
    published = article.published_at or article.updated_at
    told = before.told if before else 0
    after = Report(article.id, article.version, told, cases, title, published)
    if before is not None:
        stood = {name: getattr(before, name) for name in ("outcome", "mark", "restated_at", "facts")}
        after = replace(after, **stood)
        if (before.cases, before.title, before.published_at) == (cases, title, published):
            return after, None
    after = replace(after, told=told + 1)
    return after, _event("linked", after, CoverageLinked(headline=title, published_at=published, cases=list(cases)))


def _restate(parts: Parts, article: str) -> None:
    """Has the report stand as its cases do, and readers' kept pages go when that has changed."""
    for _ in range(ATTEMPTS):
        before = parts.reports.find(article)
        if before is None:
            return
        found = known(parts, before.cases)
        public = parts.followed.public(before.cases)
        named = [no for no in before.cases if no in public]
        now = replace(before, outcome=coverage.overall(found), mark=coverage.mark(found, named))
        if now == before:
            return
        facts = {**before.facts, **{one.no: coverage.facts(one) for one in found}}
        happened = [FactView(no=no, fact=fact) for no, fact in coverage.fresh(before.facts, facts)]
        now = replace(now, told=before.told + 1, restated_at=parts.articles.now(), facts=facts)
        event = _event("changed", now, CoverageChanged(cases=list(now.cases), happened=happened))
        if parts.reports.put(before, now, event):
            parts.wake()
            return
    raise StillChanging(article)


def _read_anew(parts: Parts, one: Stale, now: datetime) -> None:
    view = parts.public_cases.read(one.no)
    merged_into = view["merged_into"] if view else None
    main = parts.public_cases.read(merged_into) if merged_into else None
    found = coverage.follow_up(view, now, parts.directory.at_work, main) if view else None
    before, wording = parts.followed.worded([one.no]).get(one.no, (None, 0))
    articles = parts.reports.naming(one.no)
    gone = _retitled(one.no, wording, articles) if before and (found is None or found.title != before.title) else None
    if not parts.followed.keep(one.no, found, wording, gone, public=view is not None):
        return  # another process has kept something newer: it is read once more
    if gone:
        parts.wake()
    for article in articles:
        _restate(parts, article)
    parts.followed.settle(one, coverage.turns_at(found) if found else None)


def _retitled(no: str, wording: int, articles: list[str]) -> Document:
    """That the title of this wording goes: what was told by it is taken back, in whichever order both arrive."""
    told = CaseRetitled(no=no, wording=wording, articles=articles)
    return outbox.event("news.case_retitled.v1", no, wording + 1, told.model_dump(mode="json"), utcnow())


def _event(told: str, report: Report, data: View) -> Document:
    now: datetime = utcnow()
    return outbox.event(f"news.coverage_{told}.v1", report.article, report.told, data.model_dump(mode="json"), now)
