"""Smaller copies of a picture, for screens of different widths: WebP, and JPEG for who does not know that.

Made of the JPEG file that `kit.pictures` has made, so that nothing but its pixels is there. As there, a process of its
own does it: `python -m kit.derivatives` reads that file on standard input and writes the answer as MessagePack.
"""

import io
from dataclasses import dataclass

from PIL import Image, UnidentifiedImageError

from kit import bounded
from kit.errors import Invalid

WIDTHS = (480, 960, 1600)
_WEBP_QUALITY, _JPEG_QUALITY = 78, 80


@dataclass(frozen=True)
class Derivatives:
    """Files by name, such as `webp480` and `jpeg480`, and their widths in pixels.

    The largest may be narrower than it is called: a copy is never wider than its picture.
    """

    widths: tuple[int, ...]
    files: dict[str, bytes]


def derive(jpeg: bytes) -> Derivatives:
    """The copies of a picture. Raises `Invalid` (field `pictures`) for what is no picture."""
    try:
        answer = bounded.ask("kit.derivatives", jpeg)
    except TimeoutError:
        answer = None
    if not answer:
        raise Invalid.field("pictures", "图片处理失败，请换一张图片")
    return Derivatives(tuple(answer["widths"]), answer["files"])


def widths_of(width: int) -> tuple[int, ...]:
    """The names of the copies of a picture of this width: up to the first that would hold it whole."""
    return tuple(one for number, one in enumerate(WIDTHS) if not number or WIDTHS[number - 1] < width)


def _answer(data: bytes) -> dict[str, object]:
    try:
        with Image.open(io.BytesIO(data), formats=("JPEG",)) as image:
            whole = image.convert("RGB")
            whole.info.clear()  # pictures of before may have a comment, which would be written again
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return {}
    widths, files = widths_of(whole.width), {}
    for width in widths:
        copy = _narrowed(whole, width)
        files[f"webp{width}"] = _file(copy, "WEBP", quality=_WEBP_QUALITY, method=4)
        files[f"jpeg{width}"] = _file(copy, "JPEG", quality=_JPEG_QUALITY, optimize=True, progressive=True)
    return {"widths": widths, "files": files}


def _narrowed(image: Image.Image, width: int) -> Image.Image:
    if image.width <= width:
        return image
    return image.resize((width, max(1, round(image.height * width / image.width))), Image.Resampling.LANCZOS)


def _file(image: Image.Image, kind: str, **options: int | bool) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


if __name__ == "__main__":
    bounded.serve(_answer)
