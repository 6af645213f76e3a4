"""Pictures from strangers: checked by content, turned upright, stripped of everything but pixels, made small.

Decoding runs in a process of its own with bounded memory and time: a hostile file can end that process, not the
service. `python -m kit.pictures` reads a file on standard input and writes the answer as MessagePack.
"""

import io
from dataclasses import dataclass

from PIL import Image, ImageOps, UnidentifiedImageError

from kit import bounded
from kit.errors import Invalid, TooLarge

MAX_PIXELS = 40_000_000
FULL_EDGE = 2560
THUMB_EDGE = 480
FORMATS = ("JPEG", "PNG", "WEBP")
CONTENT_TYPES = ("image/jpeg", "image/png", "image/webp")


@dataclass(frozen=True)
class Picture:
    """A picture as it is shown: two JPEG files, and the size of the larger one in pixels."""

    full: bytes
    thumb: bytes
    width: int
    height: int


def render(data: bytes) -> Picture:
    """The picture in a file that a stranger sent.

    Raises `Invalid` (field `pictures`) for what is not a JPEG, PNG or WebP picture, `TooLarge` beyond `MAX_PIXELS`.
    """
    try:
        answer = bounded.ask("kit.pictures", data) or {"error": "broken"}
    except TimeoutError:
        raise Invalid.field("pictures", "图片处理超时，请换一张图片") from None
    if answer.get("error") == "pixels":
        raise TooLarge("图片尺寸太大，请压缩到 4000 万像素以内。")
    if "error" in answer:
        raise Invalid.field("pictures", "这个文件不是有效的图片，请换成 JPG、PNG 或 WebP 图片")
    return Picture(**answer)


def _answer(data: bytes) -> dict[str, object]:
    Image.MAX_IMAGE_PIXELS = None  # checked below, before any pixel is decoded
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as image:
            if image.width * image.height > MAX_PIXELS:
                return {"error": "pixels"}
            image.draft("RGB", (FULL_EDGE, FULL_EDGE))
            upright = _on_white(ImageOps.exif_transpose(image))
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, MemoryError, Image.DecompressionBombError):
        return {"error": "broken"}
    full = _fit(upright, FULL_EDGE)
    thumb = _fit(full, THUMB_EDGE)
    return {"full": _jpeg(full, 85), "thumb": _jpeg(thumb, 80), "width": full.width, "height": full.height}


def _on_white(image: Image.Image) -> Image.Image:
    if "A" not in image.getbands() and "transparency" not in image.info:
        return image.convert("RGB")
    ground = Image.new("RGBA", image.size, "white")
    ground.alpha_composite(image.convert("RGBA"))
    return ground.convert("RGB")


def _fit(image: Image.Image, edge: int) -> Image.Image:
    copy = image.copy()
    copy.info.clear()  # a JPEG comment would be written again
    copy.thumbnail((edge, edge), Image.Resampling.LANCZOS)
    return copy


def _jpeg(image: Image.Image, quality: int) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality, optimize=True, progressive=True)
    return out.getvalue()


if __name__ == "__main__":
    bounded.serve(_answer)
