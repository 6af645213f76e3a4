"""Reads what accounts needs of the district's data: who may try a demonstration."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from kit.district import command, load


class DemoPeople(BaseModel):
    """demo/people.yml. `departments` are those that have a handler and an approver."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    residents: int = Field(ge=1, le=99)
    departments: tuple[str, ...] = Field(min_length=1)


def read_demo_people(folder: Path) -> DemoPeople:
    """Who may try the demonstration. Raises `pydantic.ValidationError` naming the row that is wrong."""
    return load(folder, "demo/people.yml", DemoPeople)


if __name__ == "__main__":
    command(read_demo_people)
