"""What every format shows of an article: its ids, its address, its text as HTML."""

import uuid
from collections.abc import Callable, Mapping
from datetime import datetime
from html import escape
from typing import Any

from gateway.routes import PREFIX

Article = Mapping[str, Any]
Block = Mapping[str, Any]
_SPACE = uuid.UUID("6f1c1a52-64a5-5c0e-9d0b-6a3f1c7f4d2e")  # of all ids; another one would make every article new
BECAME = "问题办理进展"
OUTCOMES = {"solved": "已解决", "closed": "已办结", "unsolved": "尚未解决"}
"""How a case stands, in words."""
_EXPIRED = "图片因授权到期不再显示："
_SIZES = "(max-width: 640px) 100vw, 600px"


def identity(name: str) -> str:
    """The id of an article or feed for readers' programs: the same for ever, wherever the district's app is reached."""
    return f"urn:uuid:{uuid.uuid5(_SPACE, name)}"


def address(origin: str, article: str) -> str:
    """Where people read it."""
    return f"{origin}/news/{article}"


def case_address(origin: str, no: str) -> str:
    """Where people read a case."""
    return f"{origin}/affairs/cases/{no}"


def moment(text: str) -> datetime:
    """An instant as the service tells it."""
    return datetime.fromisoformat(text)


def content(article: Article, origin: str) -> str:
    """The article as HTML for programs, which know JPEG: of its text nothing is markup, whatever it looks like."""
    parts = [f"<p>{lines(article['lead'])}</p>"] if article["lead"] else []
    parts += _body(article, origin, _picture)
    return "\n".join((*parts, *_end(article, origin)))


def text_of(article: Article, origin: str) -> str:
    """The same for the house's own page, whose pictures the app brings."""
    parts = [f'<p class="lead">{lines(article["lead"])}</p>'] if article["lead"] else []
    parts += _body(article, origin, _room)
    became, *last = _end(article, origin)
    return "\n".join((*parts, became, f"<footer>{''.join(last)}</footer>"))


def pictures(article: Article, origin: str) -> list[str]:
    """The addresses of its pictures that may be shown."""
    return [picture_address(origin, block["picture"], "full") for block in article["body"] if _is_shown(block)]


def _body(article: Article, origin: str, picture: Callable[[Block, str, bool], str]) -> list[str]:
    files = {one["at"]: one for one in article.get("files", ())}
    first = next((block for block in article["body"] if _is_shown(block)), None)
    parts = []
    for at, block in enumerate(article["body"]):
        if at in files:
            parts.append(_file(files[at], origin))
        else:
            parts.append(picture(block, origin, block is first) if _is_shown(block) else _block(block, origin))
    return parts


def _is_shown(block: Block) -> bool:
    return block["kind"] == "picture" and not block.get("expired")


def _end(article: Article, origin: str) -> list[str]:
    """What became of its cases, as much as is known; where it comes from, and what was put right."""
    told = bool(article.get("follow_ups"))
    became = f'<section class="became"><h2>{BECAME}</h2>{follow_ups(article, origin)}</section>' if told else ""
    corrections = [f"<p>更正：{lines(correction['note'])}</p>" for correction in article["corrections"]]
    return [became, f"<p>来源：{lines(article['source'])}</p>", *corrections]


def follow_ups(report: Article, origin: str) -> str:
    """What became of the cases of a report, as HTML."""
    return "\n".join(f"<section>{_follow_up(one, origin)}</section>" for one in report["follow_ups"])


def _follow_up(one: Mapping[str, Any], origin: str) -> str:
    facts = " · ".join(filter(None, (OUTCOMES.get(one["outcome"], ""), one["state"], one["department"], one["town"])))
    case = escape(case_address(origin, one["no"]))
    parts = [f'<h3><a href="{case}">{lines(one["title"])}</a></h3>', f"<p>{lines(facts)}</p>"]
    if one["done"]:
        parts.append(f"<p>{lines(one['done_at'][:10])} 部门答复：{lines(one['done'])}</p>")
    parts += map(_press, one.get("press", ()))
    photos = "".join(_photo(picture, origin) for picture in one.get("pictures", ()))
    return "".join((*parts, *map(promise, one["promises"]), f'<ul class="photos">{photos}</ul>' if photos else ""))


def _press(one: Mapping[str, Any]) -> str:
    """What the newsroom asked an office, and whether it answered in time."""
    said = f"{_day(one['asked_at'])}，编辑部向{one['unit']}采访，应于{_day(one['due'])}前答复；"
    if one["answered_at"]:
        late = "，超过了期限" if one["overdue"] else ""
        return f"<p>{lines(said)}{_day(one['answered_at'])}已答复{late}</p>"
    return f"<p>{lines(said)}{'已逾期，尚未答复' if one['overdue'] else '尚未答复'}</p>"


def _day(moment: str) -> str:
    """The day of a time as petition tells it, which is the district's."""
    return moment[:10]


def minute(moment: str) -> str:
    """The day and the minute of a time as services tell it, by the district's clock."""
    return moment[:16].replace("T", " ")


def _photo(picture: Mapping[str, Any], origin: str) -> str:
    """A picture of what was done, small: the app shows it whole."""
    said = f"{picture['at'][:10]} {picture['what']}"
    source = f"{origin}{PREFIX}/media/{picture['id']}?size=thumb"
    image = _image({**picture, "alt": said}, source, ' loading="lazy"')
    return f"<li>{image}<span>{lines(said)}</span></li>"


def promise(one: Mapping[str, Any]) -> str:
    """What an office promised, and what became of it."""
    said = f"<p>承诺（{lines(one['due'][:10])}前）：{lines(one['text'])}<br>"
    if one["kept"] is None:
        return f"{said}尚未反馈结果</p>"
    return f"{said}{'已兑现' if one['kept'] else '未兑现'}：{lines(one['result'])}</p>"


def _block(block: Block, origin: str) -> str:
    kind = block["kind"]
    if kind == "picture":
        return f"<p>{lines(_EXPIRED + block['alt'])}</p>"
    if kind == "case":
        return _link(case_address(origin, block["no"]), "相关诉求", block["no"], block["note"])
    if kind == "item":
        return _link(f"{origin}/affairs/items/{block['code']}", "相关办事", block["code"], block["note"])
    tag = {"heading": "h2", "quote": "blockquote"}.get(kind, "p")
    return f"<{tag}>{lines(block['text'])}</{tag}>"


def picture_address(origin: str, picture: str, size: str) -> str:
    """Where a picture of an article is, in one of its sizes."""
    return f"{origin}{PREFIX}/article-pictures/{picture}?size={size}"


def _picture(block: Block, origin: str, lead: bool) -> str:
    return f"<figure>{_image(block, picture_address(origin, block['picture'], 'full'), '')}{_caption(block)}</figure>"


def _room(block: Block, origin: str, lead: bool) -> str:
    """The room that is kept for a picture: only where no scripts run it is loaded from here."""
    ratio = f'style="aspect-ratio: {block["width"]} / {block["height"]}"'
    image = f"<noscript>{_with_copies(block, origin, lead)}</noscript>"
    return f'<figure><div class="room" {ratio}>{image}</div>{_caption(block)}</figure>'


def _with_copies(block: Block, origin: str, lead: bool) -> str:
    """The picture in the copies that there are, each as wide as a screen needs it; loaded when it comes into sight."""
    more = ' fetchpriority="high"' if lead else ' loading="lazy" decoding="async"'
    if not block.get("widths"):
        return _image(block, picture_address(origin, block["picture"], "full"), more)
    webp, jpeg = (_copies(block, origin, form) for form in ("webp", "jpeg"))
    more = f' srcset="{jpeg}" sizes="{_SIZES}"{more}'
    image = _image(block, picture_address(origin, block["picture"], f"jpeg{block['widths'][-1]}"), more)
    return f'<picture><source type="image/webp" srcset="{webp}" sizes="{_SIZES}">{image}</picture>'


def _copies(block: Block, origin: str, form: str) -> str:
    named = ((width, picture_address(origin, block["picture"], f"{form}{width}")) for width in block["widths"])
    return ", ".join(f"{escape(url)} {min(width, block['width'])}w" for width, url in named)


def _image(block: Block, source: str, more: str) -> str:
    size = f'width="{block["width"]}" height="{block["height"]}"'
    return f'<img src="{escape(source)}" alt="{escape(block["alt"])}" {size}{more}>'


def _caption(block: Block) -> str:
    said = " ".join(filter(None, (block["caption"], block["credit"], block.get("licence", ""))))
    return f"<figcaption>{lines(said)}</figcaption>"


def _file(one: Mapping[str, Any], origin: str) -> str:
    url = escape(f"{origin}{PREFIX}/article-files/{one['file']}")
    said = f"附件：{one['title']}（PDF，{one['pages']}页，{_megabytes(one['size'])}）"
    return f'<p><a href="{url}" download="{escape(one["title"])}.pdf">{lines(said)}</a></p>'


def _megabytes(size: int) -> str:
    """A size in bytes as people say it."""
    return f"{max(size / 1_000_000, 0.1):.1f} MB"


def _link(url: str, what: str, name: str, note: str) -> str:
    said = f"{what}：{note or name}"
    return f'<p><a href="{escape(url)}">{lines(said)}</a></p>'


def lines(text: str) -> str:
    """Text as HTML: nothing in it is markup, and its lines stay lines."""
    return escape(text).replace("\n", "<br>")
