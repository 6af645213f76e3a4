"""What is kept of a measurement."""

from pathlib import Path

from bench import report
from bench.measure import FULL, Row, Target
from bench.rounds import Spread

ORDER = ("read", "cached", "relay")


def row(figure: float) -> Row:
    return Row("events", "the peer", Spread(figure, figure - 1, figure + 1), Target(least=8), "beside")


def test_a_measure_rewrites_its_own_section_and_leaves_the_others(tmp_path: Path) -> None:
    file = tmp_path / "results.md"
    report.keep(file, ["2 cores"], FULL, {"relay": [row(9)]}, ORDER)
    report.keep(file, ["4 cores"], FULL, {"read": [row(3)]}, ORDER)
    report.keep(file, ["8 cores"], FULL, {"relay": [row(7)]}, ORDER)
    text = file.read_text("utf-8")
    assert text.index("## read") < text.index("## relay")
    assert text.count("## ") == 2
    assert "4 cores" in text
    assert "8 cores" in text
    assert "2 cores" not in text
    assert "| events | the peer | 7.00 (6.00–8.00) × | ≥ 8 × | MISSED | beside |" in text
