"""Most read: by days of the district, and nothing that leads to a reader."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from news.domain import ranking

BEIJING = ZoneInfo("Asia/Shanghai")
EVENING = datetime(2026, 11, 27, 15, 59, tzinfo=UTC)
MIDNIGHT = datetime(2026, 11, 27, 16, 0, tzinfo=UTC)


def test_days_are_the_districts() -> None:
    assert ranking.last_days(EVENING, BEIJING) == ["2026-11-27", "2026-11-26", "2026-11-25"]
    assert ranking.day_of(MIDNIGHT, BEIJING) == "2026-11-28"


def test_the_sum_of_the_days_counts_and_of_equals_the_newer() -> None:
    assert ranking.ranked([{"a": 3, "b": 1}, {"b": 4, "c": 3}, {}]) == ["b", "c", "a"]
    assert ranking.ranked([]) == []


def test_a_reader_has_one_mark_a_day_and_article_and_none_that_leads_to_him() -> None:
    salt, other = b"1" * 32, b"2" * 32
    mark = ranking.mark("CPN1", "r_reader", salt)
    assert mark == ranking.mark("CPN1", "r_reader", salt)
    assert (
        len(
            {
                mark,
                *(
                    ranking.mark(*given)
                    for given in (("CPN2", "r_reader", salt), ("CPN1", "r_other", salt), ("CPN1", "r_reader", other))
                ),
            }
        )
        == 4
    )
    assert "reader" not in mark


def test_an_address_has_so_many_places_and_a_device_always_the_same() -> None:
    rules = ranking.RankingRules(readers_of_an_address=20)
    devices = [f"{number:032d}" for number in range(2000)]
    places = [ranking.visitor("192.0.2.9", device, rules) for device in devices]
    assert len(set(places)) == 20
    assert places == [ranking.visitor("192.0.2.9", device, rules) for device in devices]
    assert not set(places) & {ranking.visitor("192.0.2.10", device, rules) for device in devices}
    assert len(set(places[:5])) > 3, "a household is not one"
