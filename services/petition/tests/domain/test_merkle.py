"""Merkle trees: the roots and paths that others compute too, and no proof of what is not there."""

from hashlib import sha256
from itertools import pairwise

import pytest

from petition.domain import merkle

# The entries and answers of Certificate Transparency's own tests (merkletree, RFC 6962 reference implementation).
ENTRIES = [
    bytes.fromhex(text)
    for text in (
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
    )
]  # fmt: skip
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
PATHS = [  # index, size, path
    (0, 1, []),
    (
        0, 8,
        [
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ],
    ),
    (
        5, 8,
        [
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
    (2, 3, ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]),
    (
        1, 5,
        [
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ],
    ),
]  # fmt: skip


def entries(size: int) -> list[bytes]:
    return [sha256(str(number).encode()).digest() for number in range(size)]


def by_definition(data: list[bytes]) -> bytes:
    """MTH word for word: split at the largest power of two below the size."""
    if len(data) < 2:
        return merkle.leaf_hash(data[0]) if data else sha256(b"").digest()
    split = 1 << (len(data) - 1).bit_length() - 1
    return merkle.node_hash(by_definition(data[:split]), by_definition(data[split:]))


@pytest.mark.parametrize("size", range(1, 9))
def test_roots_are_those_of_certificate_transparency(size: int) -> None:
    assert merkle.root([merkle.leaf_hash(data) for data in ENTRIES[:size]]).hex() == ROOTS[size - 1]


@pytest.mark.parametrize(("index", "size", "expected"), PATHS)
def test_paths_are_those_of_certificate_transparency(index: int, size: int, expected: list[str]) -> None:
    found = merkle.path(index, [merkle.leaf_hash(data) for data in ENTRIES[:size]])
    assert [node.hex() for node in found] == expected
    assert merkle.verifies(ENTRIES[index], index, size, found, bytes.fromhex(ROOTS[size - 1]))


SIZES = (*range(18), 31, 32, 33, 63, 64, 65, 127, 128, 129)
"""Small trees of every shape, and those about where a level begins."""


def test_the_root_of_nothing_is_the_hash_of_nothing() -> None:
    assert merkle.root([]).hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    with pytest.raises(IndexError):
        merkle.path(0, [])


@pytest.mark.parametrize("size", SIZES)
def test_every_leaf_proves_itself_and_nothing_else(size: int) -> None:
    data = entries(size)
    nodes = [merkle.leaf_hash(one) for one in data]
    root = merkle.root(nodes)
    assert root == by_definition(data)
    for index, one in enumerate(data):
        path = merkle.path(index, nodes)
        assert merkle.verifies(one, index, size, path, root)
        assert not merkle.verifies(data[index - 1] if size > 1 else b"other", index, size, path, root)
        assert not merkle.verifies(one, index, size, path, sha256(root).digest())
        assert not merkle.verifies(one, index, size, [*path, root], root)
        assert not merkle.verifies(one, index, size, path[:-1] if path else [root], root)
        for at in range(len(path)):
            bent = [*path[:at], bytes(32), *path[at + 1 :]]
            assert not merkle.verifies(one, index, size, bent, root)
        for other in {*range(size + 2), -1} - {index}:
            assert not merkle.verifies(one, other, size, path, root)


@pytest.mark.parametrize("size", SIZES[1:])
def test_another_size_needs_another_path(size: int) -> None:
    """Sizes whose paths have another shape are refused; where the shape is the same, only the root can tell them."""
    data = entries(size)
    nodes = [merkle.leaf_hash(one) for one in data]
    root = merkle.root(nodes)
    for index, one in enumerate(data):
        path = merkle.path(index, nodes)
        for other in {size - 1, size + 1, 2 * size, 0}:
            longer = len(merkle.path(index, entries(other))) if index < other else -1
            if longer != len(path):
                assert not merkle.verifies(one, index, other, path, root)
    assert len({merkle.root(nodes[:shorter]) for shorter in range(size + 1)}) == size + 1


@pytest.mark.parametrize("part", [1, 2, 4, 32])
def test_a_tree_is_the_same_from_the_roots_of_its_parts(part: int) -> None:
    for size in (*range(1, 36), 63, 64, 65, 130):
        nodes = [merkle.leaf_hash(one) for one in entries(size)]
        parts = [nodes[at : at + part] for at in range(0, size, part)]
        tops = [merkle.root(one) for one in parts]
        assert merkle.root(tops) == merkle.root(nodes)
        for index in range(size):
            beside = merkle.path(index % part, parts[index // part]) + merkle.path(index // part, tops)
            assert beside == merkle.path(index, nodes)


def test_leaves_and_nodes_cannot_stand_for_each_other() -> None:
    first, second = (merkle.leaf_hash(one) for one in entries(2))
    assert merkle.root([first, second]) != merkle.leaf_hash(first + second)
    assert all(one != other for one, other in pairwise((first, second, merkle.node_hash(first, second))))
