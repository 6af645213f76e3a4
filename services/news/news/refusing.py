"""What the rules say no to, as the caller hears it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from kit.errors import Conflict, Forbidden, Invalid
from kit.mongo import Document
from news.domain.refusals import BadValue, Locked, NotPermitted, Refused


@contextmanager
def answering(standing: Callable[[], Document] = dict) -> Iterator[None]:
    """Within it a refusal is raised as `Invalid` (a value), `Forbidden` (for others) or `Conflict` (not now).

    `standing` is how the thing stands, for who is told that it is not the time.
    """
    try:
        yield
    except BadValue as refusal:
        raise Invalid.field(refusal.field, str(refusal)) from None
    except NotPermitted as refusal:
        raise Forbidden(str(refusal)) from None
    except Refused as refusal:
        held = {"locked_by": refusal.by} if isinstance(refusal, Locked) else {}
        raise Conflict(str(refusal), extra={**standing(), **held}) from None
