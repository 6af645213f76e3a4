"""What each reader sees of the news: everyone, and the newsroom."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from kit import text
from kit.clock import utcnow
from kit.contract import Empty, PageRequest
from kit.errors import NotFound
from news import coverage
from news.contract.desk import DeskArticle, DeskRow, FindingView, LockView, TakenView
from news.contract.media import UseView
from news.contract.reading import (
    ArticlePage,
    ArticleSummary,
    ArticleView,
    ColumnPage,
    ColumnView,
    Hit,
    HitPage,
    ListArticles,
    ListedPicture,
    Search,
    TopicsView,
    Withdrawn,
)
from news.contract.shapes import (
    ArticleReceipt,
    BlockView,
    CaseView,
    CorrectionView,
    FileView,
    ItemView,
    Named,
    OneArticle,
    PictureView,
    ShownBlock,
    TextView,
)
from news.domain import lifecycle, media
from news.domain.article import (
    AnyBlock,
    Article,
    Block,
    CaseBlock,
    FileBlock,
    ItemBlock,
    PictureBlock,
    Stage,
    State,
    Taken,
    plain,
)
from news.domain.checking import Finding
from news.domain.district import Topic
from news.domain.lifecycle import Action, Actor
from news.domain.media import UNKNOWN, Face, Faces
from news.domain.versions import Lock, holder
from news.parts import Parts

_STAGE_NAMES = {
    Stage.WRITING: "撰写中",
    Stage.FIRST: "待一审",
    Stage.SECOND: "待二审",
    Stage.FINAL: "待三审",
    Stage.APPROVED: "待发布",
    Stage.SCHEDULED: "已定时",
    Stage.PUBLISHED: "已发布",
    Stage.LATER: "已发布，待补审",
    Stage.WITHDRAWN: "已撤回",
}
_ON_ROW = (
    "author", "stage", "returned", "version", "drafted_at", "updated_at", "published_at", "publish_at", "embargo_until",
)  # fmt: skip
_FIRST_KNOWN = (Action.SAVE, Action.PUBLISH, Action.WITHDRAW)
_STATE_NAMES = {State.DRAFT: "草稿", State.PUBLISHED: "已发布", State.WITHDRAWN: "已撤回"}


def list_columns(parts: Parts, request: PageRequest) -> ColumnPage:
    """The columns in their order."""
    columns, cursor = parts.columns.page(request.limit, request.cursor)
    return ColumnPage(items=[ColumnView(**column.model_dump()) for column in columns], next_cursor=cursor)


def list_articles(parts: Parts, request: ListArticles) -> ArticlePage:
    """What is published, newest first."""
    asked = (request.column, request.town, request.limit, request.cursor)
    articles, cursor = parts.articles.listed(*asked, topic=request.topic)
    items = summaries(parts, articles)
    return ArticlePage(items=items, next_cursor=cursor, valid_until=true_until(items))


def get_topics(parts: Parts, request: Empty) -> TopicsView:
    """The topics that an article may have."""
    return TopicsView(items=[_topic(topic) for topic in parts.directory.topics.values()])


def get_article(parts: Parts, request: OneArticle) -> ArticleView:
    """A published article. Raises `NotFound`, which says why when the article was withdrawn."""
    article = published(parts, request.id)
    (view,) = article_views(parts, [article], parts.columns.names())
    return view


def published(parts: Parts, number: str) -> Article:
    """The article that everyone may read. Raises `NotFound`, which says why when it was withdrawn."""
    article = parts.articles.article(number)
    if article is None or article.state is State.DRAFT:
        raise NotFound("没有找到这篇报道。")
    if article.state is State.WITHDRAWN:
        raise _withdrawn(article)
    return article


def article_views(parts: Parts, articles: Sequence[Article], columns: dict[str, str]) -> list[ArticleView]:
    """Published articles as everyone reads them, with what became of the cases that they name."""
    changed, became = coverage.changed_at(parts, articles), coverage.became(parts, articles)
    faces, now = faces_of(parts, articles), utcnow()
    return [
        ArticleView(
            **_summary(parts, article, columns),
            **_text(parts, article, faces, now),
            picture=_listed_picture(article, faces, now),
            published_at=article.published_at,
            changed_at=media.changed_at(shown_faces(article, faces), now, changed[article.id]),
            valid_until=media.true_until(shown_faces(article, faces), now),
            follow_ups=became[article.id],
        )
        for article in coverage.public_face(parts, articles)
    ]


def faces_of(parts: Parts, articles: Iterable[Article]) -> Faces:
    """What there is to know of the pictures that these articles show."""
    return parts.library.faces(sorted({picture for article in articles for picture in article.words.pictures}))


def shown_faces(article: Article, faces: Faces) -> list[Face]:
    """Those of the pictures of one article."""
    return [faces[picture] for picture in article.words.pictures if picture in faces]


def use(article: Article) -> UseView:
    """An article as it uses a picture."""
    state = article.state
    return UseView(id=article.id, title=article.words.title, state=state, state_name=_STATE_NAMES[state])


def search(parts: Parts, request: Search) -> HitPage:
    """Published articles whose title or lead holds every word of the query, newest first.

    A page may be shorter than asked, and even empty where a cursor still leads on to older ones.
    """
    grams = text.query_grams(request.q)
    if not grams:
        return HitPage(items=[])
    articles, cursor = parts.articles.holding(grams, request.limit, request.cursor)
    found = [article for article in articles if text.matches(request.q, article.words.title, article.words.lead)]
    faces, now = faces_of(parts, found), utcnow()
    items = [_hit(article, _listed_picture(article, faces, now)) for article in found]
    return HitPage(items=items, next_cursor=cursor, valid_until=true_until(items))


def desk_rows(parts: Parts, articles: Iterable[Article]) -> list[DeskRow]:
    """Articles in a list of the desk."""
    columns = parts.columns.names()
    return [DeskRow(**_desk_row(parts, article, columns)) for article in articles]


def desk_article(parts: Parts, article: Article, actor: Actor, now: datetime, found: Iterable[Finding]) -> DeskArticle:
    """An article as the newsroom sees it, with what the check has found."""
    may = lifecycle.allowed(article, actor)
    return DeskArticle(
        **_desk_row(parts, article, parts.columns.names()),
        **_text(parts, article, faces_of(parts, [article]), now),
        withdrawn_at=article.withdrawn_at,
        withdrawal=article.withdrawal,
        actions=[action.value for action in may if action in _FIRST_KNOWN],
        may=may,
        course=[_taken(step) for step in article.course],
        findings=[FindingView(**asdict(finding)) for finding in found],
        lock=lock_view(holder(parts.articles.lock_of(article.id), now), actor),
    )


def lock_view(lock: Lock | None, actor: Actor) -> LockView | None:
    """Who writes now, as the actor sees it."""
    return LockView(by=lock.by, mine=lock.by == actor.id, since=lock.since, until=lock.until) if lock else None


def receipt_of(article: Article) -> ArticleReceipt:
    """What a step came to."""
    state, stage = article.state, article.stage
    return ArticleReceipt(
        id=article.id,
        state=state,
        state_name=_STATE_NAMES[state],
        stage=stage,
        stage_name=_stage_name(article),
        version=article.version,
    )


def _withdrawn(article: Article) -> NotFound:
    standing = Withdrawn(withdrawn_at=article.withdrawn_at, reason=article.withdrawal)
    return NotFound(f"这篇报道已撤回：{article.withdrawal}", extra=standing.model_dump(mode="json"))


def summaries(parts: Parts, articles: Sequence[Article]) -> list[ArticleSummary]:
    """Articles in a list that everyone reads."""
    columns, faces, now = parts.columns.names(), faces_of(parts, articles), utcnow()
    return [
        ArticleSummary(
            **_summary(parts, article, columns),
            picture=_listed_picture(article, faces, now),
            published_at=article.published_at,
        )
        for article in articles
    ]


def true_until(items: Iterable[ArticleSummary | Hit]) -> datetime | None:
    """When the first of the pictures of a list goes by itself; None while none will."""
    ends = (item.picture.until for item in items if item.picture)
    return min(filter(None, ends), default=None)


def _listed_picture(article: Article, faces: Faces, now: datetime) -> ListedPicture | None:
    block = next((block for block in article.words.blocks if isinstance(block, PictureBlock)), None)
    face = faces.get(block.picture) if block else None
    if block is None or face is None or media.expired(face, now):
        return None
    about = block.model_dump(include={"picture", "width", "height", "alt"})
    return ListedPicture(widths=list(face.widths), until=face.shown_until, **about)


def _summary(parts: Parts, article: Article, columns: dict[str, str]) -> dict[str, Any]:
    words = article.words
    town = parts.directory.towns.get(words.town or "")
    return {
        "id": article.id,
        "title": words.title,
        "lead": words.lead,
        "column": Named(code=words.column, name=columns.get(words.column, words.column)),
        "town": Named(code=town.code, name=town.name) if town else None,
        "desk": words.desk,
        "example": words.example,
    }


def _topic(topic: Topic) -> Named:
    return Named(code=topic.code, name=topic.name)


def _text(parts: Parts, article: Article, faces: Faces, now: datetime) -> dict[str, Any]:
    blocks, topics = article.words.blocks, parts.directory.topics
    return {
        "blocks": [BlockView(**_plain(block, faces, now).model_dump()) for block in blocks],
        "body": [_shown(block, faces, now) for block in blocks],
        "files": [
            FileView(at=at, **block.model_dump()) for at, block in enumerate(blocks) if isinstance(block, FileBlock)
        ],
        "source": article.words.source,
        "corrections": [CorrectionView(**correction.model_dump()) for correction in article.corrections],
        "topics": [_topic(topics[code]) for code in article.words.topics if code in topics],
    }


def _plain(block: AnyBlock, faces: Faces, now: datetime) -> Block:
    if isinstance(block, PictureBlock) and media.expired(faces.get(block.picture, UNKNOWN), now):
        return media.in_its_place(block)
    return plain(block)


def _shown(block: AnyBlock, faces: Faces, now: datetime) -> ShownBlock:
    if isinstance(block, PictureBlock):
        face = faces.get(block.picture, UNKNOWN)
        about = {"widths": list(face.widths), "licence": face.licence, "expired": media.expired(face, now)}
        return PictureView(**block.model_dump(), **about)
    if isinstance(block, CaseBlock):
        return CaseView(**block.model_dump())
    if isinstance(block, ItemBlock):
        return ItemView(**block.model_dump())
    text_alone = plain(block)
    return TextView(kind=text_alone.kind.value, text=text_alone.text)


def _desk_row(parts: Parts, article: Article, columns: dict[str, str]) -> dict[str, Any]:
    kept = article.model_dump(include=set(_ON_ROW))
    state = {"state": article.state, "state_name": _STATE_NAMES[article.state], "stage_name": _stage_name(article)}
    return {**_summary(parts, article, columns), **kept, **state}


def _stage_name(article: Article) -> str:
    return "退回修改" if article.returned and article.stage is Stage.WRITING else _STAGE_NAMES[article.stage]


def _taken(step: Taken) -> TakenView:
    return TakenView(**step.model_dump(), stage_name=_STAGE_NAMES[step.stage])


def _hit(article: Article, picture: ListedPicture | None) -> Hit:
    words = article.words
    about = {"id": article.id, "title": words.title, "summary": words.lead, "path": f"/articles/{article.id}"}
    return Hit(kind="article", picture=picture, **about)
