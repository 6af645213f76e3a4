"""Reads the district's data from its folder."""

from pathlib import Path

from kit.district import command, load
from news.domain.district import (
    Alerts,
    Checks,
    Columns,
    Comments,
    DemoArticles,
    DemoTip,
    DemoTips,
    Directory,
    District,
    InvestigationRules,
    Offices,
    TipRules,
    Topic,
    Topics,
    Towns,
    Wording,
)
from news.domain.likeness import LikenessRules
from news.domain.ranking import RankingRules


def read_directory(folder: Path) -> Directory:
    """What articles name by code. Raises `pydantic.ValidationError` naming the row that is wrong."""
    towns = load(folder, "towns.yml", Towns).towns
    return Directory(
        district=load(folder, "district.yml", District),
        towns={town.code: town for town in towns},
        topics=_read_topics(folder),
        checks=load(folder, "checking.yml", Checks),
        alerts=load(folder, "alerts.yml", Alerts),
        comments=load(folder, "comments.yml", Comments),
        departments={office.code: office.name for office in load(folder, "departments.yml", Offices).departments},
        tips=load(folder, "tips.yml", TipRules),
        investigations=_read_investigations(folder),
        likeness=load(folder, "likeness.yml", LikenessRules),
        ranking=load(folder, "ranking.yml", RankingRules) if (folder / "ranking.yml").exists() else RankingRules(),
        at_work=load(folder, "wording.yml", Wording).states.dispatched.name,
    )


def _read_investigations(folder: Path) -> InvestigationRules:
    name = "investigations.yml"
    return load(folder, name, InvestigationRules) if (folder / name).exists() else InvestigationRules()


def _read_topics(folder: Path) -> dict[str, Topic]:
    found = load(folder, "topics.yml", Topics).topics if (folder / "topics.yml").exists() else ()
    return {topic.code: topic for topic in found}


def read_columns(folder: Path) -> Columns:
    """The columns in their order."""
    return load(folder, "columns.yml", Columns)


def read_demo(folder: Path) -> list[DemoArticles]:
    """The example articles, a file for each column; none when the district brings none.

    Raises ValueError when a key is used twice.
    """
    files = sorted((folder / "demo" / "articles").glob("*.yml"))
    found = [load(file.parent, file.name, DemoArticles) for file in files]
    keys = [row.key for part in found for row in part.articles]
    if len(set(keys)) != len(keys):
        raise ValueError("the key of an example article is used twice")
    return found


def read_demo_tips(folder: Path) -> tuple[DemoTip, ...]:
    """The example tips; none when the district brings none. Raises ValueError when a key is used twice."""
    if not (folder / "demo" / "tips.yml").exists():
        return ()
    found = load(folder / "demo", "tips.yml", DemoTips).tips
    if len({row.key for row in found}) != len(found):
        raise ValueError("the key of an example tip is used twice")
    return found


if __name__ == "__main__":
    command(read_directory, read_columns, read_demo, read_demo_tips)
