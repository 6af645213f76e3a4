from datetime import UTC, datetime, timedelta

import pytest

from accounts.domain import case_notices, consent, nicknames

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


def test_consent_is_given_once_per_version() -> None:
    first = consent.agree([], "1", "1", NOW)
    assert consent.agree(first, "1", "1", NOW + timedelta(days=1)) == first
    assert not consent.given(first, "2")
    with pytest.raises(consent.NoticeNotCurrent):
        consent.agree(first, "1", "2", NOW)


@pytest.mark.parametrize(("typed", "kept"), [(" 小 王 ", "小 王"), ("a\u200bb", "ab"), ("<b>王</b>", "<b>王</b>")])
def test_nicknames_are_text_without_hidden_characters(typed: str, kept: str) -> None:
    assert nicknames.clean(typed) == kept


@pytest.mark.parametrize("typed", ["", " ", "\u202e", "王" * 21, "昌平官方", "系统管\u200b理员"])
def test_bad_nicknames_are_refused(typed: str) -> None:
    with pytest.raises(nicknames.BadNickname):
        nicknames.clean(typed)


@pytest.mark.parametrize("event_type", case_notices.TYPES)
def test_every_notice_reads_well(event_type: str) -> None:
    notice = case_notices.notice(event_type, "CP20261123-7K3F9Q")
    assert "CP20261123-7K3F9Q" in notice.text and "{" not in notice.text
    assert notice.text.endswith("。")
