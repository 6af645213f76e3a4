"""What many requests and views are made of."""

from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from kit.contract import Command, Request, View
from kit.transfers import FileId
from petition.domain.case import State
from petition.domain.numbers import PATTERN

CaseNo = Annotated[str, StringConstraints(pattern=PATTERN, to_upper=True)]
Code = Annotated[str, StringConstraints(min_length=1, max_length=40, pattern=r"^[a-z0-9_]+$")]
Version = Annotated[int, Field(ge=1)]


def _without_repeats(pictures: list[str]) -> list[str]:
    if len(set(pictures)) != len(pictures):
        raise ValueError("同一张图片不能重复添加")
    return pictures


Pictures = Annotated[list[FileId], Field(max_length=9), AfterValidator(_without_repeats)]


class Point(Request):
    """A place in WGS-84."""

    lon: float = Field(title="经度", ge=-180, le=180)
    lat: float = Field(title="纬度", ge=-90, le=90)


class OneCase(Request):
    no: CaseNo = Field(title="编号")


class CaseCommand(Command):
    no: CaseNo = Field(title="编号")


class DeskCommand(CaseCommand):
    """A step at the desk. With `version`, it is refused when the case has changed since that version was read."""

    version: Version | None = Field(None, title="版本")


class Named(View):
    """A code and what people call it."""

    code: str
    name: str


class CaseReceipt(View):
    """What a step came to."""

    no: str
    state: State
    state_name: str
    version: int
