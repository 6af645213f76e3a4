import pytest

from accounts.domain.roles import STAFF_ROLES, BadAssignment, check_assignment

KNOWN = {"jw", "cgw"}


@pytest.mark.parametrize("role", STAFF_ROLES)
def test_every_staff_role_can_be_given(role: str) -> None:
    check_assignment([role], ["jw"] if role in {"handler", "approver"} else [], KNOWN)


@pytest.mark.parametrize(
    ("roles", "departments", "field"),
    [
        ([], [], "roles"),
        (["resident"], [], "roles"),
        (["partner"], [], "roles"),
        (["emperor"], [], "roles"),
        (["handler"], [], "departments"),
        (["handler", "clerk"], ["nowhere"], "departments"),
        (["clerk"], ["jw"], "departments"),
    ],
)
def test_what_does_not_fit_is_named(roles: list[str], departments: list[str], field: str) -> None:
    with pytest.raises(BadAssignment) as refused:
        check_assignment(roles, departments, KNOWN)
    assert refused.value.field == field
