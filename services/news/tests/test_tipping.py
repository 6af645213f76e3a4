"""Sending a tip and following it: once, within limits, by a code that stands nowhere, without a trace of who it was."""

import base64
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from bson.json_util import dumps
from PIL import Image

from kit import sealed
from kit.clock import utcnow
from kit.contract import PageRequest
from kit.errors import Conflict, Invalid, NotFound, RateLimited
from kit.sealed import Sealer, SealingKeys
from kit.testing import new_key
from news import investigating, pictures, tip_desk, tipping
from news.contract.investigations import OpenInvestigation
from news.contract.media import ReadPicture
from news.contract.tips import AdoptTip, AssignTip, DeclineTip, OneTip
from news.domain.receipts import plain

from .tipline import NAME, PHONE, TEXT, TIP, Tipline, resident, visitor

NEW_KEY = base64.b64encode(bytes(range(32))).decode()


def limited(line: Tipline, **rules: int) -> None:
    directory = line.parts.directory
    fewer = directory.model_copy(update={"tips": directory.tips.model_copy(update=rules)})
    line.parts = replace(line.parts, directory=fewer)


def test_whoever_has_the_code_follows_the_tip_and_the_database_gives_nobody_away(line: Tipline, newsroom: Any) -> None:
    receipt = line.send(resident("shy"), mine=False)
    assert line.follow(receipt.code.lower().replace("-", " ")).state_name == "收到"
    seen = line.follow(receipt.code).model_dump_json()
    assert "核实" in seen and TEXT not in seen and TIP["place"] not in seen
    for name in newsroom.db.list_collection_names():
        kept = dumps(list(newsroom.db[name].find()), ensure_ascii=False)
        for secret in (receipt.code, plain(receipt.code), NAME, PHONE, "r_shy", "203.0.113.8"):
            assert secret not in kept, (name, secret)


def test_a_repeated_request_makes_one_tip_and_gets_its_code_again(line: Tipline) -> None:
    with ThreadPoolExecutor(6) as pool:
        receipts = list(pool.map(lambda _: line.send(key="k1"), range(12)))
    assert len({receipt.code for receipt in receipts}) == line.tips.count_documents({}) == 1
    with pytest.raises(Conflict):
        line.send(key="k1", contact={"phone": "13800138322"})
    other = line.send(visitor("b" * 32), key="k1")
    assert other.code != receipts[0].code, "another device's key is another key"


def test_the_same_words_again_are_refused_while_the_first_are_undecided(line: Tipline, newsroom: Any) -> None:
    line.send()
    with pytest.raises(Invalid) as caught:
        line.send(text=f" {TEXT.replace('，', ' , ')}", contact=None)
    assert caught.value.errors[0]["field"] == "text"
    line.send(visitor("b" * 32))
    (first, _) = line.tips.distinct("_id")
    for no in line.tips.distinct("_id"):
        line.do(tip_desk.decline_tip, DeclineTip, newsroom.duty, no, reason="unclear")
    assert line.tips.find_one({"_id": first}).get("same") is None
    line.send()


def test_a_person_a_device_and_an_address_send_so_many_a_day(line: Tipline) -> None:
    limited(line, a_day=2, a_day_of_a_device=3, a_day_of_an_address=5)
    person = replace(resident("busy"), device="c" * 32)
    for _ in range(2):
        line.new(person)
    with pytest.raises(RateLimited) as caught:
        line.new(person)
    assert 0 < caught.value.extra["retry_after"] <= 86400
    line.new(replace(visitor("c" * 32), client_ip=person.client_ip))
    with pytest.raises(RateLimited):
        line.new(visitor("c" * 32))
    with pytest.raises(Invalid):
        line.new(replace(resident("other"), client_ip=person.client_ip), town="nowhere")
    line.new(visitor("", person.client_ip))
    line.new(visitor("d" * 32, person.client_ip))
    with pytest.raises(RateLimited):
        line.new(visitor("", person.client_ip))
    line.new(visitor("", "203.0.113.99"))


def test_codes_tried_in_vain_end_and_right_ones_do_not_count(line: Tipline) -> None:
    limited(line, wrong_codes_an_hour=3)
    code = line.send().code
    for _ in range(5):
        line.follow(code)
    for wrong in ("0000-0000-0000-0000", "$ne", "一二三"):
        with pytest.raises(NotFound):
            line.follow(wrong)
    for any_code in (code, "0000-0000-0000-0000"):
        with pytest.raises(RateLimited):
            line.follow(any_code)
    line.follow(code, visitor(address="203.0.113.50"))


def test_ones_own_tips_are_listed_newest_first_and_nobody_elses(line: Tipline) -> None:
    author = resident("author")
    numbers = [line.new(author) for _ in range(3)]
    line.new(author, mine=False)
    line.new(resident("other"))
    first = tipping.list_my_tips(line.parts, PageRequest(limit=2), author)
    second = tipping.list_my_tips(line.parts, PageRequest(limit=2, cursor=first.next_cursor), author)
    assert [tip.no for tip in (*first.items, *second.items)] == numbers[::-1]
    assert second.next_cursor is None
    assert first.items[0].contact == "kept" and first.items[0].text.startswith(TEXT)


@pytest.mark.parametrize(
    ("field", "fields"),
    [
        ("column", {"column": "nothing"}),
        ("town", {"town": "1"}),
        ("point", {"point": {"lon": 2.35, "lat": 48.85}}),
        ("pictures", {"pictures": ["a" * 32]}),
    ],
)
def test_what_does_not_exist_is_refused(line: Tipline, field: str, fields: Any) -> None:
    with pytest.raises(Invalid) as caught:
        line.send(**fields)
    assert caught.value.errors[0]["field"] == field
    assert line.tips.count_documents({}) == 0


def test_hostile_text_is_text(line: Tipline, newsroom: Any) -> None:
    text = "<script>alert(1)</script> {{7*7}} '; DROP TABLE tips; -- \u202e\u0000" + "长" * 4000
    no = line.new(text=text, place="$where")
    seen = tip_desk.get_desk_tip(line.parts, OneTip(no=no), newsroom.editor)
    assert seen.text == text.replace("\u202e", "").replace("\u0000", "")
    assert len(seen.opening) == 80


def test_pictures_are_made_anew_and_seen_by_editors_and_their_author(line: Tipline, newsroom: Any) -> None:
    exif = Image.Exif()
    exif[0x010F] = "Secretphone"
    picture, author = line.picture(exif=exif), resident("author")
    ask = ReadPicture(id=picture)
    with pytest.raises(NotFound):
        pictures.read_picture(line.parts, ask, newsroom.editor)  # it came with no tip yet
    line.new(author, pictures=[picture])
    for by in (newsroom.editor, newsroom.chief, author):
        seen = pictures.read_picture(line.parts, ask, by)
        assert not seen.public and b"Secretphone" not in seen.data
    for by in (newsroom.reporter, visitor(), resident("other")):
        with pytest.raises(NotFound):
            pictures.read_picture(line.parts, ask, by)
    with pytest.raises(Invalid):
        line.new(pictures=[picture])
    assert newsroom.db.pictures.find_one({"_id": picture})["owner"] == tipping.UPLOADER


def test_pictures_that_came_with_no_tip_are_swept_after_a_day(line: Tipline, newsroom: Any) -> None:
    kept, left, fresh = (line.picture() for _ in range(3))
    line.new(pictures=[kept])
    old = {"brought_at": utcnow() - timedelta(days=2)}
    newsroom.db.pictures.update_many({"_id": {"$in": [kept, left]}}, {"$set": old})
    assert (tipping.forget_unused(line.parts), tipping.forget_unused(line.parts)) == (1, 0)
    assert set(newsroom.db.pictures.distinct("_id")) == {kept, fresh}
    assert newsroom.db["images.files"].count_documents({}) == 4


def test_contacts_are_erased_in_time_and_with_the_account(line: Tipline, newsroom: Any) -> None:
    due, kept, closed = line.new(), line.new(), line.new(resident("leaver"))
    line.tips.update_one({"_id": due}, {"$set": {"contact_until": utcnow() - timedelta(seconds=1)}})
    assert (tipping.erase_contacts(line.parts), tipping.erase_contacts(line.parts)) == (1, 0)
    for _ in range(2):
        line.parts.tips.forget_author("r_leaver")
    assert line.tips.distinct("_id", {"contact": {"$exists": True}}) == [kept]
    assert line.tips.find_one({"_id": closed})["author"] is None
    for no in (due, closed):
        assert tip_desk.get_desk_tip(line.parts, OneTip(no=no), newsroom.editor).contact == "erased"


def long_ago(line: Tipline, *numbers: str, days: int) -> None:
    """The tips came so long ago, and whatever was done with them was done then."""
    for no in numbers:
        at = utcnow() - timedelta(days=days)
        line.tips.update_one({"_id": no}, {"$set": {"sent_at": at}, "$unset": {"text_until": ""}})
        line.tips.update_one({"_id": no}, {"$set": {"entries.$[].at": at}})


def test_what_tips_say_is_erased_in_time_with_its_pictures(line: Tipline, newsroom: Any) -> None:
    picture, shown = line.picture(), line.picture()
    code = line.send(text="夜里有车倾倒垃圾，请来看看。", pictures=[picture, shown]).code
    (old,) = line.tips.distinct("_id")
    block = {"kind": "picture", "picture": shown, "alt": "倾倒现场", "credit": "居民供图"}
    newsroom.create(blocks=[], body=[block])
    recent, undecided = line.checking(), line.checking()
    line.do(tip_desk.assign_tip, AssignTip, newsroom.duty, old, editor=newsroom.editor.id)
    for no in (old, recent):
        line.do(tip_desk.decline_tip, DeclineTip, newsroom.editor, no, reason="unclear", text="请补充车牌颜色")
    assert tipping.erase_texts(line.parts) == 0
    long_ago(line, old, undecided, days=366)
    long_ago(line, recent, days=364)
    line.tips.update_one({"_id": old}, {"$set": {"made_of_it": "夜里有车倾倒垃圾"}})  # by another release
    assert (tipping.erase_texts(line.parts), tipping.erase_texts(line.parts)) == (1, 0)
    assert not [
        word for word in ("倾倒垃圾", "车牌", "村东河沟", picture) if word in str(line.tips.find_one({"_id": old}))
    ]
    assert newsroom.db.pictures.distinct("_id") == [shown], "that one is the article's by now"
    seen = line.follow(code)
    assert (seen.erased, seen.state, seen.next) == (True, "declined", "内容已按期限删除，只保留编号、时间和处理结果。")
    desk = tip_desk.get_desk_tip(line.parts, OneTip(no=old), newsroom.editor)
    assert (desk.opening, desk.text, desk.contact, desk.may) == ("内容已按期限删除", "", "erased", [])
    long_ago(line, undecided, days=1096)
    assert tipping.erase_texts(line.parts) == 1
    assert line.tips.count_documents({"text_until": {"$exists": True}}) == 1, "what was erased is not looked at again"


def test_nothing_is_erased_while_an_open_investigation_uses_it(line: Tipline, newsroom: Any) -> None:
    no = line.checking()
    line.do(tip_desk.adopt_tip, AdoptTip, newsroom.editor, no)
    long_ago(line, no, days=400)
    matter = {"title": "夜间倾倒", "question": "谁在倾倒", "lead": newsroom.editor.id, "tips": [no]}
    request = OpenInvestigation.model_validate({**matter, "idempotency_key": new_key()})
    number = investigating.open_investigation(line.parts, request, newsroom.editor).id
    assert tipping.erase_texts(line.parts) == 0
    newsroom.db.investigations.update_one({"_id": number}, {"$set": {"state": "closed", "by_state": "closed"}})
    assert tipping.erase_texts(line.parts) == 0, "it is looked at again a day later"
    line.tips.update_one({"_id": no}, {"$set": {"text_until": utcnow()}})
    assert tipping.erase_texts(line.parts) == 1


def test_a_step_that_comes_between_keeps_the_text(
    line: Tipline, newsroom: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    no = line.checking()
    line.do(tip_desk.decline_tip, DeclineTip, newsroom.editor, no, reason="unclear")
    long_ago(line, no, days=400)
    uses = line.parts.investigations.uses

    def assigned_meanwhile(tip: str) -> bool:
        line.do(tip_desk.assign_tip, AssignTip, newsroom.duty, no, editor=newsroom.second_editor.id)
        return bool(uses(tip))

    monkeypatch.setattr(line.parts.investigations, "uses", assigned_meanwhile)
    assert tipping.erase_texts(line.parts) == 0
    assert line.tips.find_one({"_id": no})["text"]


def test_a_new_key_seals_contacts_anew(line: Tipline) -> None:
    numbers = [line.new() for _ in range(3)]
    old = SealingKeys.model_validate_json((line.newsroom.settings.secrets_dir / "sealing.json").read_bytes())
    keys = old.model_copy(update={"active": "k2", "keys": {**old.keys, "k2": NEW_KEY}})
    assert sealed.reseal(line.tips, "contact", Sealer(keys)) == 3
    assert line.tips.distinct("contact.key") == ["k2"]
    fresh = Sealer(keys.model_copy(update={"keys": {"k2": NEW_KEY}}))
    document = line.tips.find_one({"_id": numbers[0]})
    assert PHONE in fresh.open("tips", "contact", numbers[0], document["contact"])
