"""An article as its document keeps it.

`words.blocks` holds text alone, as instances of before there were other kinds of blocks read and write it; `body` holds
the same in all its kinds. Where the two do not agree, such an instance has written last, and its words count. `files`
holds the blocks that name a file, and where: of those, `body` has the text alone, as instances of before know no such
kind. `topics` stands beside `words`, too, in which those instances would read no article with a field that they do not
know.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import TypeAdapter

from kit import search, text
from kit.mongo import Document
from news.domain.article import STATE_OF, AnyBlock, Article, FileBlock, Stage, State, Words, plain

SHOWN = "shown"
TITLE_GRAMS = "title_grams"
_PICTURES = {"$filter": {"input": {"$ifNull": ["$body", []]}, "cond": {"$eq": ["$$this.kind", "picture"]}, "limit": 1}}
BESIDE = {"blocks", "topics"}
"""Of the words, what is kept beside them."""
IN_A_LIST = {
    **{name: 1 for name in Article.model_fields if name not in ("id", "words", "course")},
    **{f"words.{name}": 1 for name in Words.model_fields if name not in BESIDE},
    **dict.fromkeys(("state", "created", "topics"), 1),
    SHOWN: _PICTURES,
}
"""What is read of an article for a list: no text, and of the blocks its first picture, which the database picks out."""

_BODY: TypeAdapter[tuple[AnyBlock, ...]] = TypeAdapter(tuple[AnyBlock, ...])

_FIRST_OF = {State.DRAFT: Stage.WRITING, State.PUBLISHED: Stage.PUBLISHED, State.WITHDRAWN: Stage.WITHDRAWN}


def document_of(article: Article) -> Document:
    """The article as its document keeps it, with the copies that lists and search need."""
    words = article.words
    return {
        **article.model_dump(mode="python", exclude={"id", "words"}),
        **_kept(words),
        "state": article.state,
        "by_listed": article.listed,
        "by_column": words.column,
        "by_town": words.town,
        "topics": list(words.topics),
        "by_pictures": list(words.pictures),
        "by_due": article.publish_at if article.stage is Stage.SCHEDULED else None,
        "created": article.published_at,
        search.FIELD: text.grams(words.title, words.lead) if article.listed else [],
        TITLE_GRAMS: titled(words.title),
    }


def titled(title: str) -> list[int]:
    """What the newsroom finds an article by, whatever its state."""
    return text.grams(title)


def article_of(document: Mapping[str, Any]) -> Article:
    """The article in a document; one read for a list has no blocks but its first picture (`IN_A_LIST`)."""
    known = {name: document[name] for name in Article.model_fields if name in document}
    known |= {"id": document["_id"], "words": words_of(document), "stage": _stage_of(document)}
    if known["stage"] is not Stage.SCHEDULED:
        known["publish_at"] = None  # an instance that knows no times leaves it when it publishes
    return Article.model_validate(known)


def words_of(document: Mapping[str, Any]) -> Words:
    """The words in a document."""
    words, topics = document["words"], document.get("topics", ())
    if "blocks" not in words:
        return Words.model_validate({**words, "blocks": document.get(SHOWN, ()), "topics": topics})
    whole = together(_whole(document.get("body", ()), words["blocks"]), document.get("files", ()))
    return Words.model_validate({**words, "blocks": whole, "topics": topics})


def _stage_of(document: Mapping[str, Any]) -> Stage:
    """The stage; where it does not agree with the state, an instance that knows no stages has moved the article."""
    state, stage = State(document["state"]), document.get("stage")
    return Stage(stage) if stage and STATE_OF[Stage(stage)] is state else _FIRST_OF[state]


def _kept(words: Words) -> Document:
    texts = [plain(block).model_dump() for block in words.blocks]
    whole, files = apart(words.blocks)
    return {"words": {**words.model_dump(exclude=BESIDE), "blocks": texts}, "body": whole, "files": files}


def apart(blocks: Sequence[AnyBlock]) -> tuple[list[Document], list[Document]]:
    """The blocks as every release reads them, and those that name a file, each with its place."""
    whole = [(plain(block) if isinstance(block, FileBlock) else block).model_dump() for block in blocks]
    return whole, [{"at": at, **one.model_dump()} for at, one in enumerate(blocks) if isinstance(one, FileBlock)]


def _whole(body: Sequence[Any], texts: Sequence[Any]) -> Sequence[Any]:
    agree = [plain(block).model_dump() for block in _BODY.validate_python(body)] == list(texts)
    return body if agree else texts


def together(blocks: Sequence[Any], files: Sequence[Mapping[str, Any]]) -> list[Any]:
    """The blocks, with those that name a file where their text still stands."""
    found = list(blocks)
    for one in files:
        block = FileBlock.model_validate({name: one[name] for name in FileBlock.model_fields})
        if one["at"] < len(found) and found[one["at"]] == plain(block).model_dump():
            found[one["at"]] = block.model_dump()
    return found
