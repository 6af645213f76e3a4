"""Files sent and read in pieces: the requests and answers of services that take pictures."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from kit.contract import Command, Request, View

MEGABYTE = 1024 * 1024
Size = Literal["thumb", "full"]
Copy = Literal["webp480", "webp960", "webp1600", "jpeg480", "jpeg960", "jpeg1600"]
"""The narrower copies of a picture, as `kit.derivatives` names them."""
FileId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]


class StartUpload(Command):
    content_type: str = Field(title="文件类型", max_length=100)
    size: int | None = Field(None, title="文件大小", ge=1)


class PutChunk(Request):
    id: FileId = Field(title="上传编号")
    number: int = Field(title="分块序号", ge=0, le=1000)
    data: bytes = Field(title="分块内容")


class FinishUpload(Request):
    id: FileId = Field(title="上传编号")
    size: int = Field(title="文件大小", ge=1)
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-fA-F]{64}$")] = Field(title="校验值")


class ReadPicture(Request):
    id: FileId = Field(title="图片编号")
    size: Size = Field("full", title="图片大小")
    offset: int = Field(0, title="起点", ge=0)
    length: int = Field(256 * 1024, title="长度", ge=1, le=MEGABYTE)


class Upload(View):
    id: str


class Chunk(View):
    number: int


class Picture(View):
    id: str
    width: int
    height: int


class PictureData(View):
    """A piece of a JPEG or PDF file; `total` bytes in all. `public`: everyone may see it, so that it may be cached."""

    data: bytes
    total: int
    content_type: str
    sha256: str
    public: bool
