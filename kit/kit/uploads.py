"""Files that arrive in chunks: in any order, repeated, interrupted and resumed; whole only when size and digest agree.

Chunks lie in GridFS's own layout, so that a finished upload is a GridFS file without being copied.
"""

import hmac
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from hashlib import sha256

from pymongo import ASCENDING, IndexModel

from kit.errors import Conflict, Invalid, NotFound, TooLarge
from kit.mongo import Db, Document

CHUNK_BYTES = 256 * 1024
KEPT = timedelta(hours=24)
FINISHING_FOR = timedelta(minutes=1)

_UNKNOWN = "没有找到这次上传，请重新选择文件。"

INDEXES = {
    "uploads": [IndexModel("started_at", name="unfinished")],
    "uploads.chunks": [IndexModel([("files_id", ASCENDING), ("n", ASCENDING)], name="files_id_1_n_1", unique=True)],
}


class BeingFinished(Conflict):
    """Another is making something of this upload at this moment."""

    default_detail = "这个文件正在处理，请稍后再试。"


class UploadStore:
    """Takes uploads of the content types in `limits`, which maps each to its largest size in bytes."""

    def __init__(self, db: Db, limits: Mapping[str, int]) -> None:
        self._uploads = db["uploads"]
        self._chunks = db["uploads.chunks"]
        self._limits = limits

    def start(self, owner: str, content_type: str, size: int | None, now: datetime, key: str = "") -> str:
        """The id of an upload: a new one, or that of the same owner's `key`, which makes it a repetition.

        Raises `Invalid` for a type not taken, `TooLarge` beyond its limit.
        """
        limit = self._limits.get(content_type)
        if limit is None:
            raise Invalid.field("content_type", "不支持这种文件，请换成 JPG、PNG 或 WebP 图片")
        if size is not None and size > limit:
            raise TooLarge(_too_large(limit))
        upload_id = sha256(f"{owner}\0{key}".encode()).hexdigest()[:32] if key else uuid.uuid4().hex
        told = {"owner": owner, "content_type": content_type, "limit": limit, "started_at": now}
        self._uploads.update_one({"_id": upload_id}, {"$setOnInsert": told}, upsert=True)
        return upload_id

    def put(self, owner: str, upload_id: str, number: int, data: bytes) -> None:
        """Stores chunk `number` (from 0). All but the last hold `CHUNK_BYTES`; repeating one replaces it.

        Raises `NotFound` for another's upload, `Invalid` for a chunk of the wrong size, `TooLarge` past the limit.
        """
        upload = self._own(owner, upload_id)
        if upload.get("finished"):
            return  # a repetition is late
        if not 0 < len(data) <= CHUNK_BYTES:
            raise Invalid.field("data", "文件分块大小有误")
        if number * CHUNK_BYTES + len(data) > upload["limit"]:
            raise TooLarge(_too_large(upload["limit"]))
        self._chunks.update_one({"files_id": upload_id, "n": number}, {"$set": {"data": data}}, upsert=True)

    def received(self, owner: str, upload_id: str) -> list[int]:
        """The numbers of the chunks that are here, so that a client can go on where it was cut off."""
        self._own(owner, upload_id)
        return self._received(upload_id)

    @contextmanager
    def finishing(self, owner: str, upload_id: str, size: int, digest: str, now: datetime) -> Iterator[bytes]:
        """The whole file, when its chunks add up to `size` bytes with the SHA-256 `digest` (hex).

        The upload is finished when the block ends well. Raises `Conflict` when chunks are missing or differ: send them
        again and finish again; `BeingFinished` while another is at it, and `NotFound` for one that is finished.
        """
        upload = self._claimed(owner, upload_id, now)
        try:
            yield self._whole(upload, size, digest)
        except BaseException:
            self._uploads.update_one({"_id": upload_id}, {"$unset": {"finishing": ""}})
            raise
        self._uploads.update_one({"_id": upload_id}, {"$set": {"finished": True}})
        self._chunks.delete_many({"files_id": upload_id})

    def _claimed(self, owner: str, upload_id: str, now: datetime) -> Document:
        upload = self._own(owner, upload_id)
        if upload.get("finished"):
            raise NotFound(_UNKNOWN)
        free = {"$not": {"$gte": now - FINISHING_FOR}}  # or left by one who died
        claimed = self._uploads.update_one({"_id": upload_id, "finishing": free}, {"$set": {"finishing": now}})
        if not claimed.matched_count:
            raise BeingFinished(extra={"retry_after": 1})
        return upload

    def _whole(self, upload: Document, size: int, digest: str) -> bytes:
        if size > upload["limit"]:
            raise TooLarge(_too_large(upload["limit"]))
        data = b"".join(self._in_order(upload["_id"]))
        if len(data) != size or not hmac.compare_digest(sha256(data).hexdigest(), digest.lower()):
            raise Conflict("文件没有完整收到，请重新上传。", extra={"received": self._received(upload["_id"])})
        return data

    def discard_old(self, now: datetime) -> int:
        """Forgets uploads that were started more than a day ago, finished or not; returns how many."""
        old = list(self._uploads.find({"started_at": {"$lt": now - KEPT}}, {"_id": 1}).limit(1000))
        for upload in old:
            self._chunks.delete_many({"files_id": upload["_id"]})
            self._uploads.delete_one({"_id": upload["_id"]})
        return len(old)

    def _received(self, upload_id: str) -> list[int]:
        return [row["n"] for row in self._chunks.find({"files_id": upload_id}, {"n": 1}).sort("n", ASCENDING)]

    def _in_order(self, upload_id: str) -> Iterator[bytes]:
        for expected, chunk in enumerate(self._chunks.find({"files_id": upload_id}).sort("n", ASCENDING)):
            if chunk["n"] != expected:
                return  # a gap: the size will not agree
            yield chunk["data"]

    def _own(self, owner: str, upload_id: str) -> Document:
        upload = self._uploads.find_one({"_id": upload_id, "owner": owner})
        if upload is None:
            raise NotFound(_UNKNOWN)
        return upload


def _too_large(limit: int) -> str:
    return f"文件太大，最大 {limit // (1024 * 1024)} MB。"
