"""Pictures as they are kept: two JPEG files each, in GridFS, and who brought them. A PDF is one file among them."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Literal

from gridfs import GridFSBucket

from kit import documents, pictures
from kit.mongo import Db, Document
from kit.uploads import UploadStore

Size = Literal["thumb", "full"]


def content_type_of(row: Document) -> str:
    """What the files of a row are."""
    return documents.CONTENT_TYPE if "pages" in row else "image/jpeg"


@dataclass(frozen=True)
class Piece:
    """A piece of a file."""

    data: bytes
    total: int
    sha256: str


class Images:
    """The pictures of all cases, and the uploads that become pictures."""

    def __init__(self, db: Db, most_bytes: int) -> None:
        self.uploads = UploadStore(db, dict.fromkeys((*pictures.CONTENT_TYPES, documents.CONTENT_TYPE), most_bytes))
        self._rows = db["pictures"]
        self._chunks = db["images.chunks"]
        self._files = db["images.files"]
        self._bucket = GridFSBucket(db, "images")

    def add(self, picture_id: str, owner: str, picture: pictures.Picture) -> Document:
        """Keeps the picture. Safe to repeat after a failure half-way."""
        about = {"owner": owner, "width": picture.width, "height": picture.height}
        return self._add(picture_id, about, {"full": picture.full, "thumb": picture.thumb})

    def add_document(self, document_id: str, owner: str, document: documents.Document) -> Document:
        """Keeps the PDF. Safe to repeat after a failure half-way."""
        return self._add(document_id, {"owner": owner, "pages": document.pages}, {"full": document.data})

    def find(self, picture_id: str) -> Document | None:
        """The picture's row: owner, width, height, and size and digest of each file."""
        return self._rows.find_one({"_id": picture_id})

    def found(self, picture_ids: tuple[str, ...]) -> list[Document]:
        """The rows of those that exist, in the order asked."""
        rows = {row["_id"]: row for row in self._rows.find({"_id": {"$in": list(picture_ids)}})} if picture_ids else {}
        return [rows[picture_id] for picture_id in picture_ids if picture_id in rows]

    def read(self, row: Document, size: Size, offset: int, length: int) -> Piece:
        """A piece of one of the two files; past the end it is empty."""
        about = row[size]
        with self._bucket.open_download_stream(f"{row['_id']}.{size}") as file:
            file.seek(min(offset, about["bytes"]))
            return Piece(file.read(length), about["bytes"], about["sha256"])

    def disown(self, owner: str) -> None:
        """Forgets who brought these pictures."""
        self._rows.update_many({"owner": owner}, {"$set": {"owner": None}}, hint="owner")

    def _add(self, file_id: str, about: Document, files: Mapping[str, bytes]) -> Document:
        for size, data in files.items():
            self._put(f"{file_id}.{size}", data)
        kept = {size: {"bytes": len(data), "sha256": sha256(data).hexdigest()} for size, data in files.items()}
        row = {**about, **kept}
        self._rows.update_one({"_id": file_id}, {"$setOnInsert": row}, upsert=True)
        return {"_id": file_id, **row}

    def _put(self, file_id: str, data: bytes) -> None:
        self._chunks.delete_many({"files_id": file_id})
        self._files.delete_one({"_id": file_id})
        self._bucket.upload_from_stream_with_id(file_id, file_id, data)
