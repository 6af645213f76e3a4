"""What residents keep and follow, and the word to those who follow when something is published."""

from collections.abc import Iterator

from kit import outbox
from kit.clock import utcnow
from kit.errors import Conflict, Invalid
from kit.identity import Caller
from news import reading
from news.contract.keeping import (
    DropArticle,
    FavouritePage,
    FavouriteView,
    Follow,
    FollowedTopic,
    FollowedView,
    FollowersTold,
    FollowPage,
    FollowView,
    GetKept,
    KeepArticle,
    KeptView,
    ListFavourites,
    ListFollows,
    Unfollow,
)
from news.domain.article import Article
from news.parts import Parts
from news.store.keeping import Follows

MOST = 1000
MOST_TOPICS = 200
ECHOES = "echoes"
ALL_ECHOES = f"{ECHOES}/all"
TOPIC = "topic"
_UNKNOWN = "（已取消的栏目）"


def keep_article(parts: Parts, request: KeepArticle, caller: Caller) -> KeptView:
    """Keeps an article; again, it changes nothing.

    Raises `NotFound` for what nobody may read, `Conflict` when he keeps as many as can be kept.
    """
    article = reading.published(parts, request.id)
    if parts.favourites.count(caller.id, MOST) >= MOST and not parts.favourites.keeps(caller.id, article.id):
        raise Conflict(f"最多收藏{MOST}篇，请先删除一些。")
    parts.favourites.keep(caller.id, article.id, utcnow())
    return KeptView(kept=True)


def drop_article(parts: Parts, request: DropArticle, caller: Caller) -> KeptView:
    """Keeps an article no more, also one that was withdrawn."""
    parts.favourites.drop(caller.id, request.id)
    return KeptView(kept=False)


def get_kept(parts: Parts, request: GetKept, caller: Caller) -> KeptView:
    """Whether the caller keeps an article."""
    return KeptView(kept=parts.favourites.keeps(caller.id, request.id))


def list_favourites(parts: Parts, request: ListFavourites, caller: Caller) -> FavouritePage:
    """What the caller keeps, the latest first."""
    rows, cursor = parts.favourites.page(caller.id, request.limit, request.cursor)
    shown = {one.id: one for one in reading.summaries(parts, parts.articles.listed_among([r["article"] for r in rows]))}
    items = [FavouriteView(id=row["article"], at=row["at"], article=shown.get(row["article"])) for row in rows]
    return FavouritePage(items=items, next_cursor=cursor)


def follow(parts: Parts, request: Follow, caller: Caller) -> FollowedView:
    """Follows a column, a town, a topic or 回音壁; again, it changes nothing.

    Raises `Invalid` for one that does not exist.
    """
    if request.target not in _names(parts, request.kind):
        raise Invalid.field("target", "没有这个话题" if request.kind == TOPIC else "没有这个栏目或街镇")
    _kept_in(parts, request.kind).follow(caller.id, f"{request.kind}/{request.target}", utcnow())
    return FollowedView(following=True)


def unfollow(parts: Parts, request: Unfollow, caller: Caller) -> FollowedView:
    """Follows it no more."""
    _kept_in(parts, request.kind).unfollow(caller.id, f"{request.kind}/{request.target}")
    return FollowedView(following=False)


def list_follows(parts: Parts, request: ListFollows, caller: Caller) -> FollowPage:
    """What the caller follows, the latest first; all topics beside it, which are never many."""
    rows, cursor = parts.follows.page(caller.id, request.limit, request.cursor)
    names = {kind: _names(parts, kind) for kind in ("column", "town")}
    items = []
    for row in rows:
        kind, _, target = row["of"].partition("/")
        if kind == ECHOES:
            continue
        items.append(FollowView(kind=kind, target=target, name=names[kind].get(target, _UNKNOWN), at=row["at"]))
    echoes = parts.follows.has(caller.id, ALL_ECHOES)
    return FollowPage(items=items, next_cursor=cursor, echoes=echoes, topics=_followed_topics(parts, caller))


def tell_followers(parts: Parts, number: str) -> None:
    """Has those told who follow the column, the town or a topic of a published article, some at a time.

    Safe to repeat.
    """
    article = parts.articles.article(number)
    if article is None or not article.listed:
        return
    words = article.words
    for kind, target in (("column", words.column), ("town", words.town)):
        name = _names(parts, kind).get(target or "", "")
        _tell(parts, article, parts.follows.followers(f"{kind}/{target}"), kind, name)
    for code in words.topics:
        if topic := parts.directory.topics.get(code):
            followers = parts.topic_follows.followers(f"{TOPIC}/{code}")
            _tell(parts, article, followers, f"{TOPIC}/{code}", f"话题“{topic.name}”")


def _tell(parts: Parts, article: Article, followers: Iterator[list[str]], what: str, name: str) -> None:
    for accounts in followers:
        now = utcnow()
        told = FollowersTold(article=article.id, headline=article.words.title, of=name, accounts=accounts)
        subject = f"{article.id}/{what}/{accounts[-1]}"
        event = outbox.event("news.followers_told.v1", subject, 1, told.model_dump(mode="json"), now)
        parts.follows.tell(subject, event, now)
        parts.wake()


def forget(parts: Parts, account: str) -> None:
    """注销: what somebody kept and followed is forgotten."""
    parts.favourites.forget(account)
    parts.follows.forget(account)
    parts.topic_follows.forget(account)


def _kept_in(parts: Parts, kind: str) -> Follows:
    return parts.topic_follows if kind == TOPIC else parts.follows


def _followed_topics(parts: Parts, caller: Caller) -> list[FollowedTopic]:
    rows, _ = parts.topic_follows.page(caller.id, MOST_TOPICS, None)
    names, found = _names(parts, TOPIC), []
    for row in rows:
        code = row["of"].removeprefix(f"{TOPIC}/")
        found.append(FollowedTopic(code=code, name=names.get(code, "已取消的话题"), at=row["at"]))
    return found


def _names(parts: Parts, kind: str) -> dict[str, str]:
    if kind == ECHOES:
        return {"all": "回音壁"}
    if kind == "column":
        return parts.columns.names()
    if kind == TOPIC:
        return {topic.code: topic.name for topic in parts.directory.topics.values()}
    return {town.code: town.name for town in parts.directory.towns.values()}
