"""Pictures of articles: taken in by chunks and made anew; everyone sees them once an article that shows them is out."""

from kit import pictures
from kit.clock import utcnow
from kit.errors import NotFound
from kit.identity import Caller
from kit.images import CONTENT_TYPE
from kit.mongo import Document
from kit.transfers import Chunk, FinishUpload, Picture, PictureData, PutChunk, ReadPicture, StartUpload, Upload
from news.domain.lifecycle import DESK
from news.parts import Parts
from news.tipping import UPLOADER, sees_picture


def start_upload(parts: Parts, request: StartUpload, caller: Caller) -> Upload:
    """Begins an upload. Raises `Invalid` for a type not taken, `TooLarge`."""
    return Upload(id=parts.images.uploads.start(caller.id, request.content_type, request.size, utcnow()))


def put_chunk(parts: Parts, request: PutChunk, caller: Caller) -> Chunk:
    """Takes one chunk; the same one may come again."""
    parts.images.uploads.put(caller.id, request.id, request.number, request.data)
    return Chunk(number=request.number)


def finish_upload(parts: Parts, request: FinishUpload, caller: Caller) -> Picture:
    """Makes the picture of what was uploaded: pixels only, upright, two sizes. Repeated, it answers the same."""
    row = parts.images.find(request.id)
    if row is None or row["owner"] != caller.id:
        data = parts.images.uploads.finish(caller.id, request.id, request.size, request.sha256)
        row = parts.images.add(request.id, caller.id, pictures.render(data))
        parts.images.uploads.discard(request.id)
    return Picture(id=row["_id"], width=row["width"], height=row["height"])


def read_picture(parts: Parts, request: ReadPicture, caller: Caller) -> PictureData:
    """A piece of a picture. Raises `NotFound` unless a published article shows it, or the caller may see it before.

    The newsroom sees pictures of articles, editors those of tips, and who sent a tip by his account those of his own.
    """
    row = parts.images.find(request.id)
    public = row is not None and parts.articles.shows(request.id)
    if row is None or not (public or _sees(parts, row, caller)):
        raise NotFound("没有找到这张图片。")
    piece = parts.images.read(row, request.size, request.offset, request.length)
    return PictureData(
        data=piece.data, total=piece.total, content_type=CONTENT_TYPE, sha256=piece.sha256, public=public
    )


def _sees(parts: Parts, row: Document, caller: Caller) -> bool:
    return sees_picture(parts, row["_id"], caller) if row["owner"] == UPLOADER else bool(caller.roles & DESK)


def forget_unfinished(parts: Parts) -> int:
    """Removes uploads that were begun more than a day ago and never finished; returns how many."""
    return parts.images.uploads.discard_unfinished(utcnow())
