"""Reports and their cases: who is told what once, and what comes back; late, again, and while petition is away."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from kit.clock import utcnow
from kit.events import Event
from kit.testing import new_key, wait_until
from news import coverage, echoes, feeding, reading
from news.contract.coverage import ListEchoes
from news.contract.feeds import GetFeed, ListPublished
from news.contract.shapes import OneArticle
from news.domain.coverage import Outcome
from news.store import SCHEMA

REPLY = {"done": "十四盏路灯全部恢复照明。", "published_at": "2026-11-20T10:00:00+08:00"}
SOLVED = {"solved": True, "ending": "answered_rated", "ending_name": "已办结", "reply": REPLY}


@pytest.fixture
def no(newsroom: Any, public_case: dict[str, Any]) -> str:
    newsroom.cases.views[public_case["no"]] = public_case
    return str(public_case["no"])


@pytest.fixture
def report(newsroom: Any, no: str) -> str:
    return published(newsroom, no)


def body(*cases: str) -> dict[str, Any]:
    words = {"kind": "paragraph", "text": "路灯不亮。"}
    return {"blocks": [], "body": [words, *({"kind": "case", "no": no} for no in cases)]}


def published(newsroom: Any, *cases: str) -> str:
    return str(newsroom.published(**body(*cases)))


def happened(kind: str, **data: Any) -> Event:
    return Event(new_key(), kind, "x", 1, utcnow(), data)


def link(newsroom: Any, report: str) -> None:
    """The report's event arrives, and the timer comes round."""
    coverage.link(newsroom.parts, happened("news.article_published.v1", id=report))
    coverage.read_anew(newsroom.parts)


def heard(newsroom: Any, no: str, **fields: Any) -> None:
    """Something happened to the case, and the timer comes round."""
    newsroom.cases.views[no] = {**newsroom.cases.views[no], **fields}
    coverage.hear(newsroom.parts, happened("petition.case_rated.v1", no=no))
    coverage.read_anew(newsroom.parts)


def told(newsroom: Any, report: str, kind: str = "linked") -> list[list[str]]:
    """The cases that petition was told of, each time."""
    waiting = (newsroom.db.reports.find_one({"_id": report}) or {}).get("_outbox", [])
    assert [event["seq"] for event in waiting] == list(range(1, len(waiting) + 1))
    return [event["data"]["cases"] for event in waiting if event["type"] == f"news.coverage_{kind}.v1"]


def became(newsroom: Any, report: str) -> list[tuple[str, str]]:
    view = reading.get_article(newsroom.parts, OneArticle(id=report))
    return [(one.no, one.outcome) for one in view.follow_ups]


def wall(newsroom: Any, **asked: Any) -> list[str]:
    return [one.id for one in echoes.list_echoes(newsroom.parts, ListEchoes(**asked)).items]


def kinds(newsroom: Any, report: str) -> list[str]:
    return [block.kind for block in reading.get_article(newsroom.parts, OneArticle(id=report)).body]


def test_a_published_report_is_told_once_however_often_its_event_comes(newsroom: Any, report: str, no: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: link(newsroom, report), range(8)))
    assert told(newsroom, report) == [[no]]
    assert became(newsroom, report) == [(no, "unsolved")]
    assert wall(newsroom) == wall(newsroom, outcome="unsolved") == [report]
    assert wall(newsroom, outcome="solved") == []


def test_when_the_case_is_solved_the_report_says_so_by_itself(newsroom: Any, report: str, no: str) -> None:
    link(newsroom, report)
    heard(newsroom, no, **SOLVED)
    (one,) = reading.get_article(newsroom.parts, OneArticle(id=report)).follow_ups
    assert (one.outcome, one.done) == ("solved", REPLY["done"])
    (echo,) = echoes.list_echoes(newsroom.parts, ListEchoes(outcome="solved")).items
    assert echo.solved and echo.follow_ups == [one]
    changed = len(told(newsroom, report, "changed"))
    heard(newsroom, no)
    assert len(told(newsroom, report, "changed")) == changed == 2, "what changes nothing is not told"
    heard(newsroom, no, solved=None, ending=None, state_name="重新办理")
    assert became(newsroom, report) == [(no, "unsolved")]


CLOSED = {"solved": None, "ending": "answered_unrated", "ending_name": "已办结", "reply": REPLY}


def standings(newsroom: Any, report: str) -> dict[str, bool]:
    """On which of the walls the report stands, and whether it is called solved there."""
    found = {name: echoes.list_echoes(newsroom.parts, ListEchoes(outcome=name)).items for name in Outcome}
    return {name: one.solved for name, items in found.items() for one in items if one.id == report}


def test_what_was_answered_and_not_called_solved_is_closed_and_no_more(newsroom: Any, report: str, no: str) -> None:
    link(newsroom, report)
    assert standings(newsroom, report) == {"unsolved": False}
    heard(newsroom, no, **CLOSED)
    assert standings(newsroom, report) == {"closed": False}
    heard(newsroom, no, **SOLVED)
    assert standings(newsroom, report) == {"solved": True}


def test_reports_of_before_that_are_closed_are_called_solved_no_more(newsroom: Any, report: str, no: str) -> None:
    solved = "CP20261119-000000"
    newsroom.cases.views[solved] = {**newsroom.cases.views[no], "no": solved, **SOLVED}
    other = published(newsroom, solved)
    link(newsroom, report)
    link(newsroom, other)
    heard(newsroom, no, **CLOSED)
    newsroom.db.reports.update_many({}, {"$set": {"by_outcome": "solved"}})  # as a release of before called both
    before = len(told(newsroom, report, "changed")), len(told(newsroom, other, "changed"))
    migrate = next(one for one in SCHEMA.migrations if "not called solved" in one.name)
    for _ in range(2):
        migrate.run(newsroom.db)
    assert (standings(newsroom, report), standings(newsroom, other)) == ({"closed": False}, {"solved": True})
    after = len(told(newsroom, report, "changed")), len(told(newsroom, other, "changed"))
    assert after == (before[0] + 1, before[1]), "readers' kept pages of it go, once"


@pytest.mark.parametrize("wanting", ["with their pictures", "what the newsroom asked"])
def test_pictures_of_what_was_done_come_into_the_report(newsroom: Any, report: str, no: str, wanting: str) -> None:
    link(newsroom, report)
    before_there_were_any: dict[str, Any] = {"$unset": {"follow_up.pictures": "", "follow_up.press": ""}}
    newsroom.db.followed_cases.update_one({"_id": no}, before_there_were_any)
    unit, picture = {"code": "cgw", "name": "区城管委"}, {"id": "a" * 32, "width": 4, "height": 3}
    visit = {"unit": unit, "at": "2026-11-19T10:00:00+08:00", "pictures": [picture]}
    newsroom.cases.views[no] = {**newsroom.cases.views[no], "contacts": [visit], "inspections": []}
    migrate = next(one for one in SCHEMA.migrations if wanting in one.name)
    for _ in range(2):
        migrate.run(newsroom.db)
        coverage.read_anew(newsroom.parts)
    (one,) = reading.get_article(newsroom.parts, OneArticle(id=report)).follow_ups
    assert [(shown.id, shown.what) for shown in one.pictures] == [("a" * 32, "区城管委现场走访")]
    del newsroom.cases.views[no]
    coverage.hear(newsroom.parts, happened("petition.case_redacted.v1", no=no))
    coverage.read_anew(newsroom.parts)
    assert reading.get_article(newsroom.parts, OneArticle(id=report)).follow_ups == [], "nor any picture of it"


def test_a_step_inside_an_office_that_was_told_before_is_told_no_more(newsroom: Any, report: str, no: str) -> None:
    link(newsroom, report)
    newsroom.db.followed_cases.update_one({"_id": no}, {"$set": {"follow_up.state": "答复审核中"}})
    newsroom.cases.views[no] = {**newsroom.cases.views[no], "state": "approved", "state_name": "待发布"}
    migrate = next(one for one in SCHEMA.migrations if "that offices work on" in one.name)
    for _ in range(2):
        migrate.run(newsroom.db)
        coverage.read_anew(newsroom.parts)
    (one,) = reading.get_article(newsroom.parts, OneArticle(id=report)).follow_ups
    assert one.state == "办理中"


def test_what_becomes_of_its_cases_changes_the_report_for_its_readers(newsroom: Any, report: str, no: str) -> None:
    def seen() -> Any:
        (item,) = feeding.get_feed(newsroom.parts, GetFeed()).items
        (row,) = feeding.list_published(newsroom.parts, ListPublished()).items
        page = reading.get_article(newsroom.parts, OneArticle(id=report))
        assert row.changed_at == item.changed_at == page.changed_at
        assert item.follow_ups == page.follow_ups
        return page.changed_at

    published = seen()
    link(newsroom, report)
    named = seen()
    heard(newsroom, no, **SOLVED)
    solved = seen()
    heard(newsroom, no)
    assert published < named < solved == seen()
    assert feeding.get_feed(newsroom.parts, GetFeed()).updated == solved


def test_a_correction_adds_and_takes_away_and_a_withdrawal_takes_all(newsroom: Any, report: str, no: str) -> None:
    link(newsroom, report)
    other = "CP20261119-000000"
    newsroom.cases.views[other] = {**newsroom.cases.views[no], "no": other}
    newsroom.save(report, correction="补充一件诉求", **body(no, other))
    link(newsroom, report)
    newsroom.save(report, correction="措辞", lead="换一句导语。", **body(no, other))
    link(newsroom, report)
    newsroom.save(report, correction="与第一件无关", **body(other))
    link(newsroom, report)
    assert became(newsroom, report) == [(other, "unsolved")]
    newsroom.withdraw(report)
    link(newsroom, report)
    assert told(newsroom, report) == [[no], [no, other], [other], []]
    assert wall(newsroom) == []
    last = newsroom.db.reports.find_one({"_id": report})["_outbox"]
    assert next(event for event in reversed(last) if "linked" in event["type"])["data"]["headline"] == ""


def test_an_event_that_comes_late_finds_the_article_as_it_is(newsroom: Any, report: str, no: str) -> None:
    newsroom.withdraw(report)
    link(newsroom, report)
    assert told(newsroom, report) == [] and newsroom.db.reports.count_documents({}) == 0
    draft = newsroom.create(**body(no))
    link(newsroom, draft)
    assert newsroom.db.reports.count_documents({}) == 0, "a draft tells nothing"


def test_what_the_newsroom_asked_is_told_and_turns_overdue_without_a_word_from_petition(
    newsroom: Any, report: str, no: str
) -> None:
    link(newsroom, report)
    due = newsroom.parts.articles.now() + timedelta(seconds=1)
    question = {"unit": {"code": "cgw", "name": "区城管委"}, "asked_at": "2026-11-20T10:00:00+08:00"}
    heard(newsroom, no, press=[{**question, "due": due.isoformat(), "answered_at": None}])

    def asked() -> Any:
        (one,) = reading.get_article(newsroom.parts, OneArticle(id=report)).follow_ups
        return one.press[0]

    assert (asked().unit, asked().overdue) == ("区城管委", False)
    assert coverage.read_anew(newsroom.parts) == 0, "not before it is due"
    wait_until(lambda: coverage.read_anew(newsroom.parts) == 1)
    assert asked().overdue and len(told(newsroom, report, "changed")) == 3
    assert coverage.read_anew(newsroom.parts) == 0, "once"
    late = (due + timedelta(seconds=5)).isoformat()
    heard(newsroom, no, press=[{**question, "due": due.isoformat(), "answered_at": late}])
    assert asked().answered_at and asked().overdue
    assert {"petition.press_asked.v1", "petition.press_answered.v1"} <= set(coverage.CASES_TYPES)


@pytest.mark.parametrize("gone", [None, {"ending": "withdrawn"}], ids=["private", "taken back"])
def test_what_nobody_may_know_of_is_nowhere(newsroom: Any, report: str, no: str, gone: dict[str, Any] | None) -> None:
    link(newsroom, report)
    assert kinds(newsroom, report) == ["paragraph", "case"]
    if gone is None:
        del newsroom.cases.views[no]
        coverage.hear(newsroom.parts, happened("petition.case_redacted.v1", no=no))
        coverage.read_anew(newsroom.parts)
        assert kinds(newsroom, report) == ["paragraph"]
        shown = reading.get_article(newsroom.parts, OneArticle(id=report)).model_dump_json()
        assert no not in shown + feeding.get_feed(newsroom.parts, GetFeed()).model_dump_json()
    else:
        heard(newsroom, no, **gone)
    assert became(newsroom, report) == [] and wall(newsroom) == []
    assert told(newsroom, report) == [[no]], "petition knows of it: its desk may see it"


def test_while_petition_is_away_the_newsroom_works_on(newsroom: Any, no: str) -> None:
    newsroom.cases.away = True
    report, other = published(newsroom, no), published(newsroom, no)
    link(newsroom, report)
    link(newsroom, other)
    assert (kinds(newsroom, report), became(newsroom, report), wall(newsroom)) == (["paragraph"], [], [])
    newsroom.cases.away = False
    newsroom.cases.asked.clear()
    assert coverage.read_anew(newsroom.parts) == 1
    assert newsroom.cases.asked == [no], "once for both"
    assert set(wall(newsroom)) == {report, other}
    assert coverage.read_anew(newsroom.parts) == 0


def test_one_case_that_cannot_be_read_does_not_hold_up_the_others(newsroom: Any, no: str) -> None:
    broken = "CP20261101-000000"
    newsroom.cases.views[broken] = {"no": broken}
    report = published(newsroom, broken, no)
    link(newsroom, report)
    assert became(newsroom, report) == [(no, "unsolved")]
    assert coverage.read_anew(newsroom.parts) == 0, "it is put off"


def test_what_happens_while_a_case_is_read_is_not_lost(newsroom: Any, report: str, no: str) -> None:
    link(newsroom, report)
    coverage.hear(newsroom.parts, happened("petition.case_replied.v1", no=no))
    (stale,) = newsroom.parts.followed.stale(utcnow(), 10)
    coverage.hear(newsroom.parts, happened("petition.case_rated.v1", no=no))
    newsroom.parts.followed.settle(stale)
    assert newsroom.parts.followed.stale(utcnow(), 10) != []


def test_a_merged_case_follows_the_other(newsroom: Any, report: str, no: str) -> None:
    link(newsroom, report)
    main = "CP20261119-000000"
    newsroom.cases.views[main] = {**newsroom.cases.views[no], "no": main}
    heard(newsroom, no, ending="merged", ending_name="已并入", merged_into=main)
    heard(newsroom, main, **SOLVED)
    assert became(newsroom, report) == [(no, "solved")]


def test_the_wall_goes_on_by_key(newsroom: Any, no: str) -> None:
    reports = [published(newsroom, no) for _ in range(3)]
    for report in reports:
        link(newsroom, report)
    newsroom.published()
    page = echoes.list_echoes(newsroom.parts, ListEchoes(limit=2))
    rest = echoes.list_echoes(newsroom.parts, ListEchoes(limit=2, cursor=page.next_cursor))
    assert [one.id for one in (*page.items, *rest.items)] == reports[::-1]
    assert rest.next_cursor is None


def test_what_was_published_before_is_looked_at_once(newsroom: Any, report: str) -> None:
    plain = newsroom.published()
    newsroom.db.articles.update_many({}, {"$unset": {"_outbox": ""}})
    for _ in range(2):
        SCHEMA.migrations[0].run(newsroom.db)
    assert newsroom.told(report) == [("news.article_corrected.v1", 6)]
    assert newsroom.told(plain) == []


def test_the_demonstration_names_cases_that_can_be_there(rpc: Any, newsroom: Any) -> None:
    def shown() -> Any:
        return rpc.call(newsroom.anyone, "list_echoes", limit=20)["items"]

    wait_until(lambda: {len(one["follow_ups"]) for one in shown() if one["example"]} >= {1, 2})


def echoed(newsroom: Any, report: str) -> list[tuple[int, str, list[str]]]:
    """What followers of 回音壁 are told of the report, after each of its events arrived twice: which, what and whom."""
    for _ in range(2):
        for event in (newsroom.db.reports.find_one({"_id": report}) or {}).get("_outbox", []):
            if event["type"] in echoes.TYPES:
                echoes.tell_followers(
                    newsroom.parts, Event(event["id"], event["type"], report, event["seq"], utcnow(), event["data"])
                )
    rows = [row["_outbox"][0]["data"] for row in newsroom.db.tellings.find({"_outbox.data.article": report})]
    return sorted((row["number"], row["said"], row["accounts"]) for row in rows)


def test_who_follows_echoes_is_told_of_each_thing_that_happens_once(newsroom: Any, report: str, no: str) -> None:
    newsroom.parts.follows.follow("r_reader", "echoes/all", utcnow())
    newsroom.parts.follows.follow("r_other", "column/livelihood", utcnow())
    link(newsroom, report)
    assert echoed(newsroom, report) == [], "how a report begins is no news"
    heard(newsroom, no, reply=REPLY, state_name="已答复")
    heard(newsroom, no, title="多条道路夜间无照明")
    heard(newsroom, no, **SOLVED)
    told = echoed(newsroom, report)
    assert [said for _, said, _ in told] == ["区城管委已答复“多条道路夜间无照明”", "“多条道路夜间无照明”已解决"]
    assert [accounts for *_, accounts in told] == [["r_reader"]] * 2
    assert len({number for number, *_ in told}) == 2
    heard(newsroom, no, solved=None, ending=None, state_name="重新办理")
    heard(newsroom, no, **{**SOLVED, "reply": {**REPLY, "published_at": "2026-11-27T10:00:00+08:00"}})
    assert echoed(newsroom, report)[-1][1] == "区城管委已答复“多条道路夜间无照明”；“多条道路夜间无照明”已解决"


def test_a_case_added_later_brings_nothing_that_happened_before(newsroom: Any, report: str, no: str) -> None:
    newsroom.parts.follows.follow("r_reader", "echoes/all", utcnow())
    link(newsroom, report)
    other = "CP20261119-000000"
    newsroom.cases.views[other] = {**newsroom.cases.views[no], "no": other, **SOLVED}
    newsroom.save(report, correction="补充一件诉求", **body(no, other))
    link(newsroom, report)
    assert echoed(newsroom, report) == []


def test_followers_hear_nothing_of_what_nobody_may_read(newsroom: Any, report: str, no: str) -> None:
    newsroom.parts.follows.follow("r_reader", "echoes/all", utcnow())
    link(newsroom, report)
    heard(newsroom, no, **SOLVED)
    del newsroom.cases.views[no]
    coverage.hear(newsroom.parts, happened("petition.case_redacted.v1", no=no))
    coverage.read_anew(newsroom.parts)
    assert echoed(newsroom, report) == []
    other = published(newsroom, no)
    newsroom.withdraw(other)
    assert echoed(newsroom, other) == []


def test_what_happened_before_there_were_followers_is_no_news(newsroom: Any, report: str, no: str) -> None:
    newsroom.parts.follows.follow("r_reader", "echoes/all", utcnow())
    link(newsroom, report)
    heard(newsroom, no, reply=REPLY, state_name="已答复")
    newsroom.db.reports.update_many({}, {"$unset": {"facts": "", "_outbox": ""}})  # as a release of before has left it
    for _ in range(2):
        SCHEMA.migrations[1].run(newsroom.db)
    heard(newsroom, no, **SOLVED)
    assert [said for _, said, _ in echoed(newsroom, report)] == ["“多条道路无照明”已解决"]


def taken_back(newsroom: Any, no: str) -> list[tuple[int, dict[str, Any]]]:
    """Which titles of the case are told not to be public any more."""
    waiting = newsroom.db.followed_cases.find_one({"_id": no}).get("_outbox", [])
    assert {(event["type"], event["subject"]) for event in waiting} <= {("news.case_retitled.v1", no)}
    return [(event["seq"], event["data"]) for event in waiting]


def test_a_title_that_is_public_no_more_is_taken_back_where_it_was_told(newsroom: Any, report: str, no: str) -> None:
    newsroom.parts.follows.follow("r_reader", "echoes/all", utcnow())
    link(newsroom, report)
    heard(newsroom, no, reply=REPLY, state_name="已答复")
    assert taken_back(newsroom, no) == []
    heard(newsroom, no, title="多条道路██")
    heard(newsroom, no, **SOLVED)
    echoed(newsroom, report)
    told = [row["_outbox"][0]["data"]["quoted"] for row in newsroom.db.tellings.find().sort("_id")]
    assert [{"no": no, "wording": 1}] in told
    assert taken_back(newsroom, no) == [(1, {"no": no, "wording": 0, "articles": [report]})]
    del newsroom.cases.views[no]  # nobody may read of it any more
    for _ in range(2):
        coverage.hear(newsroom.parts, happened("petition.case_withdrawn.v1", no=no))
        coverage.read_anew(newsroom.parts)
    assert [seq for seq, _ in taken_back(newsroom, no)] == [1, 2]
    assert "路灯" not in str(taken_back(newsroom, no)) and "多条道路" not in str(taken_back(newsroom, no))


def test_who_reads_a_case_late_keeps_no_title_that_has_gone(newsroom: Any, report: str, no: str) -> None:
    link(newsroom, report)
    (before, wording) = newsroom.parts.followed.worded([no])[no]
    heard(newsroom, no, title="多条道路██")
    assert not newsroom.parts.followed.keep(no, before, wording, public=True)
    (after, following) = newsroom.parts.followed.worded([no])[no]
    assert (after.title, following) == ("多条道路██", wording + 1)


def test_of_what_was_withdrawn_before_inboxes_heard_of_it_is_told_again(newsroom: Any, report: str) -> None:
    gone = newsroom.published()
    newsroom.withdraw(gone)
    newsroom.db.articles.update_many({}, {"$unset": {"_outbox": ""}})  # as a release of before has left it
    migrate = next(one for one in SCHEMA.migrations if "taken back" in one.name)
    for _ in range(2):
        migrate.run(newsroom.db)
    told = [event["type"] for event in newsroom.db.articles.find_one({"_id": gone})["_outbox"]]
    assert told == ["news.article_withdrawn.v1"]
    assert "_outbox" not in newsroom.db.articles.find_one({"_id": report})
