"""What every format shows of an article: its ids, its address, its text as HTML."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from html import escape
from typing import Any

from gateway.routes import PREFIX

Article = Mapping[str, Any]
_SPACE = uuid.UUID("6f1c1a52-64a5-5c0e-9d0b-6a3f1c7f4d2e")  # of all ids; another one would make every article new


def identity(name: str) -> str:
    """The id of an article or feed for readers' programs: the same for ever, wherever the district's app is reached."""
    return f"urn:uuid:{uuid.uuid5(_SPACE, name)}"


def address(origin: str, article: str) -> str:
    """Where people read it."""
    return f"{origin}/news/{article}"


def moment(text: str) -> datetime:
    """An instant as the service tells it."""
    return datetime.fromisoformat(text)


def content(article: Article, origin: str) -> str:
    """The article as HTML: of its text nothing is markup, whatever it looks like."""
    parts = [f"<p>{_text(article['lead'])}</p>"] if article["lead"] else []
    parts += [_block(block, origin) for block in article["body"]]
    parts += [f"<p>更正：{_text(correction['note'])}</p>" for correction in article["corrections"]]
    parts.append(f"<p>来源：{_text(article['source'])}</p>")
    return "\n".join(parts)


def _block(block: Mapping[str, Any], origin: str) -> str:
    kind = block["kind"]
    if kind == "picture":
        return _picture(block, origin)
    if kind == "case":
        return _link(f"{origin}/affairs/cases/{block['no']}", "相关诉求", block["no"], block["note"])
    if kind == "item":
        return _link(f"{origin}/affairs/items/{block['code']}", "相关办事", block["code"], block["note"])
    tag = {"heading": "h2", "quote": "blockquote"}.get(kind, "p")
    return f"<{tag}>{_text(block['text'])}</{tag}>"


def _picture(block: Mapping[str, Any], origin: str) -> str:
    source = f"{origin}{PREFIX}/article-pictures/{block['picture']}?size=full"
    size = f'width="{block["width"]}" height="{block["height"]}"'
    caption = " ".join(filter(None, (block["caption"], block["credit"])))
    image = f'<img src="{escape(source)}" alt="{escape(block["alt"])}" {size}>'
    return f"<figure>{image}<figcaption>{_text(caption)}</figcaption></figure>"


def _link(url: str, what: str, name: str, note: str) -> str:
    said = f"{what}：{note or name}"
    return f'<p><a href="{escape(url)}">{_text(said)}</a></p>'


def _text(text: str) -> str:
    return escape(text).replace("\n", "<br>")
