"""What the public should not see: withheld when intake lets a case through, or hidden when it is public already.

Every function raises `NotPermitted`, `WrongState` or `BadValue` and changes nothing then.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from petition.domain import clocks
from petition.domain.case import Appeal, Case, Hiding, Shown, Withheld
from petition.domain.change import APPEALING, HIDING_DECISION, Change, Rules, record, stop
from petition.domain.lifecycle import Action, Actor, permit
from petition.domain.masking import MASK
from petition.domain.redaction import closed, masked
from petition.domain.refusals import BadValue, WrongState


def withhold(case: Case, reasons: Mapping[str, str], rules: Rules) -> dict[str, Any]:
    """What of the case changes when these files, each for its reason, are kept from the public."""
    _check_reasons(reasons.values(), rules)
    _check_public(case, reasons, "withheld")
    return _kept_from_the_public(case, reasons)


def _check_reasons(reasons: Iterable[str], rules: Rules) -> None:
    if not set(reasons) <= rules.directory.wording.withheld.keys():
        raise BadValue("reason", "请选择不公开的理由")


def _check_public(case: Case, files: Iterable[str], field: str) -> None:
    if not set(files) <= set(case.files):
        raise BadValue(field, "公开的附件中没有这些文件，请刷新后重新选择")


def _kept_from_the_public(case: Case, reasons: Mapping[str, str]) -> dict[str, Any]:
    kept = tuple(one for one in case.asked.pictures if one not in reasons)
    added = tuple(
        Withheld(file=file, reason=reasons[file], document=file == case.document)
        for file in case.files
        if file in reasons
    )
    return {
        "asked": case.asked.model_copy(update={"pictures": kept}),
        "document": None if case.document in reasons else case.document,
        "withheld": (*case.withheld, *added),
    }


def hide(
    case: Case,
    actor: Actor,
    now: datetime,
    rules: Rules,
    *,
    passages: Sequence[str] = (),
    files: Sequence[str] = (),
    reason: str,
    text: str,
) -> Change:
    """An office takes passages and files out of what the public sees, in the history too, and tells the author why."""
    target = permit(case, Action.HIDE, actor)
    assert case.shown is not None
    if not passages and not files:
        raise BadValue("passages", "请填写要隐去的文字，或选择要隐去的附件")
    public = case.shown.model_dump().values()
    if not all(MASK not in passage and any(passage in words for words in public) for passage in passages):
        raise BadValue("passages", "公开的内容中没有这些文字，请照原文填写")
    _check_reasons([reason], rules)
    _check_public(case, files, "files")
    hidden = Hiding(passages=tuple(passages), files=tuple(files), reason=reason, text=text, by=actor.id, at=now)
    words = case.unhidden or case.shown
    changed = _kept_from_the_public(case, dict.fromkeys(files, reason))
    values = {**changed, "state": target, "hidings": (*case.hidings, hidden), "unhidden": words}
    values["shown"] = shown = shown_of(words, values["hidings"])
    entries = tuple(closed(entry, passages) for entry in case.history)
    return record(
        case.model_copy(update={"history": entries}), Action.HIDE, now, values,
        {"reason": reason, "files": len(files), **shown.model_dump()},
        {"by": actor.id, "said": text, "passages": list(passages), "hidden": list(files)}, ("case_hidden",),
    )  # fmt: skip


def shown_of(words: Shown, hidings: Sequence[Hiding]) -> Shown:
    """The words without what these hidings take out of them."""
    passages = [passage for one in hidings if one.stands for passage in one.passages]
    return masked(words, passages)


def appeal_until(hiding: Hiding, rules: Rules) -> datetime:
    """Until when its author may appeal it."""
    return clocks.start(APPEALING, rules.directory.clocks.appealing, hiding.at, rules.calendar).due


def appeal(case: Case, actor: Actor, now: datetime, rules: Rules, *, hiding: int, text: str) -> Change:
    """The author has a supervisor look at a hiding, once each. `hiding` counts from 1."""
    target = permit(case, Action.APPEAL_HIDING, actor)
    if hiding > len(case.hidings):
        raise BadValue("hiding", "没有这一次隐去")
    chosen = case.hidings[hiding - 1]
    if chosen.appeal is not None:
        raise WrongState("这一次隐去已经申诉过。")
    if now > appeal_until(chosen, rules):
        raise WrongState("申诉期限已过。")
    deciding = clocks.start(HIDING_DECISION, rules.directory.clocks.appeal_decision, now, rules.calendar)
    values = {
        "state": target,
        "hidings": _with(case, chosen, Appeal(text=text, at=now)),
        "clocks": (*case.clocks, deciding),
    }
    hidden = {"hiding": hiding, "text": text}
    return record(case, Action.APPEAL_HIDING, now, values, {}, hidden, ("case_hiding_appealed",))


def decide(case: Case, actor: Actor, now: datetime, rules: Rules, *, granted: bool, answer: str) -> Change:
    """Another supervisor upholds the hiding, or has the public see again what it took out."""
    target = permit(case, Action.DECIDE_HIDING, actor)
    chosen = case.hiding_appealed
    assert chosen is not None and chosen.appeal is not None and case.shown is not None
    decided = chosen.appeal.model_copy(update={"decided_at": now, "granted": granted, "answer": answer})
    hidings = _with(case, chosen, decided)
    values = {"state": target, "hidings": hidings, "clocks": stop(case, now, HIDING_DECISION)}
    hidden = {"by": actor.id, "answer": answer}
    if not granted:
        told = ("case_hiding_upheld",)
        return record(case, Action.DECIDE_HIDING, now, values, {"granted": False}, hidden, told)
    shown = shown_of(case.unhidden or case.shown, hidings)
    return record(
        case, Action.DECIDE_HIDING, now, {**values, "shown": shown, **_given_back(case, chosen.files)},
        {"granted": True, **shown.model_dump()}, hidden, ("case_hiding_lifted",),
    )  # fmt: skip


def _with(case: Case, chosen: Hiding, appealed: Appeal) -> tuple[Hiding, ...]:
    return tuple(one.model_copy(update={"appeal": appealed}) if one is chosen else one for one in case.hidings)


def _given_back(case: Case, files: Sequence[str]) -> dict[str, Any]:
    back = [one for one in case.withheld if one.file in files]
    pictures = (*case.asked.pictures, *(one.file for one in back if not one.document))
    return {
        "asked": case.asked.model_copy(update={"pictures": pictures}),
        "document": next((one.file for one in back if one.document), case.document),
        "withheld": tuple(one for one in case.withheld if one not in back),
    }
