"""Writing: drafts begun, saved by the writer or by the page while he types, and earlier words restored."""

from datetime import datetime

from kit.clock import utcnow
from kit.errors import Conflict, Invalid, NotFound
from kit.idempotency import Once
from kit.identity import Caller
from kit.mongo import Document
from news import reading
from news.contract.desk import CreateArticle, RestoreVersion, SaveArticle
from news.contract.shapes import ArticleReceipt, CaseGiven, FileGiven, GivenBlock, ItemGiven, PictureGiven
from news.domain import checking, editing
from news.domain.article import AnyBlock, Article, Block, CaseBlock, FileBlock, ItemBlock, Kind, PictureBlock, Words
from news.domain.editing import Change, Saved
from news.domain.lifecycle import Actor
from news.domain.numbers import new_number
from news.parts import Parts
from news.reviewing import findings_of
from news.steps import actor_of, take


def create_article(parts: Parts, request: CreateArticle, caller: Caller) -> ArticleReceipt:
    """Begins a draft. The same request, repeated or run at the same time, makes one and gets its number.

    Raises `Invalid` for a column, town, topic or picture that does not exist, `Conflict` for another request under the
    same key.
    """
    once = Once(caller.id, request)

    def insert() -> ArticleReceipt:
        now = utcnow()
        district = parts.directory.district
        number = new_number(district.number_prefix, now, district.zone)
        words = _words_of(parts, request)
        article = editing.create(number, actor_of(caller), words, now, auto=request.auto).article
        receipt = reading.receipt_of(article)
        parts.articles.insert(article, [], once.note(receipt.model_dump(mode="json"), now))
        return receipt

    receipt = once.make(ArticleReceipt, parts.articles.collection, insert)
    _describe(parts, request, receipt.id)
    return receipt


def save_article(parts: Parts, request: SaveArticle, caller: Caller) -> ArticleReceipt:
    """New words for a draft, or a correction of what is published."""

    def save(article: Article, actor: Actor, now: datetime) -> Change:
        words = _words_of(parts, request)
        if request.topics is None:
            words = words.model_copy(update={"topics": article.words.topics})
        return editing.save(article, actor, now, _saved(parts, article, words, request))

    receipt = take(parts, caller, request, save, writes=True, clock=parts.articles.now)
    _describe(parts, request, receipt.id)
    return receipt


def restore_version(parts: Parts, request: RestoreVersion, caller: Caller) -> ArticleReceipt:
    """The words of an earlier version again. Raises `NotFound` when they were not kept.

    Raises `Conflict` when a picture of theirs was deleted.
    """

    def restore(article: Article, actor: Actor, now: datetime) -> Change:
        kept = parts.versions.find(article.id, request.restored)
        if kept is None:
            raise NotFound("没有保存这个版本，请从版本列表中选择。")
        if len(_usable(parts, kept.words.attached)) < len(set(kept.words.attached)):
            raise Conflict("这个版本用到的图片已从媒体库删除，不能恢复。")
        return editing.save(article, actor, now, _saved(parts, article, kept.words, request))

    return take(parts, caller, request, restore, writes=True, clock=parts.articles.now)


def _saved(parts: Parts, article: Article, words: Words, request: SaveArticle | RestoreVersion) -> Saved:
    """What is saved; of a published article with what it brings that must be changed: nobody else sees that before."""
    auto = isinstance(request, SaveArticle) and request.auto
    must = checking.brought(findings_of(parts, words), findings_of(parts, article.words)) if article.listed else ()
    return Saved(words, request.correction, auto, must, request.note)


def _words_of(parts: Parts, request: CreateArticle) -> Words:
    if not parts.columns.exists(request.column):
        raise Invalid.field("column", "没有这个栏目")
    if request.town is not None and request.town not in parts.directory.towns:
        raise Invalid.field("town", "没有这个街道或镇")
    topics = tuple(request.topics or ())
    if unknown := [code for code in topics if code not in parts.directory.topics]:
        raise Invalid.field("topics", f"没有这个话题：{unknown[0]}")
    fields = request.model_dump(include={"column", "town", "title", "lead", "desk", "source"})
    texts = tuple(Block(kind=block.kind, text=block.text) for block in request.blocks)
    return Words(blocks=_body_of(parts, request.body) or texts, topics=topics, **fields)


def _body_of(parts: Parts, given: list[GivenBlock]) -> tuple[AnyBlock, ...]:
    pictures = tuple(block.picture for block in given if isinstance(block, PictureGiven))
    files = tuple(block.file for block in given if isinstance(block, FileGiven))
    rows = _usable(parts, (*pictures, *files))
    return tuple(_block_of(place, block, rows) for place, block in enumerate(given))


def _usable(parts: Parts, ids: tuple[str, ...]) -> dict[str, Document]:
    """Those of these pictures that exist and were not deleted."""
    return {row["_id"]: row for row in parts.images.found(ids) if "deleted_at" not in row}


def _describe(parts: Parts, request: CreateArticle, article: str) -> None:
    """Has the pictures found by how they were described last."""
    for block in request.body:
        if isinstance(block, PictureGiven):
            parts.library.describe(block.picture, block.alt, block.credit, block.caption, article)


def _block_of(place: int, given: GivenBlock, rows: dict[str, Document]) -> AnyBlock:
    if isinstance(given, PictureGiven):
        row = rows.get(given.picture, {})
        if "width" not in row:
            raise Invalid.field(f"body.{place}", "这张图片没有上传完成，请重新添加")
        return PictureBlock(width=row["width"], height=row["height"], **given.model_dump())
    if isinstance(given, FileGiven):
        row = rows.get(given.file, {})
        if "pages" not in row:
            raise Invalid.field(f"body.{place}", "这个附件没有上传完成，请重新添加")
        return FileBlock(pages=row["pages"], size=row["full"]["bytes"], **given.model_dump())
    if isinstance(given, CaseGiven):
        return CaseBlock(**given.model_dump())
    if isinstance(given, ItemGiven):
        return ItemBlock(**given.model_dump())
    return Block(kind=Kind(given.kind), text=given.text)
