"""An answer as a tree, of which JSON and XML are written, so that the two cannot differ.

JSON is the "Spark" form of the XML, as the specification has it: the root is dropped, a container of one repeated child
is an array however many it holds, and what is empty is null.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Union
from xml.etree import ElementTree

import orjson

JSON, XML = "json", "xml"
FORMATS = (JSON, XML)
MEDIA_TYPES = {JSON: "application/json", XML: "text/xml"}
_NOT_IN_XML = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Leaf = str | int | float | bool | None
Node = Union[Leaf, Mapping[str, "Node"], "Repeated"]


@dataclass(frozen=True)
class Repeated:
    """A container of any number of children of one name."""

    name: str
    items: Sequence[Node]


def written(root: str, node: Node, format_: str) -> bytes:
    """The tree as text in UTF-8."""
    if format_ == JSON:
        return orjson.dumps(_plain(node))
    element = _element(root, node)
    text: bytes = ElementTree.tostring(element, encoding="utf-8", xml_declaration=True)
    return text


def content_type(format_: str) -> str:
    """The header that goes with it."""
    return f"{MEDIA_TYPES[format_]}; charset=utf-8"


def _plain(node: Node) -> object:
    if isinstance(node, Repeated):
        return [_plain(item) for item in node.items]
    if isinstance(node, Mapping):
        return {name: _plain(child) for name, child in node.items()}
    return _clean(node) if isinstance(node, str) else node


def _element(name: str, node: Node) -> ElementTree.Element:
    element = ElementTree.Element(name)
    if isinstance(node, Repeated):
        element.extend([_element(node.name, item) for item in node.items])
    elif isinstance(node, Mapping):
        element.extend([_element(child, value) for child, value in node.items()])
    else:
        element.text = _text(node)
    return element


def _text(leaf: Leaf) -> str | None:
    if isinstance(leaf, str):
        return _clean(leaf)
    return None if leaf is None else orjson.dumps(leaf).decode()


def _clean(text: str) -> str | None:
    """Without what XML cannot say, which would end a client's reading; line ends as XML reads them."""
    return _NOT_IN_XML.sub("", text.replace("\r\n", "\n").replace("\r", "\n")) or None
