"""Merkle trees as RFC 6962 (Certificate Transparency), section 2.1, has them, over SHA-256.

A root commits to a list; a path proves with few hashes that an entry stands at an index of it. Leaves and inner nodes
are hashed with different first bytes, so that neither can be passed off as the other.

A tree is built from nodes: the hashes of its leaves, or, since every full subtree stands alone, the roots of all its
consecutive parts of the same power of two, of which only the last may be smaller.
"""

from collections.abc import Sequence
from hashlib import sha256

EMPTY = sha256().digest()
"""The root of no entries."""


def leaf_hash(data: bytes) -> bytes:
    """The node of an entry."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The node above two others."""
    return sha256(b"\x01" + left + right).digest()


def root(nodes: Sequence[bytes]) -> bytes:
    """The root over these nodes (RFC 6962: MTH)."""
    level = list(nodes)
    while len(level) > 1:
        level = _level_above(level)
    return level[0] if level else EMPTY


def path(index: int, nodes: Sequence[bytes]) -> list[bytes]:
    """The nodes that lead from the one at `index`, counted from 0, to the root, the lowest first (RFC 6962: PATH).

    Raises `IndexError` when there is no such node.
    """
    if not 0 <= index < len(nodes):
        raise IndexError(index)
    level, beside = list(nodes), []
    while len(level) > 1:
        if index ^ 1 < len(level):  # the last one of an odd number rises as it is
            beside.append(level[index ^ 1])
        level, index = _level_above(level), index // 2
    return beside


def verifies(data: bytes, index: int, size: int, beside: Sequence[bytes], expected: bytes) -> bool:
    """Whether the path proves that `data` is the entry at `index` of the `size` ones under the root `expected`."""
    if not 0 <= index < size:
        return False
    node, last, rest = leaf_hash(data), size - 1, list(beside)
    while last:
        if index % 2 or index < last:
            if not rest:
                return False
            sibling = rest.pop(0)
            node = node_hash(sibling, node) if index % 2 else node_hash(node, sibling)
        index, last = index // 2, last // 2
    return not rest and node == expected


def _level_above(level: list[bytes]) -> list[bytes]:
    pairs = [node_hash(level[n], level[n + 1]) for n in range(0, len(level) - 1, 2)]
    return pairs + level[-1:] if len(level) % 2 else pairs
