"""Pictures from strangers."""

import io
import struct
import zlib

import pytest
from PIL import Image

from kit import pictures
from kit.errors import Invalid, ServiceError, TooLarge


def file_of(image: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def test_a_photo_is_upright_small_and_tells_nothing() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # rotated by 90 degrees
    exif[0x010F] = "SECRET-CAMERA"
    exif.get_ifd(0x8825)[2] = (40.0, 13.0, 0.0)  # GPS latitude
    photo = file_of(Image.new("RGB", (3000, 2000), "red"), "JPEG", exif=exif, comment=b"SECRET-COMMENT")
    picture = pictures.render(photo)
    assert (picture.width, picture.height) == (1707, 2560)
    for data in (picture.full, picture.thumb):
        assert b"SECRET" not in data
        assert not Image.open(io.BytesIO(data)).getexif()
    assert max(Image.open(io.BytesIO(picture.thumb)).size) == 480


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_each_kind_that_phones_make(kind: str) -> None:
    assert pictures.render(file_of(Image.new("RGB", (40, 30), "blue"), kind)).width == 40


def test_what_was_transparent_becomes_white() -> None:
    picture = pictures.render(file_of(Image.new("RGBA", (10, 10), (0, 0, 0, 0)), "PNG"))
    assert Image.open(io.BytesIO(picture.full)).getpixel((5, 5)) == (255, 255, 255)


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few hundred kilobytes that unpacks to gigabytes."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(bytes(50_000_000)))
        + chunk(b"IEND", b"")
    )


def test_a_decompression_bomb_is_refused_before_it_unpacks() -> None:
    with pytest.raises(TooLarge):
        pictures.render(bomb(50_000, 50_000))


BROKEN = {
    "nothing": b"",
    "text": b"<svg onload=alert(1)>",
    "html": b"<!doctype html><script>alert(1)</script>",
    "gif": file_of(Image.new("P", (5, 5)), "GIF"),
    "cut photo": file_of(Image.effect_noise((400, 400), 50).convert("RGB"), "JPEG")[:5000],
    "promised more than there is": bomb(6000, 6000)[:2000],
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_no_picture_is_refused_at_its_field(name: str) -> None:
    with pytest.raises(ServiceError) as caught:
        pictures.render(BROKEN[name])
    assert isinstance(caught.value, Invalid)
    assert caught.value.errors[0]["field"] == "pictures"
