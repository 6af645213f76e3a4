"""Which words are kept, who may write, and what differs between two versions."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from news.domain import differing, editing, versions
from news.domain.article import AnyBlock, Article, Block, CaseBlock, Kind, PictureBlock, Stage, Words, plain
from news.domain.differing import Mark, Piece
from news.domain.editing import Saved
from news.domain.lifecycle import Actor
from news.domain.refusals import Locked
from news.domain.versions import LOCKED_FOR, SITTING, Lock

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
WRITER, OTHER = Actor("s_1", frozenset({"editor"})), Actor("s_2", frozenset({"editor"}))
PICTURE = PictureBlock(picture="a" * 32, width=4, height=3, alt="路灯亮起", credit="张三摄")


def words(*texts: str, **fields: str) -> Words:
    blocks: tuple[AnyBlock, ...] = tuple(Block(kind=Kind.PARAGRAPH, text=text) for text in texts)
    return Words.model_validate(
        {"column": "news", "title": "标题", "lead": "", "desk": "部", "source": "本端", "blocks": blocks, **fields}
    )


def typed(*texts: str, by: Actor = WRITER, auto: bool = True, pause: timedelta = timedelta(seconds=5)) -> list[str]:
    """What is kept of texts saved one after the other."""
    article: Article = editing.create("CPN20261123-000000", by, words(texts[0]), NOW, auto=auto).article
    kept = []
    for number, text in enumerate(texts[1:], start=1):
        after = editing.save(article, by, NOW + pause * number, Saved(words(text), auto=auto)).article
        left = versions.left_behind(article, after)
        kept += [plain(left.words.blocks[0]).text] if left else []
        article = after
    return kept


def test_what_is_saved_while_typing_is_one_version_a_sitting() -> None:
    assert typed("一", "一二", "一二三") == []
    assert typed("一", "二", "三", pause=SITTING) == ["一", "二"]


def test_what_the_writer_saves_himself_is_kept_whenever_it_is_replaced() -> None:
    assert typed("一", "二", "三", auto=False) == ["一", "二"]


def test_another_writers_words_are_kept() -> None:
    mine = editing.create("CPN20261123-000000", WRITER, words("一"), NOW, auto=True).article
    his = editing.save(mine, OTHER, NOW, Saved(words("二"), auto=True)).article
    left = versions.left_behind(mine, his)
    assert left
    assert (left.by, left.version, his.writers) == ("s_1", 1, ("s_1", "s_2"))


def test_published_words_are_kept_although_they_were_saved_while_typing() -> None:
    draft = editing.create("CPN20261123-000000", WRITER, words("一"), NOW, auto=True).article
    published = draft.model_copy(update={"stage": Stage.PUBLISHED, "milestone": True})
    corrected = editing.save(published, WRITER, NOW, Saved(words("二"), "更正")).article
    assert versions.left_behind(published, corrected)


def test_a_lock_keeps_others_out_until_it_lapses() -> None:
    lock = Lock("s_1", NOW, NOW + LOCKED_FOR)
    versions.check_lock(lock, "s_1", NOW)
    versions.check_lock(None, "s_2", NOW)
    with pytest.raises(Locked):
        versions.check_lock(lock, "s_2", NOW)
    versions.check_lock(lock, "s_2", NOW + LOCKED_FOR)


def test_a_changed_word_is_shown_within_its_paragraph() -> None:
    found = differing.difference(words("改造工程周一进场。", "不变。"), words("改造工程周五进场。", "不变。", "新段。"))
    assert [block.mark for block in found.blocks] == [Mark.CHANGED, Mark.SAME, Mark.ADDED]
    assert found.blocks[0].pieces == (
        Piece(Mark.SAME, "改造工程周"),
        Piece(Mark.REMOVED, "一"),
        Piece(Mark.ADDED, "五"),
        Piece(Mark.SAME, "进场。"),
    )
    assert found.fields == ()


def test_a_paragraph_in_the_place_of_quite_another_is_removed_and_added() -> None:
    found = differing.difference(words("社区食堂开门迎客。"), words("Road closed tonight"))
    assert {block.mark for block in found.blocks} == {Mark.ADDED, Mark.REMOVED}


def test_fields_and_pictures_differ_too() -> None:
    before = words("文").model_copy(update={"blocks": (PICTURE,)})
    renamed = PICTURE.model_copy(update={"credit": "李四摄"})
    after = words("文", title="新标题", town="110114112").model_copy(update={"blocks": (renamed,)})
    found = differing.difference(before, after)
    assert [row.field for row in found.fields] == ["town", "title"]
    (block,) = found.blocks
    assert (block.mark, block.kind) == (Mark.CHANGED, "picture")
    assert Piece(Mark.ADDED, "李四") in block.pieces


def test_topics_differ_one_by_one_and_not_by_their_order() -> None:
    before, after, turned = (
        words("文").model_copy(update={"topics": topics})
        for topics in (("parking", "transit"), ("waste", "transit"), ("transit", "parking"))
    )
    (field,) = differing.difference(before, after).fields
    assert field.field == differing.TOPICS
    assert set(field.pieces) == {
        Piece(Mark.ADDED, "waste"),
        Piece(Mark.SAME, "transit"),
        Piece(Mark.REMOVED, "parking"),
    }
    assert differing.difference(before, turned).fields == ()


TEXTS = st.lists(st.text("甲乙丙 ab1。", max_size=30), max_size=6)


@settings(deadline=None)
@given(TEXTS, TEXTS)
def test_both_versions_can_be_read_from_their_difference(before: list[str], after: list[str]) -> None:
    found = differing.difference(words(*before), words(*after))
    assert told(found, Mark.ADDED) == before
    assert told(found, Mark.REMOVED) == after


def told(found: differing.Difference, left_out: Mark) -> list[str]:
    return [
        "".join(piece.text for piece in block.pieces if piece.mark is not left_out)
        for block in found.blocks
        if block.mark is not left_out
    ]


def test_a_huge_text_of_one_character_is_compared_in_time() -> None:
    assert differing.pieces("甲" * 3000, "甲" * 2999 + "乙")


def test_every_kind_of_block_can_be_read_as_text() -> None:
    assert plain(PICTURE).text == "（图片：路灯亮起。张三摄）"
    assert plain(CaseBlock(no="CP20261123-7K3F9Q")).text == "（相关诉求：CP20261123-7K3F9Q）"
