"""A case that nobody answers: its clocks tell, a supervisor urges, its department puts it right, and all can see."""

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Browser, expect

from kit.mongo import connect
from kit.testing import Stack, wait_until
from people import Person, at_desk, new_phone
from phone import Phone
from workplace import Workplace

ROLES = ("supervisor", "handler", "leader")
NOTE = "因现场核实耗时较长，已增派人员，本周内答复反映人。"


@pytest.fixture(scope="module")
def seats(stack: Stack, browser: Browser) -> Iterator[dict[str, Workplace]]:
    """The desks of those who have to do with it."""
    taken = {role: Workplace(stack, browser.new_context(**Workplace.KIND)).sign_in_as(role) for role in ROLES}
    yield taken
    for place in taken.values():
        place.context.close()
        assert place.complaints == []


def let_pass(stack: Stack, no: str, days: int) -> None:
    """As if the case had been filed so many days earlier."""
    cases = connect(stack["mongo_url"])["petition"]["cases"]

    def earlier(at: datetime) -> datetime:
        return at - timedelta(days=days)

    case = cases.find_one({"_id": no})
    assert case
    clocks = [
        {**clock, **{name: earlier(clock[name]) for name in ("started_at", "original_due", "due")}}
        for clock in case["clocks"]
    ]
    hops = [{**hop, "since": earlier(hop["since"])} for hop in case["hops"]]
    moved = {
        "clocks": clocks,
        "hops": hops,
        "filed_at": earlier(case["filed_at"]),
        "by_escalates": clocks[0]["started_at"],
    }
    assert cases.update_one({"_id": no}, {"$set": moved}).modified_count == 1


def test_a_late_case_is_watched_urged_put_right_and_all_can_see(
    stack: Stack, seats: dict[str, Workplace], new_phone: Callable[..., Phone]
) -> None:
    clerk, author = at_desk(stack, "clerk"), _author(stack)
    words = {"category": "kindergarten", "title": "幼儿园旁路灯不亮", "text": "幼儿园旁的路灯已经两周不亮，请维修。"}
    no = author.do("/cases", {**words, "town": author.get("/directory")["towns"][0]["code"]})["no"]
    clerk.do(f"/desk/cases/{no}/accept", {"urgency": "urgent"})
    clerk.do(f"/desk/cases/{no}/dispatch", {"department": "jw"})
    reader = Person(stack)
    wait_until(lambda: reader.ask("GET", f"/cases/{no}").status_code == 200)
    assert reader.get(f"/cases/{no}")["cards"] == []

    let_pass(stack, no, 15)
    given = wait_until(lambda: reader.get(f"/cases/{no}")["cards"], 40)  # and the kept page is dropped
    assert ("总办理时限", "红牌", "区教委") in [(c["clock"]["name"], c["level_name"], c["unit"]["name"]) for c in given]

    supervisor = seats["supervisor"]
    supervisor.open("/desk/cases?queue=watched")
    expect(supervisor.find(no)).to_contain_text("红牌")
    assert supervisor.severe() == []
    page = supervisor.open_case(no)
    supervisor.panel.get_by_role("button", name=re.compile("^催办")).click()
    supervisor.panel.get_by_label("催办意见").fill("请今天内联系反映人并说明进展。")
    supervisor.decide("催办")
    expect(page.get_by_role("region", name="督办")).to_contain_text("请今天内联系反映人")

    supervisor.panel.get_by_role("button", name=re.compile("^现场督查")).click()
    supervisor.panel.get_by_label("未整改", exact=True).check()
    supervisor.panel.get_by_label("督查人员").fill("督查组2人，会同属地")
    supervisor.panel.get_by_label("地点").fill("幼儿园门口")
    supervisor.panel.get_by_label("督查情况").fill("路灯仍未修复，现场没有施工。")
    supervisor.panel.get_by_label("要求整改").check()
    supervisor.decide("记入督查记录")
    expect(page.get_by_role("region", name="现场督查")).to_contain_text("已要求整改")
    expect(page.get_by_role("region", name="督办")).to_contain_text("发现问题，要求整改")
    assert supervisor.severe() == []

    handler = seats["handler"]
    handler.open("/desk/cases?queue=handling")
    expect(handler.find(no)).to_contain_text("催办")
    page = handler.open_case(no)
    handler.panel.get_by_role("button", name=re.compile("^整改说明")).click()
    handler.panel.get_by_role("textbox", name="整改说明").fill(NOTE)
    handler.decide("提交整改说明")
    expect(page.get_by_role("region", name="督办")).to_contain_text(NOTE)
    assert handler.severe() == []

    leader = seats["leader"]
    page = leader.open("/desk/cases")
    expect(page.get_by_role("link", name=re.compile("^督办"))).to_be_visible()
    expect(leader.find(no)).to_contain_text("红牌")

    phone = new_phone(service_workers="block")
    page = phone.open(f"/affairs/cases/{no}")
    shown = page.get_by_role("region", name="督办情况")
    expect(shown).to_contain_text("红牌")
    expect(shown).to_contain_text(NOTE)
    expect(shown).to_contain_text("已催办区教委")
    expect(page.get_by_role("region", name="办理记录")).to_contain_text("现场督查（督查组2人，会同属地）：未整改")
    assert "请今天内联系" not in page.content(), "what a supervisor writes is for the offices"
    assert phone.severe() == []


def _author(stack: Stack) -> Person:
    return Person(stack).sign_in_by_phone(new_phone())
