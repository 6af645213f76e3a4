"""What each reader sees of a tip: whoever holds its receipt, its author by his account, the newsroom."""

from collections.abc import Iterable, Sequence
from typing import Any

from kit.clock import utcnow
from kit.transfers import Picture
from news import reading
from news.contract.investigations import TipText
from news.contract.shapes import Named
from news.contract.tips import (
    ArticleLink,
    DeskArticleLink,
    DeskTip,
    DeskTipRow,
    MyTip,
    OpeningView,
    PointView,
    ReadingView,
    ReasonView,
    TipEntry,
    TipEvent,
    TipReceipt,
    TipStatus,
    TipStep,
)
from news.domain import tips
from news.domain.article import Article
from news.domain.lifecycle import Actor
from news.domain.tips import Entry, Standing, Tip, TipAction
from news.parts import Parts

OPENING = 80  # characters of the text in a list

_STATE_NAMES = {
    Standing.RECEIVED: "收到",
    Standing.CHECKING: "核实中",
    Standing.ADOPTED: "已采用",
    Standing.DECLINED: "不采用",
}
_NEXT = {
    Standing.RECEIVED: "值班编辑将查看您的爆料，并安排编辑核实。",
    Standing.CHECKING: "编辑正在核实。需要您补充时，会在这里留言。",
    Standing.ADOPTED: "编辑部已采用您提供的线索，报道发布后可在这里打开。",
    Standing.DECLINED: "编辑部没有采用这条线索。情况有变化时，欢迎再次提供。",
}
_ERASED = "内容已按期限删除"
_REPORTED = "报道已经发布，感谢您提供线索。"
_ENTRY_NAMES = {
    "assign": "分派",
    "message": "编辑留言",
    "adopt": "已采用",
    "decline": "不采用",
    "report": "报道已发布",
}


def receipt(tip: Tip, code: str) -> TipReceipt:
    """What is told once to whoever sent it."""
    return TipReceipt(code=code, state=tip.state, state_name=_STATE_NAMES[tip.state], sent_at=tip.sent_at)


def step(tip: Tip) -> TipStep:
    """What a step came to."""
    return TipStep(no=tip.no, state=tip.state, state_name=_STATE_NAMES[tip.state], version=tip.version)


def status(parts: Parts, tip: Tip) -> TipStatus:
    """How far it has come; nothing of what was written in it."""
    return TipStatus(**_status(parts, tip, _titles(parts, [tip])))


def own(parts: Parts, found: Sequence[Tip]) -> list[MyTip]:
    """One's own tips."""
    titles = _titles(parts, found)
    return [
        MyTip(
            **_status(parts, tip, titles),
            **tip.model_dump(include={"no", "text", "place"}),
            pictures=_pictures(tip),
            contact=_contact(tip),
        )
        for tip in found
    ]


def rows(parts: Parts, found: Iterable[Tip]) -> list[DeskTipRow]:
    """Tips in a list of the desk."""
    columns = parts.columns.names()
    return [DeskTipRow(**_row(parts, tip, columns)) for tip in found]


def beginning(parts: Parts, tip: Tip) -> dict[str, Any]:
    """What tells a tip from others."""
    return {
        **tip.model_dump(include={"no", "state", "place", "sent_at"}),
        "state_name": _STATE_NAMES[tip.state],
        "opening": _opening(tip),
        "town": _town(parts, tip),
    }


def text_of(parts: Parts, tip: Tip) -> TipText:
    """What a tip says, without who sent it."""
    told = tip.model_dump(include={"no", "text", "place", "sent_at"})
    return TipText(**told, town=_town(parts, tip))


def desk(parts: Parts, tip: Tip, actor: Actor) -> DeskTip:
    """A tip as the newsroom sees it."""
    may = tips.allowed(tip, actor, utcnow())
    sees = tips.sees_openings(tip, actor)
    reasons = parts.directory.tips.reasons if TipAction.DECLINE in may else ()
    return DeskTip(
        **_row(parts, tip, parts.columns.names()),
        text=tip.text,
        point=PointView(lon=tip.point.lon, lat=tip.point.lat) if tip.point else None,
        pictures=_pictures(tip),
        contact_until=tip.contact_until,
        articles=[_desk_link(article) for article in parts.articles.some(tip.articles)],
        entries=[_entry(parts, entry) for entry in tip.entries],
        openings=[OpeningView(**opening.model_dump()) for opening in tip.openings if sees],
        readings=[ReadingView(**one.model_dump()) for one in (parts.tips.readings(tip.no) if sees else ())],
        may=may,
        reasons=[ReasonView(**reason.model_dump()) for reason in reasons],
    )


def _status(parts: Parts, tip: Tip, titles: dict[str, str]) -> dict[str, Any]:
    links = [ArticleLink(id=article, title=titles[article]) for article in tip.articles if article in titles]
    return {
        "state": tip.state,
        "state_name": _STATE_NAMES[tip.state],
        "next": _next(tip, bool(links)),
        "erased": tip.text_erased,
        "town": _town(parts, tip),
        "sent_at": tip.sent_at,
        "events": [_event(parts, entry) for entry in tip.entries if entry.kind in tips.SHOWN],
        "articles": links,
    }


def _next(tip: Tip, reported: bool) -> str:
    if tip.text_erased:
        return f"{_ERASED}，只保留编号、时间和处理结果。"
    return _REPORTED if reported else _NEXT[tip.state]


def _titles(parts: Parts, found: Iterable[Tip]) -> dict[str, str]:
    """The titles of the articles that came of these tips and that everyone may read."""
    named = tuple(dict.fromkeys(article for tip in found for article in tip.articles))
    return {article.id: article.words.title for article in parts.articles.some(named) if article.listed}


def _event(parts: Parts, entry: Entry) -> TipEvent:
    reason = parts.directory.tips.reason(entry.about) if entry.kind == "decline" else None
    title = f"不采用：{reason.name}" if reason else _ENTRY_NAMES[entry.kind]
    return TipEvent(kind=entry.kind, at=entry.at, title=title, text=entry.text, advice=reason.advice if reason else "")


def _entry(parts: Parts, entry: Entry) -> TipEntry:
    reason = parts.directory.tips.reason(entry.about) if entry.kind == "decline" else None
    title = f"不采用：{reason.name}" if reason else _ENTRY_NAMES[entry.kind]
    to = entry.about if entry.kind == "assign" else ""
    return TipEntry(kind=entry.kind, at=entry.at, by=entry.by, title=title, text=entry.text, to=to)


def _row(parts: Parts, tip: Tip, columns: dict[str, str]) -> dict[str, Any]:
    return {
        **beginning(parts, tip),
        **tip.model_dump(include={"assignee", "version"}),
        "erased": tip.text_erased,
        "column": Named(code=tip.column, name=columns.get(tip.column, tip.column)) if tip.column else None,
        "picture_count": len(tip.pictures),
        "contact": _contact(tip),
    }


def _opening(tip: Tip) -> str:
    if tip.text_erased:
        return _ERASED
    return tip.text if len(tip.text) <= OPENING else f"{tip.text[: OPENING - 1]}…"


def _town(parts: Parts, tip: Tip) -> Named | None:
    town = parts.directory.towns.get(tip.town or "")
    return Named(code=town.code, name=town.name) if town else None


def _pictures(tip: Tip) -> list[Picture]:
    return [Picture(**picture.model_dump()) for picture in tip.pictures]


def _contact(tip: Tip) -> str:
    if tip.contact_erased or (tip.contact_until and not tips.has_contact(tip, utcnow())):
        return "erased"
    return "kept" if tip.contact_until else "none"


def _desk_link(article: Article) -> DeskArticleLink:
    stage = reading.receipt_of(article).stage_name
    return DeskArticleLink(id=article.id, title=article.words.title, stage_name=stage, published=article.listed)
