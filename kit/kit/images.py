"""Pictures as services keep them, in GridFS, and who brought them: two JPEG files each, maybe narrower copies.

PDF files lie among them, one file each.
"""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import get_args

from gridfs import GridFSBucket, NoFile

from kit import derivatives, documents, pictures
from kit.errors import Conflict, NotFound
from kit.mongo import Db, Document
from kit.transfers import Copy, FinishUpload, Size
from kit.uploads import BeingFinished, UploadStore

CONTENT_TYPE = "image/jpeg"
WEBP = "image/webp"
MOST_BYTES = 20 * 1024 * 1024
SWEPT_AT_ONCE = 200
PATIENCE_SECONDS = 10  # what making a picture takes at most


@dataclass(frozen=True)
class Piece:
    """A piece of a file; `kept_at` is since when the file is as it is."""

    data: bytes
    total: int
    sha256: str
    kept_at: datetime


class Images:
    """The pictures of a service, and the uploads that become one: of these types, of at most so many bytes."""

    def __init__(
        self, db: Db, most_bytes: int = MOST_BYTES, content_types: Iterable[str] = pictures.CONTENT_TYPES
    ) -> None:
        self.uploads = UploadStore(db, dict.fromkeys(content_types, most_bytes))
        self.rows = db["pictures"]
        self._chunks = db["images.chunks"]
        self._files = db["images.files"]
        self._bucket = GridFSBucket(db, "images")

    def made_of(self, owner: str, request: FinishUpload, now: datetime, make: Callable[[bytes], Document]) -> Document:
        """The row of what an upload became, which `make` keeps; repeated, the same, and made only once.

        Raises `Conflict` for another file under the key of one that was taken in, and what `UploadStore.finishing`
        does.
        """
        until = time.monotonic() + PATIENCE_SECONDS
        while True:
            if row := self._made(owner, request):
                return row
            try:
                with self.uploads.finishing(owner, request.id, request.size, request.sha256, now) as data:
                    row = make(data)
                    self.rows.update_one({"_id": request.id}, {"$set": {"came_as": request.sha256.lower()}})
                return row
            except BeingFinished:  # the same request runs twice at once: both get what becomes of it
                if time.monotonic() > until:
                    raise
                time.sleep(0.1)
            except NotFound:  # another has finished it meanwhile, or it never began
                if row := self._made(owner, request):
                    return row
                raise

    def _made(self, owner: str, request: FinishUpload) -> Document | None:
        row = self.rows.find_one({"_id": request.id, "owner": owner})
        if row and row.get("came_as", request.sha256.lower()) != request.sha256.lower():
            raise Conflict("这个请求标识已用于另一个文件，请重新选择文件。")
        return row

    def add(self, picture_id: str, owner: str, picture: pictures.Picture, **more: datetime) -> Document:
        """Keeps the picture, and `more` to know of it. Safe to repeat after a failure half-way."""
        about = {"owner": owner, "width": picture.width, "height": picture.height, **more}
        return self.keep(picture_id, about, {"full": picture.full, "thumb": picture.thumb})

    def add_document(self, document_id: str, owner: str, document: documents.Document, **more: datetime) -> Document:
        """Keeps the PDF, which is one file, and `more` to know of it. Safe to repeat after a failure half-way."""
        return self.keep(document_id, {"owner": owner, "pages": document.pages, **more}, {"full": document.data})

    def keep(self, file_id: str, about: Document, files: Mapping[str, bytes]) -> Document:
        """Keeps files and a row of what there is to know of them. Safe to repeat after a failure half-way."""
        for size, data in files.items():
            self._put(f"{file_id}.{size}", data)
        row = {**about, **_described(files)}
        self.rows.update_one({"_id": file_id}, {"$setOnInsert": row}, upsert=True)
        return {"_id": file_id, **row}

    def add_copies(self, picture_id: str, copies: derivatives.Derivatives) -> Document:
        """Keeps the narrower copies of a picture; what its row says of them. Safe to repeat after a failure."""
        for name, data in copies.files.items():
            self._put(f"{picture_id}.{name}", data)
        about = {"widths": list(copies.widths), **_described(copies.files)}
        self.rows.update_one({"_id": picture_id}, {"$set": about})
        return about

    def whole(self, row: Document) -> bytes:
        """The larger file of a picture; empty when it is not there."""
        try:
            with self._bucket.open_download_stream(f"{row['_id']}.full") as file:
                return bytes(file.read())
        except NoFile:
            return b""

    def kept_at(self, row: Document) -> datetime | None:
        """When the picture's larger file came; None when it is not there."""
        found = self._files.find_one({"_id": f"{row['_id']}.full"}, {"uploadDate": 1})
        return found["uploadDate"] if found else None

    def find(self, picture_id: str) -> Document | None:
        """The picture's row: owner, width, height, and size and digest of each file."""
        return self.rows.find_one({"_id": picture_id})

    def found(self, picture_ids: Sequence[str]) -> list[Document]:
        """The rows of those that exist, in the order asked."""
        rows = {row["_id"]: row for row in self.rows.find({"_id": {"$in": list(picture_ids)}})} if picture_ids else {}
        return [rows[picture_id] for picture_id in picture_ids if picture_id in rows]

    def read(self, row: Document, size: Size | Copy, offset: int, length: int) -> Piece:
        """A piece of one of its files; past the end it is empty."""
        about = row[size]
        with self._bucket.open_download_stream(f"{row['_id']}.{size}") as file:
            file.seek(min(offset, about["bytes"]))
            return Piece(file.read(length), about["bytes"], about["sha256"], file.upload_date)

    def remove(self, picture_id: str) -> None:
        """Forgets a picture and its files. Safe to repeat after a failure half-way."""
        files = [f"{picture_id}.{size}" for size in (*get_args(Size), *get_args(Copy))]
        self._chunks.delete_many({"files_id": {"$in": files}})
        self._files.delete_many({"_id": {"$in": files}})
        self.rows.delete_one({"_id": picture_id})

    def forget_unused(self, before: datetime, is_used: Callable[[str], bool]) -> int:
        """Removes files that were brought (`brought_at`, with an index of that name) by then and that nothing uses.

        Those that are used are not looked at again. Returns how many it removed; many at once wait for the next call.
        """
        brought = {"brought_at": {"$lt": before}}
        found = [row["_id"] for row in self.rows.find(brought, {"_id": 1}).hint("brought_at").limit(SWEPT_AT_ONCE)]
        unused = [file for file in found if not is_used(file)]
        for file in unused:
            self.remove(file)
        self.rows.update_many({"_id": {"$in": found}}, {"$unset": {"brought_at": ""}})
        return len(unused)

    def _put(self, file_id: str, data: bytes) -> None:
        self._chunks.delete_many({"files_id": file_id})
        self._files.delete_one({"_id": file_id})
        self._bucket.upload_from_stream_with_id(file_id, file_id, data)


def content_type_of(row: Document, size: str) -> str:
    """What a file of a row is, by the name of its size."""
    if "pages" in row:
        return documents.CONTENT_TYPE
    return WEBP if size.startswith("webp") else CONTENT_TYPE


def _described(files: Mapping[str, bytes]) -> Document:
    return {size: {"bytes": len(data), "sha256": sha256(data).hexdigest()} for size, data in files.items()}
