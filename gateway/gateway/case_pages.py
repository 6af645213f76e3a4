"""What a case's page says where no scripts run: what everybody may read of it, as petition tells it to everybody.

Nothing is reckoned by the time of day, as a page that was made is sent until its case changes. A card is kept by others
for long: so it has neither the author's text nor his pictures, which may have to go.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from gateway.app_pages import Kind, Subject, icon
from gateway.feeds.shown import address, case_address, lines, minute, promise

Case = Mapping[str, Any]
_STEPS = (
    ("collect", "收集整理", "intake"),
    ("report", "上报通报", "dispatch"),
    ("handle", "调查办理", "handling"),
    ("supervise", "督办落实", "approval"),
    ("feedback", "反馈回复", "rating"),
)
"""The five steps: code, name, and the limit under which each one stands."""
_REPLY = (("facts", "核实情况"), ("done", "办理结果"), ("next", "后续安排"), ("rule", "政策依据"))
_MOVED = {
    "extended": "经批准延期至",
    "replanned": "节假日安排公布后，办理时限重新计算为",
    "waited_for_resident": "等反映人补充情况，办理时限顺延至",
}


def subject(case: Case, origin: str, app: str) -> Subject:
    """A case for its page."""
    return Subject(
        title=case["title"],
        description=" · ".join(_facts(case)),
        url=case_address(origin, case["no"]),
        image=icon(origin),
        text=_text(case, origin),
        facts={"article:published_time": case["filed_at"], "article:section": case["category"]["name"]},
    )


CASES = Kind(subject, missing="没有找到这件问政，或者它没有公开。")


def _facts(case: Case) -> list[str]:
    """How it stands, who is in charge, what it is about and where."""
    office = [case["department"]["name"]] if case["department"] else []
    return [_state(case), *office, case["category"]["name"], case["town"]["name"]]


def _state(case: Case) -> str:
    return str(case["ending_name"] or case["state_name"])


def _text(case: Case, origin: str) -> str:
    state, *facts = _facts(case)
    head = [
        f'<p class="muted"><span class="tag">{lines(state)}</span> {lines(" · ".join(facts))}</p>',
        f"<h1>{lines(case['title'])}</h1>",
        _paragraph(case["text"]),
        _muted(f"编号 {case['no']} · {minute(case['filed_at'])} 提交"),
    ]
    sections = [
        _section("下一步", _next(case)),
        *(_reply(case["reply"]) if case["reply"] else ()),
        *(_verdict(case["verdict"]) if case["verdict"] else ()),
        _section("承诺", map(_promise, case["promises"])),
        _section("评价", map(_rating, case["ratings"])),
        *map(_round, reversed(case["rounds"])),
        _section("办理过程", _course(case)),
        _section("转办情况", _hops(case["hops"])),
        _section("相关报道", (_report(one, origin) for one in case.get("coverage", ()))),
    ]
    up = '<p><a href="/affairs">我要问政</a></p>'
    return f'<main class="scriptless">{up}{"".join((*head, *sections))}</main>'


def _section(heading: str, parts: Iterable[str]) -> str:
    """A part of the page; nothing where it has nothing to say."""
    said = "".join(parts)
    return f'<section class="card"><h2>{lines(heading)}</h2>{said}</section>' if said else ""


def _paragraph(text: str) -> str:
    return f"<p>{lines(text)}</p>" if text else ""


def _muted(text: str) -> str:
    return f'<p class="muted">{lines(text)}</p>' if text else ""


def _next(case: Case) -> list[str]:
    """Who does what until when, as others are told of it: to its author alone one says 请."""
    if case["ended_at"]:
        return []
    step = case["next_step"]
    until = f"（{_due(step['until'], step)}）" if step["until"] else ""
    return [_paragraph(f"{step['who']}{step['what'].removeprefix('请')}{until}")]


def _due(at: str, one: Mapping[str, Any]) -> str:
    """A limit, and whether it may yet be planned anew."""
    return f"{minute(at)} 前{'（暂定）' if one.get('provisional') else ''}"


def _course(case: Case) -> list[str]:
    """The five steps with their times and limits, as far as the case came or is to go; then what moved its limit."""
    clocks = {clock["name"]: clock for clock in case["clocks"]}
    at = [code for code, _, _ in _STEPS].index(case["step"])
    shown = _STEPS[: at + 1] if case["ended_at"] and not case["reply"] else _STEPS
    steps = (_step(name, _when(case, code, clocks.get(clock), clocks)) for code, name, clock in shown)
    overall = clocks.get("overall")
    moves = overall["moves"] if overall else ()
    return [f"<ol>{''.join(steps)}</ol>", *map(_move, moves)]


def _step(name: str, when: str) -> str:
    return f'<li><b>{name}</b> <span class="muted">{lines(when or "—")}</span></li>'


def _when(case: Case, code: str, clock: Mapping[str, Any] | None, clocks: Mapping[str, Mapping[str, Any]]) -> str:
    """When a step was over, against its limit; until when it is to be over, while it is not."""
    reply = case["reply"]
    if code == "feedback" and reply and reply["published_at"]:
        overall = clocks.get("overall")
        return f"{minute(reply['published_at'])} 答复{_against(overall)}"
    if clock is None:
        return ""
    if clock["stopped_at"]:
        return f"{minute(clock['stopped_at'])} 完成{_against(clock)}"
    return _due(clock["due"], clock)


def _against(clock: Mapping[str, Any] | None) -> str:
    """How what is over stands to its limit."""
    if clock is None or not clock["stopped_at"]:
        return ""
    return f"，时限 {minute(clock['due'])}，{'按时' if clock['kept'] else '超时'}"


def _move(one: Mapping[str, Any]) -> str:
    said = _MOVED.get(one["reason"], "办理时限调整为")
    return _muted(f"{said} {minute(one['after'])}，原定 {minute(one['before'])}")


def _hops(hops: Iterable[Mapping[str, Any]]) -> list[str]:
    """Where it went, who joined in, and what an office said that was not its own."""
    return [part for hop in hops for part in _hop(hop)]


def _hop(hop: Mapping[str, Any]) -> list[str]:
    who = hop["department"]["name"]
    joining = "、".join(one["name"] for one in hop["co_departments"])
    parts = [_paragraph(f"{minute(hop['since'])} 转交{who}{f'（{joining}协办）' if joining else ''}")]
    if hop["ruled"]:
        said = f"：{hop['answer']}" if hop["answer"] else ""
        parts.append(_paragraph(f"{minute(hop['ruled_at'] or hop['since'])} 督办员裁定，由{who}承办{said}"))
    if hop["until"] and hop["basis"]:
        parts.append(_paragraph(f"{minute(hop['until'])} {who}提出不由其承办：{hop['basis']}"))
    return parts


def _reply(reply: Mapping[str, Any]) -> list[str]:
    """A published reply with what it was corrected for."""
    at = [_muted(minute(reply["published_at"]))] if reply["published_at"] else []
    return [_section(f"{reply['department']['name']}答复", [*at, *_spoken(reply)])]


def _spoken(reply: Mapping[str, Any]) -> list[str]:
    said = [f"<h3>{name}</h3>{_paragraph(reply[field])}" for field, name in _REPLY if reply[field]]
    return [*said, *(_muted(f"{minute(one['at'])} 更正：{one['reason']}") for one in reply["corrections"])]


def _verdict(verdict: Mapping[str, Any]) -> list[str]:
    """Why it was not taken on, and where to go instead."""
    basis = f"依据：{verdict['basis']}" if verdict["basis"] else ""
    return [_section(verdict["name"], [_paragraph(verdict["text"]), _muted(basis), _muted(verdict["advice"])])]


def _promise(one: Mapping[str, Any]) -> str:
    report = one["report"] or {"kept": None, "text": ""}
    return promise({"due": one["due"], "text": one["text"], "kept": report["kept"], "result": report["text"]})


def _rating(one: Mapping[str, Any]) -> str:
    solved = "问题已解决" if one["solved"] else "问题没有解决"
    words = f"：{one['comment']}" if one["comment"] else ""
    return _paragraph(f"反映人评价：{solved}，满意程度 {one['satisfied']} 分（满分5分）{words}")


def _round(one: Mapping[str, Any]) -> str:
    """What it came to before it was handled again."""
    times = _muted(f"{minute(one['started_at'])} 至 {minute(one['ended_at'])} · {one['ending_name']}")
    said = _spoken(one["reply"]) if one["reply"] else []
    return _section(f"第{one['number']}轮办理", [times, *said, *map(_rating, one["ratings"])])


def _report(one: Mapping[str, Any], origin: str) -> str:
    link = f'<a href="{address(origin, one["article"])}">{lines(one["title"])}</a>'
    return f'<p>{link} <span class="muted">{minute(one["published_at"])}</span></p>'
