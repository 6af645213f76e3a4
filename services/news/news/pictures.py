"""Pictures of articles, and their PDF files: taken in by chunks and made anew.

Everyone sees them once an article that shows them is out, and as long as they may be shown.
"""

from datetime import datetime
from typing import Any

from kit import derivatives, documents, pictures
from kit.clock import utcnow
from kit.errors import NotFound
from kit.identity import Caller
from kit.images import content_type_of
from kit.mongo import Document
from kit.transfers import Chunk, FinishUpload, PutChunk, StartUpload, Upload
from news.contract.media import ArticlePictureData, ReadPicture, Uploaded
from news.domain import media
from news.domain.article import FileBlock
from news.domain.lifecycle import DESK
from news.parts import Parts
from news.tipping import UPLOADER, sees_picture

_UNKNOWN = "没有找到这张图片。"
_LOOKED_AT = 50  # articles that may give out a file


def start_upload(parts: Parts, request: StartUpload, caller: Caller) -> Upload:
    """Begins an upload; repeated, it is the same one. Raises `Invalid` for a type not taken, `TooLarge`."""
    key = request.idempotency_key
    return Upload(id=parts.images.uploads.start(caller.id, request.content_type, request.size, utcnow(), key))


def put_chunk(parts: Parts, request: PutChunk, caller: Caller) -> Chunk:
    """Takes one chunk; the same one may come again."""
    parts.images.uploads.put(caller.id, request.id, request.number, request.data)
    return Chunk(number=request.number)


def finish_upload(parts: Parts, request: FinishUpload, caller: Caller) -> Uploaded:
    """Makes the picture of what was uploaded: pixels only, upright, with its copies; or the PDF: pages only.

    What it is its content says. Repeated, it answers the same.
    """

    def make(data: bytes) -> Document:
        if documents.is_document(data):
            row = parts.images.add_document(request.id, caller.id, documents.clean(data))
            parts.library.take_in(request.id, utcnow(), ours=False)
            return row
        return keep(parts, request.id, caller.id, pictures.render(data))

    row = parts.images.made_of(caller.id, request, utcnow(), make)
    size = row["full"]["bytes"] if "pages" in row else None
    width, height = row.get("width", 0), row.get("height", 0)
    return Uploaded(id=row["_id"], width=width, height=height, pages=row.get("pages"), size=size)


def read_picture(parts: Parts, request: ReadPicture, caller: Caller) -> ArticlePictureData:
    """A piece of a picture. Raises `NotFound` unless a published article shows it, or the caller may see it before.

    The newsroom sees pictures of articles, editors those of tips, and who sent a tip by his account those of his own.
    Of one that may not be shown any more the error says that it is gone.
    """
    row = parts.images.find(request.id)
    if row is None or request.size not in row or "pages" in row:
        raise NotFound(_UNKNOWN)
    shown, now, until = parts.articles.shows(request.id), utcnow(), row.get("shown_until")
    public = shown and not (until and until <= now)
    if not public and not _sees(parts, row, caller):
        raise _over(until) if shown and until else NotFound(_UNKNOWN)
    left = int((until - now).total_seconds()) if public and until else None
    return _piece(parts, row, request, public=public, public_seconds=left, name=None)


def read_file(parts: Parts, request: ReadPicture, caller: Caller) -> ArticlePictureData:
    """A piece of a PDF. Raises `NotFound` unless a published article gives it out, or the caller is of the newsroom."""
    row = parts.images.find(request.id)
    if row is None or request.size not in row or "pages" not in row:
        raise NotFound("没有找到这个附件。")
    name = _name(parts, request.id)
    if name is None and not _sees(parts, row, caller):
        raise NotFound("没有找到这个附件。")
    return _piece(parts, row, request, public=name is not None, public_seconds=None, name=name)


def _piece(parts: Parts, row: Document, request: ReadPicture, **told: Any) -> ArticlePictureData:
    piece = parts.images.read(row, request.size, request.offset, request.length)
    kind = content_type_of(row, request.size)
    whole = {"total": piece.total, "sha256": piece.sha256, "kept_at": piece.kept_at}
    return ArticlePictureData(data=piece.data, content_type=kind, **whole, **told)


def _name(parts: Parts, file: str) -> str | None:
    """The title of a PDF in a published article that gives it out."""
    blocks = (block for article in parts.articles.giving(file, _LOOKED_AT) for block in article.words.blocks)
    return next((block.title for block in blocks if isinstance(block, FileBlock) and block.file == file), None)


def _over(until: datetime) -> NotFound:
    return NotFound(f"{media.EXPIRED}。", extra={"withdrawn_at": until.isoformat()})


def keep(parts: Parts, picture: str, owner: str, made: pictures.Picture) -> Document:
    """Keeps a picture of the newsroom with its copies. Safe to repeat."""
    copies = derivatives.derive(made.full)
    about = {"owner": owner, "width": made.width, "height": made.height, "widths": list(copies.widths)}
    ours = {"created": utcnow(), "library": True}
    return parts.images.keep(picture, {**about, **ours}, {"full": made.full, "thumb": made.thumb, **copies.files})


def _sees(parts: Parts, row: Document, caller: Caller) -> bool:
    return sees_picture(parts, row["_id"], caller) if row["owner"] == UPLOADER else bool(caller.roles & DESK)


def forget_uploads(parts: Parts) -> int:
    """Removes what is left of uploads that were begun more than a day ago; returns how many."""
    return parts.images.uploads.discard_old(utcnow())
