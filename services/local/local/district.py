"""Reads the district's data from its folder."""

from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from kit.district import command, load
from local.domain.district import Content, Destinations, Directory, District, GuideFile, Towns, TradeFile

FOLDER = "local"
Model = TypeVar("Model", bound=BaseModel)


def read_directory(folder: Path) -> Directory:
    """What rows name by code. Raises `pydantic.ValidationError` naming the row that is wrong."""
    towns = load(folder, "towns.yml", Towns).towns
    return Directory(district=load(folder, "district.yml", District), towns={town.code: town for town in towns})


def read_content(folder: Path) -> Content:
    """Guides, destinations and trades. Raises ValueError for a guide given twice or a town that does not exist."""
    guides = sorted((file.guide for file in _each(folder, "guides", GuideFile)), key=lambda guide: guide.rank)
    if len({guide.slug for guide in guides}) != len(guides):
        raise ValueError("a guide is there twice")
    kinds = load(folder, f"{FOLDER}/destinations.yml", Destinations).kinds
    towns = read_directory(folder).towns
    for play in (play for kind in kinds for play in kind.plays):
        if play.town not in towns:
            raise ValueError(f"the play {play.id} lies in no known town: {play.town}")
    return Content(guides=tuple(guides), kinds=kinds, trades=tuple(_each(folder, "trades", TradeFile)))


def _each(folder: Path, part: str, model: type[Model]) -> list[Model]:
    """Every file of a folder of local life, by name."""
    return [load(file.parent, file.name, model) for file in sorted((folder / FOLDER / part).glob("*.yml"))]


if __name__ == "__main__":
    command(read_content)
