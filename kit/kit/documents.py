"""PDF files from strangers: checked by content, kept as pages alone, without anything that acts or tells of its maker.

What is kept is named, all else goes: the catalogue has its pages and nothing beside them, a page what it shows. Forms
and notes are burnt into the pages first. Reading runs in a process of its own with bounded memory and time, as it does
for pictures. `python -m kit.documents` reads a file on standard input and writes the answer as MessagePack.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Page, Pdf, Stream

from kit import bounded
from kit.errors import Invalid, TooLarge

CONTENT_TYPE = "application/pdf"
MAX_PAGES = 200
MAX_BYTES = 32 * 1024 * 1024  # of what comes out: burning in forms may make it larger
_HEADER_WITHIN = 1024  # bytes, as readers take it
_OF_CATALOGUE = {"/Type", "/Pages", "/Lang"}
_OF_PAGE = {
    "/Type", "/Parent", "/MediaBox", "/CropBox", "/BleedBox", "/TrimBox", "/ArtBox", "/Rotate", "/UserUnit",
    "/Resources", "/Contents", "/Group",
}  # fmt: skip
_OF_TREE = {"/Type", "/Parent", "/Kids", "/Count", "/MediaBox", "/CropBox", "/Rotate", "/Resources"}
_NOWHERE = (
    "/JS", "/JavaScript", "/AA", "/OpenAction", "/Launch", "/EF", "/EmbeddedFiles", "/AF", "/RichMediaContent",
    "/Metadata", "/PieceInfo", "/LastModified", "/OPI", "/Ref", "/Alternates", "/Measure", "/PtData",
)  # fmt: skip
_ACTIONS = frozenset((
    "/JavaScript", "/Launch", "/URI", "/GoTo", "/GoToR", "/GoToE", "/SubmitForm", "/ImportData", "/ResetForm", "/Movie",
    "/Sound", "/Rendition", "/RichMediaExecute", "/Hide", "/Named", "/SetOCGState", "/Trans", "/GoTo3DView", "/Thread",
))  # fmt: skip
_OF_FILES_OUTSIDE = ("/F", "/FFilter", "/FDecodeParms")
_DEEPEST = 60
_APP_SEGMENTS_KEPT = (0xE0, 0xE2, 0xEE)  # JFIF, colour profile, Adobe's transform: what a JPEG is shown by


@dataclass(frozen=True)
class Document:
    """A PDF file as it is given out, and how many pages it has."""

    data: bytes
    pages: int


def is_document(data: bytes) -> bool:
    """Whether a file calls itself a PDF."""
    return b"%PDF-" in data[:_HEADER_WITHIN]


def clean(data: bytes) -> Document:
    """The pages of a file that a stranger sent.

    Raises `Invalid` (field `document`) for what is not a PDF, is locked or has too many pages, `TooLarge` for what
    would come out larger than `MAX_BYTES`.
    """
    try:
        answer = bounded.ask("kit.documents", data) or {"error": "broken"}
    except TimeoutError:
        raise Invalid.field("document", "文件处理超时，请换一个 PDF") from None
    if answer.get("error") == "large":
        raise TooLarge("这个 PDF 处理后太大，请压缩后再上传。")
    if "error" in answer:
        raise Invalid.field("document", _REFUSED[answer["error"]])
    return Document(**answer)


_REFUSED = {
    "broken": "这个文件不是有效的 PDF，请重新导出后再上传",
    "locked": "这个 PDF 设有密码，请去掉密码后再上传",
    "pages": f"PDF 最多 {MAX_PAGES} 页，请只上传有关的部分",
}


def _answer(data: bytes) -> dict[str, object]:
    if not is_document(data):
        return {"error": "broken"}
    try:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            if not 0 < len(pdf.pages) <= MAX_PAGES:
                return {"error": "pages" if len(pdf.pages) else "broken"}
            _flatten(pdf)
            _keep_pages_alone(pdf)
            out = io.BytesIO()
            pdf.save(out, encryption=False, deterministic_id=True)
            pages = len(pdf.pages)
    except pikepdf.PasswordError:
        return {"error": "locked"}
    except (pikepdf.PdfError, OSError, ValueError, TypeError, AttributeError, KeyError, RuntimeError, MemoryError):
        return {"error": "broken"}
    cleaned = out.getvalue()
    return {"error": "large"} if len(cleaned) > MAX_BYTES else {"data": cleaned, "pages": pages}


def _flatten(pdf: Pdf) -> None:
    """What forms and notes show becomes part of the page."""
    if (form := pdf.Root.get("/AcroForm")) and form.get("/NeedAppearances"):
        pdf.generate_appearance_streams()
    pdf.flatten_annotations("screen")


def _keep_pages_alone(pdf: Pdf) -> None:
    _keep(pdf.Root, _OF_CATALOGUE)
    for told in ("/Info", "/ID"):
        if told in pdf.trailer:
            del pdf.trailer[told]
    for page in pdf.pages:
        _keep_page(page)
    for one in pdf.objects:
        for found in _within(one, 0):
            _make_harmless(found)


def _keep_page(page: Page) -> None:
    _keep(page.obj, _OF_PAGE)
    above = page.obj.get("/Parent")
    for _ in range(_DEEPEST):
        if above is None:
            return
        _keep(above, _OF_TREE)
        above = above.get("/Parent")


def _keep(found: Any, names: set[str]) -> None:
    for name in set(found.keys()) - names:
        del found[name]


def _within(found: Any, depth: int) -> Iterator[Any]:
    """A dictionary or stream, and those that lie in it directly."""
    if depth > _DEEPEST:
        raise ValueError("nested too deep")
    values: list[Any] = []
    if isinstance(found, Dictionary | Stream):
        yield found
        values = [found[name] for name in list(found.keys())]
    elif isinstance(found, Array):
        values = [found[number] for number in range(len(found))]
    for value in values:
        if isinstance(value, Dictionary | Array) and not value.is_indirect:
            yield from _within(value, depth + 1)


def _make_harmless(found: Any) -> None:
    for name in _NOWHERE:
        if name in found:
            del found[name]
    if found.get("/Type") == Name.Action or (isinstance(found.get("/S"), Name) and found["/S"] in _ACTIONS):
        _keep(found, set())
    if isinstance(found, Stream):
        for name in _OF_FILES_OUTSIDE:
            if name in found:
                del found[name]
        if found.get("/Filter") == Name.DCTDecode:
            found.write(without_metadata(found.read_raw_bytes()), filter=Name.DCTDecode, decode_parms=None)


def without_metadata(jpeg: bytes) -> bytes:
    """The picture without what tells of camera, place and maker; what cannot be read that far stays as it is."""
    if not jpeg.startswith(b"\xff\xd8"):
        return jpeg
    kept, at = [jpeg[:2]], 2
    while at + 4 <= len(jpeg) and jpeg[at] == 0xFF and jpeg[at + 1] != 0xDA:  # up to where the pixels begin
        marker, length = jpeg[at + 1], int.from_bytes(jpeg[at + 2 : at + 4], "big")
        segment = jpeg[at : at + 2 + length]
        told = 0xE0 <= marker <= 0xEF and marker not in _APP_SEGMENTS_KEPT
        if not told and marker != 0xFE:
            kept.append(segment)
        at += 2 + length
    return b"".join([*kept, jpeg[at:]])


if __name__ == "__main__":
    bounded.serve(_answer)
