"""What a case's uploads become beside pictures (`kit.transfers`)."""

from kit.contract import Moment, View
from kit.transfers import Picture, PictureData


class Uploaded(Picture):
    """What an upload became: a picture, or a PDF with its pages, whose width and height are 0."""

    pages: int | None


class CasePicture(PictureData):
    """`public_seconds` is how long others may keep a public one: what is hidden must be gone soon.

    `kept_at` is since when the file is as it is.
    """

    public_seconds: int
    kept_at: Moment | None = None


class DocumentView(View):
    """A PDF file that came with a case, to download; `bytes` long."""

    id: str
    pages: int
    bytes: int
