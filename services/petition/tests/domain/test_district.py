"""The district is data: this one is complete, and another one works as well."""

import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from petition.district import read_rules
from petition.domain import handling, intake
from petition.domain.case import Asked
from petition.domain.change import Rules
from petition.domain.lifecycle import Actor
from petition.domain.refusals import BadValue

CLERK = Actor("staff", "s_1", frozenset({"clerk"}))
FACT = {"source": "示例", "checked_on": "2026-01-01", "verified": False}


def test_this_district_is_complete(rules: Rules) -> None:
    found = rules.directory
    kinds = [town.kind for town in found.towns.values()]
    assert len(kinds) == 22
    assert kinds.count("街道") == 8
    assert len(found.categories) >= 12
    assert all(len(category.items) >= 6 for category in found.categories)
    assert {"jw", "cgw", "tongxin", "sw", "110114112"} <= set(found.departments)
    assert all(not town.verified and town.source for town in found.towns.values())
    assert all(found.district.bbox.holds(town.centre) for town in found.towns.values())


BOX = {"west": 117.0, "south": 30.0, "east": 118.0, "north": 31.0}
COUNTY = {"name": "示例县", "code": "999901", "number_prefix": "SL", "timezone": "Asia/Shanghai", "bbox": BOX, **FACT}
TOWN = {"code": "999901001", "name": "东镇", "kind": "镇", "centre": {"lon": 117.5, "lat": 30.5}, **FACT}
WORKS = {"code": "works", "name": "示例建设局", "short": "建设", "topics": ["道路"], **FACT}
TEMPLATE = {"code": "done", "name": "已解决", **dict.fromkeys(("facts", "rule", "done", "next"), "【待填：内容】")}
HOLES = {"code": "holes", "name": "坑洼", "department": "works", "urgency": "request"}
FILES: dict[str, Any] = {
    "district": COUNTY,
    "towns": {"towns": [TOWN]},
    "departments": {"departments": [WORKS]},
    "categories": {"categories": [{"code": "roads", "name": "道路", "items": [HOLES]}]},
}


@pytest.fixture
def elsewhere(tmp_path: Path) -> Callable[..., Path]:
    """A folder with a tiny district of other names, with some files changed."""

    def make(**changes: Any) -> Path:
        shutil.copy(Path("tests/other_district/reply_templates.yml"), tmp_path)
        for name in ("clocks.yml", "wording.yml", "refusals.yml", "replies.yml", "figures.yml", "leaders.yml"):
            shutil.copy(Path("district") / name, tmp_path / name)
        for name, content in {**FILES, **changes}.items():
            (tmp_path / f"{name}.yml").write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
        return tmp_path

    return make


def test_a_district_with_other_names_runs_the_same_software(elsewhere: Callable[..., Path]) -> None:
    rules = read_rules(elsewhere())
    now = datetime(2026, 11, 18, 2, 0, tzinfo=UTC)
    asked: dict[str, Any] = {
        "category": "holes", "town": "999901001", "place": "", "point": {"lon": 117.5, "lat": 30.5},
        "title": "路面坑洼", "text": "请修路", "pictures": (), "visibility": "public",
    }  # fmt: skip
    case = intake.submit("SL20261118-000000", "r_1", Asked.model_validate(asked), now, rules).case
    case = intake.accept(case, CLERK, now, rules, urgency="request").case
    assert handling.dispatch(case, CLERK, now, rules, department="works").case.department == "works"
    with pytest.raises(BadValue, match="示例县"):
        asked["point"] = {"lon": 116.3, "lat": 40.1}
        intake.submit("SL20261118-000001", "r_1", Asked.model_validate(asked), now, rules)


@pytest.mark.parametrize(
    "changes",
    [
        {"categories": {"categories": [{"code": "a", "name": "a", "items": [{**HOLES, "department": "nobody"}]}]}},
        {"departments": {"departments": [WORKS, WORKS]}},
        {"towns": {"towns": []}},
        {"towns": {"towns": [{**TOWN, "centre": {"lon": 117.5, "lat": 300}}]}},
        {"towns": {"towns": [{**TOWN, "centre": {"lon": 117.5, "lat": 30.5, "height": 3}}]}},
        {"district": {"name": "示例县"}},
        {"reply_templates": {**FACT, "templates": [{**TEMPLATE, "facts": "到{street}核实。"}]}},
        {"reply_templates": {**FACT, "templates": [{**TEMPLATE, "categories": ["nothing"]}]}},
        {"reply_templates": {**FACT, "templates": [TEMPLATE, TEMPLATE]}},
        {"district": {**COUNTY, "timezone": "Asia/Nowhere"}},
    ],
)
def test_data_that_does_not_fit_is_refused_at_start(elsewhere: Callable[..., Path], changes: dict[str, Any]) -> None:
    with pytest.raises((ValidationError, ValueError)):
        read_rules(elsewhere(**changes))
