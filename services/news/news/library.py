"""媒体库: the newsroom's pictures, the right to show them, and where they are used."""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta

from kit import derivatives, outbox, text
from kit.clock import utcnow
from kit.contract import Nothing
from kit.errors import Conflict, Invalid, NotFound, ServiceError
from kit.idempotency import ATTEMPTS
from kit.identity import Caller
from kit.mongo import Document
from kit.paging import encode_cursor
from news import reading
from news.contract.media import (
    ListMedia,
    MediumPage,
    MediumView,
    OneMedium,
    PictureRightsTold,
    RightsReceipt,
    StateRights,
)
from news.domain import media
from news.domain.article import Article, PictureBlock
from news.domain.lifecycle import EDITORS, Actor
from news.domain.media import RightStanding
from news.parts import Parts
from news.steps import actor_of
from news.store.library import DESCRIBED_IN, face_of
from news.tipping import UPLOADER

log = logging.getLogger(__name__)

USES_SHOWN = 5
USES_COUNTED = 100
LOOKED_THROUGH = 200
"""Pictures that one page of unused ones looks at."""
TOLD = 500
"""Articles that are told of a picture's right; what is kept of others lapses within a minute."""
AWAY_FOR = timedelta(hours=1)
"""How long files of deleted pictures stay: longer than any article takes to be saved that names one."""
TAKEN_IN_AT_ONCE = 5
SWEPT_AT_ONCE = 100


def list_media(parts: Parts, request: ListMedia, caller: Caller) -> MediumPage:
    """Pictures of the newsroom, all or those chosen. Raises `Invalid` for a cursor that is none."""
    actor, now = actor_of(caller), utcnow()
    rows, cursor = _unused(parts, request, actor) if request.only == "unused" else _found(parts, request, actor)
    return MediumPage(items=[_view(parts, row, actor, now) for row in rows], next_cursor=cursor)


def state_rights(parts: Parts, request: StateRights, caller: Caller) -> RightsReceipt:
    """Says until when a picture may be shown, and whence it comes; its readers' kept pages go. Raises `NotFound`."""
    zone = parts.directory.district.zone
    until = media.end_of(request.last_day, zone) if request.last_day else None
    for _ in range(ATTEMPTS):
        row, now = _row(parts, request.id), utcnow()
        if (row.get("shown_until"), row.get("licence", "")) == (until, request.licence):
            return _receipt(request, until, now)
        stated = {"shown_until": until, "licence": request.licence, "stated_at": now, "stated_by": caller.id}
        if parts.library.state_rights(row, stated, _events(parts, row, now)):
            parts.wake()
            return _receipt(request, until, now)
    raise Conflict("这张图片刚被别人修改，请刷新后重试。")


def delete_picture(parts: Parts, request: OneMedium, caller: Caller) -> Nothing:
    """Deletes a picture that no article uses, and no investigation. Raises `Invalid` that says which do, `NotFound`."""
    _row(parts, request.id)
    uses = parts.articles.using(request.id, USES_COUNTED)
    if uses:
        named = "".join(f"《{article.words.title}》" for article in uses[:USES_SHOWN])
        raise Invalid.field("id", f"{len(uses)}篇稿件正在使用这张图片，不能删除：{named}")
    if kept := parts.investigations.with_picture(request.id):
        raise Invalid.field("id", f"这张图片是调查《{kept.matter.title}》的走访照片，不能删除。")
    parts.library.put_away(request.id, utcnow())
    return Nothing()


def remove_deleted(parts: Parts) -> int:
    """Removes the files of pictures that were deleted a while ago; how many.

    One that was written into an article or a record while it was being deleted comes back instead.
    """
    removed = 0
    for picture in parts.library.away_since(utcnow() - AWAY_FOR, SWEPT_AT_ONCE):
        if _is_used(parts, picture):
            parts.library.bring_back(picture)
        else:
            parts.images.remove(picture)
            removed += 1
    return removed


def is_ours(row: Document) -> bool:
    """Whether it is a picture of the newsroom that nobody has deleted."""
    return row["owner"] != UPLOADER and "pages" not in row and row.get("library", True)


def take_in(parts: Parts) -> int:
    """Makes the copies of pictures of before, and has them found by their words; of how many. A few at a time."""
    rows = parts.library.not_taken_in(TAKEN_IN_AT_ONCE)
    for row in rows:
        ours = row["owner"] != UPLOADER and "pages" not in row
        if ours:
            _make_copies(parts, row)
            _describe_as_used(parts, row["_id"])
        parts.library.take_in(row["_id"], parts.images.kept_at(row) or utcnow(), ours=ours)
    return len(rows)


def _make_copies(parts: Parts, row: Document) -> None:
    try:
        parts.images.add_copies(row["_id"], derivatives.derive(parts.images.whole(row)))
    except ServiceError as error:  # one picture must not hold up the others: it is shown in its two sizes
        log.warning("a picture has no copies", extra={"picture": row["_id"], "error": error.code})


def _describe_as_used(parts: Parts, picture: str) -> None:
    for article in parts.articles.using(picture, 1, whole=True):
        for block in article.words.blocks:
            if isinstance(block, PictureBlock) and block.picture == picture:
                parts.library.describe(picture, block.alt, block.credit, block.caption, article.id)


def _is_used(parts: Parts, picture: str) -> bool:
    return bool(parts.articles.using(picture, 1)) or parts.investigations.with_picture(picture) is not None


def _row(parts: Parts, picture: str) -> Document:
    row = parts.library.find(picture)
    if row is None:
        raise NotFound("没有找到这张图片，可能已被删除。")
    return row


def _found(parts: Parts, request: ListMedia, actor: Actor) -> tuple[list[Document], str | None]:
    if request.only:
        rows, cursor = parts.library.by_right(RightStanding(request.only), utcnow(), request.limit, request.cursor)
    elif not request.q:
        rows, cursor = parts.library.newest(request.limit, request.cursor)
    elif grams := text.query_grams(request.q):
        rows, cursor = parts.library.holding(grams, request.limit, request.cursor)
    else:
        return [], None
    seen = _as_seen(parts, rows, actor)
    return [row for row in seen if not request.q or text.matches(request.q, *_words(row).values())], cursor


def _unused(parts: Parts, request: ListMedia, actor: Actor) -> tuple[list[Document], str | None]:
    """Unused pictures among the next `LOOKED_THROUGH`, and where to go on."""
    found: list[Document] = []
    last = None
    for number, row in enumerate(_walk(parts, request.cursor)):
        if len(found) == request.limit or number == LOOKED_THROUGH:
            assert last is not None
            return _as_seen(parts, found, actor), encode_cursor(last["created"], last["_id"])
        last = row
        if not _is_used(parts, row["_id"]):
            found.append(row)
    return _as_seen(parts, found, actor), None


def _as_seen(parts: Parts, rows: list[Document], actor: Actor) -> list[Document]:
    """These pictures in words that are for the actor's eyes; without any, where all are from what he may not read."""
    if actor.roles & EDITORS:
        return rows
    named = dict.fromkeys(row[DESCRIBED_IN] for row in rows if row.get(DESCRIBED_IN))
    read = {article.id for article in parts.articles.some(list(named)) if _sees(article, actor)}
    return [
        row if row.get(DESCRIBED_IN) in read or not row.get("alt") else {**row, **_used_words(parts, row["_id"], actor)}
        for row in rows
    ]


def _used_words(parts: Parts, picture: str, actor: Actor) -> dict[str, str]:
    """How one of the articles describes the picture that the actor may read."""
    for article in parts.articles.using(picture, USES_SHOWN, whole=True):
        for block in article.words.blocks if _sees(article, actor) else ():
            if isinstance(block, PictureBlock) and block.picture == picture:
                return _words(block.model_dump())
    return _words({})


def _words(told: Document) -> dict[str, str]:
    return {name: told.get(name, "") for name in ("alt", "caption", "credit")}


def _walk(parts: Parts, cursor: str | None) -> Iterator[Document]:
    following = True
    while following:
        rows, cursor = parts.library.newest(100, cursor)
        yield from rows
        following = cursor is not None


def _view(parts: Parts, row: Document, actor: Actor, now: datetime) -> MediumView:
    face, zone = face_of(row), parts.directory.district.zone
    uses = parts.articles.using(row["_id"], USES_COUNTED)
    return MediumView(
        **_words(row),
        id=row["_id"],
        width=row["width"],
        height=row["height"],
        created=row["created"],
        licence=face.licence,
        last_day=media.last_day(face.shown_until, zone) if face.shown_until else None,
        standing=media.standing(face.shown_until, now),
        used=len(uses),
        uses=[reading.use(article) for article in uses if _sees(article, actor)][:USES_SHOWN],
    )


def _sees(article: Article, actor: Actor) -> bool:
    """Whether the title is for the actor's eyes: a colleague's draft is not for a reporter's."""
    return article.listed or bool(actor.roles & EDITORS) or article.author == actor.id


def _events(parts: Parts, row: Document, now: datetime) -> list[Document]:
    seq, picture = (row.get("rights_version") or 0) + 1, row["_id"]
    shown = [article.id for article in parts.articles.using(picture, TOLD) if article.listed]
    told = [PictureRightsTold(article=number, picture=picture).model_dump() for number in shown]
    kind = "news.picture_rights_changed.v1"
    return [outbox.event(kind, f"{one['article']}/{picture}", seq, one, now) for one in told]


def _receipt(request: StateRights, until: datetime | None, now: datetime) -> RightsReceipt:
    stands = media.standing(until, now)
    return RightsReceipt(id=request.id, last_day=request.last_day, licence=request.licence, standing=stands)
