"""Pictures as services keep them: two JPEG files each, in GridFS, and who brought them."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Literal

from gridfs import GridFSBucket

from kit import pictures
from kit.mongo import Db, Document
from kit.uploads import UploadStore

Size = Literal["thumb", "full"]
CONTENT_TYPE = "image/jpeg"
MOST_BYTES = 20 * 1024 * 1024


@dataclass(frozen=True)
class Piece:
    """A piece of a file."""

    data: bytes
    total: int
    sha256: str


class Images:
    """The pictures of a service, and the uploads that become pictures, of at most so many bytes each."""

    def __init__(self, db: Db, most_bytes: int = MOST_BYTES) -> None:
        self.uploads = UploadStore(db, dict.fromkeys(pictures.CONTENT_TYPES, most_bytes))
        self._rows = db["pictures"]
        self._chunks = db["images.chunks"]
        self._files = db["images.files"]
        self._bucket = GridFSBucket(db, "images")

    def add(self, picture_id: str, owner: str, picture: pictures.Picture) -> Document:
        """Keeps the picture. Safe to repeat after a failure half-way."""
        files = {"full": picture.full, "thumb": picture.thumb}
        for size, data in files.items():
            self._put(f"{picture_id}.{size}", data)
        row = {
            "owner": owner,
            "width": picture.width,
            "height": picture.height,
            **{size: {"bytes": len(data), "sha256": sha256(data).hexdigest()} for size, data in files.items()},
        }
        self._rows.update_one({"_id": picture_id}, {"$setOnInsert": row}, upsert=True)
        return {"_id": picture_id, **row}

    def find(self, picture_id: str) -> Document | None:
        """The picture's row: owner, width, height, and size and digest of each file."""
        return self._rows.find_one({"_id": picture_id})

    def found(self, picture_ids: tuple[str, ...]) -> dict[str, Document]:
        """The rows of those that exist, by their ids."""
        return {row["_id"]: row for row in self._rows.find({"_id": {"$in": list(picture_ids)}})} if picture_ids else {}

    def read(self, row: Document, size: Size, offset: int, length: int) -> Piece:
        """A piece of one of the two files; past the end it is empty."""
        about = row[size]
        with self._bucket.open_download_stream(f"{row['_id']}.{size}") as file:
            file.seek(min(offset, about["bytes"]))
            return Piece(file.read(length), about["bytes"], about["sha256"])

    def _put(self, file_id: str, data: bytes) -> None:
        self._chunks.delete_many({"files_id": file_id})
        self._files.delete_one({"_id": file_id})
        self._bucket.upload_from_stream_with_id(file_id, file_id, data)
