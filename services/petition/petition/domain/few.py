"""Groups of too few: what is told of a group must not be what is told of a person."""

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Set
from typing import NamedTuple, TypeVar

Value = TypeVar("Value", bound=Hashable)


def hidden(sizes: Mapping[Value, int], smallest: int) -> frozenset[Value]:
    """The groups of a whole that nothing countable is told of: those of fewer than `smallest`, but of some.

    The whole less the groups that are shown must not come to fewer than `smallest` either: then the next larger groups
    are hidden with them.
    """
    filled = sorted((value for value, size in sizes.items() if size), key=lambda value: (sizes[value], str(value)))
    told, pool = 0, 0
    for value in filled:
        if sizes[value] >= smallest and (pool == 0 or pool >= smallest):
            break
        told, pool = told + 1, pool + sizes[value]
    return frozenset(filled[:told])


class Cell(NamedTuple):
    """Where a row of open data lies: its town, its category with the group of that, and its department."""

    town: str
    category: str
    group: str
    department: str


class Told(NamedTuple):
    """What a row tells of its cell; of a row that does not tell its category, nothing tells which case it is."""

    category: bool = True
    town: bool = True
    group: bool = True
    department: bool = True

    def of(self, cell: Cell) -> tuple[str, ...]:
        """What rows of this cell look like."""
        told = (self.category, cell.category), (self.town, cell.town), (self.group, cell.group)
        return tuple(value if shown else "" for shown, value in (*told, (self.department, cell.department)))


KNOWN = Told()
NOTHING = Told(category=False, town=False, group=False, department=False)
_COARSER = (
    Told(category=False),
    Told(category=False, town=False),
    Told(category=False, town=False, group=False),
    NOTHING,
)


def told(cells: Mapping[Cell, int], smallest: int) -> Mapping[Cell, Told]:
    """What the rows of each cell tell, so that at least `smallest` look alike: the less, the rarer they are.

    Rows are known where so many share town and category. Of the others, those that are still alone with their group of
    categories go on without their town, then without the group, then without the department. Where too few are left at
    the end, the rows that are likest join them. Nothing is told at all, for want of rows, of fewer than `smallest`.
    """
    if sum(cells.values()) < smallest:
        return {}
    shared = _sizes(cells, cells, lambda cell: (cell.town, cell.category))
    found = {cell: KNOWN for cell in cells if shared[cell.town, cell.category] >= smallest}
    left = cells.keys() - found.keys()
    for less in _COARSER:
        alike = _sizes(left, cells, less.of)
        found |= {cell: less for cell in left if alike[less.of(cell)] >= smallest}
        left -= found.keys()
    return found | _joined(left, found, cells) if left else found


def _joined(left: Set[Cell], found: Mapping[Cell, Told], cells: Mapping[Cell, int]) -> dict[Cell, Told]:
    """Those left, with the smallest settled rows that are alike as long as possible."""
    alike: defaultdict[tuple[Told, tuple[str, ...]], set[Cell]] = defaultdict(set)
    for cell, how in found.items():
        alike[how, cell[:2] if how == KNOWN else how.of(cell)].add(cell)
    for less in _COARSER:
        likest = [rows for rows in alike.values() if len({less.of(cell) for cell in (*rows, *left)}) == 1]
        if likest:
            fewest = min(likest, key=lambda rows: (sum(cells[cell] for cell in rows), sorted(rows)))
            return dict.fromkeys({*left, *fewest}, less)
    raise AssertionError("without any column all rows are alike")


def _sizes(
    among: Iterable[Cell], cells: Mapping[Cell, int], look: Callable[[Cell], tuple[str, ...]]
) -> Mapping[tuple[str, ...], int]:
    sizes: Counter[tuple[str, ...]] = Counter()
    for cell in among:
        sizes[look(cell)] += cells[cell]
    return sizes
