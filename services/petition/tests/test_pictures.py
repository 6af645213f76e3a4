"""Pictures over RPC, in binary chunks, as the gateway sends them."""

import io
import zlib
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pikepdf
import pytest
from PIL import Image

from kit import pictures
from kit.clock import utcnow
from kit.errors import Conflict, Invalid, NotFound, RateLimited, ServiceError, TooLarge
from kit.identity import Caller
from kit.testing import new_key
from kit.transfers import StartUpload
from petition import pictures as case_pictures

CHUNK = 256 * 1024
CASE = {"category": "kindergarten", "town": "110114112", "title": "幼儿园施工情况", "text": "请看照片，一直没有动工。"}


def photo(width: int = 900, height: int = 600, kind: str = "JPEG", **options: Any) -> bytes:
    out = io.BytesIO()
    Image.effect_noise((width, height), 60).convert("RGB").save(out, kind, **options)
    return out.getvalue()


def with_place() -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif[0x010F] = "Secretphone"
    exif.get_ifd(0x8825)[2] = (40.0, 13.0, 5.0)
    return photo(exif=exif)


def bomb() -> bytes:
    """A PNG of a few kilobytes that says it has 60,000 × 60,000 pixels."""

    def part(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")

    header = (60000).to_bytes(4, "big") * 2 + bytes([8, 2, 0, 0, 0])
    return (
        b"\x89PNG\r\n\x1a\n" + part(b"IHDR", header) + part(b"IDAT", zlib.compress(bytes(10**6))) + part(b"IEND", b"")
    )


class Camera:
    """Uploads and reads pictures through the running service."""

    def __init__(self, rpc: Any, by: Caller) -> None:
        self.rpc = rpc
        self.by = by

    def upload(self, data: bytes, content_type: str = "image/jpeg", key: str = "") -> dict[str, Any]:
        told = {"content_type": content_type, "size": len(data), "idempotency_key": key or new_key()}
        started = self.rpc.call(self.by, "start_upload", **told)
        for number, at in enumerate(range(0, len(data), CHUNK)):
            chunk = {"id": started["id"], "number": number, "data": data[at : at + CHUNK]}
            self.rpc.call(self.by, "put_chunk", binary=True, **chunk)
        finished = {"id": started["id"], "size": len(data), "sha256": sha256(data).hexdigest()}
        picture: dict[str, Any] = self.rpc.call(self.by, "finish_upload", **finished)
        assert self.rpc.call(self.by, "finish_upload", **finished) == picture
        return picture

    def read(self, picture: str, size: str = "full", by: Caller | None = None) -> tuple[bytes, dict[str, Any]]:
        data, last = b"", {}
        while not last or len(data) < last["total"]:
            request = {"id": picture, "size": size, "offset": len(data)}
            last = self.rpc.call(by or self.by, "read_picture", binary=True, **request)
            data += last["data"]
        return data, last


@pytest.fixture
def author(resident: Any) -> Caller:
    return resident("r_camera")


@pytest.fixture
def camera(rpc: Any, author: Caller) -> Camera:
    return Camera(rpc, author)


def test_a_picture_comes_back_upright_small_and_without_its_place(camera: Camera) -> None:
    picture = camera.upload(with_place())
    assert (picture["width"], picture["height"]) == (600, 900)
    for size in ("full", "thumb"):
        data, told = camera.read(picture["id"], size)
        assert told["sha256"] == sha256(data).hexdigest()
        assert told["content_type"] == "image/jpeg"
        image = Image.open(io.BytesIO(data))
        assert not image.getexif()
        assert b"Secretphone" not in data
    assert max(image.size) <= 480


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"not a picture at all", Invalid),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", Invalid),
        (photo()[:5000], Invalid),
        (photo(kind="GIF"), Invalid),
        (bomb(), TooLarge),
    ],
    ids=["text", "svg", "broken", "gif", "bomb"],
)
def test_what_is_not_a_sound_picture_is_refused(camera: Camera, data: bytes, error: type[ServiceError]) -> None:
    with pytest.raises(error):
        camera.upload(data)
    assert camera.rpc.call(camera.by, "health")["ready"]


def test_types_and_sizes_are_limited_before_anything_is_sent(camera: Camera) -> None:
    with pytest.raises(Invalid):
        camera.rpc.command(camera.by, "start_upload", content_type="text/html")
    with pytest.raises(TooLarge):
        camera.rpc.command(camera.by, "start_upload", content_type="image/png", size=20 * 1024 * 1024 + 1)


def test_a_large_picture_within_the_limit_is_taken(camera: Camera) -> None:
    data = photo(3600, 2400, quality=100, subsampling=0)
    assert len(data) > 5 * 1024 * 1024
    assert camera.upload(data)["width"] == 2560


def test_an_upload_that_is_repeated_under_its_key_is_one_picture(camera: Camera) -> None:
    data, key = photo(), new_key()

    with ThreadPoolExecutor(4) as pool:
        ids = {one["id"] for one in pool.map(lambda _: camera.upload(data, key=key), range(4))}
    assert ids == {camera.upload(data, key=key)["id"]}
    with pytest.raises(Conflict):
        camera.upload(with_place(), key=key)
    assert camera.upload(data)["id"] not in ids


def test_a_file_that_came_into_no_case_is_forgotten_after_a_week(office: Any) -> None:
    images, now = office.parts.images, utcnow()
    rows = {name: images.add(name * 32, office.author.id, pictures.render(photo())) for name in "abc"}
    office.submit(pictures=["a" * 32])
    for name, days in zip("abc", (8, 8, 6), strict=True):
        images.rows.update_one({"_id": name * 32}, {"$set": {"brought_at": now - timedelta(days=days)}})
    assert [case_pictures.forget_unused(office.parts) for _ in range(2)] == [1, 0]
    assert [row["_id"][0] for row in images.found(tuple(row["_id"] for row in rows.values()))] == ["a", "c"]
    assert images.whole(rows["a"]) and not images.whole(rows["b"])


def test_a_resident_brings_so_many_files_a_day(office: Any) -> None:
    start = StartUpload(content_type="image/jpeg", size=10, idempotency_key="k")
    for n in range(case_pictures.A_DAY):
        case_pictures.start_upload(office.parts, start.model_copy(update={"idempotency_key": f"k{n}"}), office.author)
    with pytest.raises(RateLimited) as caught:
        case_pictures.start_upload(office.parts, start, office.author)
    assert "今天已上传200个文件" in caught.value.detail
    assert case_pictures.start_upload(office.parts, start, office.handler)


def test_an_upload_with_a_gap_says_what_is_missing(camera: Camera) -> None:
    started = camera.rpc.command(camera.by, "start_upload", content_type="image/jpeg")
    camera.rpc.call(camera.by, "put_chunk", binary=True, id=started["id"], number=1, data=b"x" * CHUNK)
    with pytest.raises(Conflict) as caught:
        camera.rpc.call(camera.by, "finish_upload", id=started["id"], size=2 * CHUNK, sha256="0" * 64)
    assert caught.value.extra["received"] == [1]


def test_pictures_are_seen_by_those_who_see_the_case(camera: Camera, resident: Any, staff: Any) -> None:
    other, visitor, clerk = resident("r_other"), Caller("service", "gateway"), staff("clerk")
    picture = camera.upload(photo())["id"]
    with pytest.raises(NotFound):
        camera.read(picture, by=other)
    with pytest.raises(Invalid):
        camera.rpc.command(other, "submit_case", **CASE, pictures=[picture])
    no = camera.rpc.command(camera.by, "submit_case", **CASE, pictures=[picture])["no"]
    for by in (other, visitor):
        with pytest.raises(NotFound):
            camera.read(picture, by=by)
    assert camera.read(picture, by=clerk)[1]["public"] is False
    camera.rpc.command(clerk, "accept_case", no=no, urgency="request")
    assert camera.read(picture, by=visitor)[1]["public"] is True
    assert camera.rpc.call(visitor, "get_case", no=no)["pictures"][0]["id"] == picture


def test_a_withheld_picture_is_for_the_author_and_the_offices(camera: Camera, resident: Any, staff: Any) -> None:
    other, visitor, clerk = resident("r_other"), Caller("service", "gateway"), staff("clerk")
    kept, hidden, shown = (camera.upload(photo(40, 30))["id"] for _ in range(3))
    no = camera.rpc.command(camera.by, "submit_case", **CASE, pictures=[kept, hidden, shown])["no"]
    withheld = [{"file": kept, "reason": "face"}]
    camera.rpc.command(clerk, "accept_case", no=no, urgency="request", withheld=withheld)
    assert camera.read(hidden, by=visitor)[1]["public_seconds"] <= 300, "what is hidden later must be gone soon"
    camera.rpc.command(clerk, "hide_words", no=no, files=[hidden], reason="minor", text="拍到了未成年人。")
    for picture, by in ((kept, other), (kept, visitor), (hidden, other), (hidden, visitor)):
        with pytest.raises(NotFound):
            camera.read(picture, by=by)
    for by in (camera.by, clerk):
        assert camera.read(kept, by=by)[1]["public"] is camera.read(hidden, by=by)[1]["public"] is False
    assert camera.read(shown, by=visitor)[1]["public"] is True
    seen = camera.rpc.call(visitor, "get_case", no=no)
    assert [picture["id"] for picture in seen["pictures"]] == [shown]
    assert [(one["reason"]["code"], one["file"]) for one in seen["withheld"]] == [("face", None), ("minor", None)]
    mine = camera.rpc.call(camera.by, "get_case", no=no)
    assert {picture["id"] for picture in mine["pictures"]} == {kept, hidden, shown}


def test_reading_past_the_end_is_empty(camera: Camera) -> None:
    picture = camera.upload(photo())["id"]
    assert camera.rpc.call(camera.by, "read_picture", binary=True, id=picture, offset=10**9)["data"] == b""


def paper(author: str = "张三") -> bytes:
    made = pikepdf.Pdf.new()
    made.add_blank_page()
    made.docinfo["/Author"] = author
    made.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def test_a_pdf_goes_with_a_case_and_is_seen_as_pictures_are(rpc: Any, resident: Any, staff: Any) -> None:
    author, other, clerk = resident("author"), resident("other"), staff("clerk")
    camera = Camera(rpc, author)
    made = camera.upload(paper(), "application/pdf")
    assert (made["pages"], made["width"]) == (1, 0)
    no = rpc.command(author, "submit_case", document=made["id"], **CASE)["no"]
    shown = rpc.call(author, "get_case", no=no)["document"]
    assert (shown["id"], shown["pages"]) == (made["id"], 1)
    with pytest.raises(NotFound):
        rpc.call(other, "read_picture", binary=True, id=made["id"])
    rpc.command(clerk, "accept_case", no=no, urgency="request")
    data = rpc.call(other, "read_picture", binary=True, id=made["id"])
    assert (data["content_type"], data["public"], len(data["data"])) == ("application/pdf", True, shown["bytes"])
    with pikepdf.open(io.BytesIO(data["data"])) as opened:
        assert set(opened.Root.keys()) == {"/Type", "/Pages"}
    with pytest.raises(NotFound):
        rpc.call(other, "read_picture", binary=True, id=made["id"], size="thumb")


def test_a_pdf_is_ones_own_is_one_and_stands_for_no_picture(rpc: Any, resident: Any) -> None:
    author = resident("author")
    camera = Camera(rpc, author)
    made, picture = camera.upload(paper(), "image/jpeg")["id"], camera.upload(photo(40, 30))["id"]
    foreign = Camera(rpc, resident("other")).upload(paper(), "application/pdf")["id"]
    for wrong, field in (
        ({"pictures": [made]}, "pictures"), ({"document": picture}, "document"), ({"document": foreign}, "document"),
        ({"document": made, "pictures": [picture]}, "document"),
    ):  # fmt: skip
        with pytest.raises(Invalid) as caught:
            rpc.command(author, "submit_case", **{**CASE, **wrong})
        assert caught.value.errors[0]["field"] == field
