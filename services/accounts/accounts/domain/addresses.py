"""Whose an address of the network is."""

from ipaddress import IPv4Address, ip_address, ip_network


def network_of(address: str) -> str:
    """What one guesser can easily have: a single IPv4 address, but a whole /64 of IPv6."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv4Address):
        return str(parsed)
    return str(parsed.ipv4_mapped or ip_network((parsed, 64), strict=False))


def is_public(address: str) -> bool:
    """Whether it is an address of the internet, and not one of a network of one's own."""
    try:
        return ip_address(address).is_global
    except ValueError:
        return False
