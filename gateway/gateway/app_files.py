"""The app's files: the residents' app and the staff desk, as `npm run build` has left them.

A build never changes; a new one is another folder, to which the settings' path then points. So a build is read once,
into memory, with its compressed forms. It belongs to no district: its pages get the app's name here.
"""

import gzip
import html
import json
import mimetypes
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from flask import Request, Response
from werkzeug.datastructures import Accept

from gateway.cache import etag_of, matches

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; manifest-src 'self'; worker-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
ASSETS = "assets/"  # the names in it hold a hash of their content
PLACES = "places.json"  # page → first segments of the addresses that the page itself understands
AHEAD = "ahead.json"  # address, {} for any one segment → what its page links in its head, so that it comes at once
ANY = "{}"
NAME = "{{app_name}}"  # in a page of the build: what the app is called in this district
_FOREVER = "public, max-age=31536000, immutable"
_ASK_FIRST = "no-cache"
_HIDDEN = (".vite/", PLACES, AHEAD)
_TYPES = {".js": "text/javascript", ".webmanifest": "application/manifest+json", ".svg": "image/svg+xml"}
_TEXT = ("text/", "application/manifest+json", "application/json")
_WRITTEN: dict[str, Callable[[str], str]] = {  # how a name is written in the files that bear it
    ".html": html.escape,
    ".webmanifest": lambda name: json.dumps(name, ensure_ascii=False)[1:-1],
}


@dataclass(frozen=True)
class File:
    """One file in all its encodings, the smallest first; the plain one last."""

    forms: tuple[tuple[str, bytes, str], ...]
    content_type: str
    cache_control: str

    def answer(self, request: Request) -> Response:
        """The form that the browser takes, or 304 when it has it."""
        encoding, body, etag = next(form for form in self.forms if _takes(request.accept_encodings, form[0]))
        headers = {"Cache-Control": self.cache_control, "ETag": etag}
        if len(self.forms) > 1:
            headers["Vary"] = "Accept-Encoding"
        if matches(request.headers.get("If-None-Match"), etag):
            return Response(status=304, headers=headers)
        if encoding:
            headers["Content-Encoding"] = encoding
        return Response(body, headers=headers, content_type=self.content_type)


class Page(NamedTuple):
    """A page of a build, with the validator of its text, and when the build was made."""

    text: str
    etag: str
    made: datetime


@dataclass(frozen=True)
class Build:
    """All files of one build, which page shows which addresses, those that link more ahead, and when it was made."""

    files: dict[str, File]
    pages: dict[str, str]
    ahead: dict[str, File]
    made: datetime

    def find(self, path: str) -> File | None:
        """The file at this path, or the page that understands it."""
        if file := self.files.get(path) or self.ahead.get(path):
            return file
        first, *rest = path.split("/")
        if len(rest) == 1 and (file := self.ahead.get(f"{first}/{ANY}")):
            return file
        page = self.pages.get(first)
        return self.files.get(page) if page else None


class AppFiles:
    """What the door shows to browsers; nothing while there is no build."""

    def __init__(self, folder: Path | None, app_name: str) -> None:
        self._folder = folder
        self._app_name = app_name
        self._read: tuple[Path, Build] | None = None
        self._reading = threading.Lock()

    def answer(self, request: Request) -> Response | None:
        """The file or page at the request's path; None when the path is none of the app's."""
        if request.method not in ("GET", "HEAD") or not (build := self._current()):
            return None
        if request.environ["PATH_INFO"].startswith("//"):  # `path` has lost all but one of them
            return None
        file = build.find(request.path.removeprefix("/"))
        return file.answer(request) if file else None

    def page(self, path: str) -> Page | None:
        """The page that understands this path; None while there is no build."""
        build = self._current()
        file = build.find(path.removeprefix("/")) if build else None
        if build is None or file is None:
            return None
        _, body, etag = file.forms[-1]
        return Page(body.decode(), etag, build.made)

    def _current(self) -> Build | None:
        """The build that the folder points to now."""
        if self._folder is None:
            return None
        try:
            folder = self._folder.resolve(strict=True)
        except OSError:
            return None
        with self._reading:
            if self._read is None or self._read[0] != folder:
                self._read = (folder, read_build(folder, self._app_name))
            return self._read[1]


def read_build(folder: Path, app_name: str) -> Build:
    """Reads a build for a district whose app is called so."""
    names = [path.relative_to(folder).as_posix() for path in sorted(folder.rglob("*")) if path.is_file()]
    shown = [name for name in names if not name.startswith(_HIDDEN) and not name.endswith((".br", ".gz"))]
    places: dict[str, list[str]] = json.loads((folder / PLACES).read_text("utf-8"))
    pages = {segment: page for page, segments in places.items() for segment in segments}
    files = {name: _file(folder, name, app_name) for name in shown}
    linked: dict[str, str] = json.loads(found.read_text("utf-8")) if (found := folder / AHEAD).exists() else {}
    ahead = {
        address.removeprefix("/"): _file(folder, pages[address.split("/")[1]], app_name, links)
        for address, links in linked.items()
    }
    made = datetime.fromtimestamp((folder / PLACES).stat().st_mtime, UTC)
    return Build(files, pages, ahead, made)


def _file(folder: Path, name: str, app_name: str, links: str = "") -> File:
    path = folder / name
    forms = _named_forms(path, app_name, links) if path.suffix in _WRITTEN else _forms(path)
    guessed = _TYPES.get(path.suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    return File(
        tuple((encoding, body, etag_of(body)) for encoding, body in forms),
        f"{guessed}; charset=utf-8" if guessed.startswith(_TEXT) else guessed,
        _FOREVER if name.startswith(ASSETS) else _ASK_FIRST,
    )


def _forms(path: Path) -> list[tuple[str, bytes]]:
    sources = [("br", path.with_name(f"{path.name}.br")), ("gzip", path.with_name(f"{path.name}.gz")), ("", path)]
    return [(encoding, source.read_bytes()) for encoding, source in sources if source.exists()]


def _named_forms(path: Path, app_name: str, links: str) -> list[tuple[str, bytes]]:
    text = path.read_text("utf-8").replace("</head>", f"{links}</head>", 1)
    body = text.replace(NAME, _WRITTEN[path.suffix](app_name)).encode()
    return [("gzip", gzip.compress(body, mtime=0)), ("", body)]


def _takes(accepted: Accept, encoding: str) -> bool:
    return not encoding or accepted.quality(encoding) > 0
