from news.domain.receipts import code_of, plain


def test_a_code_is_sixteen_characters_in_groups_and_each_digest_has_its_own() -> None:
    codes = {code_of(f"{number:064x}") for number in range(1000)}
    assert len(codes) == 1000
    assert all(len(plain(code)) == 16 and [len(part) for part in code.split("-")] == [4] * 4 for code in codes)


def test_a_code_is_the_same_however_it_is_typed() -> None:
    code = "7K3F-9Q01-ABCD-0123"
    for typed in (code.lower(), code.replace("-", ""), code.replace("-", " "), f" {code} ", "7k3f－9qOl-abcd-oi23"):
        assert plain(typed) == plain(code)
    assert plain("7K3F-9Q01-ABCD-0124") != plain(code)
