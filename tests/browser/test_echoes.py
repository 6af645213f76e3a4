"""回音壁 as residents see it: what the newsroom asked an office, and whether it has answered."""

from collections.abc import Callable

from playwright.sync_api import expect

from kit.testing import Stack, wait_until
from newsdesk import at_desk, publish_report
from people import Person
from phone import Phone


def asked(stack: Stack, no: str) -> None:
    """The newsroom asks the office in charge about this case."""
    editor, reporter = at_desk(stack, "editor"), Person(stack).sign_in_at_desk("reporter")
    matter = {
        "title": "路灯为何不亮",
        "question": "归谁管，什么时候能亮？",
        "lead": reporter.account["id"],
        "cases": [no],
    }
    number = editor.do("/desk/investigations", matter)["id"]
    question = {"case": no, "text": "请问何时修好？", "workdays": 2}
    wait_until(lambda: editor.ask("POST", f"/desk/investigations/{number}/questions", json=question).ok, every=1)


def test_what_the_newsroom_asked_an_office_is_on_the_wall_with_what_came_of_it(
    stack: Stack, at_department: Callable[[str], str], phone: Phone
) -> None:
    no = at_department("广场北侧道路没有路灯")
    title = f"广场北侧的灯，什么时候能亮 {no[-6:]}"
    publish_report(stack, no, title=title)
    asked(stack, no)

    def told() -> list[bool]:
        reports = [one for one in Person(stack).get("/echoes", limit=20)["items"] if one["title"] == title]
        return [one["answered_at"] is not None for report in reports for one in report["follow_ups"][0]["press"]]

    wait_until(lambda: told() == [False], every=0.5)
    page = phone.open("/news/echoes")
    report = page.get_by_role("article").filter(has_text=title)
    expect(report).to_contain_text("编辑部今天采访")
    expect(report).not_to_contain_text("逾期")
    handler = at_desk(stack, "handler", "jw")
    handler.do(f"/desk/cases/{no}/answer-press", {"question": 1, "text": "已安排检修，本周五前全部修复。"})
    wait_until(lambda: told() == [True], every=0.5)
    page.reload()
    expect(report).to_contain_text("今天已答复")
    page.get_by_role("button", name="已办结").click()
    expect(page.get_by_role("button", name="已办结")).to_have_attribute("aria-pressed", "true")
    expect(report).to_have_count(0)
    assert phone.severe() == []
