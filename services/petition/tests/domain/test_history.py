"""The chain of commitments: it grows, it shows what it may, it notices every change."""

import json
from datetime import UTC, datetime
from hashlib import sha256
from itertools import count
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from petition.domain import history
from petition.domain.history import Entry, Field

NO = "CP20261118-7K3F9Q"
NOW = datetime(2026, 11, 18, 2, 0, tzinfo=UTC)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.lists(inner, max_size=3), max_leaves=5
)
fields = st.dictionaries(st.text(min_size=1, max_size=8), values, max_size=4)


def chain(*steps: tuple[dict[str, Any], dict[str, Any]]) -> list[Entry]:
    entries: list[Entry] = []
    for public, hidden in steps or (({"town": "t"}, {"author": "r_1"}), ({"text": "答复"}, {"by": "s_1"})):
        entries.append(history.append(entries[-1] if entries else history.genesis(NO), "step", NOW, public, hidden))
    return entries


@given(st.lists(st.tuples(fields, fields), min_size=1, max_size=5))
def test_any_chain_verifies_whole_published_and_redacted(steps: list[tuple[dict[str, Any], dict[str, Any]]]) -> None:
    entries = chain(*steps)
    assert history.verify(NO, entries) is None
    assert history.verify(NO, history.published(entries)) is None
    assert history.verify(NO, [history.redact(e, list(e.fields)) for e in entries]) is None


def test_it_survives_being_stored_as_json() -> None:
    entries = chain()
    again = [Entry.model_validate_json(entry.model_dump_json()) for entry in entries]
    assert history.verify(NO, again) is None


@pytest.mark.parametrize(
    ("changed", "position"),
    [
        ({"kind": "other"}, 2),
        ({"at": datetime(2026, 11, 18, 2, 0, 1, tzinfo=UTC)}, 2),
        ({"seq": 3}, 2),
        ({"previous": "0" * 64}, 2),
        ({"fields": {}}, 2),
    ],
)
def test_a_changed_entry_is_found(changed: dict[str, Any], position: int) -> None:
    first, second = chain()
    assert history.verify(NO, [first, second.model_copy(update=changed)]) == position


def test_a_changed_value_a_missing_entry_and_another_case_are_found() -> None:
    first, second = chain()
    forged = Field(**{**second.fields["text"].model_dump(), "value": "另一个答复"})
    assert history.verify(NO, [first, second.model_copy(update={"fields": {**second.fields, "text": forged}})]) == 2
    assert history.verify(NO, [second]) == 1
    assert history.verify("CP20261118-000000", [first, second]) == 1


def test_hidden_fields_are_published_as_commitments_only() -> None:
    text = json.dumps([entry.model_dump(mode="json") for entry in history.published(chain())], ensure_ascii=False)
    assert "r_1" not in text
    assert "s_1" not in text
    assert "答复" in text


def test_equal_values_have_different_commitments_and_a_salt_opens_them() -> None:
    one, other = chain()[0].fields["author"], chain()[0].fields["author"]
    assert one.commitment != other.commitment
    assert one.salt is not None
    assert one.commitment == sha256(one.salt.encode() + b'"r_1"').hexdigest()


def test_the_hash_is_what_the_papers_say() -> None:
    salts = count()
    entry = history.append(history.genesis(NO), "accept", NOW, {"a": 1}, {}, salt=lambda: f"salt{next(salts)}")
    commitment = sha256(b"salt0" + b"1").hexdigest()
    covered = [sha256(NO.encode()).hexdigest(), 1, "2026-11-18T02:00:00.000Z", "accept", {"a": commitment}]
    assert entry.hash == sha256(json.dumps(covered, separators=(",", ":")).encode()).hexdigest()
