import pytest

from accounts.domain.passwords import WeakPassword, check, normalise


@pytest.mark.parametrize("password", ["Correct-horse-7", "昌平连接Abc123!?", "a1!" + "bcdefghijk", "Aa1!" * 3 + "xyzw"])
def test_good_passwords_pass(password: str) -> None:
    check(password, "wangli")


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("", "12至200"),
        ("Short-1", "12至200"),
        ("Aa1!" * 60, "12至200"),
        ("onlylowercaseletters", "三种"),
        ("lowercase12345678", "三种"),
        ("Xx-WangLi-2026", "用户名"),
        ("Aa1!aaaaaaaaaaaa", "重复"),
    ],
)
def test_weak_passwords_are_named(password: str, reason: str) -> None:
    with pytest.raises(WeakPassword, match=reason):
        check(password, "wangli")


def test_full_width_and_ascii_are_one_password() -> None:
    assert normalise("Ｃorrect－horse－７") == "Correct-horse-7"
