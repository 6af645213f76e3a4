"""Reads the district's catalogue from its folder."""

from functools import partial
from pathlib import Path

from kit.district import command, load
from services_hub.domain.catalogue import (
    Catalogue,
    Departments,
    Frame,
    Hospitals,
    ItemFile,
    Offices,
    Phrases,
    Towns,
)


def read_catalogue(folder: Path) -> Catalogue:
    """The whole catalogue: an item file for each area that has items, in the order of the areas.

    Raises `pydantic.ValidationError` naming the row that is wrong.
    """
    read = partial(load, folder)
    frame = read("hub/frame.yml", Frame)
    names = [f"hub/items/{area.code}.yml" for area in frame.areas]
    return Catalogue(
        frame=frame,
        towns=read("towns.yml", Towns).towns,
        departments=read("departments.yml", Departments).departments,
        files=tuple(read(name, ItemFile) for name in names if (folder / name).exists()),
        offices=read("hub/offices.yml", Offices).offices,
        hospitals=read("hub/hospitals.yml", Hospitals),
        phrases=read("hub/phrases.yml", Phrases),
    )


if __name__ == "__main__":
    command(read_catalogue)
