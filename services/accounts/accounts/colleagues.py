"""Staff by name: whom a case can be given to, and who it was that did something."""

from accounts.contract import Colleague, ColleaguePage, GetColleague, ListColleagues
from accounts.domain.roles import DEPARTMENT_ROLES, NEWSROOM_ROLES
from accounts.parts import Parts
from accounts.store.people import ACTIVE
from kit.errors import Forbidden, NotFound
from kit.identity import Caller
from kit.mongo import Document


def list_colleagues(parts: Parts, request: ListColleagues, caller: Caller) -> ColleaguePage:
    """Who works for a department or in the newsroom, or who these people are.

    Raises `Forbidden` for a department that is not one's own, where one acts for departments, and for a newsroom that
    one does not work in.
    """
    if request.newsroom:
        if not caller.roles & NEWSROOM_ROLES:
            raise Forbidden("只有编辑部的人员可以查看。")
        found, cursor = parts.people.of_roles(NEWSROOM_ROLES, request.limit, request.cursor)
        return ColleaguePage(items=[_colleague(person) for person in found], next_cursor=cursor)
    if request.department is None:
        return ColleaguePage(items=[_colleague(person) for person in parts.people.named(request.ids)])
    if caller.roles <= DEPARTMENT_ROLES and request.department not in caller.departments:
        raise Forbidden("您只能查看本部门的工作人员。")
    found, cursor = parts.people.of_department(request.department, request.limit, request.cursor)
    return ColleaguePage(items=[_colleague(person) for person in found], next_cursor=cursor)


def get_colleague(parts: Parts, request: GetColleague) -> Colleague:
    """A member of staff in service. Raises `NotFound`, also for who was dismissed."""
    found = [_colleague(person) for person in parts.people.named([request.id])]
    if not found or not found[0].working:
        raise NotFound("没有找到这位工作人员。")
    return found[0]


def _colleague(person: Document) -> Colleague:
    return Colleague(
        id=person["_id"],
        name=person["nickname"],
        roles=person["roles"],
        departments=person["departments"],
        working=person["state"] == ACTIVE,
    )
