import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from accounts.contract import CloseAccount, ListInbox, MarkInboxRead
from accounts.inbox import (
    list_inbox,
    mark_inbox_read,
    take_case_notice,
    take_co_signers_notice,
    take_comment_notice,
    take_echo_notice,
    take_followers_notice,
    take_tip_notice,
)
from accounts.residents import close_account
from accounts.store import inbox as store_inbox
from accounts.taking_back import hear_of_headline, hear_of_title, hear_of_withdrawal
from kit.errors import Invalid
from kit.events import Event
from kit.identity import Caller
from kit.testing import new_key

from .conftest import World

NO = "CP20261123-7K3F9Q"
ARTICLE, OTHER_ARTICLE = "CPN20261127-7K3F9Q", "CPN20261127-7K3F9R"
GONE, RETITLED = "该报道已撤回。", "该诉求的内容已调整，请查看最新情况。"


def happened(world: World, author: str, what: str, seq: int = 1, minutes: int = 0, id_: str | None = None) -> Event:
    data = {"no": NO, "author": author, "state": what}
    when = world.now + timedelta(minutes=minutes)
    return Event(id_ or uuid.uuid4().hex, f"petition.case_{what}.v1", NO, seq, when, data)


@pytest.fixture
def reader(world: World) -> Caller:
    return world.caller(world.resident()[1])


def test_an_item_says_what_happened_and_what_comes_next(world: World, reader: Caller) -> None:
    take_case_notice(world.parts, happened(world, reader.id, "replied"))
    page = list_inbox(world.parts, ListInbox(), reader)
    (item,) = page.items
    assert (item.title, item.case_no, item.state, item.read) == ("负责部门已答复", NO, "replied", False)
    assert NO in item.text and "是否解决" in item.text
    assert (page.unread, page.version) == (1, 1)


def test_a_tip_that_moves_leads_to_ones_own_tips(world: World, reader: Caller) -> None:
    data = {"no": "CPT20261123-7K3F9Q", "author": reader.id, "state": "adopted"}
    for _ in range(2):
        take_tip_notice(world.parts, Event("t1", "news.tip_adopted.v1", data["no"], 3, world.now, data))
    (item,) = list_inbox(world.parts, ListInbox(), reader).items
    assert (item.title, item.case_no, item.link) == ("您的爆料已采用", "", "/tips/mine")


def on_comment(world: World, author: str, what: str, id_: str = "c1", *, official: bool = False) -> Event:
    data = {"id": "CPC20261127-7K3F9Q", "article": ARTICLE, "author": author, "official": official}
    return Event(id_, f"news.comment_{what}.v1", f"{ARTICLE}/{data['id']}/author", 2, world.now, data)


@pytest.mark.parametrize(
    ("what", "official", "title"),
    [
        ("answered", True, "您的评论有了官方答复"),
        ("answered", False, "编辑部回复了您的评论"),
        ("shown", False, "您的评论已公开显示"),
        ("reported", False, "您的评论正在核查"),
        ("hidden", False, "您的评论已折叠"),
        ("refused", False, "您的评论未通过审核"),
    ],
)
def test_what_happens_to_a_comment_leads_its_author_to_the_article_once(
    world: World, reader: Caller, what: str, official: bool, title: str
) -> None:
    for _ in range(2):
        take_comment_notice(world.parts, on_comment(world, reader.id, what, official=official))
        take_comment_notice(world.parts, on_comment(world, "r_nobody", what, "of one who has left"))
    (item,) = list_inbox(world.parts, ListInbox(), reader).items
    assert (item.title, item.link, item.case_no) == (title, f"/news/{ARTICLE}", "")
    assert world.parts.db["inbox"].count_documents({}) == 1


def test_seeing_an_event_many_times_adds_nothing(world: World, reader: Caller) -> None:
    event = happened(world, reader.id, "accepted")
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: take_case_notice(world.parts, event), range(8)))
    page = list_inbox(world.parts, ListInbox(), reader)
    assert len(page.items) == 1 and page.version == 1


def test_the_newest_fact_is_on_top_however_late_the_others_arrive(world: World, reader: Caller) -> None:
    steps = [("submitted", 1, 0), ("accepted", 2, 5), ("dispatched", 3, 5), ("replied", 4, 90)]
    for what, seq, minutes in (steps[3], steps[0], steps[2], steps[1]):
        take_case_notice(world.parts, happened(world, reader.id, what, seq, minutes))
    states = [item.state for item in list_inbox(world.parts, ListInbox(), reader).items]
    assert states == ["replied", "dispatched", "accepted", "submitted"]


def test_pages_meet_without_gap_or_repetition_while_items_arrive(world: World, reader: Caller) -> None:
    for number in range(7):
        take_case_notice(world.parts, happened(world, reader.id, "accepted", seq=number, minutes=number // 2))
    first = list_inbox(world.parts, ListInbox(limit=3), reader)
    take_case_notice(world.parts, happened(world, reader.id, "closed", seq=99, minutes=99))
    second = list_inbox(world.parts, ListInbox(limit=100, cursor=first.next_cursor), reader)
    ids = [item.id for item in [*first.items, *second.items]]
    assert len(ids) == len(set(ids)) == 7
    with pytest.raises(Invalid):
        list_inbox(world.parts, ListInbox(cursor="WzEsMiwzXQ"), reader)


def test_marking_read_touches_ones_own_items_only(world: World, reader: Caller) -> None:
    other = world.caller(world.resident()[1])
    for owner in (reader, other):
        take_case_notice(world.parts, happened(world, owner.id, "accepted"))
    ids = [item.id for who in (reader, other) for item in list_inbox(world.parts, ListInbox(), who).items]
    request = MarkInboxRead(ids=ids, idempotency_key=new_key())
    first = mark_inbox_read(world.parts, request, reader)
    assert (first.unread, first.version) == (0, 2)
    assert mark_inbox_read(world.parts, request, reader) == first
    assert list_inbox(world.parts, ListInbox(unread=True), reader).items == []
    assert len(list_inbox(world.parts, ListInbox(unread=True), other).items) == 1


def test_events_without_author_or_for_strangers_leave_no_trace(world: World, reader: Caller) -> None:
    take_case_notice(world.parts, happened(world, "r_nobody", "accepted"))
    take_case_notice(world.parts, happened(world, "", "accepted"))
    assert world.parts.db["inbox"].count_documents({}) == 0


def test_who_leaves_takes_his_inbox_along_and_gets_nothing_more(world: World) -> None:
    phone, session = world.resident()
    reader = world.caller(session)
    take_case_notice(world.parts, happened(world, reader.id, "accepted"))
    world.later(minutes=2)
    request = CloseAccount(code=world.ask_for_code(phone), idempotency_key=new_key())
    close_account(world.parts, request, reader, world.now)
    take_case_notice(world.parts, happened(world, reader.id, "replied"))
    assert world.parts.db["inbox"].count_documents({}) == 0


def told_to_all(world: World, accounts: list[str], about: str = "replied", id_: str = "batch1") -> Event:
    data = {"no": NO, "state": "answered", "about": f"petition.case_{about}.v1", "accounts": accounts}
    return Event(id_, "petition.co_signers_told.v1", "e1", 1, world.now, data)


def test_those_who_joined_are_told_once_each_and_nobody_who_has_left(world: World, reader: Caller) -> None:
    other = world.caller(world.resident()[1])
    event = told_to_all(world, [reader.id, other.id, "r_nobody"])
    for _ in range(2):
        take_co_signers_notice(world.parts, event)
    for who in (reader, other):
        page = list_inbox(world.parts, ListInbox(), who)
        (item,) = page.items
        assert (item.title, item.case_no, page.version) == ("附议的问题已答复", NO, 1)
    assert world.parts.db["inbox"].count_documents({}) == 2


def test_those_who_joined_are_not_told_what_concerns_the_author_alone(world: World, reader: Caller) -> None:
    take_co_signers_notice(world.parts, told_to_all(world, [reader.id], "questioned"))
    assert list_inbox(world.parts, ListInbox(), reader).items == []


def published(
    world: World, accounts: list[str], of: str = "文化", id_: str = "batch2", article: str = ARTICLE
) -> Event:
    data = {"article": article, "headline": "社区食堂开门迎客", "of": of, "accounts": accounts}
    return Event(id_, "news.followers_told.v1", f"a/{id_}", 1, world.now, data)


def echo(world: World, accounts: list[str], number: int, id_: str) -> Event:
    about = {"article": ARTICLE, "number": number, "headline": "多条道路无照明"}
    data = {**about, "said": "“多条道路无照明”已解决", "accounts": accounts}
    return Event(id_, "news.echo_told.v1", f"a/{id_}", 1, world.now, data)


def test_who_follows_echoes_is_told_of_each_event_of_a_report_once(world: World, reader: Caller) -> None:
    take_followers_notice(world.parts, published(world, [reader.id]))
    for number, id_ in ((3, "echo3"), (3, "echo3"), (3, "again"), (4, "echo4")):
        take_echo_notice(world.parts, echo(world, [reader.id, "r_nobody"], number, id_))
    items = list_inbox(world.parts, ListInbox(), reader).items
    assert len(items) == 3, "the article itself, and each of its two events"
    (first, _) = (item for item in items if item.title == "您关注的回音壁有新进展")
    assert (first.text, first.link) == ("“多条道路无照明”已解决。报道：多条道路无照明", "/news/CPN20261127-7K3F9Q")


def test_who_follows_column_and_town_is_told_of_an_article_once(world: World, reader: Caller) -> None:
    other = world.caller(world.resident()[1])
    take_followers_notice(world.parts, published(world, [reader.id, "r_nobody"]))
    take_followers_notice(world.parts, published(world, [reader.id, other.id], "崔村镇", "batch3"))
    take_followers_notice(world.parts, published(world, [reader.id, other.id], "崔村镇", "batch3"))
    (item,) = list_inbox(world.parts, ListInbox(), reader).items
    assert (item.title, item.text, item.link, item.case_no) == (
        "您关注的文化有新报道",
        "社区食堂开门迎客",
        "/news/CPN20261127-7K3F9Q",
        "",
    )
    assert len(list_inbox(world.parts, ListInbox(), other).items) == 1
    assert mark_inbox_read(world.parts, MarkInboxRead(ids=[item.id], idempotency_key=new_key()), reader).unread == 0
    take_case_notice(world.parts, happened(world, reader.id, "replied"))
    assert [row.link for row in list_inbox(world.parts, ListInbox(unread=True), reader).items] == [""]


def withdrawn(world: World) -> Event:
    return Event("w1", "news.article_withdrawn.v1", ARTICLE, 5, world.now, {"id": ARTICLE, "version": 5})


def retitled(world: World, wording: int = 0) -> Event:
    data = {"no": NO, "wording": wording, "articles": [ARTICLE]}
    return Event(f"r{wording}", "news.case_retitled.v1", NO, wording + 1, world.now, data)


def quoting(world: World, accounts: list[str], number: int, *wordings: int) -> Event:
    event = echo(world, accounts, number, f"q{number}")
    quoted = [{"no": NO, "wording": wording} for wording in wordings]
    return replace(event, data={**event.data, "quoted": quoted})


def texts(world: World, reader: Caller) -> dict[str, str]:
    """What the inbox says of the article: that it is out, and by number what happened to its cases."""
    items = list_inbox(world.parts, ListInbox(), reader).items
    return {item.id.split("/")[2] if item.id.startswith("echo") else "out": item.text for item in items}


def test_a_withdrawn_article_is_taken_back_from_every_inbox_and_stays_read_or_unread(
    world: World, reader: Caller
) -> None:
    other = world.caller(world.resident()[1])
    take_followers_notice(world.parts, published(world, [reader.id, other.id]))
    take_echo_notice(world.parts, echo(world, [reader.id], 3, "of before"))
    take_echo_notice(world.parts, quoting(world, [reader.id], 4, 0))
    take_followers_notice(world.parts, published(world, [reader.id], id_="of another", article=OTHER_ARTICLE))
    read = MarkInboxRead(ids=[f"article/{ARTICLE}/{reader.id}"], idempotency_key=new_key())
    before = mark_inbox_read(world.parts, read, reader)
    for _ in range(2):
        hear_of_withdrawal(world.parts, withdrawn(world))
        hear_of_title(world.parts, retitled(world))
    page = list_inbox(world.parts, ListInbox(), reader)
    assert sorted(item.text for item in page.items) == sorted(["社区食堂开门迎客", *[GONE] * 3])
    assert page.unread == before.unread == 3 and page.version > before.version
    assert {item.link for item in page.items} == {f"/news/{ARTICLE}", f"/news/{OTHER_ARTICLE}"}
    assert [item.text for item in list_inbox(world.parts, ListInbox(), other).items] == [GONE]
    kept = [row for row in world.parts.db["inbox"].find() if row["account"] == other.id or row["text"] == GONE]
    assert "社区食堂" not in str(kept) and "无照明" not in str(kept)


def test_a_title_that_is_public_no_more_is_taken_back_and_later_ones_stay(world: World, reader: Caller) -> None:
    take_followers_notice(world.parts, published(world, [reader.id]))
    take_echo_notice(world.parts, echo(world, [reader.id], 2, "of before"))
    for number, wordings in ((3, (0,)), (4, (1,)), (5, (1, 0))):
        take_echo_notice(world.parts, quoting(world, [reader.id], number, *wordings))
    for _ in range(2):
        hear_of_title(world.parts, retitled(world))
    said = "“多条道路无照明”已解决。报道：多条道路无照明"
    assert texts(world, reader) == {"out": "社区食堂开门迎客", "2": RETITLED, "3": RETITLED, "4": said, "5": RETITLED}
    hear_of_title(world.parts, retitled(world, 1))
    assert texts(world, reader)["4"] == RETITLED
    hear_of_withdrawal(world.parts, withdrawn(world))
    assert set(texts(world, reader).values()) == {GONE}


def test_what_was_taken_back_first_is_told_to_nobody(world: World, reader: Caller) -> None:
    hear_of_title(world.parts, retitled(world))
    take_echo_notice(world.parts, quoting(world, [reader.id], 3, 0))
    take_echo_notice(world.parts, quoting(world, [reader.id], 4, 1))
    assert texts(world, reader)["3"] == RETITLED and texts(world, reader)["4"] != RETITLED
    hear_of_withdrawal(world.parts, withdrawn(world))
    for _ in range(2):
        take_echo_notice(world.parts, quoting(world, [reader.id], 5, 2))
        take_followers_notice(world.parts, published(world, [reader.id]))
    assert texts(world, reader) == {"3": GONE, "4": GONE}


def test_however_withdrawal_and_notices_cross_no_word_stays(world: World) -> None:
    people = [world.caller(world.resident()[1]).id for _ in range(3)]
    notices = [published(world, [one], id_=f"batch of {one}") for one in people]
    acts = [*((take_followers_notice, one) for one in notices), (hear_of_withdrawal, withdrawn(world))]
    for _ in range(5):
        world.parts.db["inbox"].delete_many({})
        world.parts.db["taken_back"].delete_many({})
        world.parts.db["_inbox"].delete_many({})
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda act: act[0](world.parts, act[1]), acts))
        assert {row["text"] for row in world.parts.db["inbox"].find()} <= {GONE}


def test_who_puts_items_in_while_it_is_withdrawn_finds_that_out(world: World, reader: Caller) -> None:
    take_followers_notice(world.parts, published(world, [reader.id]))
    world.parts.taken_back.note(f"article/{ARTICLE}", world.now)  # noted, but its items not looked through yet
    take_followers_notice(world.parts, published(world, [reader.id]))
    assert texts(world, reader) == {"out": GONE}


def test_more_items_than_one_batch_are_taken_back(
    world: World, reader: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_inbox, "BATCH", 2)
    for number in range(5):
        take_echo_notice(world.parts, quoting(world, [reader.id], number, 0))
    hear_of_title(world.parts, retitled(world))
    assert set(texts(world, reader).values()) == {RETITLED}


def headed(world: World, headline: str, version: int = 4) -> Event:
    data = {"article": ARTICLE, "headline": headline, "version": version}
    return Event(f"h{version}", "news.headline_corrected.v1", f"{ARTICLE}/headline", version, world.now, data)


def test_a_corrected_headline_replaces_what_inboxes_say_and_the_rest_stays(world: World, reader: Caller) -> None:
    take_followers_notice(world.parts, published(world, [reader.id]))
    take_echo_notice(world.parts, quoting(world, [reader.id], 3, 0))
    take_echo_notice(world.parts, quoting(world, [reader.id], 4, 1))
    take_followers_notice(world.parts, published(world, [reader.id], id_="of another", article=OTHER_ARTICLE))
    hear_of_title(world.parts, retitled(world))
    read = MarkInboxRead(ids=[f"article/{ARTICLE}/{reader.id}"], idempotency_key=new_key())
    before = mark_inbox_read(world.parts, read, reader)
    hear_of_headline(world.parts, headed(world, "社区食堂下月开门"))
    page = list_inbox(world.parts, ListInbox(), reader)
    assert page.unread == before.unread and page.version > before.version
    hear_of_headline(world.parts, headed(world, "社区食堂下月开门"))
    assert list_inbox(world.parts, ListInbox(), reader) == page, "once"
    said = {item.id.removesuffix(f"/{reader.id}"): item.text for item in page.items}
    assert said == {
        f"article/{ARTICLE}": "社区食堂下月开门",
        f"echo/{ARTICLE}/3": RETITLED,
        f"echo/{ARTICLE}/4": "“多条道路无照明”已解决。报道：社区食堂下月开门",
        f"article/{OTHER_ARTICLE}": "社区食堂开门迎客",
    }
    hear_of_title(world.parts, retitled(world, 1))
    assert texts(world, reader)["4"] == RETITLED, "it still says what it quotes"


def test_the_latest_headline_counts_in_whatever_order_it_comes(world: World, reader: Caller) -> None:
    take_followers_notice(world.parts, published(world, [reader.id]))
    hear_of_headline(world.parts, headed(world, "社区食堂下月开门", 5))
    hear_of_headline(world.parts, headed(world, "社区食堂本月开门", 4))
    assert texts(world, reader) == {"out": "社区食堂下月开门"}
    late = world.caller(world.resident()[1])
    take_followers_notice(world.parts, published(world, [late.id], id_="late"))
    take_echo_notice(world.parts, quoting(world, [late.id], 3, 0))
    assert texts(world, late) == {"out": "社区食堂下月开门", "3": "“多条道路无照明”已解决。报道：社区食堂下月开门"}


def test_a_withdrawn_article_has_no_headline_any_more(world: World, reader: Caller) -> None:
    take_followers_notice(world.parts, published(world, [reader.id]))
    hear_of_headline(world.parts, headed(world, "社区食堂下月开门", 4))
    hear_of_withdrawal(world.parts, withdrawn(world))
    hear_of_headline(world.parts, headed(world, "社区食堂本月开门", 5))
    assert texts(world, reader) == {"out": GONE}
    assert world.parts.db["headlines"].count_documents({}) == 0


def test_however_corrections_and_notices_cross_the_last_headline_stays(world: World) -> None:
    people = [world.caller(world.resident()[1]).id for _ in range(3)]
    notices = [published(world, [one], id_=f"batch of {one}") for one in people]
    headlines = [headed(world, f"社区食堂{number}日开门", number) for number in (4, 5, 6)]
    acts = [(take_followers_notice, one) for one in notices] + [(hear_of_headline, one) for one in headlines]
    for _ in range(5):
        for name in ("inbox", "headlines", "_inbox"):
            world.parts.db[name].delete_many({})
        with ThreadPoolExecutor(6) as pool:
            list(pool.map(lambda act: act[0](world.parts, act[1]), acts))
        assert [row["text"] for row in world.parts.db["inbox"].find()] == ["社区食堂6日开门"] * 3
