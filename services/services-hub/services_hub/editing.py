"""The hub operator's changes to the catalogue."""

from typing import Any

from kit.clock import utcnow
from kit.errors import Conflict, Invalid, NotFound
from kit.idempotency import Once
from kit.identity import Caller
from services_hub.contract import ItemReceipt, UpdateItem
from services_hub.domain.catalogue import references
from services_hub.parts import Parts
from services_hub.store import ITEMS, Store

_FIELD = {"department": "department", "life_event": "life_events", "channel": "channels", "item": "related"}


def update_item(parts: Parts, command: UpdateItem, caller: Caller) -> ItemReceipt:
    """Changes an item and tells it. A repeated command gets its first answer.

    Raises `NotFound`, `Invalid` for a code that the catalogue does not have, `Conflict` with the version at hand when
    the item has changed since it was read.
    """
    once = Once(caller.id, command)
    if answer := once.find(parts.store.items):
        return ItemReceipt.model_validate(answer)
    changes = _changes(command, parts.store)
    row = parts.store.row(ITEMS, command.code)
    if row is None:
        raise NotFound("没有找到这个办事事项。")
    now = utcnow()
    receipt = ItemReceipt(code=command.code, version=row["version"] + 1)
    push = once.push(receipt.model_dump(), now)
    if row["version"] == command.version and parts.store.revise(row, changes, caller.id, push, now):
        parts.wake()
        return receipt
    if answer := once.find(parts.store.items):  # the same request ran at the same time
        return ItemReceipt.model_validate(answer)
    raise Conflict("这个事项已被他人修改，请刷新后再改。", extra={"code": command.code, "version": row["version"]})


def _changes(command: UpdateItem, store: Store) -> dict[str, Any]:
    given = command.model_dump(mode="json", exclude={"idempotency_key", "code", "version"}, exclude_none=True)
    if not given:
        raise Invalid("请至少修改一项内容。")
    wanted = list(references(given))
    known = store.names(wanted)
    for kind, code in wanted:
        if (kind, code) not in known:
            raise Invalid.field(_FIELD[kind], f"没有“{code}”这个代码")
    return given
