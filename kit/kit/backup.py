"""One service's data in one file, taken while the service works, and put back.

The file is a gzip stream of BSON documents: a head that names the collections with their indexes, then for each
collection its documents, each collection closed by an empty one, and a foot that counts them. All collections are read
as of one moment (snapshot reads). What is not taken: leases, which belong to processes that will be gone; putting back
ends those that it finds, so that the service's new processes need not wait for them.

Putting back leaves the list of revoked tokens as it is: a token that was revoked after the backup must stay so. Events
that waited in the backup's outboxes are told again under the ids that they had, so that consumers who have handled them
do nothing; those older than consumers remember (`inbox.KEPT_SECONDS`) are not told.
"""

import gzip
import struct
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

import bson
from bson.codec_options import CodecOptions
from bson.raw_bson import RawBSONDocument
from pymongo import IndexModel

from kit.inbox import KEPT_SECONDS
from kit.mongo import Db, Document
from kit.outbox import FIELD

FORMAT = 1
NOT_TAKEN = frozenset(("_leases",))
NOT_PUT_BACK = frozenset(("_revocations",))
BATCH = 500
MARGIN = timedelta(days=1)
_RAW: CodecOptions[Any] = CodecOptions(document_class=RawBSONDocument)
_LENGTH = struct.Struct("<i")
_END = bson.encode({})


class Damaged(ValueError):
    """The file is not a whole backup of this service."""


def dump(db: Db, service: str, file: Path, now: datetime) -> int:
    """Writes the backup; returns how many documents it holds. The file appears when it is whole, for its owner only."""
    beside = file.with_name(f".{file.name}.new")
    beside.touch(mode=0o600)
    with gzip.open(beside, "wb", compresslevel=6) as stream:
        count = _dump(db, service, stream, now)
    beside.replace(file)
    return count


def _dump(db: Db, service: str, stream: Any, now: datetime) -> int:
    every = db.list_collection_names()
    names = sorted(name for name in every if name not in NOT_TAKEN and not _is_the_databases(name))
    collections = [{"name": name, "indexes": _indexes(db, name)} for name in names]
    head = {"format": FORMAT, "service": service, "taken_at": now, "collections": collections}
    stream.write(bson.encode(head))
    count = 0
    with db.client.start_session(snapshot=True) as session:
        for name in names:
            for document in db[name].with_options(codec_options=_RAW).find({}, session=session, batch_size=BATCH):
                stream.write(document.raw)
                count += 1
            stream.write(_END)
    stream.write(bson.encode({"documents": count}))
    return count


def _is_the_databases(name: str) -> bool:
    return name.startswith("system.")


def _indexes(db: Db, name: str) -> list[Document]:
    """As `createIndexes` takes them; the one of `_id` comes by itself."""
    found = db[name].list_indexes()
    return [
        {key: value for key, value in index.items() if key not in ("v", "ns")}
        for index in found
        if index["name"] != "_id_"
    ]


def check(service: str, file: Path) -> Document:
    """The head of a whole backup of this service. Raises Damaged for anything else."""
    with _reading(file) as stream:
        head = _head(stream, service)
        count = sum(1 for _ in _all_documents(stream, head))
        foot = _next(stream)
        if foot is None or bson.decode(foot).get("documents") != count or _next(stream) is not None:
            raise Damaged("the file's end is missing")
    return head


def restore(db: Db, service: str, file: Path, now: datetime) -> int:
    """Puts the backup in the place of what the database holds; returns how many documents it put back.

    Nothing may write to the database meanwhile. Safe to repeat when it was interrupted. Raises Damaged, with nothing
    changed, when the file is not whole.
    """
    head = check(service, file)
    with _reading(file) as stream:
        _head(stream, service)
        for name in db.list_collection_names():
            if not _is_the_databases(name) and name not in NOT_PUT_BACK:
                db.drop_collection(name)
        return sum(_restore_collection(db, told, stream, now) for told in head["collections"])


def _restore_collection(db: Db, told: Document, stream: BinaryIO, now: datetime) -> int:
    name, documents = told["name"], _documents(stream)
    if name in NOT_PUT_BACK:
        for _ in documents:
            pass
        return 0
    if told["indexes"]:
        db[name].create_indexes([_index_model(index) for index in told["indexes"]])
    raw = db[name].with_options(codec_options=_RAW)
    count = 0
    while batch := [_without_forgotten_events(document, now) for document in islice(documents, BATCH)]:
        raw.insert_many(batch, ordered=False)
        count += len(batch)
    return count


def _index_model(told: Document) -> IndexModel:
    options = {key: value for key, value in told.items() if key != "key"}
    return IndexModel(list(told["key"].items()), **options)


def _without_forgotten_events(document: bytes, now: datetime) -> Any:
    raw = RawBSONDocument(document)
    if FIELD not in raw:
        return raw
    told: Document = bson.decode(document, CodecOptions(tz_aware=True))
    remembered = now - timedelta(seconds=KEPT_SECONDS) + MARGIN
    events = [event for event in told.pop(FIELD) if event["time"] > remembered]
    return told | ({FIELD: events} if events else {})


def _reading(file: Path) -> Any:
    return gzip.open(file, "rb")


def _head(stream: BinaryIO, service: str) -> Document:
    first = _next(stream)
    head: Document = bson.decode(first, CodecOptions(tz_aware=True)) if first else {}
    if head.get("format") != FORMAT or head.get("service") != service:
        raise Damaged(f"this is no backup of {service}")
    return head


def _all_documents(stream: BinaryIO, head: Document) -> Iterator[bytes]:
    for _ in head["collections"]:
        yield from _documents(stream)


def _documents(stream: BinaryIO) -> Iterator[bytes]:
    """Those up to the end of the collection. Raises Damaged when the file ends before it."""
    while (document := _next(stream)) != _END:
        if document is None:
            raise Damaged("the file's end is missing")
        yield document


def _next(stream: BinaryIO) -> bytes | None:
    """The next document's bytes; None at the end. Raises Damaged for half a one."""
    try:
        prefix = stream.read(_LENGTH.size)
        if not prefix:
            return None
        rest = stream.read(_LENGTH.unpack(prefix)[0] - _LENGTH.size)
    except (EOFError, OSError, struct.error) as error:
        raise Damaged("the file is not readable to its end") from error
    if len(prefix) + len(rest) != _LENGTH.unpack(prefix)[0]:
        raise Damaged("the file's end is missing")
    return prefix + rest
