"""What the rules say no to, as the caller hears it."""

from collections.abc import Iterator
from contextlib import contextmanager

from kit.errors import Conflict, Forbidden, Invalid
from news.domain.refusals import BadValue, NotPermitted, Refused


@contextmanager
def answering() -> Iterator[None]:
    """Within it a refusal is raised as `Invalid` (a value), `Forbidden` (for others) or `Conflict` (not now)."""
    try:
        yield
    except BadValue as refusal:
        raise Invalid.field(refusal.field, str(refusal)) from None
    except NotPermitted as refusal:
        raise Forbidden(str(refusal)) from None
    except Refused as refusal:
        raise Conflict(str(refusal)) from None
