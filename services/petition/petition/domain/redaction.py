"""The author asks that words of his own be taken out of what the public reads; a clerk decides.

Every function raises `NotPermitted`, `WrongState` or `BadValue` and changes nothing then.
"""

from collections.abc import Sequence
from datetime import datetime

from petition.domain import clocks, history
from petition.domain.case import Case, Redaction, Shown
from petition.domain.change import REDACTION, Change, Rules, record, stop
from petition.domain.lifecycle import Action, Actor, permit
from petition.domain.masking import MASK
from petition.domain.refusals import BadValue

_WORDS = frozenset(Shown.model_fields)
_ASKED_WITH = frozenset(("passages",))


def ask(case: Case, actor: Actor, now: datetime, rules: Rules, *, passages: tuple[str, ...], reason: str) -> Change:
    """The author names passages that everyone reads now, and why they should go."""
    target = permit(case, Action.ASK_REDACTION, actor)
    assert case.shown is not None
    public = case.shown.model_dump().values()
    if not all(any(passage in words for words in public) for passage in passages):
        raise BadValue("passages", "公开的内容中没有这些文字，请照原文填写")
    request = Redaction(passages=passages, reason=reason, asked_at=now)
    deciding = clocks.start(REDACTION, rules.directory.clocks.redaction, now, rules.calendar)
    values = {"state": target, "redactions": (*case.redactions, request), "clocks": (*case.clocks, deciding)}
    return record(
        case, Action.ASK_REDACTION, now, values, {}, {"passages": list(passages), "reason": reason},
        ("case_redaction_asked",),
    )  # fmt: skip


def decide(case: Case, actor: Actor, now: datetime, rules: Rules, *, granted: bool, answer: str) -> Change:
    """A clerk takes the passages out, in the history too, or says why they stay. The chain of hashes stays whole."""
    target = permit(case, Action.DECIDE_REDACTION, actor)
    request = case.redactions[-1].model_copy(update={"decided_at": now, "granted": granted, "answer": answer})
    values = {
        "state": target,
        "redactions": (*case.redactions[:-1], request),
        "clocks": stop(case, now, REDACTION),
    }
    if not granted:
        return record(
            case, Action.DECIDE_REDACTION, now, values, {"granted": False}, {"by": actor.id, "answer": answer},
            ("case_redaction_refused",),
        )  # fmt: skip
    assert case.shown is not None
    shown = masked(case.shown, request.passages)
    unhidden = masked(case.unhidden, request.passages) if case.unhidden else None
    entries = tuple(closed(entry, request.passages) for entry in case.history)
    return record(
        case.model_copy(update={"history": entries}), Action.DECIDE_REDACTION, now,
        {**values, "shown": shown, "unhidden": unhidden},
        {"granted": True, **shown.model_dump()}, {"by": actor.id, "answer": answer}, ("case_redacted",),
    )  # fmt: skip


def masked(words: Shown, passages: Sequence[str]) -> Shown:
    """The public words with these passages masked in each of them."""
    return Shown(**{name: _without(text, passages) for name, text in words.model_dump().items()})


def _without(words: str, passages: Sequence[str]) -> str:
    """The words with these passages masked, the longest first."""
    for passage in sorted(passages, key=len, reverse=True):
        words = words.replace(passage, MASK)
    return words


def closed(entry: history.Entry, passages: Sequence[str]) -> history.Entry:
    """The entry without what it made public of the passages, and without the request that quoted them."""
    names = [
        name
        for name, field in entry.fields.items()
        if (name in _ASKED_WITH and entry.kind == Action.ASK_REDACTION)
        or (field.public and name in _WORDS and any(passage in str(field.value) for passage in passages))
    ]
    return history.redact(entry, names)
