import base64
import random
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import petition.store
from kit.identity import Caller
from kit.mongo import Db, Schema
from kit.sealed import SealingKeys
from kit.testing import Rpc, Stack, new_key
from petition import desk, filing, rating
from petition.contract.filing import RateCase, SubmitCase
from petition.contract.shapes import CaseReceipt
from petition.contract.steps import (
    AcceptCase,
    ApproveReply,
    AskAuthor,
    DispatchCase,
    DraftReply,
    PublishReply,
    RefuseCase,
)
from petition.domain.case import Case
from petition.parts import Parts, assemble
from petition.settings import PetitionSettings

KEY = base64.b64encode(bytes(32)).decode()
CASE = {
    "category": "kindergarten",
    "town": "110114112",
    "place": "崔村镇幼儿园",
    "title": "崔村镇幼儿园什么时候开始施工改造",
    "text": "请问崔村镇幼儿园什么时候开始施工改造，搬走一年多还处于闲置未动工状态。",
}
REPLY = {"facts": "已到现场核实", "rule": "按有关规定办理", "done": "已经安排施工", "next": "下月公布进度"}


def person(name: str, role: str, *departments: str) -> Caller:
    kind = "resident" if role == "resident" else "staff"
    return Caller(kind=kind, id=f"{kind[0]}_{name}", roles=frozenset({role}), departments=frozenset(departments))


class Known:
    """Staff in service, as accounts would tell of them; `asked` are the ids it was asked for."""

    def __init__(self, *staff: Caller) -> None:
        self._staff = {one.id: one for one in staff}
        self.asked: list[str] = []

    def find(self, account: str) -> Caller | None:
        self.asked.append(account)
        return self._staff.get(account)


class Office:
    """A petition service on a database of its own, and the people who work with it."""

    author = person("author", "resident")
    other = person("other", "resident")
    clerk = person("clerk", "clerk")
    second_clerk = person("clerk2", "clerk")
    handler = person("handler", "handler", "jw")
    approver = person("approver", "approver", "jw")
    stranger = person("stranger", "handler", "swj")
    supervisor = person("supervisor", "supervisor")
    leader = person("leader", "leader")
    visitor = Caller(kind="service", id="gateway")

    def __init__(self, db: Db, secrets: Path) -> None:
        told = PetitionSettings(
            amqp_url="amqp://",
            mongo_url="mongodb://",
            secrets_dir=secrets,
            district_dir=Path("district"),
            filing_limits=False,  # one author files all
        )
        self.db, self.secrets = db, secrets
        self.colleagues = Known(self.handler, self.approver, self.stranger)
        self.parts = replace(assemble(db, told, wake=lambda: None), colleagues=self.colleagues)

    def submit(self, by: Caller | None = None, key: str | None = None, **fields: Any) -> str:
        request = SubmitCase.model_validate({**CASE, "idempotency_key": key or new_key(), **fields})
        return filing.submit_case(self.parts, request, by or self.author).no

    def do(self, use: Callable[..., CaseReceipt], request: Any, by: Caller, no: str, **fields: Any) -> CaseReceipt:
        command = request.model_validate({"no": no, "idempotency_key": new_key(), **fields})
        return use(self.parts, command, by)

    def accept(self, no: str, by: Caller | None = None, **fields: Any) -> CaseReceipt:
        return self.do(desk.accept_case, AcceptCase, by or self.clerk, no, **{"urgency": "request", **fields})

    def ask(self, no: str) -> CaseReceipt:
        return self.do(desk.ask_author, AskAuthor, self.clerk, no, text="请问是哪一栋楼？")

    def refuse(self, no: str) -> CaseReceipt:
        return self.do(desk.refuse_case, RefuseCase, self.clerk, no, reason="commerce", text="与公共事务无关。")

    def dispatch(self, no: str, **fields: Any) -> CaseReceipt:
        return self.do(desk.dispatch_case, DispatchCase, self.clerk, no, **{"department": "jw", **fields})

    def draft(self, no: str) -> CaseReceipt:
        return self.do(desk.draft_reply, DraftReply, self.handler, no, **REPLY)

    def publish(self, no: str) -> CaseReceipt:
        self.do(desk.approve_reply, ApproveReply, self.approver, no)
        return self.do(desk.publish_reply, PublishReply, self.handler, no)

    def rate(self, no: str, **fields: Any) -> CaseReceipt:
        return self.do(rating.rate_case, RateCase, self.author, no, **{"solved": True, "satisfied": 5, **fields})

    def answered(self, **fields: Any) -> str:
        no = self.submit(**fields)
        self.accept(no)
        self.dispatch(no)
        self.draft(no)
        self.publish(no)
        return no

    def provisional(self, **fields: Any) -> str:
        """An accepted case whose limits are marked as if this year's holidays were not published."""
        no = self.submit(**fields)
        self.accept(no)
        clocks = [
            {**one, "provisional": one["stopped_at"] is None} for one in self.db.cases.find_one({"_id": no})["clocks"]
        ]
        self.db.cases.update_one({"_id": no}, {"$set": {"clocks": clocks, "by_provisional": True}})
        return no

    def case(self, no: str) -> Case:
        case = self.parts.cases.case(no)
        assert case is not None
        return case


@pytest.fixture(scope="session")
def secrets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the service's sealing keys."""
    folder = tmp_path_factory.mktemp("secrets")
    keys = SealingKeys(active="k", keys={"k": KEY}, index_key=KEY)
    (folder / "sealing.json").write_text(keys.model_dump_json())
    return folder


@pytest.fixture
def office(database_of: Callable[[Schema], Db], secrets: Path) -> Office:
    return Office(database_of(petition.store.SCHEMA), secrets)


@pytest.fixture
def parts(office: Office) -> Parts:
    return office.parts


@pytest.fixture(scope="session")
def rpc(stack: Stack) -> Iterator[Rpc]:
    with closing(Rpc(stack, "petition")) as rpc:
        yield rpc


@pytest.fixture(scope="session")
def resident() -> Callable[[str], Caller]:
    """A resident nobody met before, by a name to recognise him."""

    def make(name: str) -> Caller:
        return Caller("resident", f"{name}_{random.randrange(10**9)}", frozenset({"resident"}))

    return make


@pytest.fixture(scope="session")
def staff() -> Callable[..., Caller]:
    """A member of staff of a role, bound to departments."""

    def make(role: str, *departments: str) -> Caller:
        return Caller("staff", f"s_{role}", frozenset({role}), frozenset(departments))

    return make
