"""Partners: their keys, what they file, and what nobody does with it; public cases as open data."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from kit.clock import utcnow
from kit.contract import PageRequest
from kit.errors import Conflict, Forbidden, Invalid, NotFound, RateLimited
from kit.testing import new_key
from petition import co_signing, desk, filing, limits, open311, partners, reading
from petition.contract.bans import BanAuthor
from petition.contract.filing import WithdrawCase
from petition.contract.open311 import RequestView, SearchRequests
from petition.contract.partners import (
    CreatePartner,
    FilePartnerCase,
    FinishPartnerUpload,
    GetPartner,
    PutPartnerChunk,
    RevokePartner,
    StartPartnerUpload,
)
from petition.contract.shapes import OneCase
from petition.contract.steps import AskAuthor, MergeCase
from petition.domain.case import State

FORM = {"category": "broken_lamps", "town": "110114112", "place": "路口", "text": "路口的路灯不亮，请维修。"}


def admit(office: Any, quota: int = 50, key: str | None = None) -> Any:
    request = CreatePartner(
        name="示例接入方", contact="partner@example.com", quota=quota, idempotency_key=key or new_key()
    )
    return partners.create_partner(office.parts, request, office.supervisor)


@pytest.fixture
def key(office: Any) -> str:
    return str(admit(office).key)


def file(office: Any, key: str, **fields: Any) -> str:
    request = FilePartnerCase(api_key=key, idempotency_key=new_key(), **{**FORM, **fields})
    return partners.file_partner_case(office.parts, request).no


def requested(office: Any, **asked: Any) -> list[RequestView]:
    return open311.search_requests(office.parts, SearchRequests(**asked)).items


def test_a_limit_that_rests_on_holidays_not_published_is_said_to_be_provisional(office: Any) -> None:
    certain, provisional, refused = office.answered(), office.provisional(), office.provisional()
    office.refuse(refused)
    assert {one.no: one.provisional for one in requested(office)} == {
        certain: False, provisional: True, refused: False,
    }  # fmt: skip


def test_a_key_is_shown_once_and_kept_nowhere(office: Any) -> None:
    first = admit(office, key="k")
    again = admit(office, key="k")
    assert first.key
    assert again.key is None
    assert again.partner == first.partner
    assert office.db.partners.count_documents({}) == 1
    assert first.key not in str(office.db.partners.find_one())
    (row,) = partners.list_partners(office.parts, PageRequest()).items
    assert row == first.partner
    assert row.by == office.supervisor.id


def test_a_revoked_key_counts_no_more_and_the_first_revocation_stays(office: Any) -> None:
    given = admit(office)
    no = file(office, given.key)
    revoke = RevokePartner(id=given.partner.id, reason="测试结束", idempotency_key="r")
    first = partners.revoke_partner(office.parts, revoke, office.supervisor)
    assert partners.revoke_partner(office.parts, revoke, office.supervisor) == first
    later = RevokePartner(id=given.partner.id, reason="再次", idempotency_key="r2")
    assert partners.revoke_partner(office.parts, later, office.clerk).revoked_because == "测试结束"
    with pytest.raises(Forbidden):
        file(office, given.key, text="另一处路灯不亮，请维修。")
    assert office.case(no).state is State.SUBMITTED
    unknown = RevokePartner(id="p_0123456789abcdef", idempotency_key="x")
    with pytest.raises(NotFound):
        partners.revoke_partner(office.parts, unknown, office.supervisor)


def test_a_key_is_good_for_what_it_was_given_for(office: Any, key: str) -> None:
    about = {"name": "示例通讯社", "contact": "partner@example.com", "quota": 1, "rights": ["news", "news"]}
    made = partners.create_partner(office.parts, CreatePartner(**about, idempotency_key=new_key()), office.supervisor)
    news = str(made.key)
    assert made.partner.rights == ["news"]
    assert partners.get_partner(office.parts, GetPartner(api_key=news, right="news")).name == "示例通讯社"
    start = StartPartnerUpload(api_key=news, content_type="image/png", idempotency_key=new_key())
    for refused in (
        lambda: file(office, news),
        lambda: partners.start_upload(office.parts, start),
        lambda: partners.get_partner(office.parts, GetPartner(api_key=news)),
        lambda: partners.get_partner(office.parts, GetPartner(api_key=key, right="news")),
    ):
        with pytest.raises(Forbidden):
            refused()


def test_a_partner_of_before_there_were_rights_files_cases(office: Any, key: str) -> None:
    office.db.partners.update_many({}, {"$unset": {"rights": ""}})
    assert file(office, key)
    (row,) = partners.list_partners(office.parts, PageRequest()).items
    assert row.rights == ["cases"]


def test_the_same_form_makes_one_case_while_that_is_open(office: Any, key: str) -> None:
    with ThreadPoolExecutor(8) as pool:
        (no,) = set(pool.map(lambda _: file(office, key, device_id="one"), range(8)))
    assert office.db.cases.count_documents({}) == 1
    others = [
        file(office, key, device_id="two"),
        file(office, key, device_id="one", place="另一个路口"),
        file(office, key, device_id="one", point={"lon": 116.331, "lat": 40.217}),
        file(office, str(admit(office).key), device_id="one"),
    ]
    assert len({no, *others}) == 5
    office.refuse(no)
    assert file(office, key, device_id="one") != no


def test_the_day_has_its_quota_and_the_same_form_its_answer(office: Any) -> None:
    key = str(admit(office, quota=2).key)
    first = file(office, key)
    file(office, key, text="第二处路灯不亮，请维修。")
    with pytest.raises(RateLimited) as refused:
        file(office, key, text="第三处路灯不亮，请维修。")
    assert refused.value.extra["retry_after"] > 0
    assert file(office, key) == first


def test_a_town_is_named_or_found_or_asked_for(office: Any, key: str) -> None:
    no = file(office, key, town=None, point={"lon": 116.331, "lat": 40.217})
    assert office.case(no).asked.town == "110114112"
    for fields, named in (
        ({"town": None}, "town"),
        ({"town": None, "point": {"lon": 116.4, "lat": 39.9}}, "point"),
        ({"town": "000000000"}, "town"),
        ({"category": "nothing"}, "category"),
        ({"pictures": ["0" * 32]}, "pictures"),
    ):
        with pytest.raises(Invalid) as refused:
            file(office, key, **fields)
        assert refused.value.errors[0]["field"] == named


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("路灯不亮。请尽快维修。", "路灯不亮"),
        ("急！路灯不亮。请尽快维修。", "急！路灯不亮"),
        ("长" * 80, "长" * 59 + "…"),
        ("a   b", "a   b"),
        ("第一行写了什么\n第二行", "第一行写了什么"),
    ],
)
def test_the_title_is_the_first_sentence(office: Any, key: str, text: str, title: str) -> None:
    assert office.case(file(office, key, text=text)).asked.title == title


def test_nobody_is_asked_and_no_partner_joins_a_case(office: Any, key: str) -> None:
    no, other = file(office, key), office.submit()
    office.accept(other)
    with pytest.raises(Conflict):
        office.do(desk.ask_author, AskAuthor, office.clerk, no, text="请问是哪一栋楼？")
    shown = desk.get_desk_case(office.parts, OneCase(no=no), office.clerk)
    assert shown.partner == "示例接入方"
    assert "ask" not in shown.may
    assert desk.get_desk_case(office.parts, OneCase(no=other), office.clerk).partner is None
    office.do(desk.merge_case, MergeCase, office.clerk, no, into=other)
    co_signing.follow_merge(office.parts, no)
    assert reading.get_case(office.parts, OneCase(no=other), office.visitor).co_signs == 0


def test_a_ban_holds_for_a_program_too(office: Any, key: str) -> None:
    ban = BanAuthor(no=file(office, key), reason="多次发布广告", days=1, idempotency_key="b")
    limits.ban_author(office.parts, ban, office.supervisor)
    with pytest.raises(Invalid) as refused:
        file(office, key, text="另一处路灯不亮，请维修。")
    assert refused.value.errors[0]["field"] == "account"


def test_uploads_are_a_partners_own(office: Any, key: str) -> None:
    start = StartPartnerUpload(api_key=key, content_type="image/png", idempotency_key=new_key())
    upload = partners.start_upload(office.parts, start)
    stranger = str(admit(office).key)
    with pytest.raises(NotFound):
        partners.put_chunk(office.parts, PutPartnerChunk(api_key=stranger, id=upload.id, number=0, data=b"x"))
    with pytest.raises(Forbidden):
        partners.put_chunk(office.parts, PutPartnerChunk(api_key="wrong", id=upload.id, number=0, data=b"x"))
    partners.put_chunk(office.parts, PutPartnerChunk(api_key=key, id=upload.id, number=0, data=b"no picture"))
    finish = FinishPartnerUpload(api_key=key, id=upload.id, size=10, sha256="0" * 64)
    with pytest.raises(Conflict):
        partners.finish_upload(office.parts, finish)


def test_open_data_are_listed_cases_alone_in_words_that_are_shown(office: Any, key: str) -> None:
    point = {"lon": 116.33, "lat": 40.22}
    hidden, private = office.submit(), office.submit(visibility="private")
    anonymous = office.submit(visibility="anonymous", point=point, text="我的电话是13800138000，请联系我。")
    public = office.submit(point=point)
    for no in (private, anonymous, public):
        office.accept(no)
    rows = {row.no: row for row in requested(office)}
    assert list(rows) == [public, anonymous]
    assert rows[public].point is not None
    assert rows[anonymous].point is None
    assert "13800138000" not in rows[anonymous].text
    assert office.author.id not in str(rows)
    for no in (hidden, private, "CP20200101-000000"):
        assert requested(office, numbers=[no]) == []
        with pytest.raises(NotFound):
            open311.get_request(office.parts, OneCase(no=no))
    assert open311.get_request(office.parts, OneCase(no=public)) == rows[public]
    assert [row.no for row in requested(office, numbers=[anonymous.lower(), public, anonymous])] == [anonymous, public]


def test_open_data_say_how_a_case_stands(office: Any) -> None:
    answered, target, merged, gone = office.answered(), office.submit(), office.submit(), office.submit()
    for no in (target, merged, gone):
        office.accept(no)
    office.do(desk.merge_case, MergeCase, office.clerk, merged, into=target)
    office.do(filing.withdraw_case, WithdrawCase, office.author, gone, reason="问题已经解决")
    rows = {row.no: row for row in requested(office)}
    assert rows[answered].note == "已经安排施工\n下月公布进度"
    assert [rows[answered].open, rows[answered].state_name] == [True, "已答复"]
    assert rows[merged].note == f"并入{target}"
    assert [rows[gone].open, rows[gone].state_name] == [False, "反映人撤回"]
    assert rows[gone].updated_at == office.case(gone).ended_at
    assert rows[target].due == office.case(target).clock("overall").due
    assert rows[target].updated_at == office.case(target).history[-1].at
    assert {row.no for row in requested(office, open=False)} == {merged, gone}
    assert {row.no for row in requested(office, open=True)} == {answered, target}


def test_open_data_are_found_by_time_and_category(office: Any) -> None:
    numbers = [office.submit(category=category) for category in ("kindergarten", "signal", "signal")]
    for no in numbers:
        office.accept(no)
    now, day = utcnow(), timedelta(days=1)
    assert [row.no for row in requested(office, categories=["signal"])] == numbers[:0:-1]
    assert [row.no for row in requested(office, page_size=1, page=1)] == [numbers[1]]
    assert requested(office, until=now - day) == []
    assert len(requested(office, since=now - day, until=now)) == 3
    with pytest.raises(Invalid) as refused:
        requested(office, since=now - 91 * day, until=now)
    assert refused.value.errors[0]["field"] == "until"
    with pytest.raises(NotFound):
        requested(office, categories=["nothing"])
