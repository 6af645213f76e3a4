"""PDF files from strangers: what is shown is kept, what acts, hides or tells of its maker is not."""

import io
import zlib
from collections.abc import Callable
from typing import Any

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Pdf, Stream, String
from PIL import Image

from kit import documents
from kit.errors import Invalid

SECRET = b"made by 13812345678"


def pdf(change: Callable[[Pdf], Any] = lambda _: None, **options: Any) -> bytes:
    made = Pdf.new()
    made.add_blank_page(page_size=(200, 200))
    made.pages[0].Contents = made.make_stream(b"q 0 0 100 100 re f Q")
    change(made)
    out = io.BytesIO()
    made.save(out, **options)
    return out.getvalue()


def whole(data: bytes) -> bytes:
    """Everything a reader can find in a file, uncompressed."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as opened:
        opened.save(out, stream_decode_level=pikepdf.StreamDecodeLevel.generalized, compress_streams=False,
                    object_stream_mode=pikepdf.ObjectStreamMode.disable)  # fmt: skip
    return out.getvalue()


def script(made: Pdf) -> Any:
    return made.make_indirect(Dictionary(S=Name.JavaScript, JS=String(SECRET.decode())))


def opens_by_script(made: Pdf) -> None:
    made.Root.OpenAction = script(made)


def names_scripts(made: Pdf) -> None:
    made.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array([String("a"), script(made)])))


def page_acts(made: Pdf) -> None:
    made.pages[0].AA = Dictionary(O=script(made))


def tree_acts(made: Pdf) -> None:
    made.Root.Pages.AA = Dictionary(O=script(made))


def resource_acts(made: Pdf) -> None:
    made.pages[0].Resources = Dictionary(Properties=Dictionary(A=Dictionary(Next=Array([script(made)]))))


def launches(made: Pdf) -> None:
    action = Dictionary(S=Name.Launch, F=String(SECRET.decode()))
    link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]), A=action)
    made.pages[0].Annots = Array([made.make_indirect(link)])


def has_a_file_in_it(made: Pdf) -> None:
    made.attachments["a.exe"] = SECRET


def tells_of_its_maker(made: Pdf) -> None:
    made.docinfo["/Author"] = SECRET.decode()
    with made.open_metadata() as metadata:
        metadata["dc:creator"] = [SECRET.decode()]
    made.pages[0].PieceInfo = Dictionary(App=Dictionary(Private=String(SECRET.decode())))


def has_a_form_of_xfa(made: Pdf) -> None:
    made.Root.AcroForm = Dictionary(Fields=Array([]), XFA=made.make_stream(SECRET))


def reads_a_file_outside(made: Pdf) -> None:
    stream = Stream(made, b"")
    stream.F = String(SECRET.decode())
    made.pages[0].Contents = made.make_indirect(stream)


def has_a_picture_with_exif(made: Pdf) -> None:
    exif, out = Image.Exif(), io.BytesIO()
    exif[0x010E] = SECRET.decode()
    Image.new("RGB", (8, 8), "red").save(out, "JPEG", exif=exif)
    image = Stream(made, out.getvalue(), Type=Name.XObject, Subtype=Name.Image, Width=8, Height=8,
                   ColorSpace=Name.DeviceRGB, BitsPerComponent=8, Filter=Name.DCTDecode)  # fmt: skip
    made.pages[0].Resources = Dictionary(XObject=Dictionary(I=made.make_indirect(image)))


HOSTILE = [
    opens_by_script, names_scripts, page_acts, tree_acts, resource_acts, launches, has_a_file_in_it, tells_of_its_maker,
    has_a_form_of_xfa, reads_a_file_outside, has_a_picture_with_exif,
]  # fmt: skip


@pytest.mark.parametrize("change", HOSTILE, ids=lambda change: change.__name__)
def test_what_acts_hides_or_tells_is_gone(change: Callable[[Pdf], None]) -> None:
    data = pdf(change)
    assert SECRET in whole(data)
    cleaned = whole(documents.clean(data).data)
    assert SECRET not in cleaned
    assert not any(word in cleaned for word in (b"/JavaScript", b"/Launch", b"/OpenAction", b"/EmbeddedFile"))


def test_pages_are_shown_as_they_were_and_pictures_stay() -> None:
    made = documents.clean(pdf(has_a_picture_with_exif))
    assert made.pages == 1
    with pikepdf.open(io.BytesIO(made.data)) as opened:
        assert b"0 0 100 100 re f" in opened.pages[0].Contents.read_bytes()
        image = opened.pages[0].Resources.XObject.I
        assert pikepdf.PdfImage(image).as_pil_image().getpixel((4, 4))[0] > 200
        assert set(opened.Root.keys()) == {"/Type", "/Pages"}
        assert "/Info" not in opened.trailer


def test_the_same_file_comes_out_the_same_and_clean_ones_stay_clean() -> None:
    first = documents.clean(pdf(tells_of_its_maker)).data
    assert documents.clean(pdf(tells_of_its_maker)).data == first
    assert documents.clean(first).pages == 1


def locked() -> bytes:
    return pdf(encryption=pikepdf.Encryption(owner="o", user="u"))


def bomb() -> bytes:
    """A megabyte that unpacks into a gigabyte, where every reader looks first."""
    packed = zlib.compress(bytes(1024**3), 1)
    head = b"%PDF-1.5\n1 0 obj\n<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length " + str(len(packed)).encode()
    return head + b">>\nstream\n" + packed + b"\nendstream\nendobj\ntrailer<</Root 2 0 R>>\n%%EOF"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "不是有效的 PDF"),
        (b"GIF89a", "不是有效的 PDF"),
        (b"%PDF-1.7\nnothing", "不是有效的 PDF"),
        (pdf()[:200], "不是有效的 PDF"),
        (locked(), "密码"),
        (pdf(lambda made: [made.add_blank_page() for _ in range(documents.MAX_PAGES)]), "最多 200 页"),
    ],
)
def test_what_is_no_readable_pdf_is_refused(data: bytes, said: str) -> None:
    with pytest.raises(Invalid) as caught:
        documents.clean(data)
    assert caught.value.errors[0]["field"] == "document"
    assert said in caught.value.errors[0]["message"]


def test_a_bomb_ends_its_own_process_alone() -> None:
    with pytest.raises(Invalid):
        documents.clean(bomb())
