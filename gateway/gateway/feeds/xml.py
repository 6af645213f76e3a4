"""Elements of XML documents: what people wrote may have characters that XML has no way to write."""

import re
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

ATOM, TOMBSTONES = "http://www.w3.org/2005/Atom", "http://purl.org/atompub/tombstones/1.0"
CONTENT, DUBLIN = "http://purl.org/rss/1.0/modules/content/", "http://purl.org/dc/elements/1.1/"
for _prefix, _space in (("atom", ATOM), ("at", TOMBSTONES), ("content", CONTENT), ("dc", DUBLIN)):
    register_namespace(_prefix, _space)
_NOT_IN_XML = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def add(parent: Element, tag: str, text: str = "", **attributes: str) -> None:
    """A further element below the parent."""
    element = SubElement(parent, tag, {name: _NOT_IN_XML.sub("", value) for name, value in attributes.items()})
    element.text = _NOT_IN_XML.sub("", text) or None


def document(root: Element) -> bytes:
    """The whole document, in UTF-8."""
    text: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return text
