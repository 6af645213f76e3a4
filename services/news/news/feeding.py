"""What programs read of the news: feeds by column, town and all, and what sitemaps are made of."""

from datetime import UTC, datetime, timedelta

from kit.clock import utcnow
from kit.contract import Empty
from kit.errors import NotFound
from news import coverage, reading
from news.contract.feeds import (
    FeedArticle,
    FeedView,
    GetFeed,
    ListPublished,
    MonthsView,
    PublishedPage,
    PublishedRow,
    WithdrawnRow,
)
from news.contract.shapes import Named
from news.domain.article import Article
from news.domain.months import months_between, span
from news.parts import Parts

LATEST = 50
TOLD_FOR = timedelta(days=30)
"""How long a feed tells that an article was withdrawn."""
NEWS_FOR = timedelta(days=2)
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
    return FeedView(
        column=Named(code=request.column, name=columns[request.column]) if request.column else None,
        town=Named(code=town.code, name=town.name) if town else None,
        updated=max(changes, default=_NEVER),
        items=items,
        withdrawn=[WithdrawnRow(id=number, withdrawn_at=at) for number, at in gone],
        valid_until=min((item.valid_until for item in items if item.valid_until), default=None),
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
    return PublishedPage(items=[_row(article, changed[article.id]) for article in articles], next_cursor=cursor)


def _row(article: Article, changed_at: datetime) -> PublishedRow:
    return PublishedRow(
        id=article.id, title=article.words.title, published_at=article.published_at, changed_at=changed_at
    )
