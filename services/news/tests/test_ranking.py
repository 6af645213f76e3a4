"""Most read, on a real database: one reader counts once a day, in batches, and leaves no trace."""

from typing import Any

import pytest

from kit.contract import Empty
from kit.identity import Caller
from kit.testing import new_key
from news import parts as news_parts
from news import ranking
from news.contract.ranking import NoteReading
from news.store import readings


def visitor(address: str, device: str = "") -> Caller:
    return Caller("service", "gateway", client_ip=address, device=device)


def resident(number: int) -> Caller:
    return Caller("resident", f"r_reading{number}", client_ip="192.0.2.1")


def read(parts: Any, article: str, *readers: Caller) -> None:
    for reader in readers:
        ranking.note_reading(parts, NoteReading(id=article, idempotency_key=new_key()), reader)


def most_read(newsroom: Any) -> list[str]:
    ranking.rank(newsroom.parts)
    return [row.id for row in ranking.get_most_read(newsroom.parts, Empty()).items]


def counted(newsroom: Any) -> dict[str, int]:
    return {row["article"]: row["n"] for row in newsroom.db.reading_counts.find()}


def test_one_reader_counts_once_a_day_whatever_process_hears_him(newsroom: Any) -> None:
    article = newsroom.published()
    elsewhere = news_parts.assemble(newsroom.db, newsroom.settings, wake=lambda: None)
    for _ in range(3):
        for parts in (newsroom.parts, elsewhere):
            read(parts, article, resident(1), resident(2), visitor("192.0.2.1"), visitor("192.0.2.1", "a" * 32))
            ranking.write_readings(parts)
    assert counted(newsroom) == {article: 4}


def test_the_most_read_stand_first_and_what_was_withdrawn_is_gone(newsroom: Any) -> None:
    few, many, none = (newsroom.published() for _ in range(3))
    read(newsroom.parts, few, resident(1))
    read(newsroom.parts, many, resident(1), resident(2))
    ranking.write_readings(newsroom.parts)
    assert most_read(newsroom) == [many, few]
    newsroom.withdraw(many)
    assert [row.id for row in ranking.get_most_read(newsroom.parts, Empty()).items] == [few]
    assert none not in counted(newsroom)


def test_what_nobody_may_read_does_not_count(newsroom: Any) -> None:
    for article in (newsroom.create(), "CPN20261127-000000"):
        read(newsroom.parts, article, resident(1))
    assert ranking.write_readings(newsroom.parts) == 0
    assert (counted(newsroom), most_read(newsroom)) == ({}, [])


def test_nothing_that_is_kept_leads_to_a_reader(newsroom: Any) -> None:
    article = newsroom.published()
    read(newsroom.parts, article, resident(1), visitor("192.0.2.77", "b" * 32))
    ranking.write_readings(newsroom.parts)
    for name in ("readings", "reading_counts", "reading_salts"):
        kept = str(list(newsroom.db[name].find()))
        assert not any(trace in kept for trace in ("r_reading1", "192.0.2.77", "b" * 32)), name


def test_a_flood_is_not_gathered_without_end(newsroom: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readings, "MOST_WAITING", 3)
    article = newsroom.published()
    read(newsroom.parts, article, *(resident(number) for number in range(10)))
    assert ranking.write_readings(newsroom.parts) == 3


def test_of_one_address_only_so_many_readers_count_however_many_devices_it_invents(newsroom: Any) -> None:
    article, other = newsroom.published(), newsroom.published()
    invented = [visitor("192.0.2.9", f"{number:032d}") for number in range(500)]
    elsewhere = news_parts.assemble(newsroom.db, newsroom.settings, wake=lambda: None)
    for parts in (newsroom.parts, elsewhere, newsroom.parts):
        read(parts, article, *invented)
        ranking.write_readings(parts)
    assert counted(newsroom) == {article: 20} == {article: newsroom.parts.directory.ranking.readers_of_an_address}
    read(newsroom.parts, article, visitor("192.0.2.10", "a" * 32), resident(1), resident(2))
    read(newsroom.parts, other, *invented[:1])
    ranking.write_readings(newsroom.parts)
    assert counted(newsroom) == {article: 23, other: 1}, "others count, and he as another article's reader"


def test_one_address_does_not_take_the_room_of_all(newsroom: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readings, "MOST_WAITING", 5)
    monkeypatch.setattr(readings, "MOST_OF_AN_ADDRESS", 3)
    article = newsroom.published()
    for invented in range(10):
        read(newsroom.parts, f"CPN20261127-{invented:06d}", visitor("192.0.2.9"))
    read(newsroom.parts, article, visitor("192.0.2.10"), visitor("192.0.2.10"))
    assert ranking.write_readings(newsroom.parts) == 1
    read(newsroom.parts, article, visitor("192.0.2.9"))
    assert ranking.write_readings(newsroom.parts) == 1, "it has room again"


def test_every_query_has_its_index(newsroom: Any) -> None:
    article = newsroom.published()
    newsroom.db.command("profile", 2)
    read(newsroom.parts, article, resident(1), resident(2))
    ranking.write_readings(newsroom.parts)
    most_read(newsroom)
    newsroom.db.command("profile", 0)
    profile = list(newsroom.db.system.profile.find({"ns": {"$regex": r"\.(reading|ranking)"}}))
    assert len(profile) > 5
    assert [row["command"] for row in profile if "COLLSCAN" in row.get("planSummary", "")] == []
    assert [row["command"] for row in profile if row.get("hasSortStage")] == []
