"""Pictures through the gateway: chunked in, streamed out, in ranges, within limits."""

import io
import os
import random
import socket
import uuid
from collections.abc import Iterator
from hashlib import sha256
from urllib.parse import urlsplit

import pikepdf
import pytest
from PIL import Image

from gateway.routes import PREFIX
from gateway.settings import UPLOAD_BYTES
from kit.testing import Stack

from .conftest import Client
from .test_http import problem

UPLOADS = f"{PREFIX}/uploads"


def noise(width: int, height: int, kind: str = "PNG") -> bytes:
    """A picture that does not compress, so that it takes many chunks."""
    out = io.BytesIO()
    Image.frombytes("RGB", (width, height), random.Random(1).randbytes(width * height * 3)).save(out, kind)
    return out.getvalue()


@pytest.fixture
def resident(stack: Stack) -> Client:
    return Client(stack["base_url"], stack.token("resident", f"r_{uuid.uuid4().hex[:12]}", ("resident",)))


def uploaded(client: Client, data: bytes, kind: str = "image/png") -> dict[str, object]:
    answer = client.post(UPLOADS, data=data, headers={"Content-Type": kind})
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def test_a_picture_of_many_chunks_arrives_and_comes_back(resident: Client) -> None:
    picture = uploaded(resident, noise(900, 800))
    assert (picture["width"], picture["height"]) == (900, 800)
    full = resident.get(f"{PREFIX}/media/{picture['id']}")
    assert full.status_code == 200
    assert full.headers["ETag"] == f'"{sha256(full.content).hexdigest()}"'
    assert int(full.headers["Content-Length"]) == len(full.content) > 256 * 1024
    assert Image.open(io.BytesIO(full.content)).size == (900, 800)
    thumb = resident.get(f"{PREFIX}/media/{picture['id']}?size=thumb")
    assert len(thumb.content) < len(full.content)


def test_a_post_that_is_repeated_under_its_key_is_one_picture(resident: Client) -> None:
    headers = {"Content-Type": "image/png", "Idempotency-Key": uuid.uuid4().hex}
    answers = [resident.post(UPLOADS, data=noise(60, 40), headers=headers) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert resident.post(UPLOADS, data=noise(61, 40), headers=headers).status_code == 409


def test_a_pdf_is_for_keeping_and_never_shown_in_place(resident: Client) -> None:
    made = pikepdf.Pdf.new()
    made.add_blank_page()
    out = io.BytesIO()
    made.save(out)
    paper = uploaded(resident, out.getvalue(), "application/pdf")
    assert paper["pages"] == 1
    answer = resident.get(f"{PREFIX}/media/{paper['id']}")
    assert answer.content.startswith(b"%PDF-")
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="attachment.pdf"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")


def test_ranges_and_validators(resident: Client) -> None:
    path = f"{PREFIX}/media/{uploaded(resident, noise(700, 700))['id']}"
    full = resident.get(path)
    total = len(full.content)
    for asked, first, last in (
        ("bytes=0-0", 0, 0),
        ("bytes=100-300000", 100, 300_000),
        (f"bytes={total - 1}-", total - 1, total - 1),
        ("bytes=-10", total - 10, total - 1),
        (f"bytes=0-{total * 2}", 0, total - 1),
        ("bytes=262144-262145", 262_144, 262_145),
    ):
        part = resident.get(path, headers={"Range": asked})
        assert part.status_code == 206, asked
        assert part.content == full.content[first : last + 1], asked
        assert part.headers["Content-Range"] == f"bytes {first}-{last}/{total}"
    problem(resident.get(path, headers={"Range": f"bytes={total}-"}), 416, "range_not_satisfiable")
    for nonsense in ("bytes=a-b", "bytes=-", "bytes=1-2,4-5", "lines=1-2"):
        assert resident.get(path, headers={"Range": nonsense}).status_code == 200
    changed = {"Range": "bytes=0-9", "If-Range": '"another"'}
    assert resident.get(path, headers=changed).status_code == 200
    known = {"If-None-Match": full.headers["ETag"]}, {"If-Modified-Since": full.headers["Last-Modified"]}
    for condition in known:
        same = resident.get(path, headers=condition)
        assert (same.status_code, same.content) == (304, b""), condition
    for condition in {"If-Modified-Since": "Mon, 23 Nov 2020 08:00:00 GMT"}, {**known[1], "If-None-Match": '"other"'}:
        assert resident.get(path, headers=condition).status_code == 200, condition
    head = resident.head(path)
    assert (head.content, int(head.headers["Content-Length"])) == (b"", total)


def test_what_is_not_yet_public_is_not_there_for_others(stack: Stack, resident: Client) -> None:
    path = f"{PREFIX}/media/{uploaded(resident, noise(50, 50))['id']}"
    assert "private" in resident.get(path).headers["Cache-Control"]
    problem(Client(stack["base_url"]).get(path), 404, "not_found")
    other = Client(stack["base_url"], stack.token("resident", "r_other", ("resident",)))
    problem(other.get(path), 404, "not_found")
    problem(resident.get(f"{PREFIX}/media/{'0' * 32}"), 404, "not_found")
    problem(resident.get(f"{PREFIX}/media/x"), 422, "invalid")


def test_the_same_bytes_without_a_length_are_taken_too(resident: Client) -> None:
    data = noise(400, 400)
    parts = (data[at : at + 7001] for at in range(0, len(data), 7001))
    answer = resident.post(UPLOADS, data=parts, headers={"Content-Type": "image/png"})
    assert answer.status_code == 201, answer.text


def test_too_large_is_refused_before_it_is_sent(stack: Stack, resident: Client) -> None:
    where = urlsplit(stack["base_url"])
    head = (
        f"POST {UPLOADS} HTTP/1.1\r\nHost: x\r\nContent-Type: image/jpeg\r\n"
        f"Authorization: {resident.headers['Authorization']!s}\r\nContent-Length: {UPLOAD_BYTES + 1}\r\n\r\n"
    )
    with socket.create_connection((where.hostname or "", where.port or 0), timeout=10) as line:
        line.sendall(head.encode())
        assert b" 413 " in line.recv(4096).split(b"\r\n")[0]


def test_too_large_without_a_length_is_refused_on_the_way(resident: Client) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(UPLOAD_BYTES // 65536 + 2):
            yield os.urandom(65536)

    problem(resident.post(UPLOADS, data=endless(), headers={"Content-Type": "image/jpeg"}), 413, "too_large")


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"<script>alert(1)</script>", "image/png"),
        (b"GIF89a", "image/jpeg"),
        (b"%PDF-1.4", "application/pdf"),
        (b"", "image/png"),
        (noise(20, 20)[:-40], "image/png"),
    ],
    ids=["markup", "another type", "no picture", "empty", "cut off"],
)
def test_what_is_no_picture_is_refused(resident: Client, data: bytes, kind: str) -> None:
    assert problem(resident.post(UPLOADS, data=data, headers={"Content-Type": kind}), 422, "invalid")["errors"]


def test_a_client_that_hangs_up_halfway_leaves_the_gateway_working(stack: Stack, resident: Client) -> None:
    where = urlsplit(stack["base_url"])
    head = (
        f"POST {UPLOADS} HTTP/1.1\r\nHost: x\r\nContent-Type: image/jpeg\r\n"
        f"Authorization: {resident.headers['Authorization']!s}\r\nContent-Length: 1000000\r\n\r\n"
    )
    for _ in range(5):
        with socket.create_connection((where.hostname or "", where.port or 0), timeout=10) as line:
            line.sendall(head.encode() + b"x" * 300_000)
    assert resident.get("/healthz").status_code == 200
    uploaded(resident, noise(60, 60))
