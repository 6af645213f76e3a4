"""剔除: a supervisor asks on the case, a second person decides on the page of exclusions, and all can read why."""

from collections.abc import Callable

from playwright.sync_api import expect

from kit.testing import Stack
from people import Person, at_desk
from workplace import Seat


def test_one_asks_and_another_decides(stack: Stack, seat: Seat, file: Callable[..., str]) -> None:
    no, supervisor, administrator = file("村口信号灯不亮"), seat("supervisor"), seat("administrator")
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
