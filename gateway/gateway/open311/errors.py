"""Errors of every address below /open311: a list of code and description, in the format of the address."""

from collections.abc import Iterator, Mapping

from gateway.answers import NOT_STORED, Answer
from gateway.open311.tree import FORMATS, XML, Node, Repeated, content_type, written
from gateway.problems import retry_after, status_of
from kit.errors import ServiceError

PLACE = "/open311"
_NAMES: Mapping[str, str] = {
    "categories": "service_code",
    "category": "service_code",
    "town": "attribute[town]",
    "visibility": "attribute[visibility]",
    "place": "address_string",
    "point": "lat/long",
    "text": "description",
    "pictures": "media",
    "since": "start_date",
    "until": "end_date",
}
"""What the services' fields are called here."""
_KNOWN_STATUS = frozenset((401, 403, 404, 405, 413, 429, 500, 503, 504))


def is_below(path: str) -> bool:
    """Whether an address is one of this standard's."""
    return path == PLACE or path.startswith(f"{PLACE}/")


def format_of(path: str) -> str:
    """The format that an address asks for by its suffix; without one XML, which the specification requires of all."""
    suffix = path.rpartition(".")[2]
    return suffix if suffix in FORMATS else XML


def errors(error: ServiceError, path: str) -> Answer:
    """The answer to a request that failed: 400 for whatever the specification has no other status for."""
    format_ = format_of(path)
    status = status_of(error)
    if status not in _KNOWN_STATUS:
        status = 400
    found: list[Node] = [{"code": status, "description": words} for words in _descriptions(error)]
    body = written("errors", Repeated("error", found), format_)
    return Answer(body, status, [*NOT_STORED, *retry_after(error)], content_type(format_))


def _descriptions(error: ServiceError) -> Iterator[str]:
    """One sentence for each field that is wrong, or the one that says all."""
    for one in error.errors:
        field = one["field"].partition(".")[0]
        yield f"{_NAMES.get(field, field)}：{one['message']}"
    if not error.errors:
        yield error.detail
