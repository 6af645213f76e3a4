"""Answers the addresses of the standard."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast

import orjson
from werkzeug import Request
from werkzeug.datastructures import FileStorage

from gateway import pictures
from gateway.answers import NOT_STORED, PUBLIC, Answer, with_etag
from gateway.cache import etag_of
from gateway.dispatch import Dispatcher
from gateway.open311 import asked, shown
from gateway.open311.errors import format_of
from gateway.open311.tree import Node, content_type, written
from gateway.problems import UnsupportedType
from gateway.routes import PREFIX, Route
from gateway.settings import JSON_BYTES, UPLOAD_BYTES
from gateway.visitors import Visitor
from kit.errors import Forbidden, Invalid, NotFound

ENDPOINT = "/open311/v2"
_WITH_FILES = "multipart/form-data"
_FORMS = ("application/x-www-form-urlencoded", _WITH_FILES)
_MOST_PICTURES = 9
_MAGIC = ((b"\xff\xd8\xff", "image/jpeg"), (b"\x89PNG\r\n\x1a\n", "image/png"), (b"RIFF", "image/webp"))

_Said = tuple[str, Node, int | None]
"""The root's name, the tree below it, and its age in seconds where nothing newer can be had."""


@dataclass(frozen=True)
class _Ask:
    """A read, by somebody who was let in."""

    route: Route
    request: Request
    path: Mapping[str, Any]
    visitor: Visitor


class Counter:
    """`app` is what the district calls its app; `kind` says whether what is here is real: production or test."""

    def __init__(self, dispatcher: Dispatcher, app: str, kind: str) -> None:
        self._dispatcher = dispatcher
        self._app = app
        self._kind = kind
        self._say: dict[str, Callable[[_Ask], _Said]] = {
            "discovery": self._discovery,
            "services": self._services,
            "definition": self._definition,
            "requests": self._requests,
            "request": self._request,
            "token": self._token,
        }

    def answer(self, route: Route, request: Request, path: Mapping[str, Any]) -> Answer:
        """The answer in the format of the address. Raises what refuses the visitor, or what he asks."""
        visitor = self._dispatcher.admit(route, request)
        if route.open311 == "create":
            return self._create(request, visitor)
        root, node, age = self._say[route.open311](_Ask(route, request, path, visitor))
        format_ = format_of(request.path)
        body = written(root, node, format_)
        headers = PUBLIC if age is None else [*PUBLIC, ("Age", str(age))]
        return with_etag(Answer(body, headers=headers, content_type=content_type(format_)), etag_of(body), request)

    def _discovery(self, ask: _Ask) -> _Said:
        url = f"{ask.request.host_url.rstrip('/')}{ENDPOINT}"
        return "discovery", shown.discovery(self._app, url, self._kind), None

    def _services(self, ask: _Ask) -> _Said:
        directory, age = self._read(ask, {})
        _check_jurisdiction(ask.request.args, directory)
        return "services", shown.services(directory), age

    def _definition(self, ask: _Ask) -> _Said:
        directory, age = self._read(ask, {})
        _check_jurisdiction(ask.request.args, directory)
        found = shown.definition(directory, ask.path["code"])
        if found is None:
            raise NotFound("没有这个服务类别。")
        return "service_definition", found, age

    def _requests(self, ask: _Ask) -> _Said:
        self._check_here(ask)
        found, age = self._read(ask, asked.query(ask.request.args))
        return "service_requests", shown.requests(found["items"], _media(ask.request)), age

    def _request(self, ask: _Ask) -> _Said:
        self._check_here(ask)
        try:
            found, age = self._read(ask, {"no": ask.path["no"].strip().upper()})
        except Invalid:  # nothing has such a number
            raise NotFound("没有找到这件诉求。") from None
        return "service_requests", shown.requests([found], _media(ask.request)), age

    def _token(self, ask: _Ask) -> _Said:
        """Every report gets its number at once, so that no token is ever given out."""
        raise NotFound("没有这个令牌：提交时已直接给出编号(service_request_id)。")

    def _check_here(self, ask: _Ask) -> None:
        """Raises `NotFound` for another jurisdiction. Hardly anybody names one, so the directory is asked for then."""
        if asked.value(ask.request.args, "jurisdiction_id"):
            directory = self._call("petition.get_directory", {}, ask.visitor, read=True)
            _check_jurisdiction(ask.request.args, directory)

    def _create(self, request: Request, visitor: Visitor) -> Answer:
        """Files a report of a partner's program."""
        form = _form(request)
        key = asked.value(form, "api_key")
        if not key:
            raise Forbidden("请提供接口密钥(api_key)。")
        self._call("petition.get_partner", {"api_key": key}, visitor, read=True)
        directory = self._call("petition.get_directory", {}, visitor, read=True)
        _check_jurisdiction(form, directory)
        code = asked.value(form, "service_code")
        if not code:
            raise Invalid.field("service_code", "请填写service_code")
        if shown.definition(directory, code) is None:
            raise NotFound("没有这个服务类别。")
        given = asked.form(form)
        given["pictures"] = [self._upload(key, file, visitor) for file in _files(request)]
        given |= {"api_key": key, "idempotency_key": pictures.new_key()}  # a form repeated is known by what it says
        receipt = self._call("petition.file_partner_case", given, visitor, read=False)
        notice = _notice(given.get("visibility", ""), media_url=bool(asked.value(form, "media_url")))
        format_ = format_of(request.path)
        body = written("service_requests", shown.receipt(receipt["no"], notice), format_)
        return Answer(body, 200, NOT_STORED, content_type(format_))

    def _upload(self, key: str, file: FileStorage, visitor: Visitor) -> str:
        head = file.stream.read(12)
        file.stream.seek(0)
        kind = next((kind for magic, kind in _MAGIC if head.startswith(magic)), None)
        if kind is None:
            raise Invalid.field("media", "这个文件不是有效的图片，请换成 JPG、PNG 或 WebP 图片")
        incoming = pictures.Incoming(file.stream, kind, None, pictures.new_key())
        sent = pictures.pass_on(self._dispatcher, visitor, incoming, pictures.OF_PARTNERS, {"api_key": key})
        return str(sent["id"])

    def _call(self, call: str, given: Mapping[str, Any], visitor: Visitor, *, read: bool) -> Any:
        return self._dispatcher.call(call, given, self._dispatcher.everybody(visitor), read=read)

    def _read(self, ask: _Ask, given: dict[str, Any]) -> tuple[Any, int | None]:
        body, age = self._dispatcher.shared(ask.route, given, ask.visitor, ask.path)
        return orjson.loads(body), age


def _form(request: Request) -> asked.Given:
    """What was sent: the form, and behind it the address. Raises `UnsupportedType`, `TooLarge`."""
    if request.mimetype not in _FORMS:
        raise UnsupportedType("请以表单提交(application/x-www-form-urlencoded 或 multipart/form-data)。")
    request.max_content_length = JSON_BYTES + (UPLOAD_BYTES if request.mimetype == _WITH_FILES else 0)
    request.max_form_memory_size = JSON_BYTES
    _ = request.form  # reads the body, with these limits
    return cast(asked.Given, request.values)


def _files(request: Request) -> list[FileStorage]:
    """The pictures. A browser sends an empty part where none was chosen."""
    found = [file for name in ("media", "media[]") for file in request.files.getlist(name) if file.filename]
    if len(found) > _MOST_PICTURES:
        raise Invalid.field("media", f"最多{_MOST_PICTURES}张图片")
    return found


def _check_jurisdiction(given: asked.Given, directory: Mapping[str, Any]) -> None:
    """This endpoint serves one district, which need not be named. Raises `NotFound` for another."""
    wanted = asked.value(given, "jurisdiction_id")
    if wanted and wanted != directory["district"]["code"]:
        raise NotFound("这里没有这个辖区(jurisdiction_id)。")


def _media(request: Request) -> str:
    return f"{request.host_url.rstrip('/')}{PREFIX}/media"


def _notice(visibility: str, *, media_url: bool) -> str:
    """What a program should know of what became of its report."""
    seen = "内容不公开，不能用本接口查询。" if visibility == "private" else "审核通过后公开，可凭编号查询。"
    words = f"已收到。{seen}姓名、电话、邮箱不保存，请不要在内容中填写。"
    return f"{words}media_url所指的图片没有读取，请用media上传。" if media_url else words
