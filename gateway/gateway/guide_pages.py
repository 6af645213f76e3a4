"""What a guide's page says where no scripts run: what to do step by step, by when, and where that is known from."""

import re
from collections.abc import Mapping
from typing import Any

from gateway.app_pages import Kind, Subject, icon
from gateway.feeds.shown import lines

Guide = Mapping[str, Any]
_DAY = re.compile(r"0?(\d+)-0?(\d+)")


def subject(guide: Guide, origin: str, app: str) -> Subject:
    """A guide for its page."""
    return Subject(
        title=guide["title"],
        description=guide["summary"],
        url=f"{origin}/life/guides/{guide['slug']}",
        image=icon(origin),
        text=_text(guide, origin),
        facts={"article:modified_time": guide["updated_at"]},
    )


GUIDES = Kind(subject, missing="没有找到这份指南。", changed="updated_at")


def _text(guide: Guide, origin: str) -> str:
    head = f"<h1>{lines(guide['title'])}</h1><p>{lines(guide['summary'])}</p>"
    deadlines = "".join(map(_deadline, guide["deadlines"]))
    dates = f'<section class="card"><h2>别误了时间</h2>{deadlines}</section>' if deadlines else ""
    steps = "".join(_step(number, step, origin) for number, step in enumerate(guide["steps"], 1))
    example = "" if guide["verified"] else '<span class="tag wait">示例数据</span> '
    source = f'<p class="muted">{example}{lines(guide["source"])} · {lines(guide["checked_on"])} 核对</p>'
    return f'<main class="scriptless"><p><a href="/life">生活</a></p>{head}{dates}{steps}{source}</main>'


def _deadline(one: Mapping[str, Any]) -> str:
    note = f'<br><span class="muted">{lines(one["note"])}</span>' if one["note"] else ""
    return f"<p>{lines(one['what'])}：<b>{_period(one['opens'], one['closes'])}</b>{note}</p>"


def _period(opens: str | None, closes: str | None) -> str:
    """From when until when, each year."""
    first, last = (_DAY.sub(r"\1月\2日", day or "") for day in (opens, closes))
    if opens and closes:
        return first if opens == closes else f"{first}至{last}"
    return f"{first}起" if opens else f"{last}前" if closes else ""


def _step(number: int, step: Mapping[str, Any], origin: str) -> str:
    said = [step["where"]]
    said += [f"带上：{'、'.join(step['materials'])}"] if step["materials"] else []
    said += [f"时限：{limit}" for limit in step["limits"]]
    shown = "".join(f"<p>{lines(text)}</p>" for text in (*said, *step["tips"]) if text)
    items = "".join(_item(code, origin) for code in step["items"])
    return f'<section class="card"><h2>{number}. {lines(step["title"])}</h2>{shown}{items}</section>'


def _item(code: str, origin: str) -> str:
    return f'<p><a href="{lines(f"{origin}/affairs/items/{code}")}">查看办事指南</a></p>'
