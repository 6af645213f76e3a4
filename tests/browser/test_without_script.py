"""What is public reads without script, too; with script the app takes its place."""

from collections.abc import Callable

from playwright.sync_api import expect

from kit.testing import Stack, wait_until
from people import Person
from phone import Phone
from story import Desk, Story

TITLE = "崔村镇幼儿园何时施工改造"


def test_a_case_reads_without_script_from_its_question_to_its_rating(
    stack: Stack, new_phone: Callable[..., Phone]
) -> None:
    story = Story.begin(stack, Desk.open(stack)).tell(with_picture=False)
    wait_until(lambda: Person(stack).get(f"/cases/{story.no}")["ratings"])
    plain = new_phone(java_script_enabled=False)
    page = plain.open(f"/affairs/cases/{story.no}")
    expect(page.get_by_role("heading", name=TITLE, level=1)).to_be_visible()
    main = page.get_by_role("main")
    expect(main.get_by_role("listitem")).to_have_count(5)
    for said in (story.text, "已完成招标，施工单位于本周进场。", "反映人评价：问题已解决，满意程度 5 分"):
        expect(main).to_contain_text(said)
    shown = main.bounding_box()
    assert shown is not None and shown["width"] <= plain.KIND["viewport"]["width"]
    app = new_phone().open(f"/affairs/cases/{story.no}")
    expect(app.get_by_role("heading", name=TITLE, level=2)).to_be_visible()
    expect(app.get_by_role("heading", name=TITLE, level=1)).to_have_count(0)


def test_a_guide_reads_without_script_step_by_step(stack: Stack, new_phone: Callable[..., Phone]) -> None:
    guide = Person(stack).get("/guides/marriage")
    page = new_phone(java_script_enabled=False).open("/life/guides/marriage")
    expect(page.get_by_role("heading", name=guide["title"], level=1)).to_be_visible()
    for step in guide["steps"]:
        expect(page.get_by_role("main")).to_contain_text(step["title"])
