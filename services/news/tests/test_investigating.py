"""Investigations on a real database: each step once, on whose desk, what petition is told and what comes back."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from kit.clock import utcnow
from kit.contract import PageRequest
from kit.errors import Conflict, Forbidden, Invalid, NotFound
from kit.events import Event
from kit.identity import Caller
from kit.testing import new_key
from news import coverage, investigating, library, pictures, tip_desk, tipping
from news.contract import investigations as contract
from news.contract.media import ListMedia, OneMedium, ReadPicture
from news.contract.tips import AdoptTip, OneTip
from news.domain import tips
from news.store import SCHEMA

from .conftest import sent
from .tipline import NAME, PHONE, TEXT, Known, Tipline, resident


@pytest.fixture
def no(newsroom: Any, public_case: dict[str, Any]) -> str:
    newsroom.cases.views[public_case["no"]] = {**public_case, "place": "村东路"}
    return str(public_case["no"])


@pytest.fixture
def begun(newsroom: Any, no: str) -> str:
    number = opened(newsroom, cases=[no, no])
    coverage.read_anew(newsroom.parts)
    return number


CLERK = Caller(kind="staff", id="s_clerk", roles=frozenset({"clerk"}))


def employ(newsroom: Any, *staff: Caller) -> None:
    """Has accounts know these, and nobody else."""
    newsroom.parts = replace(newsroom.parts, colleagues=Known(*staff))


def opened(newsroom: Any, key: str = "", **fields: Any) -> str:
    given = {"title": "路灯为何不亮", "question": "这条路归谁管", "lead": newsroom.reporter.id, **fields}
    request = contract.OpenInvestigation(idempotency_key=key or new_key(), **given)
    return investigating.open_investigation(newsroom.parts, request, newsroom.editor).id


def do(newsroom: Any, use: Any, request: Any, of: str, by: Any = None, **fields: Any) -> Any:
    command = request.model_validate({"id": of, "idempotency_key": new_key(), **fields})
    return use(newsroom.parts, command, by or newsroom.editor)


def asked(newsroom: Any, number: str, no: str, **fields: Any) -> Any:
    values = {"case": no, "text": "请问何时修好？", "workdays": 2, **fields}
    return do(newsroom, investigating.ask_department, contract.AskDepartment, number, **values)


def seen(newsroom: Any, number: str, by: Any = None) -> contract.InvestigationView:
    request = contract.OneInvestigation(id=number)
    return investigating.get_investigation(newsroom.parts, request, by or newsroom.editor)


def answered(newsroom: Any, number: str, answer: str) -> None:
    """Petition has an answer, and tells so."""
    newsroom.cases.answers[number, 1] = answer
    event = Event(new_key(), "petition.press_answered.v1", "x", 1, utcnow(), {"investigation": number, "question": 1})
    investigating.hear(newsroom.parts, event)


def read(newsroom: Any, number: str, tip: str, by: Any, **fields: Any) -> contract.TipText:
    return do(newsroom, investigating.read_tip, contract.ReadTip, number, by, no=tip, **fields)


def withdraw(newsroom: Any, article: str) -> None:
    """Takes it back, and has investigations hear of it, as events come: more than once."""
    newsroom.withdraw(article)
    event = Event(new_key(), "news.article_withdrawn.v1", article, 9, utcnow(), {"id": article})
    for _ in range(2):
        investigating.hear_of_withdrawal(newsroom.parts, event)


def listed(newsroom: Any, by: Any, **asked: Any) -> list[str]:
    request = contract.ListInvestigations(**asked)
    return [one.id for one in investigating.list_investigations(newsroom.parts, request, by).items]


def test_one_request_opens_one_and_those_who_look_into_it_see_it(newsroom: Any, no: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        numbers = set(pool.map(lambda _: opened(newsroom, "same"), range(8)))
    (number,) = numbers
    assert listed(newsroom, newsroom.editor) == listed(newsroom, newsroom.reporter, state="open") == [number]
    assert listed(newsroom, newsroom.colleague) == listed(newsroom, newsroom.editor, state="closed") == []
    with pytest.raises(NotFound):
        seen(newsroom, number, newsroom.colleague)


def test_a_department_is_asked_once_and_its_answer_comes_back(newsroom: Any, begun: str, no: str) -> None:
    key = new_key()
    for _ in range(2):
        asked(newsroom, begun, no, idempotency_key=key)
    asked(newsroom, begun, no, text="请问由谁负责养护？")
    assert investigating.ask_petition(newsroom.parts) == 2
    assert [one["question"] for one in newsroom.cases.questions] == [1, 2]
    answered(newsroom, begun, "本周修好。")
    assert investigating.ask_petition(newsroom.parts) == 1
    assert investigating.ask_petition(newsroom.parts) == 0
    first, second = seen(newsroom, begun).questions
    assert (first.unit, first.answer, second.answer) == ("区城管委", "本周修好。", None)
    (row,) = investigating.list_investigations(newsroom.parts, contract.ListInvestigations(), newsroom.editor).items
    assert (row.state_name, row.waiting, row.due) == ("调查中", 1, second.due)
    answered(newsroom, "CPI20261120-ZZZZZZ", "没有这项调查")


def test_while_petition_is_away_a_question_waits(newsroom: Any, begun: str, no: str) -> None:
    asked(newsroom, begun, no)
    newsroom.cases.away = True
    assert investigating.ask_petition(newsroom.parts) == 0
    assert seen(newsroom, begun).questions[0].due is None
    newsroom.cases.away = False
    assert investigating.ask_petition(newsroom.parts) == 1
    asked(newsroom, begun, no)
    del newsroom.cases.views[no]
    assert investigating.ask_petition(newsroom.parts) == 1
    assert [one.gone for one in seen(newsroom, begun).questions] == [False, True]
    answered(newsroom, begun, "本周修好。")
    newsroom.cases.views[no] = {}
    assert investigating.ask_petition(newsroom.parts) == 1
    (row,) = investigating.list_investigations(newsroom.parts, contract.ListInvestigations(), newsroom.editor).items
    assert (row.state_name, row.waiting, row.due) == ("部门已答复", 0, None)
    newsroom.db.investigations.update_one({"_id": begun}, {"$set": {"by_state": "open"}})
    migrate = next(one for one in SCHEMA.migrations if "no lost question" in one.name)
    for _ in range(2):
        migrate.run(newsroom.db)
    assert listed(newsroom, newsroom.editor, state="answered") == [begun]


def test_why_petition_does_not_take_a_question_is_told(newsroom: Any, begun: str, no: str) -> None:
    asked(newsroom, begun, no)
    newsroom.cases.full.add(no)
    assert investigating.ask_petition(newsroom.parts) == 1
    (one,) = seen(newsroom, begun).questions
    assert (one.refused, one.gone, one.due) == ("这件诉求的采访问题已达上限", False, None)
    assert seen(newsroom, begun).waiting == 0 == investigating.ask_petition(newsroom.parts)


def test_only_of_a_case_that_is_known_to_be_public_a_department_is_asked(newsroom: Any, no: str) -> None:
    private = "CP20261119-000000"
    number = opened(newsroom, cases=[private, no])
    with pytest.raises(Invalid):
        asked(newsroom, number, no)
    coverage.read_anew(newsroom.parts)
    asked(newsroom, number, no)
    with pytest.raises(Invalid) as wrong:
        asked(newsroom, number, private)
    assert wrong.value.errors[0]["field"] == "case"
    view = seen(newsroom, number)
    assert [one.no for one in view.follow_ups] == [no]
    assert [one.model_dump() for one in view.case_rows] == [{"no": no, "town": "马池口镇", "place": "村东路"}]


def test_a_case_that_was_followed_before_its_place_was_kept_is_read_anew(newsroom: Any, begun: str, no: str) -> None:
    newsroom.db.followed_cases.update_one({"_id": no}, {"$unset": {"follow_up.place": ""}})
    assert seen(newsroom, begun).case_rows[0].place == ""
    migrate = next(one for one in SCHEMA.migrations if "with their place" in one.name)
    for _ in range(2):
        migrate.run(newsroom.db)
    coverage.read_anew(newsroom.parts)
    assert seen(newsroom, begun).case_rows[0].place == "村东路"


def test_what_was_found_is_written_down_and_who_is_late_is_told(newsroom: Any, begun: str) -> None:
    record = {"kind": "interview", "at": utcnow().isoformat(), "whom": "村民", "text": "灯坏了一周。"}
    do(newsroom, investigating.note_record, contract.NoteRecord, begun, newsroom.reporter, **record)
    with pytest.raises(Conflict) as late:
        do(newsroom, investigating.note_record, contract.NoteRecord, begun, newsroom.editor, version=1, **record)
    assert late.value.extra["version"] == 2
    (one,) = seen(newsroom, begun, newsroom.reporter).records
    assert (one.kind_name, one.by) == ("采访", newsroom.reporter.id)


def test_a_visit_has_pictures_that_the_newsroom_alone_sees_and_its_library_keeps(newsroom: Any, begun: str) -> None:
    picture, other = sent(newsroom), sent(newsroom)
    visit = {"kind": "visit", "at": utcnow().isoformat(), "place": "村东路", "text": "十四盏灯不亮。"}
    key, shown = new_key(), {"pictures": [picture], "credit": "李四摄"}
    for _ in range(2):
        do(newsroom, investigating.note_record, contract.NoteRecord, begun, **visit, **shown, idempotency_key=key)
    (one,) = seen(newsroom, begun).records
    assert [(shown.id, shown.width) for shown in one.pictures] == [(picture, 64)]
    asked = ReadPicture(id=picture)
    assert pictures.read_picture(newsroom.parts, asked, newsroom.reporter).public is False
    with pytest.raises(NotFound):
        pictures.read_picture(newsroom.parts, asked, newsroom.anyone)
    media = {row.id: row for row in library.list_media(newsroom.parts, ListMedia(), newsroom.editor).items}
    assert (media[picture].credit, media[other].credit) == ("李四摄", "")
    unused = library.list_media(newsroom.parts, ListMedia(only="unused"), newsroom.editor).items
    assert [row.id for row in unused] == [other]
    with pytest.raises(Invalid) as kept:
        library.delete_picture(newsroom.parts, OneMedium(id=picture, idempotency_key=new_key()), newsroom.editor)
    assert "路灯为何不亮" in kept.value.errors[0]["message"]


def test_a_visits_pictures_are_the_newsrooms_own(newsroom: Any, begun: str, line: Tipline) -> None:
    visit = {"kind": "visit", "at": utcnow().isoformat(), "place": "村东路", "text": "十四盏灯不亮。"}
    deleted = sent(newsroom)
    library.delete_picture(newsroom.parts, OneMedium(id=deleted, idempotency_key=new_key()), newsroom.editor)
    for wrong in (line.picture(), deleted, "0" * 32):
        with pytest.raises(Invalid) as refused:
            do(newsroom, investigating.note_record, contract.NoteRecord, begun, **visit, pictures=[wrong])
        assert refused.value.errors[0]["field"] == "pictures"
    assert seen(newsroom, begun).records == []


def test_a_report_is_named_and_the_investigation_ends(newsroom: Any, begun: str, no: str) -> None:
    draft, report = newsroom.create(), newsroom.published()
    with pytest.raises(Invalid):
        do(newsroom, investigating.attach_report, contract.AttachReport, begun, article=draft)
    do(newsroom, investigating.attach_report, contract.AttachReport, begun, article=report)
    withdraw(newsroom, report)
    view = seen(newsroom, begun)
    assert [(one.id, one.published) for one in view.reports] == [(report, False)] and view.state == "open"
    assert listed(newsroom, newsroom.editor, state="published") == []
    do(newsroom, investigating.close_investigation, contract.CloseInvestigation, begun, text="路灯已亮")
    view = seen(newsroom, begun)
    assert (view.state, view.closing, view.may) == ("closed", "路灯已亮", [])
    with pytest.raises(Conflict):
        asked(newsroom, begun, no)
    reason = {"reason": "又有居民反映", "idempotency_key": new_key()}
    reopen = (newsroom, investigating.reopen_investigation, contract.ReopenInvestigation, begun)
    with pytest.raises(Forbidden):
        do(*reopen, **reason)
    for _ in range(2):
        do(*reopen, newsroom.reporter, **reason)
    view = seen(newsroom, begun)
    assert (view.state, view.closed_at) == ("open", None) and "close" in view.may
    assert [(one.closing, one.by, one.reason) for one in view.reopenings] == [
        ("路灯已亮", newsroom.reporter.id, "又有居民反映")
    ]
    assert listed(newsroom, newsroom.editor, state="closed") == []


def test_a_report_tells_which_public_cases_it_does_not_name_and_a_wrong_one_is_taken_off(
    newsroom: Any, no: str
) -> None:
    other, private = "CP20261117-000000", "CP20261116-000000"
    newsroom.cases.views[other] = {**newsroom.cases.views[no], "no": other}
    number = opened(newsroom, cases=[no, other, private])
    coverage.read_anew(newsroom.parts)
    report, wrong = newsroom.published(blocks=[], body=[{"kind": "case", "no": other}]), newsroom.published()
    for article in (report, wrong):
        do(newsroom, investigating.attach_report, contract.AttachReport, number, article=article)
    assert [(one.id, one.unnamed) for one in seen(newsroom, number).reports] == [(report, [no]), (wrong, [no, other])]
    key = new_key()
    for _ in range(2):
        detached = {"article": wrong, "reason": "编号填错", "idempotency_key": key}
        do(newsroom, investigating.detach_report, contract.DetachReport, number, **detached)
    view = seen(newsroom, number)
    assert [one.id for one in view.reports] == [report] and view.state == "published"
    assert [(one.article, one.by, one.reason) for one in view.detached] == [(wrong, newsroom.editor.id, "编号填错")]


def test_what_was_withdrawn_before_investigations_were_told_is_no_report(newsroom: Any, begun: str) -> None:
    report = newsroom.published()
    do(newsroom, investigating.attach_report, contract.AttachReport, begun, article=report)
    newsroom.withdraw(report)
    before = {"$set": {"by_state": "published"}, "$unset": {"withdrawn": "", "detached": ""}}
    newsroom.db.investigations.update_one({"_id": begun}, before)
    migrate = next(one for one in SCHEMA.migrations if "no withdrawn report" in one.name)
    for _ in range(2):
        migrate.run(newsroom.db)
    assert seen(newsroom, begun).state == "open"
    assert listed(newsroom, newsroom.editor, state="open") == [begun]


def test_authors_of_its_adopted_tips_are_told_of_the_report_once(line: Tipline) -> None:
    newsroom, mine = line.newsroom, resident("author")
    adopted, checking = line.checking(mine), line.checking(mine)
    line.do(tip_desk.adopt_tip, AdoptTip, newsroom.editor, adopted)
    number, report, key = opened(newsroom, tips=[adopted, checking]), newsroom.published(), new_key()
    for _ in range(2):
        told = {"article": report, "link_tips": True, "idempotency_key": key}
        do(newsroom, investigating.attach_report, contract.AttachReport, number, **told)
    assert line.told(adopted).count("news.tip_reported.v1") == 1 and "news.tip_reported.v1" not in line.told(checking)
    assert [tip["articles"] for tip in (line.tips.find_one({"_id": no}) for no in (adopted, checking))] == [
        [report],
        [],
    ]
    published = Event(new_key(), "news.article_published.v1", report, 1, utcnow(), {"id": report})
    tip_desk.tell_of_report(newsroom.parts, published)
    assert line.told(adopted).count("news.tip_reported.v1") == 1
    unasked = newsroom.published()
    do(newsroom, investigating.attach_report, contract.AttachReport, number, article=unasked)
    assert line.tips.find_one({"_id": adopted})["articles"] == [report]


def test_authors_who_were_told_of_a_wrong_report_are_told_so_once(line: Tipline) -> None:
    newsroom, mine = line.newsroom, resident("author")
    adopted, aside = line.checking(mine), line.checking(mine)
    for no in (adopted, aside):
        line.do(tip_desk.adopt_tip, AdoptTip, newsroom.editor, no)
    number, wrong, right, key = opened(newsroom, tips=[adopted]), newsroom.published(), newsroom.published(), new_key()
    for article in (wrong, right):
        told = {"article": article, "link_tips": True}
        do(newsroom, investigating.attach_report, contract.AttachReport, number, **told)
    for _ in range(2):
        detached = {"article": wrong, "reason": "编号填错", "idempotency_key": key}
        do(newsroom, investigating.detach_report, contract.DetachReport, number, **detached)
    assert line.told(adopted).count("news.tip_messaged.v1") == 1
    (tip,) = (one for one in tipping.list_my_tips(newsroom.parts, PageRequest(), mine).items if one.no == adopted)
    assert [link.id for link in tip.articles] == [right]
    assert [event.text for event in tip.events if event.kind == "message"] == [tips.MISTAKEN]
    assert "编号填错" not in tip.model_dump_json(), "the reason is the newsroom's"
    assert "news.tip_messaged.v1" not in line.told(aside)
    again = {"article": wrong, "link_tips": True}
    do(newsroom, investigating.attach_report, contract.AttachReport, number, **again)
    assert line.tips.find_one({"_id": adopted})["articles"] == [right, wrong], "it was no mistake after all"
    do(newsroom, investigating.detach_report, contract.DetachReport, number, **detached)
    assert line.tips.find_one({"_id": adopted})["articles"] == [right, wrong], "a late repetition takes nothing off"


def test_who_looks_into_it_reads_how_its_tips_begin_and_nothing_of_who_sent_them(line: Tipline) -> None:
    newsroom = line.newsroom
    no, gone = line.new(resident("author"), text=TEXT), line.new(resident("author"))
    number = opened(newsroom, tips=[no, gone])
    tip = newsroom.parts.tips.tip(gone)
    assert newsroom.parts.tips.erase_text(tip, tips.erased(tip))
    view = seen(newsroom, number, newsroom.reporter)
    first, second = view.tip_rows
    assert (first.no, first.opening, first.place, first.state_name) == (no, TEXT, "村东河沟", "收到")
    assert first.town and first.town.name and not first.erased
    assert (second.opening, second.place, second.erased) == ("内容已按期限删除", "", True)
    kept = line.tips.find_one({"_id": no})
    told = view.model_dump_json()
    for secret in (PHONE, NAME, "r_author", kept["receipt"], *kept["contact"].values()):
        assert str(secret) not in told
    with pytest.raises(NotFound):
        seen(newsroom, number, newsroom.colleague)


def test_a_tip_that_there_is_not_is_refused_where_it_is_new(line: Tipline) -> None:
    newsroom, no, unknown = line.newsroom, line.new(), "CPT20261120-ABC123"
    with pytest.raises(Invalid) as wrong:
        opened(newsroom, tips=[no, unknown])
    assert wrong.value.errors[0]["field"] == "tips" and listed(newsroom, newsroom.editor) == []
    number = opened(newsroom, tips=[no])
    matter = {"title": "路灯为何不亮", "question": "这条路归谁管", "lead": newsroom.reporter.id}
    save = (newsroom, investigating.save_investigation, contract.SaveInvestigation, number)
    with pytest.raises(Invalid):
        do(*save, **matter, tips=[no, unknown])
    newsroom.db.investigations.update_one({"_id": number}, {"$push": {"matter.tips": unknown}})
    do(*save, **matter, tips=[no, unknown])
    assert seen(newsroom, number).tips == [no, unknown]


def test_who_does_not_work_in_the_newsroom_is_not_assigned_and_who_left_holds_nobody_up(newsroom: Any) -> None:
    employ(newsroom, newsroom.reporter, CLERK)
    for lead, members, field in (
        ("s_nobody", [], "lead"),
        (CLERK.id, [], "lead"),
        ("s_reporter", [CLERK.id], "members"),
    ):
        with pytest.raises(Invalid) as wrong:
            opened(newsroom, lead=lead, members=members)
        assert wrong.value.errors[0]["field"] == field
    assert listed(newsroom, newsroom.editor) == []
    number = opened(newsroom, "again")
    employ(newsroom)
    assert opened(newsroom, "again") == number, "a repetition is answered as the first was"
    matter = {"title": "路灯何时能亮", "question": "这条路归谁管", "lead": newsroom.reporter.id}
    do(newsroom, investigating.save_investigation, contract.SaveInvestigation, number, **matter)
    matter["members"] = [newsroom.editor.id]
    do(newsroom, investigating.save_investigation, contract.SaveInvestigation, number, **matter)
    matter["lead"] = newsroom.colleague.id
    with pytest.raises(Invalid):
        do(newsroom, investigating.save_investigation, contract.SaveInvestigation, number, **matter)
    assert seen(newsroom, number).lead == newsroom.reporter.id


def test_another_assignment_moves_it_to_another_desk(newsroom: Any, begun: str, no: str) -> None:
    matter = {"title": "路灯为何不亮", "question": "这条路归谁管", "lead": newsroom.colleague.id, "cases": [no]}
    do(newsroom, investigating.save_investigation, contract.SaveInvestigation, begun, version=1, **matter)
    assert listed(newsroom, newsroom.colleague) == [begun] and listed(newsroom, newsroom.reporter) == []


SAID = f"每晚有货车在村东倾倒垃圾，找李师傅{PHONE}，车牌京A12345。"


def test_who_looks_into_it_reads_its_tips_without_what_somebody_could_be_reached_by(line: Tipline) -> None:
    newsroom = line.newsroom
    mine, other = line.checking(text=f"{SAID}{'垃圾' * 60}", place=f"村东，{PHONE}"), line.checking()
    number = opened(newsroom, tips=[mine])
    text = read(newsroom, number, mine, newsroom.reporter)
    assert text.text.startswith("每晚有货车在村东倾倒垃圾，找李师傅＊＊＊，") and len(text.text) > 120
    (row,) = seen(newsroom, number, newsroom.reporter).tip_rows
    for told in (text.text, text.place, row.opening, row.place):
        assert PHONE not in told and "A12345" not in told
    assert PHONE in read(newsroom, number, mine, newsroom.editor).text, "editors read tips as they are"
    with pytest.raises(Invalid):
        read(newsroom, number, other, newsroom.reporter)
    with pytest.raises(NotFound):
        read(newsroom, number, mine, newsroom.colleague)
    do(newsroom, investigating.close_investigation, contract.CloseInvestigation, number, text="垃圾已清")
    with pytest.raises(Conflict):
        read(newsroom, number, mine, newsroom.reporter)


def test_that_somebody_read_a_tip_stays_with_it_and_disturbs_nobody(line: Tipline) -> None:
    newsroom = line.newsroom
    tip = line.checking()
    number, before = opened(newsroom, tips=[tip]), line.parts.tips.tip(tip)
    for key in ("first", "first", "second"):
        read(newsroom, number, tip, newsroom.reporter, idempotency_key=key)
    desk = [tip_desk.get_desk_tip(line.parts, OneTip(no=tip), by) for by in (newsroom.editor, newsroom.duty)]
    for found in desk:
        assert [(one.by, one.investigation) for one in found.readings] == [(newsroom.reporter.id, number)] * 2
    assert tip_desk.get_desk_tip(line.parts, OneTip(no=tip), newsroom.second_editor).readings == []
    assert line.parts.tips.tip(tip) == before
    line.tips.update_one({"_id": tip}, {"$set": {"entries": [], "sent_at": utcnow() - timedelta(days=5000)}})
    newsroom.db.investigations.delete_many({})
    assert tipping.erase_texts(line.parts) == 1
    assert len(line.parts.tips.readings(tip)) == 2, "who has read it stays"
    number = opened(newsroom, tips=[tip])
    with pytest.raises(Conflict):
        read(newsroom, number, tip, newsroom.reporter)


def test_a_record_is_corrected_by_its_author(newsroom: Any) -> None:
    number = opened(newsroom)
    note = {"kind": "interview", "at": utcnow(), "whom": "村民", "text": "灯坏了一周。"}
    do(newsroom, investigating.note_record, contract.NoteRecord, number, newsroom.reporter, **note)
    words = {**{name: note[name] for name in ("at", "whom")}, "text": "灯坏了两周。", "number": 1}
    key = new_key()
    for _ in range(2):
        do(newsroom, investigating.correct_record, contract.CorrectRecord, number, newsroom.reporter,
           idempotency_key=key, **words)  # fmt: skip
    (record,) = seen(newsroom, number, newsroom.reporter).records
    assert (record.text, [one.text for one in record.earlier]) == ("灯坏了两周。", ["灯坏了一周。"])
    assert (record.number, record.correctable) == (1, True)
    assert not seen(newsroom, number).records[0].correctable, "it is not the editor's"
    with pytest.raises(Forbidden):
        do(newsroom, investigating.correct_record, contract.CorrectRecord, number, **{**words, "text": "灯坏了三周。"})


def test_records_are_erased_in_time_with_pictures_that_no_article_shows(newsroom: Any) -> None:
    number, other = opened(newsroom), opened(newsroom)
    alone, shown = sent(newsroom), sent(newsroom)
    visit = {"kind": "visit", "at": utcnow(), "place": "村东路", "text": "十四盏灯不亮。", "pictures": [alone, shown]}
    for one in (number, other):
        do(newsroom, investigating.note_record, contract.NoteRecord, one, newsroom.reporter, **visit)
    newsroom.published(blocks=[], body=[{"kind": "picture", "picture": shown, "alt": "路灯", "credit": "张三摄"}])
    newsroom.db.investigations.update_one({"_id": other}, {"$set": {"records.$[].pictures": []}})
    do(newsroom, investigating.close_investigation, contract.CloseInvestigation, number, text="路灯已亮")
    days = newsroom.parts.directory.investigations.records_days_after
    assert seen(newsroom, number).records_until == seen(newsroom, number).closed_at + timedelta(days=days)
    assert investigating.erase_records(newsroom.parts) == 0, "it is not time"
    ended = utcnow() - timedelta(days=days)
    newsroom.db.investigations.update_one({"_id": number}, {"$set": {"closed_at": ended, "by_ended": ended}})
    assert [investigating.erase_records(newsroom.parts) for _ in range(2)] == [1, 0]
    view = seen(newsroom, number)
    assert view.records[0].erased and (view.records[0].text, view.records[0].pictures) == ("", [])
    assert "十四盏" not in str(newsroom.db.investigations.find_one({"_id": number}))
    assert view.records_until is None and view.closing == "路灯已亮"
    assert seen(newsroom, other).records[0].text == "十四盏灯不亮。", "that one goes on"
    assert [newsroom.parts.library.find(one) is None for one in (alone, shown)] == [True, False]
