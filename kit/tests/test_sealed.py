"""Sealed text opens only where it was sealed."""

import base64
import os

import pytest

from kit.sealed import SealBroken, Sealer, SealingKeys

PLACE = ("residents", "phone", "r_1")


def keys(active: str, **named: str) -> SealingKeys:
    return SealingKeys(active=active, keys=named, index_key=base64.b64encode(b"i" * 32).decode())


def new_key() -> str:
    return base64.b64encode(os.urandom(32)).decode()


def test_it_opens_in_its_place_and_nowhere_else() -> None:
    sealer = Sealer(keys("k1", k1=new_key()))
    sealed = sealer.seal(*PLACE, "13800000000")
    assert sealer.open(*PLACE, sealed) == "13800000000"
    for other in [("staff", "phone", "r_1"), ("residents", "id_number", "r_1"), ("residents", "phone", "r_2")]:
        with pytest.raises(SealBroken):
            sealer.open(*other, sealed)


def test_a_changed_box_does_not_open() -> None:
    sealer = Sealer(keys("k1", k1=new_key()))
    sealed = sealer.seal(*PLACE, "13800000000")
    sealed["box"] = bytes([sealed["box"][0] ^ 1]) + sealed["box"][1:]
    with pytest.raises(SealBroken):
        sealer.open(*PLACE, sealed)


def test_two_seals_of_one_text_differ_but_their_index_is_equal() -> None:
    sealer = Sealer(keys("k1", k1=new_key()))
    assert sealer.seal(*PLACE, "1")["box"] != sealer.seal(*PLACE, "1")["box"]
    assert sealer.blind_index("phone", "1") == sealer.blind_index("phone", "1")
    assert sealer.blind_index("phone", "1") != sealer.blind_index("id_number", "1")


def test_after_rotation_old_values_open_and_are_told_apart() -> None:
    old_key, next_key = new_key(), new_key()
    sealed = Sealer(keys("k1", k1=old_key)).seal(*PLACE, "13800000000")
    rotated = Sealer(keys("k2", k1=old_key, k2=next_key))
    assert rotated.open(*PLACE, sealed) == "13800000000"
    assert sealed["key"] != rotated.active
    with pytest.raises(SealBroken):
        Sealer(keys("k2", k2=next_key)).open(*PLACE, sealed)
