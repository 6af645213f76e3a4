"""What the check says to an article, and what it leaves alone."""

from datetime import date

import pytest

from news.domain.article import Block, CaseBlock, Kind, PictureBlock, Words
from news.domain.checking import CheckRules, Level, PersonRule, WordRule, findings

TODAY = date(2026, 11, 27)  # a Friday
TOWNS = ("回龙观街道", "天通苑北街道", "沙河镇")
RULES = CheckRules(
    town_names=Level.MUST,
    titles=Level.MUST,
    dates=Level.MUST,
    people=(PersonRule(name="王示例", titles=("县长",)), PersonRule(name="李示例", titles=("副县长",))),
    words=(
        WordRule(find="残废", why="称呼不当", instead="残疾", level=Level.MUST, except_in=("残废军人证",)),
        WordRule(find="据说", why="来源不明", level=Level.SHOULD),
    ),
)


def found(text: str, *more: str) -> list[str]:
    """What is said to a text, and to paragraphs below it."""
    blocks = tuple(Block(kind=Kind.PARAGRAPH, text=one) for one in more)
    words = Words(column="news", title=text, lead="", blocks=blocks, desk="部", source="本端")
    return [finding.text for finding in findings(words, RULES, TOWNS, TODAY)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("残废人服务", ["残废"]),
        ("补办残废军人证", []),
        ("残废军人证与残废", ["残废"]),
        ("回龙观镇的路灯", ["回龙观镇"]),
        ("回龙观街道、沙河镇、天通苑北街道", []),
        ("沙河街道修路", ["沙河街道"]),
        ("2月30日开工", ["2月30日"]),
        ("2026年2月29日", ["2026年2月29日"]),
        ("2028年2月29日", []),
        ("11月27日（星期五）", []),
        ("11月27日（星期四）", ["11月27日（星期四"]),
        ("2026年11月29日周天", []),
        ("13月1日", ["13月1日"]),
        ("县长王示例调研", []),
        ("副县长王示例调研", ["副县长王示例"]),
        ("副县长李示例调研", []),
        ("县长李示例调研", ["县长李示例", "李示例"]),
        ("王示例调研", ["王示例"]),
        ("", []),
        ("<script>alert(1)</script>" * 500, []),
    ],
)
def test_what_is_found_in_a_text(text: str, expected: list[str]) -> None:
    assert found(text) == expected


def test_an_office_is_named_once_where_the_person_is_named_first() -> None:
    assert found("王示例县长调研", "王示例强调") == []
    assert found("记者随行", "王示例强调", "县长王示例说") == ["王示例"]


def test_a_finding_says_where_and_why_and_changes_nothing() -> None:
    picture = PictureBlock(picture="a" * 32, width=1, height=1, alt="残废人通道", credit="张三")
    note = CaseBlock(no="CP20261123-7K3F9Q", note="据说如此")
    words = Words(column="news", title="据说", lead="", blocks=(picture, note), desk="部", source="本端")
    first, second, third = findings(words, RULES, TOWNS, TODAY)
    assert (first.place, first.level, first.why) == ("title", Level.SHOULD, "来源不明")
    assert (second.place, second.block, second.instead, second.level) == ("body", 0, "残疾", Level.MUST)
    assert words.blocks[1].note[third.start : third.end] == "据说"
