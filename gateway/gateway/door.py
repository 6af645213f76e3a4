"""The door behind the cache: plain rows of the table are answered here, all else by Flask."""

import logging
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from flask import Flask
from werkzeug import Request
from werkzeug.exceptions import HTTPException

from gateway.answers import Answer, Headers
from gateway.open311 import errors as open311
from gateway.passage import Passage
from gateway.problems import from_http, problem
from kit.errors import ServiceError

log = logging.getLogger(__name__)

PASSAGE = "gateway.passage"  # in the environ of a request that goes on to Flask
Row = Callable[[Request, Mapping[str, Any]], Answer]
Environ = dict[str, Any]
StartResponse = Callable[..., Any]


class Door:
    """WSGI application. Flask's contexts and hooks cost as much as a call to a service; a plain row needs none of them.

    `flask` knows all addresses; `rows` says how those of the table are answered, by endpoint.
    """

    def __init__(self, flask: Flask, rows: Mapping[str, Row]) -> None:
        self._flask = flask
        self._addresses = flask.url_map.bind("gateway")
        self._rows = rows

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        request = Request(environ)
        endpoint, path = self._find(request)
        passage = environ[PASSAGE] = Passage(environ, endpoint)
        row = self._rows.get(endpoint)
        if row is None or request.method == "OPTIONS":
            return self._flask(environ, _ending(passage, start_response))
        answer = _answered(row, request, path)
        headers = answer.all_headers()
        passage.end(answer.status, headers)
        start_response(answer.status_line, headers)
        return () if request.method == "HEAD" or not answer.body else (answer.body,)

    def _find(self, request: Request) -> tuple[str, Mapping[str, Any]]:
        try:
            return self._addresses.match(request.path, request.method)
        except HTTPException:  # no such address or method, or a redirect: Flask says so
            return "none", {}


def refusal(error: Exception, path: str) -> Answer:
    """What a request for this address that failed is answered with, as its standard wants it."""
    if isinstance(error, HTTPException):
        error = from_http(error)
    elif not isinstance(error, ServiceError):
        log.error("request failed", exc_info=error)
        error = ServiceError()
    return open311.errors(error, path) if open311.is_below(path) else problem(error)


def _answered(row: Row, request: Request, path: Mapping[str, Any]) -> Answer:
    try:
        return row(request, path)
    except Exception as error:  # noqa: BLE001 - every request gets an answer
        return refusal(error, request.path)


def _ending(passage: Passage, start_response: StartResponse) -> StartResponse:
    """Ends the passage when Flask begins to answer."""

    def start(status: str, headers: Headers, *more: Any) -> Any:
        passage.end(int(status[:3]), headers)
        return start_response(status, headers, *more)

    return start
