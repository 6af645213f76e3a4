"""What the offices do with a case."""

from datetime import date
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, StringConstraints, model_validator

from kit.contract import Request, Text
from kit.transfers import FileId
from petition.contract.shapes import CaseNo, Code, DeskCommand, Pictures
from petition.domain.case import ContactKind, Finding
from petition.domain.masking import Kind


class MergeCase(DeskCommand):
    into: CaseNo = Field(title="并入的诉求编号")


class UnmergeCase(DeskCommand):
    pass


class DecideRedaction(DeskCommand):
    granted: bool = Field(title="是否隐去")
    answer: Text = Field(title="向反映人说明", min_length=2, max_length=500)


class DecideAppeal(DeskCommand):
    granted: bool = Field(title="是否受理")
    answer: Text = Field(title="向反映人说明", min_length=5, max_length=1000)


class Mask(Request):
    """Characters of what will be published that the public does not read, from `start` up to but not `end`."""

    field: Literal["title", "text", "place"] = Field(title="位置")
    start: int = Field(title="起点", ge=0)
    end: int = Field(title="终点", ge=1)
    kind: Kind = Field(Kind.OTHER, title="种类")


class Withhold(Request):
    """A picture of the author's, or his PDF, that the public does not see."""

    file: FileId = Field(title="附件")
    reason: Code = Field(title="不公开的理由")


class AcceptCase(DeskCommand):
    """With `masks`, just these are masked, in the text as it is published; without, all that is found is."""

    urgency: Code = Field(title="办理类别")
    publish_text: Text | None = Field(None, title="公开正文", min_length=5, max_length=5000)
    masks: list[Mask] | None = Field(None, title="遮盖", max_length=200)
    withheld: list[Withhold] = Field(default_factory=list, title="不公开的附件", max_length=10)


class HideWords(DeskCommand):
    """`passages` as the public reads them; `files` are public pictures of the author's, or his PDF."""

    passages: list[Annotated[Text, StringConstraints(min_length=1, max_length=500)]] = Field(
        default_factory=list, title="要隐去的文字", max_length=20
    )
    files: list[FileId] = Field(default_factory=list, title="要隐去的附件", max_length=10)
    reason: Code = Field(title="不公开的理由")
    text: Text = Field(title="向反映人说明", min_length=5, max_length=500)


class DecideHiding(DeskCommand):
    granted: bool = Field(title="是否恢复公开")
    answer: Text = Field(title="向反映人说明", min_length=2, max_length=500)


class AskAuthor(DeskCommand):
    text: Text = Field(title="提问", min_length=5, max_length=1000)


class RefuseCase(DeskCommand):
    reason: Code = Field(title="不予受理的理由")
    text: Text = Field(title="说明", min_length=5, max_length=1000)


class ReferElsewhere(DeskCommand):
    where: Code = Field(title="应当反映的机构")
    text: Text = Field(title="说明", min_length=5, max_length=1000)


class GiveTask(Request):
    """What a co-department has to do; `due` is the working day at whose close of business it owes its answer."""

    department: Code = Field(title="协办部门")
    text: Text = Field(title="协办任务", min_length=5, max_length=500)
    due: date | None = Field(None, title="协办期限")


class DispatchCase(DeskCommand):
    department: Code = Field(title="主办部门")
    co_departments: list[Code] = Field(default_factory=list, title="协办部门", max_length=8)
    tasks: list[GiveTask] = Field(default_factory=list, title="协办任务", max_length=8)

    @model_validator(mode="after")
    def _one_task_each(self) -> "DispatchCase":
        if len({task.department for task in self.tasks}) != len(self.tasks):
            raise ValueError("每个协办部门只布置一项任务")
        return self


class AnswerTask(DeskCommand):
    """`task` counts the tasks of the case from 1."""

    task: int = Field(title="协办任务", ge=1, le=1000)
    text: Text = Field(title="协办意见", min_length=5, max_length=3000)


class ReturnCase(DeskCommand):
    basis: Text = Field(title="退回依据", min_length=5, max_length=1000)
    suggested_department: Code = Field(title="建议承办部门")


class ObjectToDispatch(ReturnCase):
    pass


class RuleDispatch(DeskCommand):
    """`department`: the one that has the case, or another that gets it at once."""

    department: Code = Field(title="承办部门")
    answer: Text = Field(title="裁定理由", min_length=5, max_length=1000)


class AssignCase(DeskCommand):
    handler: Annotated[str, StringConstraints(pattern=r"^s_[\w-]{1,60}$")] = Field(title="承办人")


class GivePromise(Request):
    """What a reply promises, and the day at whose close of business it is due."""

    text: Text = Field(title="承诺事项", min_length=5, max_length=200)
    day: date = Field(title="完成日期")


class ReplyCommand(DeskCommand):
    """An answer in its four parts."""

    facts: Text = Field(title="核实情况", min_length=5, max_length=3000)
    rule: Text = Field(title="政策依据", min_length=5, max_length=3000)
    done: Text = Field(title="办理结果", min_length=5, max_length=3000)
    next: Text = Field(title="后续安排", min_length=5, max_length=3000)


class DraftReply(ReplyCommand):
    promises: list[GivePromise] = Field(default_factory=list, title="承诺", max_length=5)


class CorrectReply(ReplyCommand):
    reason: Text = Field(title="更正原因", min_length=5, max_length=500)


class DecideCorrection(DeskCommand):
    granted: bool = Field(title="是否同意")
    answer: Text = Field("", title="审核意见", max_length=500)


class AnswerFollowUp(DeskCommand):
    text: Text = Field(title="追问答复", min_length=5, max_length=3000)


class ReportPromise(DeskCommand):
    """`promise` counts the promises of the case from 1."""

    promise: int = Field(title="承诺", ge=1, le=1000)
    kept: bool = Field(title="是否兑现")
    text: Text = Field(title="完成情况", min_length=5, max_length=2000)


class ApproveReply(DeskCommand):
    pass


class SendBackReply(DeskCommand):
    remark: Text = Field(title="修改意见", min_length=2, max_length=1000)


class PublishReply(DeskCommand):
    pass


class AddNote(DeskCommand):
    text: Text = Field(title="记录", min_length=2, max_length=2000)
    public: bool = Field(title="是否公开")


class AskExtension(DeskCommand):
    days: int = Field(title="延长的工作日", ge=1, le=100)
    reason: Text = Field(title="延期理由", min_length=5, max_length=500)


class DecideExtension(DeskCommand):
    granted: bool = Field(title="是否同意")
    answer: Text = Field("", title="审批意见", max_length=500)


class UrgeCase(DeskCommand):
    text: Text = Field(title="催办意见", min_length=2, max_length=500)


class AnswerCard(DeskCommand):
    """`card` counts the cards of the case from 1."""

    card: int = Field(title="督办牌", ge=1, le=1000)
    text: Text = Field(title="整改说明", min_length=10, max_length=2000)


class LogContact(DeskCommand):
    """`whom` in general terms: 反映人, 物业负责人; nobody's name or number is needed."""

    kind: ContactKind = Field(title="方式")
    at: AwareDatetime = Field(title="时间")
    whom: Text = Field(title="联系对象", min_length=2, max_length=50)
    place: Text = Field("", title="地点", max_length=100)
    text: Text = Field(title="情况和结果", min_length=5, max_length=2000)
    pictures: Pictures = Field(default_factory=list, title="照片")
    public: bool = Field(title="是否公开")


class InspectCase(DeskCommand):
    """`demand`: the department in charge has to say what it puts right, beside a yellow card."""

    finding: Finding = Field(title="督查结论")
    at: AwareDatetime = Field(title="时间")
    whom: Text = Field(title="督查人员", min_length=2, max_length=50)
    place: Text = Field(title="地点", min_length=2, max_length=100)
    text: Text = Field(title="督查情况", min_length=5, max_length=2000)
    pictures: Pictures = Field(default_factory=list, title="照片")
    public: bool = Field(title="是否公开")
    demand: bool = Field(False, title="是否要求整改")
