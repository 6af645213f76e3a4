"""Supervision and leaders: what is late, what many ask or what speaks of danger, what is not counted, and the board."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from chinese_calendar import is_workday
from playwright.sync_api import Browser, expect

from kit.mongo import connect
from kit.testing import Stack, wait_until
from people import Person, at_desk, new_phone
from phone import Phone
from workplace import Workplace

ROLES = ("supervisor", "handler", "leader", "administrator")
WORDS = "请今天内排查全部楼栋并报告。"
ANSWER = "已更换阀门，逐户检测正常，物业每日巡查。"
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


def dangerous(stack: Stack) -> str:
    author, clerk = _author(stack), at_desk(stack, "clerk")
    words = {"category": "kindergarten", "title": "幼儿园厨房有异味", "text": "厨房外闻到味道，怀疑燃气泄漏，请来看。"}
    no = str(author.do("/cases", {**words, "town": author.get("/directory")["towns"][0]["code"]})["no"])
    clerk.do(f"/desk/cases/{no}/accept", {"urgency": "urgent"})
    clerk.do(f"/desk/cases/{no}/dispatch", {"department": "jw"})
    return no


def test_a_leader_instructs_the_department_answers_and_all_see_that_it_did(
    stack: Stack, seats: dict[str, Workplace], new_phone: Callable[..., Phone]
) -> None:
    no, leader, handler = dangerous(stack), seats["leader"], seats["handler"]
    kept = connect(stack["mongo_url"])["petition"]["cases"]
    wait_until(lambda: (kept.find_one({"_id": no}) or {}).get("reports"))

    page = leader.open("/desk/cases?queue=reported")
    expect(leader.find(no)).to_contain_text("涉及人身安全")
    assert leader.severe() == []
    page = leader.open_case(no)
    expect(page.get_by_role("region", name="上报和批示")).to_contain_text("待阅")
    leader.choose("批示")
    leader.panel.get_by_label("批示内容").fill(WORDS)
    days = (datetime.now(UTC).date() + timedelta(days=n) for n in range(2, 30))
    leader.panel.get_by_label("办理期限").fill(next(day for day in days if is_workday(day)).isoformat())
    leader.decide("批示")
    expect(page.get_by_role("region", name="上报和批示")).to_contain_text(WORDS)
    assert leader.severe() == []

    page = handler.open("/desk/cases?queue=instructed")
    expect(handler.find(no)).to_contain_text("批示还剩")
    page = handler.open_case(no)
    handler.choose("答复批示")
    handler.panel.get_by_role("textbox", name="落实情况").fill(ANSWER)
    handler.decide("报领导")
    expect(page.get_by_role("region", name="上报和批示")).to_contain_text(ANSWER)

    phone = new_phone(service_workers="block")
    page = phone.open(f"/affairs/cases/{no}")
    expect(page.get_by_role("region", name="督办情况")).to_contain_text("区领导已批示")
    expect(page.get_by_role("region", name="督办情况")).to_contain_text("已报告落实情况")
    assert WORDS not in page.content() and ANSWER not in page.content()
    assert phone.severe() == []


def test_a_leader_notes_what_many_ask_about_the_same(stack: Stack, seats: dict[str, Workplace]) -> None:
    now = datetime.now(UTC)
    town = Person(stack).get("/directory")["towns"][2]
    found = {
        "_id": f"{town['code']}-kindergarten-1", "town": town["code"], "category": "kindergarten", "number": 1,
        "count": 34, "least": 30, "days": 7, "since": now - timedelta(days=7), "until": now, "at": now,
        "by_waiting": True,
    }  # fmt: skip
    connect(stack["mongo_url"])["petition"]["clusters"].replace_one({"_id": found["_id"]}, found, upsert=True)
    leader = seats["leader"]
    page = leader.open("/desk/cases?queue=reported")
    page.get_by_role("link", name="集中反映").click()
    group = page.get_by_role("region", name=f"{town['name']}")
    expect(group).to_contain_text("34 人反映")
    assert leader.severe() == []
    group.get_by_role("button", name="阅知").click()
    expect(group).to_contain_text("已阅")


def test_the_board_says_how_things_stand_on_every_screen_and_is_loaded_there_alone(
    stack: Stack, seats: dict[str, Workplace]
) -> None:
    leader, fetched = seats["leader"], list[str]()
    leader.page.on("request", lambda request: fetched.append(request.url))
    leader.open("/desk/cases")
    expect(leader.page.get_by_role("navigation", name="队列筛选")).to_be_visible()
    assert not [url for url in fetched if "DeskBoard" in url]
    page = leader.open("/desk")
    expect(page).to_have_url(re.compile("/desk/board$"))
    assert [url for url in fetched if "DeskBoard" in url]
    expect(page.get_by_role("list", name="今天").get_by_role("link", name=re.compile("^已超期"))).to_be_visible()
    for name in ("近三十天趋势", "时限分布", "在办和超期"):
        section = page.get_by_role("region", name=name)
        expect(section.locator("canvas")).to_be_visible()
        section.get_by_text("数据表").first.click()
        expect(section.get_by_role("table")).to_be_visible()
    expect(page.get_by_role("region", name="响应率排名")).to_contain_text("不参加排名")
    for size in ((1440, 900), (390, 844)):
        page.set_viewport_size({"width": size[0], "height": size[1]})
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            assert leader.severe() == [], (size, scheme)
            assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    page.set_viewport_size({"width": 1440, "height": 900})
    page.emulate_media(color_scheme="light")
    page.get_by_role("combobox", name="单位").select_option("town")
    work = page.get_by_role("region", name="在办和超期").get_by_role("table")
    expect(work).to_contain_text(Person(stack).get("/directory")["towns"][0]["name"])
    trend = page.get_by_role("region", name="近三十天趋势")
    with page.expect_response(lambda answer: "/figures/days" in answer.url and "by=department" in answer.url) as told:
        trend.get_by_role("combobox", name="看哪里的趋势").select_option(label="区教委")
    assert told.value.json()["name"] == "区教委"
    expect(trend.locator("canvas")).to_be_visible()
    page.get_by_role("list", name="今天").get_by_role("link", name=re.compile("^上报待阅")).click()
    expect(page).to_have_url(re.compile("queue=reported"))


def test_one_asks_and_another_decides(stack: Stack, seats: dict[str, Workplace], file: Callable[..., str]) -> None:
    no, supervisor, administrator = file("村口信号灯不亮"), seats["supervisor"], seats["administrator"]
    at_desk(stack, "clerk").do(f"/desk/cases/{no}/accept", {"urgency": "request"})
    page = supervisor.open_case(no)
    supervisor.choose("申请剔除")
    supervisor.panel.get_by_label("反映情况不实").check()
    supervisor.panel.get_by_role("textbox", name="说明").fill("经两个部门核实，情况不属实。")
    supervisor.decide("提交申请")
    expect(page.get_by_role("region", name="剔除")).to_contain_text("待决定")
    assert supervisor.severe() == []

    page = supervisor.open("/desk/cases")
    page.get_by_role("link", name="剔除待决定").click()
    wish = page.get_by_role("region", name=f"剔除申请 {no}")
    expect(wish).to_contain_text("须由他人决定")
    expect(wish.get_by_role("button", name="决定")).to_have_count(0)
    assert supervisor.severe() == []

    page = administrator.open("/desk")
    page.get_by_role("navigation", name="工作台").get_by_role("link", name="剔除").click()
    wish = page.get_by_role("region", name=f"剔除申请 {no}")
    wish.get_by_role("button", name="决定").click()
    wish.get_by_label("决定说明").fill("情况属实，同意。")
    assert administrator.severe() == []
    wish.get_by_role("button", name="同意剔除", exact=True).click()
    expect(wish).to_contain_text("已剔除")

    page = supervisor.open_case(no)
    expect(page.get_by_role("region", name="剔除")).to_contain_text("已剔除，不计入比率")
    entries = Person(stack).get(f"/cases/{no}/history")["entries"]
    assert entries[-1]["fields"]["reason"]["value"] == "反映情况不实"


def _author(stack: Stack) -> Person:
    return Person(stack).sign_in_by_phone(new_phone())
