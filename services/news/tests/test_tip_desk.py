"""The newsroom's work with tips: who has them, what their authors hear, who has read a contact."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from kit.clock import utcnow
from kit.contract import PageRequest
from kit.errors import Conflict, Forbidden, Invalid, NotFound
from kit.events import Event
from kit.testing import new_key
from news import tip_desk, tipping
from news.contract.tips import (
    AdoptTip,
    AssignTip,
    DeclineTip,
    LinkTip,
    ListDeskTips,
    MessageAuthor,
    OneTip,
    OpenTipContact,
)

from .tipline import NAME, PHONE, Tipline, resident, visitor


def read(line: Tipline, no: str, by: Any) -> Any:
    return tip_desk.get_desk_tip(line.parts, OneTip(no=no), by)


def listed(line: Tipline, by: Any, **asked: Any) -> list[str]:
    found, cursor = [], None
    while True:
        page = tip_desk.list_desk_tips(line.parts, ListDeskTips(limit=2, cursor=cursor, **asked), by)
        found += [row.no for row in page.items]
        if (cursor := page.next_cursor) is None:
            return found


def mine(line: Tipline, author: Any) -> Any:
    (tip,) = tipping.list_my_tips(line.parts, PageRequest(), author).items
    return tip


def test_from_the_tip_to_the_report_as_its_author_sees_it(line: Tipline, newsroom: Any) -> None:
    author = resident("author")
    code = line.send(author).code
    no = mine(line, author).no
    line.do(tip_desk.assign_tip, AssignTip, newsroom.duty, no, editor=newsroom.editor.id)
    line.do(tip_desk.message_author, MessageAuthor, newsroom.editor, no, text="请问最近一次是哪天？")
    article = newsroom.create()
    line.do(tip_desk.adopt_tip, AdoptTip, newsroom.editor, no, text="记者已到现场。", articles=[article])
    assert (line.follow(code).state_name, line.follow(code).articles) == ("已采用", [])
    newsroom.release(article)
    event = Event("e1", "news.article_published.v1", article, 5, utcnow(), {"id": article})
    for _ in range(2):
        tip_desk.tell_of_report(line.parts, event)
    assert line.told(no) == [f"news.tip_{told}.v1" for told in ("checking", "messaged", "adopted", "reported")]
    seen = line.follow(code)
    assert [one.id for one in seen.articles] == [article]
    assert [(one.title, one.text) for one in seen.events] == [
        ("编辑留言", "请问最近一次是哪天？"),
        ("已采用", "记者已到现场。"),
        ("报道已发布", ""),
    ]
    assert newsroom.editor.id not in mine(line, author).model_dump_json()
    newsroom.withdraw(article)
    assert line.follow(code).articles == []


def test_why_a_tip_is_declined_is_said_with_what_to_do_instead(line: Tipline, newsroom: Any) -> None:
    code = line.send().code
    (no,) = line.tips.distinct("_id")
    with pytest.raises(Forbidden):
        line.do(tip_desk.decline_tip, DeclineTip, newsroom.editor, no, reason="petition")
    with pytest.raises(Invalid):
        line.do(tip_desk.decline_tip, DeclineTip, newsroom.duty, no, reason="nothing")
    line.do(tip_desk.decline_tip, DeclineTip, newsroom.duty, no, reason="petition", text="已转告该镇。")
    (event,) = line.follow(code).events
    assert (event.title, event.text) == ("不采用：适合由部门直接办理", "已转告该镇。")
    assert "我要问政" in event.advice
    assert line.told(no) == [], "nobody has an account to be told by"


def test_the_desk_is_listed_by_state_town_and_person_and_knows_no_author(line: Tipline, newsroom: Any) -> None:
    here, there = "110114112", "110114115"
    tips = [line.new(resident("author"), town=town) for town in (here, there, here)]
    tips += [line.checking(resident("author"), town=here)]
    assert listed(line, newsroom.editor) == tips[::-1]
    assert listed(line, newsroom.editor, town=here) == [tips[3], tips[2], tips[0]]
    assert listed(line, newsroom.editor, state="received", town=here) == [tips[2], tips[0]]
    assert listed(line, newsroom.editor, mine=True) == [tips[3]] == listed(line, newsroom.editor, state="checking")
    assert listed(line, newsroom.second_editor, mine=True) == []
    page = tip_desk.list_desk_tips(line.parts, ListDeskTips(), newsroom.chief).model_dump_json()
    for told in (page, read(line, tips[0], newsroom.chief).model_dump_json()):
        for secret in ("r_author", NAME, PHONE, "203.0.113"):
            assert secret not in told


def test_a_tip_goes_to_editors_in_service_alone(line: Tipline, newsroom: Any) -> None:
    no = line.new()
    with pytest.raises(Forbidden):
        line.do(tip_desk.assign_tip, AssignTip, newsroom.editor, no, editor=newsroom.editor.id)
    for wrong in (newsroom.reporter.id, "s_dismissed"):
        with pytest.raises(Invalid) as caught:
            line.do(tip_desk.assign_tip, AssignTip, newsroom.duty, no, editor=wrong)
        assert caught.value.errors[0]["field"] == "editor"
    line.do(tip_desk.assign_tip, AssignTip, newsroom.duty, no, editor=newsroom.duty.id)
    assert read(line, no, newsroom.duty).assignee == newsroom.duty.id
    with pytest.raises(NotFound):
        read(line, "CPT20261127-000000", newsroom.duty)


def test_an_adopted_tip_of_an_editor_who_left_goes_to_another_who_opens_its_contact(
    line: Tipline, newsroom: Any
) -> None:
    no = line.checking(resident("author"))
    line.do(tip_desk.adopt_tip, AdoptTip, newsroom.editor, no, text="")
    told = line.told(no)
    assert "assign" in read(line, no, newsroom.duty).may
    line.do(tip_desk.assign_tip, AssignTip, newsroom.duty, no, editor=newsroom.second_editor.id)
    found = read(line, no, newsroom.second_editor)
    assert (found.state, found.assignee, "open_contact" in found.may) == ("adopted", newsroom.second_editor.id, True)
    given = {"reason": "补充采访当事人"}
    assert line.do(tip_desk.open_tip_contact, OpenTipContact, newsroom.second_editor, no, **given).phone == PHONE
    assert line.told(no) == told, "who of the editors has it is not the author's concern"
    assert listed(line, newsroom.second_editor, mine=True) == [no]


def test_the_contact_is_opened_by_the_one_in_charge_once_a_reason(line: Tipline, newsroom: Any) -> None:
    no, key = line.checking(), new_key()
    ask = {"reason": "约当事人到现场核实", "idempotency_key": key}
    for other in (newsroom.second_editor, newsroom.duty, newsroom.chief):
        with pytest.raises(Forbidden):
            line.do(tip_desk.open_tip_contact, OpenTipContact, other, no, reason="只是想看看")
    for _ in range(2):
        opened = line.do(tip_desk.open_tip_contact, OpenTipContact, newsroom.editor, no, **ask)
        assert (opened.name, opened.phone) == (NAME, PHONE)
    for seer in (newsroom.editor, newsroom.duty, newsroom.chief):
        (opening,) = read(line, no, seer).openings
        assert (opening.by, opening.reason) == (newsroom.editor.id, ask["reason"])
    assert read(line, no, newsroom.second_editor).openings == []
    assert PHONE not in str(line.tips.find_one({"_id": no}))
    line.do(tip_desk.assign_tip, AssignTip, newsroom.duty, no, editor=newsroom.second_editor.id)
    with pytest.raises(Conflict):
        line.do(tip_desk.open_tip_contact, OpenTipContact, newsroom.editor, no, **ask)
    late = utcnow() - timedelta(seconds=1)
    line.tips.update_one({"_id": no}, {"$set": {"contact_until": late}})  # what erases it has not come by yet
    with pytest.raises(Conflict):
        line.do(tip_desk.open_tip_contact, OpenTipContact, newsroom.second_editor, no, reason="核实时间")


def test_two_editors_at_once_make_one_step(line: Tipline, newsroom: Any) -> None:
    no = line.checking()
    version = read(line, no, newsroom.editor).version

    def decide(number: int) -> bool:
        try:
            if number % 2:
                line.do(tip_desk.adopt_tip, AdoptTip, newsroom.editor, no, version=version)
            else:
                line.do(tip_desk.decline_tip, DeclineTip, newsroom.duty, no, reason="unclear", version=version)
        except Conflict as refusal:
            assert refusal.extra["state"] in ("adopted", "declined")
            return False
        return True

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(decide, range(6))) == 1
    assert read(line, no, newsroom.editor).version == version + 1


def test_articles_are_named_at_the_desk_and_must_exist(line: Tipline, newsroom: Any) -> None:
    no, article = line.checking(visitor()), newsroom.published()
    with pytest.raises(Conflict):
        line.do(tip_desk.link_tip, LinkTip, newsroom.editor, no, articles=[article])
    with pytest.raises(Invalid):
        line.do(tip_desk.adopt_tip, AdoptTip, newsroom.editor, no, articles=["CPN20261127-000000"])
    line.do(tip_desk.adopt_tip, AdoptTip, newsroom.editor, no, articles=[article])
    assert listed(line, newsroom.editor, article=article) == [no]
    (link,) = read(line, no, newsroom.editor).articles
    assert (link.id, link.published) == (article, True)
    line.do(tip_desk.link_tip, LinkTip, newsroom.editor, no, articles=[])
    assert listed(line, newsroom.editor, article=article) == []
