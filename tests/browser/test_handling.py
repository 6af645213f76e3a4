"""What departments do about a case beside its course: visits, tasks of those who join in, a second objection."""

import re
from collections.abc import Callable

from playwright.sync_api import expect

from kit.testing import Stack
from people import Person, at_desk, photo
from phone import Phone
from workplace import Seat


def test_a_visit_is_written_down_with_pictures_and_stands_in_the_residents_record(
    stack: Stack, seat: Seat, file: Callable[..., str], phone: Phone
) -> None:
    no, clerk = file(), at_desk(stack, "clerk")
    for word, body in (("accept", {"urgency": "request"}), ("dispatch", {"department": "jw"})):
        clerk.do(f"/desk/cases/{no}/{word}", body)
    handler = seat("handler")
    page = handler.open_case(no)
    handler.choose("联系走访")
    handler.panel.get_by_text("现场走访", exact=True).click()
    handler.panel.get_by_label("联系对象").fill("物业负责人")
    handler.panel.get_by_label("地点").fill("幼儿园北门")
    handler.panel.get_by_label("情况和结果").fill("已到现场核实，联系电话13812345678，约定下周施工。")
    handler.panel.get_by_label("添加照片").set_input_files(
        [{"name": f"{n}.jpg", "mimeType": "image/jpeg", "buffer": photo()} for n in range(2)]
    )
    expect(handler.panel.get_by_role("img", name="现场照片2")).to_be_visible()
    assert handler.severe() == []
    handler.panel.get_by_label("公开这条记录").check()
    handler.decide("记入办理记录")
    expect(page.get_by_role("region", name="联系走访").get_by_role("img", name="现场照片2")).to_be_visible()

    handler.choose("记录")
    handler.panel.get_by_label("工作记录").fill("施工负责人王某，13912345678。")
    handler.panel.get_by_label("公开这条记录").check()
    handler.panel.get_by_role("button", name="添加记录").click()
    expect(handler.panel.get_by_role("alert")).to_contain_text("“工作记录”中有手机号 13912345678")
    assert handler.severe() == []
    handler.decide("仍要发布")

    record = phone.open(f"/affairs/cases/{no}").get_by_role("region", name="办理记录")
    expect(record).to_contain_text("线下")
    expect(record).to_contain_text("联系电话〔已隐去〕，约定下周施工。")
    expect(record.get_by_role("img", name="现场照片2")).to_be_visible()
    assert phone.severe() == []


def test_a_co_department_answers_its_task_and_the_lead_takes_the_answer_into_its_reply(
    stack: Stack, seat: Seat, file: Callable[..., str]
) -> None:
    no, clerk = file(), seat("clerk")
    clerk.open_case(no)
    clerk.decide("受理")
    clerk.pick("协办部门", "路灯", "区城管委")
    clerk.panel.get_by_label("区城管委的任务").fill("核实路灯权属，限期修复。")
    assert clerk.severe() == []
    clerk.decide("转交部门")

    joins = seat("handler_cgw")
    joins.open("/desk/cases?queue=tasks")
    expect(joins.find(no)).to_contain_text("协办待答 1")
    page = joins.open_case(no)
    expect(joins.panel.get_by_role("radio", name="核实路灯权属，限期修复。")).to_be_checked()
    joins.panel.get_by_label("协办意见").fill("路灯由我委管理，已安排本周修复。")
    joins.decide("提交协办意见")
    expect(page.get_by_role("region", name="协办")).to_contain_text("已安排本周修复")

    lead = seat("handler")
    page = lead.open_case(no)
    expect(page.get_by_role("region", name="协办")).to_contain_text("路灯由我委管理")
    lead.choose("答复")
    lead.panel.get_by_role("button", name="引用区城管委意见").click()
    expect(lead.panel.get_by_label("查清的事实")).to_have_value("区城管委：路灯由我委管理，已安排本周修复。")
    lead.panel.get_by_label("答复模板").select_option("school_works")
    lead.panel.get_by_role("button", name="只填空白部分").click()
    expect(lead.panel.get_by_label("查清的事实")).to_have_value("区城管委：路灯由我委管理，已安排本周修复。")
    expect(lead.panel.get_by_label("依据", exact=True)).to_be_focused()
    expect(lead.panel).to_contain_text(re.compile(r"还有\d处【待填】"))
    lead.panel.get_by_role("button", name="提交审核").click()
    expect(lead.panel).to_contain_text("请补全“批复或许可”，再提交")
    assert lead.severe() == []
    lead.panel.get_by_role("button", name="撤销套用").click()
    expect(lead.panel.get_by_label("依据", exact=True)).to_have_value("")
    assert "路灯由我委管理" not in Person(stack).ask("GET", f"/cases/{no}").text


def test_a_second_objection_is_ruled_by_the_supervisor_for_good(
    stack: Stack, seat: Seat, file: Callable[..., str], phone: Phone
) -> None:
    no, clerk = file(), at_desk(stack, "clerk")
    basis = {"basis": "按职责分工，此事项由教育部门负责。", "suggested_department": "jw"}
    clerk.do(f"/desk/cases/{no}/accept", {"urgency": "request"})
    clerk.do(f"/desk/cases/{no}/dispatch", {"department": "cgw"})
    at_desk(stack, "handler", "cgw").do(f"/desk/cases/{no}/return", basis)
    clerk.do(f"/desk/cases/{no}/dispatch", {"department": "jw"})

    handler = seat("handler")
    handler.open_case(no)
    handler.choose("提出异议")
    handler.panel.get_by_label("异议依据").fill("路灯属于城管部门职责。")
    handler.pick("建议承办部门", "路灯", "区城管委")
    handler.decide("报督办员裁定")

    supervisor = seat("supervisor")
    supervisor.open("/desk/cases?queue=requests")
    expect(supervisor.find(no)).to_be_visible()
    page = supervisor.open_case(no)
    expect(page.get_by_role("region", name=re.compile("^承办异议"))).to_contain_text("路灯属于城管部门职责。")
    supervisor.pick("承办部门", "路灯", "区城管委")
    supervisor.panel.get_by_label("裁定理由").fill("路灯维护属城管委职责，由其承办。")
    supervisor.decide("裁定")
    expect(page.get_by_role("region", name="转办经过")).to_contain_text("督办裁定")

    page = seat("handler_cgw").open_case(no)
    expect(page.get_by_role("region", name="办理", exact=True)).not_to_contain_text("退回")
    assert Person(stack).get(f"/cases/{no}")["hops"][-1]["ruled"] is True
    record = phone.open(f"/affairs/cases/{no}").get_by_role("region", name="办理记录")
    expect(record).to_contain_text("督办员裁定，由区城管委承办")
    expect(record).to_contain_text("路灯维护属城管委职责，由其承办。")
    assert phone.severe() == []


def test_an_empty_answer_is_explained_to_the_supervisor_who_sends_it_back(
    stack: Stack, seat: Seat, file: Callable[..., str]
) -> None:
    no, clerk = file(), at_desk(stack, "clerk")
    clerk.do(f"/desk/cases/{no}/accept", {"urgency": "request"})
    clerk.do(f"/desk/cases/{no}/dispatch", {"department": "jw"})
    empty = {"facts": "情况属实。", "rule": "按有关规定办理。", "done": "已处理完毕。", "next": "继续加强日常管理。"}
    at_desk(stack, "handler", "jw").do(f"/desk/cases/{no}/reply", empty)
    supervisor = seat("supervisor")
    page = supervisor.open_case(no)
    reply = page.get_by_role("region", name=re.compile("^答复"))
    expect(reply).to_contain_text("“查清的事实”写得很短，请核对是否说清楚了")
    expect(reply).to_contain_text("“接下来”没有写明时间")
    supervisor.choose("退回修改")
    supervisor.panel.get_by_label("修改意见").fill("请写明查到什么、何时做完。")
    assert supervisor.severe() == []
    supervisor.decide("退回修改")
    expect(reply).to_contain_text("请写明查到什么、何时做完。")
