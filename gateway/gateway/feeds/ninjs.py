"""Articles as ninjs 1.5, the JSON of the IPTC for news agencies: one object an article, pictures and papers with it."""

from collections.abc import Iterator, Mapping
from typing import Any

from gateway.feeds.formats import LANGUAGE
from gateway.feeds.shown import Article, Block, address, content, identity, moment, picture_address
from gateway.routes import PREFIX

NINJS = "ninjs"
Item = dict[str, Any]
STANDARD = {"name": NINJS, "version": "1.5", "schema": "http://www.iptc.org/std/ninjs/ninjs-schema_1.5.json"}
_EXAMPLE = "示例数据，请勿采用。"


def item(row: Mapping[str, Any], origin: str, app: str) -> Item:
    """An article as it stands; of one that was withdrawn nothing but that. `app` is who publishes."""
    article = row["article"]
    if article is None:
        return {
            **_about(row["id"], row["withdrawn_at"], "text"),
            "altids": {"number": row["id"]},
            "pubstatus": "canceled",
            "ednote": f"已撤回：{row['reason']}",
        }
    return {
        **_about(article["id"], article["changed_at"], "text"),
        "altids": {"number": article["id"]},
        "pubstatus": "usable",
        "mimetype": "text/html",
        "representationtype": "complete",
        "firstcreated": article["published_at"],
        "headline": article["title"],
        "byline": article["desk"],
        "infosource": [{"name": article["source"]}],
        "copyrightholder": app,
        "description_text": article["lead"] or article["title"],
        "body_html": content(article, origin),
        "body_text": _plain(article),
        "charcount": len(_plain(article)),
        **_subjects(article, origin),
        **_note(article),
        "renditions": {"web": {"href": address(origin, article["id"]), "mimetype": "text/html"}},
        "associations": dict(_with_it(row, origin)),
    }


def _about(name: str, at: str, kind: str) -> Item:
    """What every object has. Its version is when it became so: it grows, and tells two apart."""
    return {
        "$standard": STANDARD,
        "uri": identity(name),
        "type": kind,
        "version": str(int(moment(at).timestamp() * 1000)),
        "versioncreated": at,
        "language": LANGUAGE,
    }


def _plain(article: Article) -> str:
    return "\n\n".join(block["text"] for block in article["blocks"])


def _subjects(article: Article, origin: str) -> Item:
    """Column and town, by the codes that the public lists of them explain."""
    column, town = article["column"], article["town"]
    found: Item = {"subject": [{**_named(column), "rel": "category", "scheme": f"{origin}{PREFIX}/columns"}]}
    if town:
        found["place"] = [{**_named(town), "rel": "about", "scheme": f"{origin}{PREFIX}/directory"}]
    return found


def _named(one: Mapping[str, str]) -> Item:
    return {"name": one["name"], "code": one["code"]}


def _note(article: Article) -> Item:
    """What whoever takes the article over should know: that it is an example, what was put right."""
    corrections = [f"更正：{one['note']}" for one in article["corrections"]]
    said = [*([_EXAMPLE] if article["example"] else []), *corrections]
    return {"ednote": "\n".join(said)} if said else {}


def _with_it(row: Mapping[str, Any], origin: str) -> Iterator[tuple[str, Item]]:
    """Its pictures that may be shown, and until when, and its papers."""
    article, ends = row["article"], {one["picture"]: {"expires": one["until"]} for one in row["pictures"]}
    shown = [block for block in article["body"] if block["kind"] == "picture" and not block["expired"]]
    for number, block in enumerate(shown, start=1):
        yield f"picture_{number}", _picture(block, article, origin) | ends.get(block["picture"], {})
    for number, file in enumerate(article["files"], start=1):
        yield f"file_{number}", _file(file, article, origin)


def _picture(block: Block, article: Article, origin: str) -> Item:
    sizes = [("full", block["width"]), *((f"jpeg{width}", width) for width in block["widths"])]
    terms = {"usageterms": block["licence"]} if block["licence"] else {}
    return {
        **_about(f"picture/{block['picture']}", article["changed_at"], "picture"),
        "pubstatus": "usable",
        "mimetype": "image/jpeg",
        "headline": block["caption"] or block["alt"],
        "description_text": block["alt"],
        "byline": block["credit"],
        **terms,
        "renditions": {name: _rendition(block, name, width, origin) for name, width in sizes},
    }


def _rendition(block: Block, name: str, width: int, origin: str) -> Item:
    wide = min(width, block["width"])
    return {
        "href": picture_address(origin, block["picture"], name),
        "mimetype": "image/jpeg",
        "width": wide,
        "height": round(block["height"] * wide / block["width"]),
    }


def _file(file: Mapping[str, Any], article: Article, origin: str) -> Item:
    paper = {
        "href": f"{origin}{PREFIX}/article-files/{file['file']}",
        "mimetype": "application/pdf",
        "sizeinbytes": file["size"],
    }
    return {
        **_about(f"file/{file['file']}", article["changed_at"], "component"),
        "pubstatus": "usable",
        "mimetype": "application/pdf",
        "headline": file["title"],
        "renditions": {"full": paper},
    }
