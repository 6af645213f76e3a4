"""What a local editor changes. Each change commits once, however often it comes."""

from typing import Any

from kit.clock import utcnow
from kit.errors import Conflict, Invalid, NotFound
from kit.idempotency import Once
from kit.identity import Caller
from local.contract import GuideReceipt, PlayReceipt, Revision, UpdateGuide, UpdatePlay
from local.parts import Parts
from local.store import GUIDES, PLAYS, TOLD


def update_guide(parts: Parts, command: UpdateGuide, caller: Caller) -> GuideReceipt:
    """Changes a guide."""
    return GuideReceipt.model_validate(_revise(parts, GUIDES, command.slug, command, caller))


def update_play(parts: Parts, command: UpdatePlay, caller: Caller) -> PlayReceipt:
    """Changes a play. Raises `Invalid` for a town that does not exist."""
    if command.town is not None and command.town not in parts.directory.towns:
        raise Invalid.field("town", "没有这个街道或镇")
    return PlayReceipt.model_validate(_revise(parts, PLAYS, command.id, command, caller))


def _revise(parts: Parts, collection: str, id_: str, command: Revision, caller: Caller) -> dict[str, Any]:
    """Writes the change. A repeated command gets its first answer.

    Raises `NotFound`, `Invalid` when nothing is changed, `Conflict` with the version at hand when the row has changed
    since it was read.
    """
    once, key = Once(caller.id, command), TOLD[collection][1]
    if answer := once.find(parts.store.rows_of(collection)):
        return answer
    changes = command.model_dump(mode="json", exclude={"idempotency_key", "version", key}, exclude_none=True)
    if not changes:
        raise Invalid("请至少修改一项内容。")
    row = parts.store.row(collection, id_)
    if row is None:
        raise NotFound
    now = utcnow()
    receipt = {key: id_, "version": row["version"] + 1}
    push = once.push(receipt, now)
    if row["version"] == command.version and parts.store.revise(collection, row, changes, caller.id, push, now):
        parts.wake()
        return receipt
    if answer := once.find(parts.store.rows_of(collection)):  # the same request ran at the same time
        return answer
    raise Conflict("内容已被他人修改，请刷新后再改。", extra={key: id_, "version": row["version"]})
