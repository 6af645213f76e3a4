"""One handler for every row of the table: who, how often, with what, then the call and its answer."""

from collections.abc import Callable, Mapping
from typing import Any

import orjson
from werkzeug import Request

from gateway import arguments, metrics, sessions
from gateway.answers import NOT_STORED, PRIVATE, PUBLIC, Answer, validated, with_etag
from gateway.cache import Entry, PublicCache, etag_of, key_of, time_in
from gateway.contracts import Contracts, Method
from gateway.invalidation import tag_of
from gateway.rates import Rates
from gateway.routes import Kept, Route
from gateway.settings import GatewaySettings
from gateway.visitors import Reception, Visitor
from kit.errors import RateLimited, ServiceError, Unauthenticated
from kit.identity import RESIDENT, require
from kit.logs import traceparent
from kit.rpc.caller import RpcCaller, Terms


class Dispatcher:
    """Turns requests into calls."""

    def __init__(
        self,
        settings: GatewaySettings,
        contracts: Contracts,
        caller: RpcCaller,
        reception: Reception,
        rates: Rates,
        cache: PublicCache,
    ) -> None:
        self._settings = settings
        self._contracts = contracts
        self._caller = caller
        self._reception = reception
        self._rates = rates
        self._cache = cache

    def admit(self, route: Route, request: Request) -> Visitor:
        """The visitor, if this route is for him. Raises `Unauthenticated`, `Forbidden`, `RateLimited`."""
        try:
            self._rates.count_address(route.rate, self._reception.address(request))  # before the token costs anything
            visitor = self._reception.visitor(request)
            self._rates.count_account(route.rate, visitor)
        except RateLimited:
            metrics.LIMITED.labels(route.rate).inc()
            raise
        require(visitor.caller, route.allow)
        return visitor

    def admit_partner(self, key: str, right: str, visitor: Visitor) -> None:
        """Lets a partner's program in. Raises `Unauthenticated` without a key, `Forbidden` for one that is not good for
        this right, `RateLimited`."""
        if not key:
            raise Unauthenticated("请在请求头 X-Api-Key 中提供接口密钥。")
        self.call("petition.get_partner", {"api_key": key, "right": right}, self.everybody(visitor), read=True)
        try:
            self._rates.count_partner(key)
        except RateLimited:
            metrics.LIMITED.labels("partner").inc()
            raise

    def answer(self, route: Route, request: Request, path: Mapping[str, str]) -> Answer:
        """The answer of an ordinary route."""
        visitor = self.admit(route, request)
        method = self._method(route, request)
        given = arguments.gather(method, request, path)
        if route.session == "opens":
            given = sessions.with_refresh_token(method, request, given)
        if route.kept and _shares(route.kept, visitor):
            return self._public(route, method, given, visitor, request, path)
        answer = self.call_raw(method, given, visitor, route)
        return self._respond(route, method, answer, request)

    def call(self, call: str, given: Mapping[str, Any], visitor: Visitor, *, read: bool, binary: bool = False) -> Any:
        """Calls a method whose repetition does no harm, decoded answer. Raises what the caller raises."""
        method = self._contracts.methods[call]
        terms = self._terms(visitor, read=read, retry=True, binary=binary)
        return _counted(method, lambda: self._caller.call(method.service, method.name, given, terms))

    def call_raw(self, method: Method, given: Mapping[str, Any], visitor: Visitor, route: Route) -> bytes:
        """Calls for a route; the answer stays as the service wrote it. Raises what the caller raises."""
        read = route.reads
        terms = self._terms(visitor, read=read, retry=read or method.takes("idempotency_key"))
        answer: bytes = _counted(method, lambda: self._caller.call_raw(method.service, method.name, given, terms))
        return answer

    def shared(
        self, route: Route, given: Mapping[str, Any], visitor: Visitor, path: Mapping[str, str]
    ) -> tuple[bytes, int | None]:
        """What the service tells everybody, for an answer that is made of it here: as it is kept, or asked for anew.

        With its age in seconds where no event can have dropped it. Raises what the caller raises.
        """
        assert route.kept is not None
        key = f"{route.call} {orjson.dumps(given, option=orjson.OPT_SORT_KEYS).decode()}"  # no address looks like that
        if found := self._cache.find(key):
            entry, age = found
            metrics.CACHE.labels("hit" if age is None else "stale").inc()
            return entry.body, age
        method = self._contracts.methods[route.call]

        def load() -> bytes:
            metrics.CACHE.labels("miss").inc()
            return self.call_raw(method, given, self.everybody(visitor), route)

        return self._cache.read(key, (tag_of(route, path),), route.kept.seconds, load, route.kept.until), None

    def terms_of_part(self, visitor: Visitor) -> Terms:
        """On what terms a part of an answer is called for."""
        return Terms(self._settings.part_seconds, self._headers(visitor))

    def everybody(self, visitor: Visitor) -> Visitor:
        """Nobody in particular, at this visitor's address."""
        return self._reception.anonymous(visitor.address)

    def call_part(self, call: str, given: Mapping[str, Any], terms: Terms) -> bytes:
        """Calls for a part of an answer, which stays as the service wrote it. Raises what the caller raises."""
        method = self._contracts.methods[call]
        answer: bytes = _counted(method, lambda: self._caller.call_raw(method.service, method.name, given, terms))
        return answer

    def method(self, call: str) -> Method:
        """What the contract promises of a method."""
        return self._contracts.methods[call]

    def _method(self, route: Route, request: Request) -> Method:
        call = route.call
        if route.otherwise and route.otherwise[0] in arguments.body(request):
            call = route.otherwise[1]
        return self._contracts.methods[call]

    def _public(
        self,
        route: Route,
        method: Method,
        given: dict[str, Any],
        visitor: Visitor,
        request: Request,
        path: Mapping[str, str],
    ) -> Answer:
        """The same to everybody: as it is kept, or asked for in nobody's name."""
        assert route.kept is not None

        def load() -> bytes:
            metrics.CACHE.labels("miss").inc()
            return self.call_raw(method, given, self.everybody(visitor), route)

        key = key_of(request.environ["PATH_INFO"], request.environ["QUERY_STRING"])
        if found := self._cache.find(key):
            return _kept(*found, request)
        kept = route.kept
        body = self._cache.read(key, (tag_of(route, path),), kept.seconds, load, kept.until, kept.changed)
        answer = Answer(body, route.status, PUBLIC)
        return validated(answer, etag_of(body), time_in(body, kept.changed), request)

    def _respond(self, route: Route, method: Method, answer: bytes, request: Request) -> Answer:
        if route.session == "opens":
            return sessions.opened(answer, request)
        if route.session == "closes":
            return sessions.closed()
        if route.status == 204:
            return Answer(status=204)
        if route.method != "GET":
            return Answer(answer, route.status, NOT_STORED)
        return with_etag(Answer(answer, route.status, PRIVATE), _versioned_etag(method, answer), request)

    def _terms(self, visitor: Visitor, *, read: bool, retry: bool, binary: bool = False) -> Terms:
        timeout = self._settings.read_seconds if read else self._settings.command_seconds
        return Terms(timeout, self._headers(visitor), command=not read, retry=retry, binary=binary)

    @staticmethod
    def _headers(visitor: Visitor) -> dict[str, str]:
        return {
            "nameko.auth_token": visitor.token,
            "nameko.traceparent": traceparent(),
            "nameko.client_ip": visitor.address,
            "nameko.device": visitor.device,
        }


def _counted(method: Method, call: Callable[[], Any]) -> Any:
    try:
        answer = call()
    except ServiceError as error:
        metrics.CALLS.labels(method.service, error.code).inc()
        raise
    metrics.CALLS.labels(method.service, "ok").inc()
    return answer


def _shares(kept: Kept, visitor: Visitor) -> bool:
    """Whether he is shown what everybody is. Staff are not: they see what they have just changed, and its version."""
    return visitor.anonymous or (visitor.caller.kind == RESIDENT and not kept.own)


def _kept(entry: Entry, age: int | None, request: Request) -> Answer:
    """A kept answer for a resident who has signed in; visitors get theirs before the door."""
    metrics.CACHE.labels("hit" if age is None else "stale").inc()
    answer = Answer(entry.body, headers=PUBLIC if age is None else [*PUBLIC, ("Age", str(age))])
    return validated(answer, entry.etag, entry.changed, request)


def _versioned_etag(method: Method, answer: bytes) -> str:
    """The bytes' validator, led by the version where the answer has one, so that it serves as If-Match too."""
    etag = etag_of(answer)
    if method.response.get("properties", {}).get("version", {}).get("type") != "integer":
        return etag
    return f'"{orjson.loads(answer)["version"]}-{etag[1:]}'
