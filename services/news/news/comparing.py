"""What an article said before, and how that differs from what it says now."""

from kit.errors import NotFound
from kit.identity import Caller
from news.contract.desk import (
    BlockDiffView,
    DifferenceView,
    FieldDiffView,
    GetDifference,
    ListVersions,
    PieceView,
    VersionPage,
    VersionRow,
)
from news.domain.article import Article, Words
from news.domain.differing import TOPICS, FieldDiff, Piece, difference
from news.parts import Parts
from news.steps import actor_of, on_desk


def list_versions(parts: Parts, request: ListVersions, caller: Caller) -> VersionPage:
    """The versions of an article on the caller's desk, the latest first."""
    article = on_desk(parts.articles.article(request.id), actor_of(caller))
    rows, cursor = parts.versions.page(article.id, article.version, request.limit, request.cursor)
    items = [VersionRow(version=row.version, by=row.by, at=row.at, title=row.words.title) for row in rows]
    return VersionPage(items=items, next_cursor=cursor, present=_present(article))


def get_difference(parts: Parts, request: GetDifference, caller: Caller) -> DifferenceView:
    """What differs between two versions. Raises `NotFound` for one that was not kept."""
    article = on_desk(parts.articles.article(request.id), actor_of(caller))
    later = request.later or article.version
    found = difference(_words(parts, article, request.earlier), _words(parts, article, later))
    fields = [FieldDiffView(field=row.field, pieces=_pieces(_named(parts, row))) for row in found.fields]
    blocks = [BlockDiffView(mark=row.mark, kind=row.kind, pieces=_pieces(row.pieces)) for row in found.blocks]
    return DifferenceView(earlier=request.earlier, later=later, fields=fields, blocks=blocks)


def _present(article: Article) -> VersionRow:
    by = article.writers[-1] if article.writers else article.author
    return VersionRow(version=article.version, by=by, at=article.updated_at, title=article.words.title)


def _words(parts: Parts, article: Article, version: int) -> Words:
    if version == article.version:
        return article.words
    kept = parts.versions.find(article.id, version)
    if kept is None:
        raise NotFound("没有保存这个版本，请从版本列表中选择。")
    return kept.words


def _named(parts: Parts, row: FieldDiff) -> tuple[Piece, ...]:
    """The pieces of a field in words; a topic that the district has given up has none but its code."""
    if row.field != TOPICS:
        return row.pieces
    known = parts.directory.topics
    return tuple(Piece(one.mark, known[one.text].name if one.text in known else one.text) for one in row.pieces)


def _pieces(pieces: tuple[Piece, ...]) -> list[PieceView]:
    return [PieceView(mark=piece.mark, text=piece.text) for piece in pieces]
