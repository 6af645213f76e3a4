"""What falls by the clock is recorded once: with two workers, with one that is killed, past cases that fail."""

import random
import signal
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest

from kit.clock import utcnow
from kit.errors import Conflict, Forbidden, Invalid
from kit.testing import Stack, new_key, wait_until
from petition import desk, reading, steps, supervising
from petition.contract.desk import ListDeskCases
from petition.contract.shapes import OneCase
from petition.contract.steps import AnswerCard, DraftReply, SendBackReply, UrgeCase
from petition.domain import escalation
from petition.domain.change import Change
from petition.store import schema

CASES = 120
AT_ONCE = 10_000
KILLS = 20
NOTE = {"text": "已安排专人负责，今后按期办理。"}
AT_WORK = """
import sys
from datetime import datetime
from pathlib import Path
from kit import mongo
from petition import supervising
from petition.parts import assemble
from petition.settings import PetitionSettings
url, database, now = sys.argv[1:]
told = PetitionSettings(amqp_url="amqp://", mongo_url=url, secrets_dir=Path("secrets"), district_dir=Path("district"))
parts = assemble(mongo.connect(url)[database], told, wake=lambda: None)
supervising.BATCH = 20
print("at work", flush=True)
print(supervising.escalate(parts, datetime.fromisoformat(now)))
"""


def at_work(office: Any, stack: Stack, now: datetime) -> "subprocess.Popen[str]":
    """A process that records what has fallen until `now`, for one round."""
    command = [sys.executable, "-c", AT_WORK, stack["mongo_url"], office.db.name, now.isoformat()]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def kill(worker: "subprocess.Popen[str]") -> None:
    worker.send_signal(signal.SIGKILL)
    worker.communicate()


def many(office: Any, count: int = CASES) -> list[str]:
    """Copies of one case that intake has accepted and nobody looks at."""
    no = office.submit()
    office.accept(no)
    (model,) = office.db.cases.find({"_id": no})
    copies = [{**model, "_id": f"{no}-{number:05}", "_answers": [], "_outbox": []} for number in range(count)]
    office.db.cases.insert_many(copies)
    office.db.cases.delete_one({"_id": no})
    return [copy["_id"] for copy in copies]


def later(days: int = 40) -> datetime:
    return utcnow() + timedelta(days=days)


def rounds(office: Any, now: datetime) -> int:
    """As many rounds as it takes; one is bounded in time. Returns how many cases were recorded."""
    done = 0
    while office.parts.cases.escalating(now, 1):
        done += supervising.escalate(office.parts, now)
    return done


def cards(office: Any, no: str) -> Counter[tuple[str, str]]:
    return Counter((one.clock, one.level.value) for one in office.case(no).cards)


def check_each_has_its_cards_once(office: Any, numbers: list[str]) -> None:
    whole = cards(office, numbers[0])
    assert whole[("overall", "yellow")] == whole[("overall", "red")] == 1
    for document in office.db.cases.find({"_id": {"$in": numbers}}):
        given = Counter(
            (one["clock"], one["level"]) for one in document["escalations"] if one["level"] in ("yellow", "red")
        )
        assert given == whole
        told = Counter(event["type"] for event in document["_outbox"])
        assert told["petition.card_given.v1"] == whole.total()
        kinds = Counter(entry["kind"] for entry in document["history"])
        assert kinds["yellow_card"] + kinds["red_card"] == whole.total()


def test_two_workers_at_once_give_each_card_once(office: Any) -> None:
    numbers, now = many(office), later()
    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(lambda _: rounds(office, now), range(2)))
    assert sum(done) == CASES
    check_each_has_its_cards_once(office, numbers)
    assert supervising.escalate(office.parts, now) == 0


def test_a_worker_killed_in_the_middle_leaves_no_card_out_and_none_twice(office: Any, stack: Stack) -> None:
    numbers, now = many(office), later()

    def begun() -> int:
        return int(office.db.cases.count_documents({"ticks": 1}))

    kills = 0
    while begun() < CASES and kills < 8:
        before = begun()
        worker = at_work(office, stack, now)
        wait_until(lambda before=before, worker=worker: begun() > before or worker.poll() is not None)
        time.sleep(0.02 * (kills % 3))
        kill(worker)
        kills += 1
    assert kills >= 2, "it was too fast to be killed in the middle"
    rounds(office, now)
    check_each_has_its_cards_once(office, numbers)


@pytest.mark.large
@pytest.mark.timeout(900)
def test_ten_thousand_clocks_of_one_second_and_a_timer_killed_at_random(office: Any, stack: Stack) -> None:
    numbers, now, chance = many(office, AT_ONCE), later(), random.Random(7)
    assert len(office.db.cases.distinct("by_escalates")) == 1
    for _ in range(KILLS):
        worker = at_work(office, stack, now)
        assert worker.stdout
        assert worker.stdout.readline() == "at work\n"
        time.sleep(chance.uniform(0, 1))
        kill(worker)
    done = office.db.cases.count_documents({"ticks": 1})
    assert 0 < done < AT_ONCE, "the kills fell into the work"
    while office.parts.cases.escalating(now, 1):
        at_work(office, stack, now).communicate()
    check_each_has_its_cards_once(office, numbers)


def test_cases_that_fail_do_not_hold_up_those_behind_them(office: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    numbers, now = many(office, 30), later()
    broken, fall = set(numbers[:10]), escalation.fall

    def failing(case: Any, *rest: Any) -> Any:
        if case.no in broken:
            raise ValueError("a document that nobody understands")
        return fall(case, *rest)

    monkeypatch.setattr(escalation, "fall", failing)
    monkeypatch.setattr(supervising, "BATCH", 5)
    assert supervising.escalate(office.parts, now) == 20
    assert all(office.case(no).cards for no in numbers[10:])
    monkeypatch.undo()
    assert supervising.escalate(office.parts, now) == 0, "they are looked at again after a while"
    assert supervising.escalate(office.parts, now + supervising.PUT_OFF) == 10


def test_a_plan_that_has_changed_since_is_looked_up_and_leaves_nothing_behind(office: Any) -> None:
    no = office.submit()
    office.db.cases.update_one({"_id": no}, {"$set": {"by_escalates": utcnow() - timedelta(days=1)}})
    assert supervising.escalate(office.parts, utcnow()) == 0
    assert office.parts.cases.escalating(utcnow(), 10) == []


def test_a_clock_takes_nobodys_step_from_him(office: Any) -> None:
    no = office.submit()
    office.accept(no)
    version = office.dispatch(no).version
    supervising.escalate(office.parts, later())
    parts = {"facts": "已到现场核实", "rule": "按有关规定办理", "done": "已经安排施工", "next": "下月公布进度"}
    assert office.do(desk.draft_reply, DraftReply, office.handler, no, version=version, **parts).version == version + 1
    assert office.case(no).cards, "and his step leaves the cards where they are"


def test_a_step_and_the_clock_at_once_lose_nothing(office: Any) -> None:
    no = office.submit()
    office.accept(no)
    before = office.case(no)
    supervising.escalate(office.parts, later())
    change = Change(before.model_copy(update={"version": before.version + 1, "urgency": "urgent"}), ())
    assert not office.parts.cases.replace(before, change, steps.events_of(change, utcnow()))


def watched(office: Any, by: Any) -> list[Any]:
    rows, cursor = [], None
    while True:
        page = desk.list_desk_cases(office.parts, ListDeskCases(queue="watched", limit=2, cursor=cursor), by)
        rows += page.items
        if not (cursor := page.next_cursor):
            return rows


def test_the_watch_list_has_the_worst_first_and_who_may_see_it(office: Any) -> None:
    waiting, handled, fresh = (office.submit() for _ in range(3))
    office.accept(handled, urgency="critical")
    office.dispatch(handled)
    office.accept(fresh, urgency="complaint")
    office.dispatch(fresh)
    supervising.escalate(office.parts, utcnow() + timedelta(hours=3))
    rows = watched(office, office.supervisor)
    assert [row.no for row in rows][:1] == [handled]
    assert {row.no: row.alarm for row in rows}[handled] == "yellow"
    assert fresh not in [row.no for row in rows]
    supervising.escalate(office.parts, later())
    rows = watched(office, office.leader)
    assert {row.no for row in rows} == {waiting, handled, fresh}
    assert [row.alarm for row in rows] == ["red"] * 3
    assert desk.list_desk_cases(office.parts, ListDeskCases(), office.leader).items == watched(office, office.leader)
    for by in (office.clerk, office.handler):
        with pytest.raises(Forbidden):
            watched(office, by)
    with pytest.raises(Forbidden):
        desk.list_desk_cases(office.parts, ListDeskCases(queue="intake"), office.leader)


def test_a_card_is_public_and_so_is_its_answer(office: Any) -> None:
    no = office.submit()
    office.accept(no)
    office.dispatch(no)
    supervising.escalate(office.parts, later())
    shown = reading.get_case(office.parts, OneCase(no=no), office.visitor)
    card = next(one for one in shown.cards if one.clock.code == "overall" and one.level == "yellow")
    assert (card.unit.code, card.level_name, card.answer, card.mine) == ("jw", "黄牌", None, False)
    assert "remind" not in shown.model_dump_json()
    own = desk.get_desk_case(office.parts, OneCase(no=no), office.handler)
    assert own.cards[card.number - 1].mine and "answer_card" in own.may

    with pytest.raises(Invalid) as wrong:
        office.do(supervising.answer_card, AnswerCard, office.handler, no, card=99, **NOTE)
    assert wrong.value.errors[0]["field"] == "card"
    key = new_key()
    for _ in range(2):
        office.do(
            supervising.answer_card, AnswerCard, office.handler, no, card=card.number, idempotency_key=key, **NOTE
        )
    with pytest.raises(Conflict):
        office.do(supervising.answer_card, AnswerCard, office.handler, no, card=card.number, **NOTE)
    shown = reading.get_case(office.parts, OneCase(no=no), office.visitor)
    assert shown.cards[card.number - 1].answer is not None
    entries = reading.get_history(office.parts, OneCase(no=no), office.visitor).entries
    yellow = next(entry for entry in entries if entry.kind == "yellow_card")
    assert yellow.fields["unit"].value in ("jw", "intake")
    assert all(field.value is None for entry in entries if entry.kind == "remind" for field in entry.fields.values())


def test_a_department_that_no_longer_has_the_case_answers_for_its_card_yet(office: Any) -> None:
    no = office.submit(visibility="private")
    office.accept(no, urgency="critical")
    office.dispatch(no)
    supervising.escalate(office.parts, utcnow() + timedelta(hours=5))
    number = next(n for n, card in enumerate(office.case(no).cards, start=1) if card.unit == "jw")
    office.db.cases.update_one({"_id": no}, {"$set": {"department": "swj", "co_departments": []}})
    office.do(supervising.answer_card, AnswerCard, office.handler, no, card=number, **NOTE)


def test_who_is_urged_sees_it_and_a_second_time_waits_for_tomorrow(office: Any) -> None:
    no = office.submit()
    office.accept(no)
    office.dispatch(no)
    office.do(supervising.urge_case, UrgeCase, office.supervisor, no, text="请尽快联系反映人")
    row = desk.list_desk_cases(office.parts, ListDeskCases(), office.handler).items[0]
    assert (row.no, row.urged_at is not None) == (no, True)
    assert desk.get_desk_case(office.parts, OneCase(no=no), office.handler).urges[0].text == "请尽快联系反映人"
    public = reading.get_case(office.parts, OneCase(no=no), office.visitor)
    assert [(one.unit.code, one.text) for one in public.urges] == [("jw", None)]
    with pytest.raises(Conflict):
        office.do(supervising.urge_case, UrgeCase, office.supervisor, no, text="请尽快联系反映人")


def drafted(office: Any) -> str:
    no: str = office.submit()
    office.accept(no)
    office.dispatch(no)
    office.draft(no)
    return no


def test_a_draft_that_repeats_another_reply_is_explained_to_who_approves_it(office: Any) -> None:
    private, public = office.answered(visibility="private"), office.answered()
    no = drafted(office)

    def found(by: Any) -> Any:
        return desk.get_desk_case(office.parts, OneCase(no=no), by)

    def hints(by: Any) -> list[tuple[str, Any]]:
        return [(hint.flaw, hint.part or hint.like) for hint in found(by).hints]

    assert hints(office.clerk) == []
    assert found(office.handler).without_contact and not found(office.clerk).without_contact
    assert ("short", "facts") in hints(office.approver)
    assert {like for flaw, like in hints(office.approver) if flaw == "copied"} <= {private, public}
    office.db.cases.update_one({"_id": public}, {"$unset": {"by_reply": ""}})
    assert ("copied", private) in hints(office.supervisor)
    office.db.cases.update_many({}, {"$unset": {"by_reply": ""}})
    assert "copied" not in {flaw for flaw, _ in hints(office.supervisor)}
    next(one for one in schema.SCHEMA.migrations if "compared with drafts" in one.name).run(office.db)
    assert "copied" in {flaw for flaw, _ in hints(office.supervisor)}
    assert found(office.approver).found_numbers == []
    words = {
        "facts": "已到现场核实",
        "rule": "按有关规定办理",
        "done": "已经安排施工",
        "next": "王某13812345678、010-69712345",
    }
    office.do(desk.send_back_reply, SendBackReply, office.approver, no, remark="请写明联系方式。")
    office.do(desk.draft_reply, DraftReply, office.handler, no, **words)
    assert [(one.text, one.words) for one in found(office.approver).found_numbers] == [(3, "13812345678")]
    office.publish(no)  # nothing is in the way
    assert found(office.approver).found_numbers == []
    assert hints(office.approver) == []


def test_a_case_that_may_not_be_known_is_not_named(office: Any) -> None:
    private = office.answered(visibility="private")
    no = drafted(office)
    office.db.cases.update_one({"_id": private}, {"$set": {"department": "swj", "co_departments": []}})
    for by, like in ((office.approver, None), (office.supervisor, private)):
        found = desk.get_desk_case(office.parts, OneCase(no=no), by)
        assert [hint.like for hint in found.hints if hint.flaw == "copied"] == [like]


def test_a_supervisor_sends_an_empty_answer_back(office: Any) -> None:
    no = drafted(office)
    office.do(desk.send_back_reply, SendBackReply, office.supervisor, no, remark="请写明何时完成、由谁负责。")
    assert office.case(no).state == "dispatched"
    assert "send_back" not in desk.get_desk_case(office.parts, OneCase(no=drafted(office)), office.clerk).may
