"""采访: the newsroom asks about a case, the office in charge answers, and an event tells the newsroom to look."""

from kit.errors import Conflict, Forbidden, NotFound
from kit.events import StillChanging
from kit.identity import Caller
from petition import steps
from petition.case_views import owing_unit
from petition.contract.press import AnswerPress, AskPress, PressStanding
from petition.contract.shapes import CaseReceipt
from petition.domain import press
from petition.domain.case import Case
from petition.domain.press import Asked
from petition.domain.refusals import WrongState
from petition.parts import Parts

NEWSROOM = "news"


def ask_press(parts: Parts, request: AskPress, caller: Caller) -> PressStanding:
    """Notes the question, once however often it comes, and tells how it stands.

    Raises `Forbidden` for anyone but news, `NotFound` for a case that not everyone may know of, and `Conflict`: with
    `retry_after` when it is to come again, else with the words why the case takes no further question.
    """
    if caller.id != NEWSROOM:
        raise Forbidden
    asked = Asked(request.investigation, request.question, request.text, request.workdays)
    try:
        case = steps.beside(parts, request.no, lambda case, now: press.ask(case, asked, now, parts.rules))
    except StillChanging:
        raise Conflict(extra={"retry_after": 1}) from None
    except WrongState as full:
        raise Conflict(str(full)) from None
    return _standing(parts, case, asked)


def answer_press(parts: Parts, request: AnswerPress, caller: Caller) -> CaseReceipt:
    """Answers the newsroom."""
    return steps.take(parts, caller, request, press.answer, question=request.question, text=request.text)


def _standing(parts: Parts, case: Case | None, asked: Asked) -> PressStanding:
    question = press.find(case, asked.investigation, asked.number) if case else None
    if case is None or question is None:
        raise NotFound("没有找到这件诉求。")
    answer = question.answer
    return PressStanding(
        unit=owing_unit(question, case, parts.rules.directory),
        due=question.due,
        answer=answer.text if answer else None,
        answered_at=answer.at if answer else None,
    )
