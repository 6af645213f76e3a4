"""What programs read of the news: feeds by column, town and all, what has changed, what sitemaps are made of."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from pymongo import ASCENDING

from kit.clock import utcnow
from kit.contract import Empty
from kit.errors import Invalid, NotFound
from kit.paging import cut, place_of
from news import coverage, reading
from news.contract.feeds import (
    ChangedPage,
    ChangedRow,
    FeedArticle,
    FeedView,
    GetFeed,
    ListChanged,
    ListPublished,
    MonthsView,
    PictureEnd,
    PublishedPage,
    PublishedRow,
    WithdrawnRow,
)
from news.contract.reading import ArticleView
from news.contract.shapes import Named
from news.domain.article import Article
from news.domain.media import Faces
from news.domain.months import months_between, span
from news.parts import Parts

LATEST = 50
TOLD_FOR = timedelta(days=30)
"""How long a feed tells that an article was withdrawn."""
NEWS_FOR = timedelta(days=2)
_EARLIEST = (("at", ASCENDING), ("_id", ASCENDING))
SETTLED = timedelta(seconds=5)
"""How long a change is kept back from who polls: one with an earlier time may still be on its way into the database,
and he who has been told of the later one would never ask for it."""
_NEVER = datetime(2000, 1, 1, tzinfo=UTC)


def get_feed(parts: Parts, request: GetFeed) -> FeedView:
    """The latest articles with their text. Raises `NotFound` for a column or town that does not exist."""
    columns, town = parts.columns.names(), parts.directory.towns.get(request.town or "")
    if (request.column and request.column not in columns) or (request.town and town is None):
        raise NotFound("没有这个栏目或街镇。")
    latest = parts.articles.latest(request.column, request.town, LATEST)
    items = [FeedArticle(**view.model_dump()) for view in reading.article_views(parts, latest, columns)]
    gone = parts.articles.withdrawn(request.column, request.town, utcnow() - TOLD_FOR, LATEST)
    changes = [*(item.changed_at for item in items), *(at for _, at in gone)]
    updated = max(changes, default=_NEVER)
    return FeedView(
        column=Named(code=request.column, name=columns[request.column]) if request.column else None,
        town=Named(code=town.code, name=town.name) if town else None,
        updated=max([updated, *_leavings(parts, request, updated)]),
        items=items,
        withdrawn=[WithdrawnRow(id=number, withdrawn_at=at) for number, at in gone],
        valid_until=min((item.valid_until for item in items if item.valid_until), default=None),
    )


def list_changed(parts: Parts, request: ListChanged) -> ChangedPage:
    """What readers see otherwise since then, as it stands now; each article once a page, at its last change.

    Whole seconds at a time, so that nobody who asks by the second misses the rest of one. Raises `Invalid` (`cursor`).
    """
    place = place_of(request.cursor)
    if place and not isinstance(place[0], datetime):
        raise Invalid.field("cursor", "翻页标记无效，请从第一页重新查看")
    until = (parts.articles.now() - SETTLED).replace(microsecond=0)
    asked = (request.updated_after, until, place, request.limit + 1)
    told = (parts.articles.changed, parts.articles.rights_restated, parts.reports.changed)
    changes = (row for changed in told for row in changed(*asked))
    page, cursor = cut(sorted(changes, key=lambda row: (row["at"], row["_id"])), request.limit, _EARLIEST)
    seen = place[0] if place else request.updated_after
    return ChangedPage(
        items=_changed(parts, [row["_id"] for row in page]),
        next_cursor=cursor,
        updated_until=page[-1]["at"] if page else seen,
    )


def get_published_months(parts: Parts, request: Empty) -> MonthsView:
    """The months in which articles were published; none while there are none."""
    found = parts.articles.published_between()
    return MonthsView(months=months_between(*found, parts.directory.district.zone) if found else [])


def list_published(parts: Parts, request: ListPublished) -> PublishedPage:
    """What was published in a month, or lately."""
    now = utcnow()
    zone = parts.directory.district.zone
    since, until = span(request.month, zone) if request.month else (now - NEWS_FOR, now + NEWS_FOR)
    articles, cursor = parts.articles.published_in(since, until, request.limit, request.cursor)
    changed = coverage.changed_at(parts, articles)
    return PublishedPage(
        items=[_row(article, changed[article.id]) for article in articles],
        next_cursor=cursor,
        withdrawn_at=parts.articles.last_withdrawn_of(since, until) if request.month else None,
    )


def _leavings(parts: Parts, request: GetFeed, since: datetime) -> list[datetime]:
    """When articles that are not in the feed any more went to another column, or town."""
    asked = (("column", request.column), ("town", request.town))
    return [at for place, code in asked if code for at in parts.articles.left(place, code, since)]


def _changed(parts: Parts, numbers: Sequence[str]) -> list[ChangedRow]:
    last = dict.fromkeys(reversed(numbers))  # what has changed twice stands where it changed last
    found = {article.id: article for article in parts.articles.whole(list(last))}
    listed = [article for article in found.values() if article.listed]
    faces = reading.faces_of(parts, listed)
    views = {view.id: view for view in reading.article_views(parts, listed, parts.columns.names())}
    return [_change(found[number], views.get(number), faces) for number in reversed(last) if number in found]


def _change(article: Article, view: ArticleView | None, faces: Faces) -> ChangedRow:
    known = {picture: faces[picture].shown_until for picture in article.words.pictures if picture in faces}
    return ChangedRow(
        id=article.id,
        article=FeedArticle(**view.model_dump()) if view else None,
        pictures=[PictureEnd(picture=picture, until=until) for picture, until in known.items() if view and until],
        withdrawn_at=article.withdrawn_at,
        reason=article.withdrawal,
    )


def _row(article: Article, changed_at: datetime) -> PublishedRow:
    return PublishedRow(
        id=article.id, title=article.words.title, published_at=article.published_at, changed_at=changed_at
    )
