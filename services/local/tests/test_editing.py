"""An editor's changes: once, on what was read, told, and safe from the seed."""

import threading
from typing import Any

import pytest

from kit.clock import utcnow
from kit.errors import Conflict, Invalid, NotFound
from local import editing, reading
from local.contract import ListPlays, OneGuide, OnePlay, Search, UpdateGuide, UpdatePlay
from local.seed import seed

STEPS = [{"title": "先打个电话", "where": "家里"}, {"title": "再出门", "where": "路上", "tips": ["带好证件"]}]


def events(life: Any, collection: str, id_: str) -> list[tuple[str, int]]:
    row = life.db[collection].find_one({"_id": id_})
    return [(event["type"], event["seq"]) for event in row["_outbox"]]


def test_a_changed_guide_is_what_everyone_reads(life: Any) -> None:
    receipt = life.change(editing.update_guide, UpdateGuide, slug="marriage", version=1, title="要领证", steps=STEPS)
    assert (receipt.slug, receipt.version) == ("marriage", 2)
    guide = life.page(reading.get_guide, OneGuide, slug="marriage")
    assert (guide.title, [step.title for step in guide.steps], guide.version) == ("要领证", ["先打个电话", "再出门"], 2)
    assert guide.summary == next(row.summary for row in life.content.guides if row.slug == "marriage")
    assert events(life, "guides", "marriage")[-1] == ("local.guide_changed.v1", 2)
    assert life.told == 1
    assert [hit.id for hit in life.page(reading.search, Search, q="要领证").items] == ["marriage"]
    assert life.page(reading.search, Search, q="要结婚").items == []


def test_a_changed_play_moves_on_the_map_and_through_the_seasons(life: Any) -> None:
    life.change(
        editing.update_play, UpdatePlay, id="changling", version=1, lat=40.2, lon=116.2, months=[1], verified=True,
        checked_on="2026-11-24", source="景区公告", status="open", note="",
    )  # fmt: skip
    play = life.page(reading.get_play, OnePlay, id="changling")
    assert (play.lat, play.verified, play.status_name, str(play.checked_on)) == (40.2, True, "开放", "2026-11-24")
    assert life.db.plays.find_one({"_id": "changling"})["point"]["coordinates"] == [116.2, 40.2]
    winter = life.page(reading.list_plays, ListPlays, season="winter", limit=100).items
    autumn = life.page(reading.list_plays, ListPlays, season="autumn", limit=100).items
    assert "changling" in [row.id for row in winter]
    assert "changling" not in [row.id for row in autumn]
    assert events(life, "plays", "changling")[-1] == ("local.play_changed.v1", 2)


def test_who_read_an_older_version_is_told_the_one_at_hand(life: Any) -> None:
    life.change(editing.update_play, UpdatePlay, id="changling", version=1, note="今日闭馆")
    for version in (1, 3):
        with pytest.raises(Conflict) as refusal:
            life.change(editing.update_play, UpdatePlay, id="changling", version=version, note="又改")
        assert refusal.value.extra == {"id": "changling", "version": 2}
    assert life.page(reading.get_play, OnePlay, id="changling").note == "今日闭馆"


def test_the_same_request_changes_once_and_is_answered_alike(life: Any) -> None:
    fields = {"id": "changling", "version": 1, "note": "今日闭馆", "idempotency_key": "same"}
    assert [life.change(editing.update_play, UpdatePlay, **fields).version for _ in range(3)] == [2, 2, 2]
    assert len(events(life, "plays", "changling")) == 2
    with pytest.raises(Conflict):
        life.change(editing.update_play, UpdatePlay, **{**fields, "note": "别的"})
    with pytest.raises(Conflict):
        life.change(editing.update_play, UpdatePlay, **{**fields, "id": "dingling"})


def test_of_two_editors_at_once_one_wins(life: Any) -> None:
    outcomes: list[str] = []

    def change(note: str) -> None:
        try:
            life.change(editing.update_play, UpdatePlay, id="changling", version=1, note=note)
            outcomes.append(note)
        except Conflict:
            outcomes.append("conflict")

    threads = [threading.Thread(target=change, args=(f"第{number}位",)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (winner,) = [outcome for outcome in outcomes if outcome != "conflict"]
    play = life.page(reading.get_play, OnePlay, id="changling")
    assert (play.note, play.version, len(events(life, "plays", "changling"))) == (winner, 2, 2)


def test_what_makes_no_sense_is_refused(life: Any) -> None:
    with pytest.raises(NotFound):
        life.change(editing.update_guide, UpdateGuide, slug="nothing", version=1, title="某某")
    with pytest.raises(Invalid):
        life.change(editing.update_guide, UpdateGuide, slug="marriage", version=1)
    with pytest.raises(Invalid) as refusal:
        life.change(editing.update_play, UpdatePlay, id="changling", version=1, town="999")
    assert refusal.value.errors[0]["field"] == "town"
    assert life.told == 0


def test_the_seed_repeated_changes_nothing(life: Any) -> None:
    before = {name: list(life.db[name].find()) for name in ("guides", "kinds", "plays", "trades", "providers")}
    assert life.seeded == 11 + 8 + 44 + 1 + 9
    assert seed(life.parts.store, life.content) == 0
    assert {name: list(life.db[name].find()) for name in before} == before


def test_the_seed_leaves_an_editors_change_and_takes_over_what_the_district_changes(life: Any) -> None:
    life.change(editing.update_guide, UpdateGuide, slug="marriage", version=1, title="要领证")
    renamed = tuple(guide.model_copy(update={"title": guide.title + "！"}) for guide in life.content.guides)
    fewer = tuple(guide for guide in renamed if guide.slug not in ("shop", "marriage"))
    assert seed(life.parts.store, life.content.model_copy(update={"guides": renamed})) == 10
    titles = {row["_id"]: row["title"] for row in life.db.guides.find()}
    assert (titles["marriage"], titles["shop"]) == ("要领证", "开小店！")
    assert events(life, "guides", "shop") == [("local.guide_changed.v1", 1), ("local.guide_changed.v1", 2)]
    assert seed(life.parts.store, life.content.model_copy(update={"guides": fewer})) == 1
    assert {row["_id"] for row in life.db.guides.find()} == set(titles) - {"shop"}


def test_two_seeds_at_once_take_each_row_over_once(life: Any) -> None:
    life.db.plays.delete_many({})
    threads = [threading.Thread(target=seed, args=(life.parts.store, life.content)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert life.db.plays.count_documents({}) == 44
    assert all(len(row["_outbox"]) == 1 for row in life.db.plays.find())
    assert all(row["created"] <= utcnow() for row in life.db.plays.find())
