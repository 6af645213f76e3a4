"""Copies of pictures for narrower screens."""

import io
from collections.abc import Iterator

import pytest
from PIL import Image

from kit import derivatives, pictures
from kit.errors import Invalid


def photo(width: int, height: int) -> bytes:
    """A photo that says where it was taken."""
    exif = Image.Exif()
    exif[0x010F] = "SECRET-CAMERA"
    exif.get_ifd(0x8825)[2] = (40.0, 13.0, 0.0)  # GPS latitude
    out = io.BytesIO()
    image = Image.linear_gradient("L").resize((width, height)).convert("RGB")
    image.save(out, "JPEG", exif=exif, comment=b"SECRET-COMMENT")
    return out.getvalue()


def opened(copies: derivatives.Derivatives) -> Iterator[tuple[str, bytes, Image.Image]]:
    return ((name, data, Image.open(io.BytesIO(data))) for name, data in copies.files.items())


def test_copies_are_of_each_width_in_both_forms_and_tell_nothing() -> None:
    copies = derivatives.derive(pictures.render(photo(2000, 1000)).full)
    assert copies.widths == derivatives.WIDTHS
    assert {name: image.size for name, _, image in opened(copies)} == {
        f"{form}{width}": (width, width // 2) for form in ("webp", "jpeg") for width in derivatives.WIDTHS
    }
    for name, data, image in opened(copies):
        assert image.format == name[:4].upper()
        assert b"SECRET" not in data
        assert not image.getexif()


@pytest.mark.parametrize(
    ("width", "names"), [(300, (480,)), (480, (480,)), (700, (480, 960)), (960, (480, 960)), (961, (480, 960, 1600))]
)
def test_no_copy_is_wider_than_its_picture(width: int, names: tuple[int, ...]) -> None:
    copies = derivatives.derive(pictures.render(photo(width, 40)).full)
    assert copies.widths == names
    assert max(image.width for _, _, image in opened(copies)) == width


def test_what_is_no_picture_has_no_copies() -> None:
    for data in (b"", b"<svg onload=alert(1)>"):
        with pytest.raises(Invalid):
            derivatives.derive(data)
