"""Pictures of a case, or its PDF: taken in by chunks, checked and made anew, shown to whoever may see the case."""

from datetime import timedelta

from kit import documents, pictures
from kit.clock import utcnow
from kit.errors import Invalid, NotFound
from kit.identity import RESIDENT, Caller
from kit.images import content_type_of
from kit.mongo import Document
from kit.transfers import Chunk, FinishUpload, PutChunk, ReadPicture, StartUpload, Upload
from petition import limits, steps
from petition.contract.pictures import CasePicture, Uploaded
from petition.domain.case import Case, Contact, Inspection
from petition.parts import Parts

A_DAY = 200
"""How many files a resident may bring a day."""
UNUSED_KEPT = timedelta(days=7)
PUBLIC_SECONDS = 300
"""For how long others may keep a public picture: one that is hidden must be gone soon."""


def start_upload(parts: Parts, request: StartUpload, caller: Caller) -> Upload:
    """Begins an upload; repeated, it is the same one.

    Raises `Invalid` for a type not taken, `TooLarge`, and `RateLimited` beyond a resident's number of a day.
    """
    now, most = utcnow(), A_DAY if caller.kind == RESIDENT else None
    with limits.within_a_day(parts, limits.PICTURES, caller.id, now, most):
        key = request.idempotency_key
        return Upload(id=parts.images.uploads.start(caller.id, request.content_type, request.size, now, key))


def put_chunk(parts: Parts, request: PutChunk, caller: Caller) -> Chunk:
    """Takes one chunk; the same one may come again."""
    parts.images.uploads.put(caller.id, request.id, request.number, request.data)
    return Chunk(number=request.number)


def finish_upload(parts: Parts, request: FinishUpload, caller: Caller) -> Uploaded:
    """Makes the picture of what was uploaded: pixels only, upright, two sizes; or the PDF: pages only.

    What it is its content says. Repeated, it answers the same.
    """
    now = utcnow()

    def make(data: bytes) -> Document:
        if documents.is_document(data):
            return parts.images.add_document(request.id, caller.id, documents.clean(data), brought_at=now)
        return parts.images.add(request.id, caller.id, pictures.render(data), brought_at=now)

    row = parts.images.made_of(caller.id, request, now, make)
    return Uploaded(id=row["_id"], width=row.get("width", 0), height=row.get("height", 0), pages=row.get("pages"))


def read_picture(parts: Parts, request: ReadPicture, caller: Caller) -> CasePicture:
    """A piece of a picture or PDF. Raises `NotFound` when the caller may see no case that shows it."""
    row = parts.images.find(request.id)
    if row is None or request.size not in row:  # a PDF has no small one
        raise NotFound("没有找到这张图片。")
    public = _check_seen(parts, row, caller)
    piece = parts.images.read(row, request.size, request.offset, request.length)
    return CasePicture(
        data=piece.data,
        total=piece.total,
        content_type=content_type_of(row, request.size),
        sha256=piece.sha256,
        public=public,
        public_seconds=PUBLIC_SECONDS,
        kept_at=piece.kept_at,
    )


def _check_seen(parts: Parts, row: Document, caller: Caller) -> bool:
    """Whether everyone may see the picture. Raises `NotFound` when the caller may not."""
    sent = parts.cases.with_picture(row["_id"])
    logged = parts.cases.with_office_picture(row["_id"])
    shown = [case for case in sent if row["_id"] in case.files]
    shown += [case for case in logged if _published(case, row["_id"])]
    inside = any(steps.in_office(case, caller) for case in (*sent, *logged))
    if row["owner"] != caller.id and not inside and not any(steps.sees(case, caller) for case in shown):
        raise NotFound("没有找到这张图片。")
    return any(case.listed for case in shown)


def _published(case: Case, picture: str) -> bool:
    """Whether a public contact or inspection shows the picture."""
    shown: tuple[Contact | Inspection, ...] = (*case.contacts, *case.inspections)
    return any(one.public and picture in one.pictures for one in shown)


def check_own(parts: Parts, pictures: list[str], caller: Caller) -> None:
    """Raises `Invalid` unless the caller has brought all of these pictures."""
    own = [row for row in parts.images.found(tuple(pictures)) if row["owner"] == caller.id and "pages" not in row]
    if len(own) != len(pictures):
        raise Invalid.field("pictures", "有图片没有上传完成，请重新添加图片")


def check_own_document(parts: Parts, document: str | None, caller: Caller) -> None:
    """Raises `Invalid` unless the caller has brought this PDF, if he names one."""
    row = parts.images.find(document) if document else None
    if document and (row is None or row["owner"] != caller.id or "pages" not in row):
        raise Invalid.field("document", "PDF 没有上传完成，请重新添加")


def forget_uploads(parts: Parts) -> int:
    """Removes what is left of uploads that were begun more than a day ago; returns how many."""
    return parts.images.uploads.discard_old(utcnow())


def forget_unused(parts: Parts) -> int:
    """Removes files that were brought more than a week ago and are in no case; returns how many.

    Until then they may belong to a draft that waits on somebody's phone.
    """

    def is_used(file: str) -> bool:
        return bool(parts.cases.with_picture(file) or parts.cases.with_office_picture(file))

    return parts.images.forget_unused(utcnow() - UNUSED_KEPT, is_used)
