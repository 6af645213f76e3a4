"""Whose address counts."""

from ipaddress import ip_network

import pytest

from gateway.visitors import client_address, device_of

PROXIES = (ip_network("127.0.0.1/32"), ip_network("10.0.0.0/8"))


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("203.0.113.9", None, "203.0.113.9"),
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),  # not a proxy of ours: its word is nothing
        ("127.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("127.0.0.1", "198.51.100.1, 10.1.2.3", "198.51.100.1"),
        ("127.0.0.1", "6.6.6.6, 198.51.100.1", "198.51.100.1"),  # what the client wrote itself comes first
        ("127.0.0.1", "garbage", "127.0.0.1"),
        ("127.0.0.1", "", "127.0.0.1"),
        ("127.0.0.1", "10.1.1.1, 10.1.1.2", "10.1.1.1"),
        ("127.0.0.1", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.9", None, "203.0.113.9"),
        ("", "198.51.100.1", "unknown"),
    ],
)
def test_the_last_address_that_no_proxy_of_ours_added(peer: str, forwarded: str | None, address: str) -> None:
    assert client_address(peer, forwarded, PROXIES) == address


@pytest.mark.parametrize("told", [None, "", "a1" * 15, "a1" * 17, "A1" * 16, "g1" * 16, "a1" * 16 + "\n", "{$gt: 0}"])
def test_a_device_is_called_as_the_app_calls_it_or_not_at_all(told: str | None) -> None:
    assert device_of("a1" * 16) == "a1" * 16
    assert device_of(told) == ""
