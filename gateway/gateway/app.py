"""One gateway process, put together.

A request passes the cache (`CacheFront`), then the `Door`: it answers plain rows of the table itself, and hands all
else to the Flask application that is made here: what is streamed, documents, the app's files, every refused address.
"""

import logging
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import orjson
from flask import Flask, Response, request, send_from_directory
from werkzeug import Request
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound

from gateway import contracts, desk_export, open_data, openapi, pictures, robots
from gateway.answers import PUBLIC, Answer, with_etag
from gateway.app_files import AppFiles
from gateway.app_pages import AppPages
from gateway.article_pages import ARTICLES
from gateway.cache import CacheFront, PublicCache, etag_of
from gateway.case_pages import CASES
from gateway.composing import Composer
from gateway.dispatch import Dispatcher
from gateway.district import read_app
from gateway.door import PASSAGE, Door, Row, refusal
from gateway.echo_pages import EchoPages
from gateway.feeds import cases
from gateway.feeds.stand import Stand
from gateway.guide_pages import GUIDES
from gateway.health import Readiness
from gateway.invalidation import Invalidation
from gateway.metrics import workers_listening
from gateway.open311.counter import Counter
from gateway.passage import APP, ARTICLE, CASE, ECHOES, GUIDE, POLICY, SECURITY
from gateway.rates import Rates
from gateway.rendered import Rendered
from gateway.routes import ROUTES, Part, Route
from gateway.settings import JSON_BYTES, GatewaySettings
from gateway.visitors import Reception
from kit.rpc.caller import RpcCaller

log = logging.getLogger(__name__)

DOCS = Path(__file__).parent / "docs_page"
APP_PAGES = (
    (ARTICLE, "news.get_article", ARTICLES),
    (CASE, "petition.get_case", CASES),
    (GUIDE, "local.get_guide", GUIDES),
)
"""The app's pages that say here already what they are about: address, method that tells it, what is made of it."""


class Gateway:
    """All parts of one gateway process; `wsgi` is what the server runs. `table` is what it may serve."""

    def __init__(self, settings: GatewaySettings, table: Sequence[Route] = ROUTES) -> None:
        promised = contracts.load(settings.contracts_dir)
        routes = served(promised, table)
        self._cache = PublicCache([*SECURITY, ("Content-Security-Policy", POLICY), *PUBLIC], settings.stale_seconds)
        self._caller = RpcCaller(settings.amqp_url)
        reception = Reception(settings)
        dispatcher = Dispatcher(settings, promised, self._caller, reception, Rates(settings), self._cache)
        composer = Composer(dispatcher, self._cache, settings.part_seconds)
        shown: list[Route | Part] = [*routes, *(part for route in routes for part in route.parts)]
        self._invalidation = Invalidation(settings.amqp_url, promised.services, shown, self._cache)
        readiness = Readiness(
            self._caller, reception, promised.services, lambda: workers_listening() >= settings.workers
        )
        name = read_app(settings.district_dir).name
        files = AppFiles(settings.app_dir, name)
        own = _own_pages(readiness, openapi.document(routes, promised))
        counter = Counter(dispatcher, name, settings.open311_type)
        rendered = Rendered()
        stand = Stand(dispatcher, rendered, name)
        for at, call, kind in APP_PAGES:
            if read := next((route for route in routes if route.call == call), None):
                own[at] = AppPages(dispatcher, files, rendered, read, kind, name).answer
        if echoes := next((route for route in routes if route.call == "news.list_echoes"), None):
            own[ECHOES] = EchoPages(dispatcher, files, rendered, echoes).answer
        rows = {route.name: _row(route, dispatcher, composer, counter, stand) for route in routes if not route.special}
        flask = _flask(routes, list(own), dispatcher, rendered, files)
        self.wsgi = CacheFront(Door(flask, {**rows, **own}), self._cache)

    def start(self) -> "Gateway":
        """Connects, and begins to hear events. Only after the fork."""
        self._caller.open()
        self._invalidation.start()
        return self

    def close(self) -> None:
        """Closes what `start` and the calls have opened."""
        self._invalidation.close()
        self._caller.close()


def served(promised: contracts.Contracts, table: Sequence[Route] = ROUTES) -> list[Route]:
    """The rows of the table whose methods exist in this deployment."""
    known = promised.methods.keys()
    routes = [
        replace(route, parts=tuple(part for part in route.parts if part.call in known))
        for route in table
        if known >= set(route.calls)
    ]
    called = {call for route in table for call in (*route.calls, *(part.call for part in route.parts))}
    if left_out := sorted(called - known):
        log.warning("routes left out: no contract promises their methods", extra={"methods": left_out})
    return routes


def _row(route: Route, dispatcher: Dispatcher, composer: Composer, counter: Counter, stand: Stand) -> Row:
    """How a plain row is answered."""
    if route.open311:
        return partial(counter.answer, route)
    if route.feed:
        return partial(stand.answer, route)
    if route.parts:
        return lambda request, path: composer.answer(route, request)
    return partial(dispatcher.answer, route)


def _own_pages(readiness: Readiness, description: dict[str, Any]) -> dict[str, Row]:
    """What the gateway says of itself, by address."""
    document = orjson.dumps(description)

    def healthz(request: Request, path: Mapping[str, str]) -> Answer:
        return Answer(b'{"status":"ok"}')

    def readyz(request: Request, path: Mapping[str, str]) -> Answer:
        report = readiness.report()
        return Answer(orjson.dumps(report), 200 if report["ready"] else 503)

    def described(request: Request, path: Mapping[str, str]) -> Answer:
        return with_etag(Answer(document, headers=PUBLIC), etag_of(document), request)

    return {"/healthz": healthz, "/readyz": readyz, "/openapi.json": described, robots.ADDRESS: robots.answer}


class _PlainFlask(Flask):
    """Every view is a plain function: there is no need to look at each request whether it is a coroutine."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        return func


def _flask(routes: list[Route], own: list[str], dispatcher: Dispatcher, rendered: Rendered, files: AppFiles) -> Flask:
    """Knows every address; those that the door answers have no view."""
    app = _PlainFlask("gateway", static_folder=None)
    app.url_map.strict_slashes = True
    app.config["MAX_CONTENT_LENGTH"] = JSON_BYTES
    for route in routes:
        rule = re.sub(r"{(\w+)}", r"<\1>", route.path)
        app.add_url_rule(rule, route.name, _special(dispatcher, rendered, route), methods=[route.method])
    for address in own:
        app.add_url_rule(address, address)
    app.add_url_rule("/docs", "docs", _docs)
    app.add_url_rule("/docs/<name>", "docs files", _docs)
    app.register_error_handler(HTTPException, partial(_app_or_refused, files))
    app.register_error_handler(Exception, lambda error: _response(refusal(error, request.path)))
    return app


def _special(dispatcher: Dispatcher, rendered: Rendered, route: Route) -> Any:
    """The view of a row that is streamed; None for a plain one."""
    if not route.special:
        return None
    if route.call == "petition.list_open_cases":
        return lambda: open_data.export(dispatcher, route, request)
    if route.call == "petition.list_desk_cases":
        return lambda: desk_export.export(dispatcher, route, request)
    if route.call == "petition.get_feed":
        return lambda: _response(cases.answer(dispatcher, rendered, route, request))
    if route.method == "POST":
        return lambda: pictures.upload(dispatcher, route, request)
    return lambda id: pictures.media(dispatcher, route, request, id)


def _docs(name: str = "index.html") -> Response:
    return send_from_directory(DOCS, name, max_age=3600)


def _app_or_refused(files: AppFiles, error: HTTPException) -> Response:
    """What no route knows may be a file or a page of the app."""
    if isinstance(error, NotFound) and (found := files.answer(request)):
        request.environ[PASSAGE].part = APP
        return found
    answer = refusal(error, request.path)
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        answer.headers.append(("Allow", ", ".join(sorted(error.valid_methods))))
    return _response(answer)


def _response(answer: Answer) -> Response:
    return Response(answer.body, answer.status, answer.all_headers())
