"""Roles, and which of them act for a department."""

from collections.abc import Collection
from enum import StrEnum


class Role(StrEnum):
    RESIDENT = "resident"
    CLERK = "clerk"
    HANDLER = "handler"
    APPROVER = "approver"
    SUPERVISOR = "supervisor"
    LEADER = "leader"
    REPORTER = "reporter"
    EDITOR = "editor"
    DUTY_EDITOR = "duty_editor"
    CHIEF_EDITOR = "chief_editor"
    HUB_OPERATOR = "hub_operator"
    LOCAL_EDITOR = "local_editor"
    MERCHANT = "merchant"
    ADMINISTRATOR = "administrator"
    PARTNER = "partner"


NOT_FOR_STAFF = frozenset({Role.RESIDENT, Role.PARTNER})
STAFF_ROLES = tuple(role for role in Role if role not in NOT_FOR_STAFF)
DEPARTMENT_ROLES = frozenset({Role.HANDLER, Role.APPROVER})
NEWSROOM_ROLES = frozenset({Role.REPORTER, Role.EDITOR, Role.DUTY_EDITOR, Role.CHIEF_EDITOR})


class BadAssignment(ValueError):
    """Roles and departments do not fit; ``field`` names the one to correct, the message says how, in Chinese."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


def check_assignment(roles: Collection[str], departments: Collection[str], known_departments: Collection[str]) -> None:
    """Raises BadAssignment. A handler or approver acts for at least one department; nobody else has any."""
    if not roles or any(role not in STAFF_ROLES for role in roles):
        raise BadAssignment("roles", "请至少选择一个有效的工作角色")
    if unknown := sorted(set(departments) - set(known_departments)):
        raise BadAssignment("departments", f"没有这个部门：{'、'.join(unknown)}")
    bound = bool(DEPARTMENT_ROLES.intersection(roles))
    if bound and not departments:
        raise BadAssignment("departments", "承办人和审批人须至少选择一个部门")
    if departments and not bound:
        raise BadAssignment("departments", "只有承办人和审批人才绑定部门")
