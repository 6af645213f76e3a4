"""Public numbers."""

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from petition.domain.numbers import PATTERN, new_number

SHANGHAI = ZoneInfo("Asia/Shanghai")


def test_the_date_is_the_districts_and_the_rest_cannot_be_counted() -> None:
    before_midnight_utc = datetime(2026, 11, 22, 16, 0, tzinfo=UTC)
    numbers = {new_number("CP", before_midnight_utc, SHANGHAI) for _ in range(2000)}
    assert len(numbers) >= 1999
    assert all(re.fullmatch(PATTERN, no) and no.startswith("CP20261123-") for no in numbers)


def test_letters_that_are_misread_do_not_occur() -> None:
    letters = {c for _ in range(500) for c in new_number("CP", datetime(2026, 1, 1, tzinfo=UTC), SHANGHAI)[11:]}
    assert not letters & set("ILOU")
    assert len(letters) == 32
