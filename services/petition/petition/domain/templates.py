"""Texts from which a reply begins, and what is left to fill in before it may go on."""

import re
from collections.abc import Mapping
from typing import NamedTuple

from petition.domain.case import Case, Said
from petition.domain.change import Rules
from petition.domain.district import TEMPLATE_NAMES, Template
from petition.domain.refusals import BadValue

MARK = "【待填：{}】"
_UNFILLED = re.compile(r"【待填[：:]([^】\n]{1,40})】")


class Offered(NamedTuple):
    """A template as it is offered for a case, with what the case itself says filled in."""

    code: str
    name: str
    hint: str
    said: Said


def offered(case: Case, rules: Rules) -> list[Offered]:
    """The templates that suit the case: those of its subject first, then of its group, then those for all."""
    ranks = {case.asked.category: 0, _group(case, rules): 1}
    suiting = [
        (min((ranks[code] for code in one.categories if code in ranks), default=2), one)
        for one in rules.directory.templates
        if _suits(one, case, ranks)
    ]
    values = _values(case, rules)
    return [_filled(one, values) for _, one in sorted(suiting, key=lambda ranked: ranked[0])]


def check_filled(parts: Mapping[str, str]) -> None:
    """Raises `BadValue` for the first part in which something of a template is left to fill in."""
    for field, text in parts.items():
        if left := _UNFILLED.findall(text):
            more = f"等{len(left)}处" if len(left) > 1 else ""
            raise BadValue(field, f"请补全“{left[0].strip()}”{more}，再提交")


def _suits(one: Template, case: Case, ranks: Mapping[str | None, int]) -> bool:
    matter = not one.categories or any(code in ranks for code in one.categories)
    return matter and (not one.departments or case.department in one.departments)


def _group(case: Case, rules: Rules) -> str | None:
    groups = rules.directory.categories
    return next((group.code for group in groups if any(s.code == case.asked.category for s in group.items)), None)


def _values(case: Case, rules: Rules) -> dict[str, str]:
    found = rules.directory
    names = {
        "place": (case.shown or case.asked).place,  # a reply is read by all: never what was taken out of it
        "town": found.towns[case.asked.town].name if case.asked.town in found.towns else "",
        "category": found.subjects[case.asked.category].name if case.asked.category in found.subjects else "",
        "department": found.departments[case.department].name if case.department in found.departments else "",
    }
    return {name: names[name] or MARK.format(_LABELS[name]) for name in TEMPLATE_NAMES}


_LABELS = {"place": "地点", "town": "属地", "category": "事项", "department": "承办部门"}


def _filled(one: Template, values: Mapping[str, str]) -> Offered:
    said = Said(**{part: getattr(one, part).format_map(values) for part in Said.model_fields})
    return Offered(one.code, one.name, one.hint, said)
