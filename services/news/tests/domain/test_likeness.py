"""What is proposed as one matter: by words, place and time, and for a reason that can be said."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from kit import text
from news.domain.likeness import LikenessRules, Matter, likeness, metres_between, shared_words
from news.domain.tips import Place

GIVEN = yaml.safe_load(Path("district/likeness.yml").read_text("utf-8"))
RULES = LikenessRules.model_validate(GIVEN)
NOW = datetime(2026, 11, 20, 2, tzinfo=UTC)
DUMPING = "每晚十点以后，有货车在村东河沟里倾倒建筑垃圾，味道很大。"
AGAIN = "村东的河沟又有大货车半夜来扔建筑垃圾，没有人管。"
LAMPS = "东环路北段的路灯坏了两个多月，晚上漆黑一片，希望尽快维修。"


def matter(words: str, place: str = "", **fields: Any) -> Matter:
    given = {"town": "110114112", "at": NOW, **fields}
    return Matter(frozenset(text.grams(place, words)), frozenset(text.query_grams(place)), **given)


ONE = matter(DUMPING, "村东河沟")


def test_the_same_told_in_other_words_is_one_matter_and_something_else_of_the_town_is_not() -> None:
    found = likeness(ONE, matter(AGAIN, "河沟", at=NOW - timedelta(days=3)), RULES)
    assert found and (found.same_place, found.same_town, found.days, found.metres) == (True, True, 3, None)
    assert likeness(ONE, matter(LAMPS, "东环路"), RULES) is None
    assert likeness(ONE, matter("", "村东河沟"), RULES) is None, "what has been erased is like nothing"


def test_place_and_time_count_for_and_against() -> None:
    near = likeness(ONE, matter(AGAIN, "河沟"), RULES, 200)
    middling = likeness(ONE, matter(AGAIN, "河沟"), RULES, 2000)
    assert near and middling and near.score > middling.score and not middling.same_place
    assert likeness(ONE, matter(AGAIN, "河沟", town="110114001"), RULES, 9000) is None
    later = likeness(ONE, matter(AGAIN, "河沟", at=NOW + timedelta(days=RULES.days)), RULES)
    same = likeness(ONE, matter(AGAIN, "河沟"), RULES)
    assert later and same and later.score < same.score
    assert likeness(ONE, matter(AGAIN, "河沟", at=NOW + timedelta(days=RULES.days + 1)), RULES) is None
    unknown = likeness(ONE, matter(DUMPING, "", town=None), RULES)
    assert unknown and unknown.same_town is None and not unknown.same_place


def test_what_has_hardly_a_word_in_common_is_chance_however_short() -> None:
    short = matter("河沟垃圾")
    assert likeness(ONE, short, RULES) is None and likeness(ONE, short, RULES, RULES.same_place_metres + 1) is None
    assert likeness(ONE, short, RULES, 10) is not None, "unless it is at the same spot"
    assert likeness(ONE, matter("公交站牌倒了"), RULES, 10) is None
    assert likeness(replace(ONE, grams=frozenset()), short, RULES) is None


def test_points_lie_so_far_apart() -> None:
    here = Place(lon=116.0, lat=40.0)
    assert metres_between(here, None) is None
    assert metres_between(here, Place(lon=116.0, lat=40.01)) == pytest.approx(1113, abs=2)


def test_the_reason_names_the_longest_shared_words_and_no_number() -> None:
    assert shared_words(DUMPING, AGAIN) == ["建筑垃圾"]
    assert shared_words("请打13800138000联系", "请打13800138000联系我") == []
    assert shared_words("水管漏水", "路灯不亮") == []
    assert shared_words(LAMPS, LAMPS.replace("，", "，就是")) == ["东环路北段的路灯坏了两个多月", "希望尽快维修"]
    assert shared_words("路" * 20, "路" * 30) == [f"{'路' * 13}…"]


@pytest.mark.parametrize("wrong", [{"least": 0}, {"nearby_metres": 100}, {"far": 0.5}, {"dyas": 3}])
def test_weights_that_make_no_sense_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        LikenessRules.model_validate({**GIVEN, **wrong})
