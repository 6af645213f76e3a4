"""People who send tips to a newsroom, and the editors who work with them."""

import io
from collections.abc import Callable
from hashlib import sha256
from typing import Any

from PIL import Image

from kit.identity import Caller
from kit.testing import new_key
from kit.transfers import FinishUpload, PutChunk, StartUpload
from news import tip_desk, tipping
from news.contract.tips import AssignTip, GetTipStatus, SendTip, TipReceipt, TipStatus

TEXT = "每晚十点以后，有货车在村东河沟里倾倒建筑垃圾。"
PHONE, NAME = "13800138321", "李秀英"
CONTACT = {"name": NAME, "phone": PHONE}
TIP: dict[str, Any] = {"text": TEXT, "town": "110114112", "place": "村东河沟", "contact": CONTACT}


def visitor(device: str = "a" * 32, address: str = "203.0.113.7") -> Caller:
    """Somebody who has not signed in."""
    return Caller(kind="service", id="gateway", device=device, client_ip=address)


def resident(name: str) -> Caller:
    return Caller(kind="resident", id=f"r_{name}", roles=frozenset({"resident"}), client_ip="203.0.113.8")


class Tipline:
    """A newsroom (`tests/conftest.py`) that takes tips."""

    def __init__(self, newsroom: Any) -> None:
        self.newsroom = newsroom
        self.parts = newsroom.parts
        self.tips = newsroom.db.tips

    def send(self, by: Caller | None = None, key: str | None = None, **fields: Any) -> TipReceipt:
        request = SendTip.model_validate({**TIP, "idempotency_key": key or new_key(), **fields})
        return tipping.send_tip(self.parts, request, by or visitor())

    def follow(self, code: str, by: Caller | None = None) -> TipStatus:
        return tipping.get_tip_status(self.parts, GetTipStatus(code=code), by or visitor())

    def new(self, by: Caller | None = None, **fields: Any) -> str:
        """A tip's number."""
        before = set(self.tips.distinct("_id"))
        self.send(by, **{"text": f"{TEXT}{new_key()}", **fields})
        (no,) = set(self.tips.distinct("_id")) - before
        return str(no)

    def checking(self, by: Caller | None = None, **fields: Any) -> str:
        """A tip that an editor looks into."""
        no = self.new(by, **fields)
        self.do(tip_desk.assign_tip, AssignTip, self.newsroom.duty, no, editor=self.newsroom.editor.id)
        return no

    def do(self, use: Callable[..., Any], request: Any, by: Caller, no: str, **fields: Any) -> Any:
        return use(self.parts, request.model_validate({"no": no, "idempotency_key": new_key(), **fields}), by)

    def picture(self, **options: Any) -> str:
        out = io.BytesIO()
        Image.effect_noise((90, 60), 60).convert("RGB").save(out, "JPEG", **options)
        data, by = out.getvalue(), visitor()
        start = StartUpload(content_type="image/jpeg", size=len(data), idempotency_key=new_key())
        upload = tipping.start_upload(self.parts, start, by).id
        tipping.put_chunk(self.parts, PutChunk(id=upload, number=0, data=data))
        finish = FinishUpload(id=upload, size=len(data), sha256=sha256(data).hexdigest())
        assert tipping.finish_upload(self.parts, finish) == tipping.finish_upload(self.parts, finish)
        return upload

    def told(self, no: str) -> list[str]:
        """The types of the events that wait."""
        return [event["type"] for event in self.tips.find_one({"_id": no}).get("_outbox", ())]


class Known:
    """Staff in service, as accounts would tell of them."""

    def __init__(self, *staff: Caller) -> None:
        self._staff = {one.id: one for one in staff}

    def find(self, account: str) -> Caller | None:
        return self._staff.get(account)
