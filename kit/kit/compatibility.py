"""Whether a contract still keeps what the one before it promised.

One question answers it for both sides: does every value that fits one schema fit another? What callers sent before must
fit the requests of now; what is answered and told now must fit what readers of the earlier contract expect. A change
that fails needs a new version beside the old one: a method `name_v2`, an event `.v2`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from kit.identity import ANYONE, RESIDENT, SERVICE, STAFF

Schema = Mapping[str, Any]
Contract = Mapping[str, Any]

CALLERS, READERS = "callers", "readers"

_UPPER = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")
_LOWER = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
_SAME = ("pattern", "format", "multipleOf", "uniqueItems", "contentEncoding")
_NOT_STAFF = frozenset((ANYONE, RESIDENT, SERVICE, "partner"))


@dataclass(frozen=True)
class Break:
    """A promise that is not kept: of which method or event, at which field, why, and who relied on it."""

    promise: str
    field: str
    why: str
    side: str

    def __str__(self) -> str:
        where = f"{self.promise}, {self.field}" if self.field else self.promise
        return f"{where}: {self.why}. This breaks {self.side}: give it a new version"


def breaks(before: Contract, now: Contract) -> list[Break]:
    """Every promise of `before` that `now` does not keep."""
    return [*_methods(before, now), *_events(before, now)]


def _methods(before: Contract, now: Contract) -> Iterator[Break]:
    for name, earlier in before.get("rpc", {}).items():
        promise = f"method {before['service']}.{name}"
        later = now.get("rpc", {}).get(name)
        if later is None:
            yield Break(promise, "", "it was removed", CALLERS)
            continue
        for audience in sorted(earlier["allow"]):
            if not _admitted(audience, later["allow"]):
                yield Break(promise, "", f"{audience} may not call it any more", CALLERS)
        for field, why in misfits(earlier["request"], later["request"]):
            yield Break(promise, f"request{field}", why, CALLERS)
        for field, why in misfits(later["response"], earlier["response"]):
            yield Break(promise, f"response{field}", why, READERS)


def _events(before: Contract, now: Contract) -> Iterator[Break]:
    for name, earlier in before.get("events", {}).items():
        later = now.get("events", {}).get(name)
        if later is None:
            yield Break(f"event {name}", "", "it was removed", READERS)
            continue
        for field, why in misfits(later, earlier):
            yield Break(f"event {name}", f"data{field}", why, READERS)


def _admitted(audience: str, allow: list[str]) -> bool:
    return audience in allow or ANYONE in allow or (STAFF in allow and audience not in _NOT_STAFF)


def misfits(given: Schema, expected: Schema) -> list[tuple[str, str]]:
    """Where a value that fits `given` may not fit `expected`: (path, why). Empty when every value fits.

    Knows the JSON Schema that pydantic writes. A keyword that both have in different form counts as a misfit.
    """
    return list(_Comparison(given, expected).run())


class _Comparison:
    """Two documents side by side; a pair of schemas under comparison is taken as fitting, so that cycles end."""

    def __init__(self, given: Schema, expected: Schema) -> None:
        self._given, self._expected = given, expected
        self._under_way: set[tuple[int, int]] = set()

    def run(self) -> Iterator[tuple[str, str]]:
        return self._compare(self._given, self._expected, "")

    def _compare(self, given: Schema, expected: Schema, path: str) -> Iterator[tuple[str, str]]:
        wanted = _alternatives(expected, self._expected)
        for option in _alternatives(given, self._given):
            yield from self._best(option, wanted, path)

    def _best(self, given: Schema, wanted: list[Schema], path: str) -> list[tuple[str, str]]:
        """The misfits with the alternative that fits best, among those of the same type if there are any."""
        alike = [option for option in wanted if option.get("type") == given.get("type")]
        return min((list(self._plain(given, option, path)) for option in alike or wanted), key=len)

    def _plain(self, given: Schema, expected: Schema, path: str) -> Iterator[tuple[str, str]]:
        pair = (id(given), id(expected))
        if pair in self._under_way:
            return
        self._under_way.add(pair)
        wanted, had = expected.get("type"), given.get("type")
        if wanted and had != wanted and (had, wanted) != ("integer", "number"):
            yield path, f"{had or 'anything'} where {wanted} is expected"
        else:
            yield from _values(given, expected, path)
            yield from _limits(given, expected, path)
            if wanted == "object":
                yield from self._object(given, expected, path)
            if wanted == "array" and "items" in expected:
                yield from self._compare(given.get("items", {}), expected["items"], f"{path}[]")
        self._under_way.discard(pair)

    def _object(self, given: Schema, expected: Schema, path: str) -> Iterator[tuple[str, str]]:
        has, knows = given.get("properties", {}), expected.get("properties", {})
        required = set(given.get("required", ()))
        for name in expected.get("required", ()):
            if name not in required:
                yield f"{path}.{name}", "it must be there, and may be missing" if name in has else "it must be there"
        for name in knows.keys() & has.keys():
            yield from self._compare(has[name], knows[name], f"{path}.{name}")
        closed = expected.get("additionalProperties") is False
        for name in has.keys() - knows.keys() if closed else ():
            yield f"{path}.{name}", "it is not known any more"
        if given.get("additionalProperties") is not False:
            for name in knows.keys() - has.keys() - set(expected.get("required", ())):
                yield f"{path}.{name}", "it was removed"
            yield from self._others(given, expected, path)

    def _others(self, given: Schema, expected: Schema, path: str) -> Iterator[tuple[str, str]]:
        """The values of a mapping."""
        others = expected.get("additionalProperties", True)
        if isinstance(others, Mapping):
            had = given.get("additionalProperties", True)
            yield from self._compare(had if isinstance(had, Mapping) else {}, others, f"{path}.*")
        elif others is False:
            yield path, "it may hold other fields than are known"


def _alternatives(schema: Schema, root: Schema) -> list[Schema]:
    """The schemas of which a value must fit one, references followed."""
    if "$ref" in schema:
        return _alternatives(root["$defs"][schema["$ref"].rsplit("/", 1)[-1]], root)
    options = schema.get("anyOf") or schema.get("oneOf")
    if options is None:
        return [schema]
    return [plain for option in options for plain in _alternatives(option, root)]


def _values(given: Schema, expected: Schema, path: str) -> Iterator[tuple[str, str]]:
    wanted, had = _listed(expected), _listed(given)
    if wanted is None:
        return
    if had is None:
        yield path, f"any value where only {', '.join(map(str, wanted))} is expected"
        return
    for value in had:
        if value not in wanted:
            yield path, f"the value {value!r} is not among those expected"


def _listed(schema: Schema) -> list[Any] | None:
    if "const" in schema:
        return [schema["const"]]
    return schema.get("enum")


def _limits(given: Schema, expected: Schema, path: str) -> Iterator[tuple[str, str]]:
    for word in _UPPER:
        if word in expected and given.get(word, float("inf")) > expected[word]:
            yield path, f"{word} is {expected[word]} and was {given.get(word, 'open')}"
    for word in _LOWER:
        if word in expected and given.get(word, float("-inf")) < expected[word]:
            yield path, f"{word} is {expected[word]} and was {given.get(word, 'open')}"
    for word in _SAME:
        if word in expected and given.get(word) != expected[word]:
            yield path, f"{word} is {expected[word]} and was {given.get(word, 'open')}"
