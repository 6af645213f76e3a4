"""Who may know whom by name."""

from typing import Any

import pytest

from accounts.colleagues import get_colleague, list_colleagues
from accounts.contract import GetColleague, ListColleagues, StaffCommand
from accounts.staff import dismiss_staff
from kit.errors import Forbidden, Invalid, NotFound
from kit.identity import Caller
from kit.testing import new_key

from .conftest import ADMINISTRATOR, World


def caller(role: str, *departments: str) -> Caller:
    return Caller("staff", f"s_{role}", frozenset({role}), frozenset(departments))


def names(world: World, by: Caller, **asked: Any) -> list[str]:
    return [one.name for one in list_colleagues(world.parts, ListColleagues(**asked), by).items]


def test_a_department_knows_its_own_and_who_has_left_is_not_offered(world: World) -> None:
    world.hire("wang", name="王丽", roles=["handler"], departments=["jw"])
    gone = world.hire("zhao", name="赵强", roles=["approver"], departments=["jw"])
    world.hire("liming", name="李明", roles=["handler"], departments=["cgw"])
    world.hire("qian", name="钱静", roles=["clerk"])
    dismiss_staff(world.parts, StaffCommand(id=gone.staff.id, idempotency_key=new_key()), ADMINISTRATOR, world.now)
    assert names(world, caller("handler", "jw"), department="jw") == ["王丽"]
    assert names(world, caller("clerk"), department="cgw") == ["李明"]
    with pytest.raises(Forbidden):
        names(world, caller("approver", "jw"), department="cgw")


def test_the_newsroom_knows_itself_and_nobody_else_asks(world: World) -> None:
    world.hire("sun", name="孙记者", roles=["reporter", "editor"])
    world.hire("zhou", name="周编辑", roles=["duty_editor"])
    world.hire("qian", name="钱静", roles=["clerk"])
    assert sorted(names(world, caller("editor"), newsroom=True)) == ["周编辑", "孙记者"]
    with pytest.raises(Forbidden):
        names(world, caller("clerk"), newsroom=True)


def test_people_are_known_by_their_ids_also_after_they_have_left(world: World) -> None:
    wang = world.hire("wang", name="王丽", roles=["handler"], departments=["jw"])
    dismiss_staff(world.parts, StaffCommand(id=wang.staff.id, idempotency_key=new_key()), ADMINISTRATOR, world.now)
    page = list_colleagues(world.parts, ListColleagues(ids=[wang.staff.id, "s_nobody"]), caller("handler", "cgw"))
    assert [(one.name, one.working) for one in page.items] == [("王丽", False)]
    assert names(world, caller("clerk")) == []
    _, resident = world.resident()
    assert names(world, caller("clerk"), ids=[resident.account.id]) == [], "residents are nobody's colleagues"


def test_who_was_dismissed_or_is_a_resident_gets_no_work(world: World) -> None:
    wang = world.hire("wang", name="王丽", roles=["handler"], departments=["jw"]).staff.id
    assert get_colleague(world.parts, GetColleague(id=wang)).departments == ["jw"]
    dismiss_staff(world.parts, StaffCommand(id=wang, idempotency_key=new_key()), ADMINISTRATOR, world.now)
    _, resident = world.resident()
    for account in (wang, resident.account.id, "s_nobody"):
        with pytest.raises(NotFound):
            get_colleague(world.parts, GetColleague(id=account))


def test_the_newsroom_knows_its_own_and_others_do_not_ask_for_it(world: World) -> None:
    gone = world.hire("zhao", name="赵强", roles=["editor"])
    world.hire("liming", name="李明", roles=["duty_editor"])
    world.hire("qian", name="钱静", roles=["clerk"])
    dismiss_staff(world.parts, StaffCommand(id=gone.staff.id, idempotency_key=new_key()), ADMINISTRATOR, world.now)
    assert names(world, caller("chief_editor"), newsroom=True) == ["李明"]
    with pytest.raises(Forbidden):
        names(world, caller("clerk"), newsroom=True)


def test_a_large_department_comes_in_pages(world: World) -> None:
    for number in range(5):
        world.hire(f"wang{number}", name=f"王{number}", roles=["handler"], departments=["jw"])
    seen, cursor = [], None
    while True:
        request = ListColleagues(department="jw", limit=2, cursor=cursor)
        page = list_colleagues(world.parts, request, caller("supervisor"))
        seen += [one.name for one in page.items]
        if not (cursor := page.next_cursor):
            break
    assert sorted(seen) == [f"王{number}" for number in range(5)]
    with pytest.raises(Invalid):
        names(world, caller("supervisor"), department="jw", cursor="x")
