"""Alerts on a real database: issued once, shown while they hold, told to the others, found by indexes."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from kit.clock import utcnow
from kit.contract import Empty
from kit.errors import Conflict, Invalid, NotFound
from kit.testing import new_key
from news import alerting
from news.contract.alerts import AlertReceipt, ExtendAlert, IssueAlert, LiftAlert, ListDeskAlerts, ListPastAlerts

HOUR = timedelta(hours=1)


def issue(newsroom: Any, key: str | None = None, **fields: Any) -> AlertReceipt:
    given = {
        "idempotency_key": key or new_key(), "kind": "rainstorm", "level": "red", "towns": ["110114112"],
        "text": "今夜有大暴雨，请减少外出。", "ends_at": utcnow() + HOUR, **fields,
    }  # fmt: skip
    return alerting.issue_alert(newsroom.parts, IssueAlert.model_validate(given), newsroom.duty)


def extend(newsroom: Any, number: str, hours: float, **fields: Any) -> AlertReceipt:
    given = {"idempotency_key": new_key(), "id": number, "ends_at": utcnow() + hours * HOUR, **fields}
    return alerting.extend_alert(newsroom.parts, ExtendAlert.model_validate(given), newsroom.duty)


def lift(newsroom: Any, number: str, **fields: Any) -> AlertReceipt:
    given = {"idempotency_key": new_key(), "id": number, "note": "雨已停", **fields}
    return alerting.lift_alert(newsroom.parts, LiftAlert.model_validate(given), newsroom.chief)


def shown(newsroom: Any) -> list[str]:
    return [alert.id for alert in alerting.get_alerts(newsroom.parts, Empty()).items]


def told(newsroom: Any, number: str) -> list[tuple[str, int]]:
    return [(e["type"], e["seq"]) for e in newsroom.db.alerts.find_one({"_id": number})["_outbox"]]


def let_end(newsroom: Any, number: str) -> None:
    """Its time has passed, as far as the database knows."""
    past = utcnow() - timedelta(seconds=1)
    ended = {"ends_at": past, "over_at": past, "starts_at": past - HOUR}
    newsroom.db.alerts.update_one({"_id": number}, {"$set": ended})


def test_it_holds_by_the_databases_time_whatever_this_processs_clock_says(
    newsroom: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    coming, holding = issue(newsroom, starts_at=utcnow() + HOUR, ends_at=utcnow() + HOUR * 3), issue(newsroom)
    assert shown(newsroom) == [holding.id]
    monkeypatch.setattr(type(newsroom.parts.articles), "now", lambda self: utcnow() + HOUR * 2)  # ours is slow
    assert shown(newsroom) == [coming.id]
    assert [row.id for row in alerting.list_past_alerts(newsroom.parts, ListPastAlerts()).items] == [holding.id]
    standings = {row.id: row.standing for row in alerting.list_desk_alerts(newsroom.parts, ListDeskAlerts()).items}
    assert standings == {coming.id: "holding", holding.id: "ended"}
    with pytest.raises(Invalid):
        issue(newsroom, ends_at=utcnow() + HOUR)
    with pytest.raises(Conflict):
        extend(newsroom, holding.id, 5)
    (step,) = newsroom.db.alerts.find_one({"_id": issue(newsroom, ends_at=utcnow() + HOUR * 4).id})["steps"]
    assert step["at"] > utcnow() + HOUR


def test_it_is_shown_until_its_end_and_read_of_afterwards(newsroom: Any) -> None:
    number = issue(newsroom).id
    view = alerting.get_alerts(newsroom.parts, Empty())
    (one,) = view.items
    assert (one.title, one.towns[0].name, one.level.tone) == ("暴雨红色预警", "崔村镇", "alert")
    assert view.valid_until == view.items[0].ends_at
    let_end(newsroom, number)
    assert shown(newsroom) == []
    (past,) = alerting.list_past_alerts(newsroom.parts, ListPastAlerts()).items
    assert (past.id, past.standing) == (number, "ended")
    with pytest.raises(Conflict):
        extend(newsroom, number, 3)


def test_one_to_come_is_not_shown_but_its_start_is_known(newsroom: Any) -> None:
    start = utcnow().replace(microsecond=0) + HOUR
    number = issue(newsroom, starts_at=start, ends_at=start + HOUR).id
    view = alerting.get_alerts(newsroom.parts, Empty())
    assert (view.items, view.valid_until) == ([], start)
    assert alerting.list_past_alerts(newsroom.parts, ListPastAlerts()).items == []
    lift(newsroom, number)
    assert alerting.list_past_alerts(newsroom.parts, ListPastAlerts()).items == []  # nobody was warned by it
    assert alerting.list_desk_alerts(newsroom.parts, ListDeskAlerts()).items[0].standing == "lifted"


def test_each_step_is_told_once_and_the_same_request_takes_it_once(newsroom: Any) -> None:
    key = new_key()
    end = utcnow() + HOUR
    first = issue(newsroom, key, ends_at=end)
    assert issue(newsroom, key, ends_at=end) == first
    with pytest.raises(Conflict):
        issue(newsroom, key, ends_at=end, text="另一条预警的内容。")
    longer = {"idempotency_key": new_key(), "ends_at": end + HOUR, "version": 1}
    assert extend(newsroom, first.id, 2, **longer) == extend(newsroom, first.id, 2, **longer)
    with pytest.raises(Conflict, match="已有变动"):
        lift(newsroom, first.id, version=1)
    lift(newsroom, first.id, version=2)
    assert [name.split("_")[1] for name, _ in told(newsroom, first.id)] == ["issued.v1", "extended.v1", "lifted.v1"]
    assert newsroom.db.alerts.count_documents({}) == 1


def test_who_comes_at_once_with_the_same_request_issues_one(newsroom: Any) -> None:
    key, end = new_key(), utcnow() + HOUR
    with ThreadPoolExecutor(6) as pool:
        receipts = list(pool.map(lambda _: issue(newsroom, key, ends_at=end), range(12)))
    assert len({receipt.id for receipt in receipts}) == newsroom.db.alerts.count_documents({}) == 1


def test_of_two_who_change_it_at_once_one_comes_second(newsroom: Any) -> None:
    number = issue(newsroom).id

    def attempt(hours: int) -> str:
        try:
            extend(newsroom, number, hours, version=1)
        except Conflict:
            return "second"
        return "first"

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(attempt, (2, 3, 4, 5))) == ["first", "second", "second", "second"]


def test_wrong_fields_and_numbers_are_refused(newsroom: Any) -> None:
    for field, wrong in (("kind", "quake"), ("level", "notice"), ("towns", ["nowhere"])):
        with pytest.raises(Invalid) as refused:
            issue(newsroom, **{field: wrong})
        assert refused.value.errors[0]["field"] == field
    with pytest.raises(NotFound):
        lift(newsroom, "CPA20261127-000000")


def test_every_query_has_its_index_and_pages_go_on(newsroom: Any) -> None:
    numbers = [issue(newsroom, level=level).id for level in ("red", "orange", "yellow", "blue") for _ in range(2)]
    for number in numbers[:4]:
        let_end(newsroom, number)
    newsroom.db.command("profile", 2)
    for read, request in ((alerting.list_past_alerts, ListPastAlerts), (alerting.list_desk_alerts, ListDeskAlerts)):
        seen: list[str] = []
        cursor = None
        while True:
            page = read(newsroom.parts, request(limit=3, cursor=cursor))  # type: ignore[operator]
            seen += [row.id for row in page.items]
            cursor = page.next_cursor
            if cursor is None:
                break
        assert len(seen) == len(set(seen)) == (4 if request is ListPastAlerts else 8)
    assert len(shown(newsroom)) == 4
    lift(newsroom, numbers[-1])
    newsroom.db.command("profile", 0)
    profile = list(newsroom.db.system.profile.find({"ns": {"$regex": r"\.alerts$"}}))
    assert len(profile) > 8
    assert [row["command"] for row in profile if "COLLSCAN" in row.get("planSummary", "")] == []
    assert [row["command"] for row in profile if row.get("hasSortStage")] == []
