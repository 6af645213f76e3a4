"""What a case's uploads become beside pictures (`kit.transfers`)."""

from kit.contract import View
from kit.transfers import Picture


class Uploaded(Picture):
    """What an upload became: a picture, or a PDF with its pages, whose width and height are 0."""

    pages: int | None


class DocumentView(View):
    """A PDF file that came with a case, to download; `bytes` long."""

    id: str
    pages: int
    bytes: int
