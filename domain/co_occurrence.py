"""Authors who keep reviewing the same things as each other (SIG-7).

Whoever is paid for reviews buys what the others buy who are paid by the same hand. Two authors are
linked by what both have reviewed, on orders of their own each time, so that a bundle that many
people order once links nobody. Linked authors are a group, from three on. Stars and texts are not
looked at, and authors are keyed hashes.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import combinations
from typing import Final


@dataclass(frozen=True, slots=True)
class CoOccurrencePolicy:
    """What links two authors: so many ``common`` things in ``days``, each on another order.

    A thing that more than ``popular`` of these authors have reviewed tells nothing. At most
    ``rows`` reviews and ``pairs`` pairs are looked at, the rarest things first.
    """

    days: int = 90
    common: int = 3
    group: int = 3
    popular: int = 100
    rows: int = 200_000
    pairs: int = 1_000_000


POLICY: Final = CoOccurrencePolicy()


@dataclass(frozen=True, slots=True)
class Reviewed:
    """That ``author`` has reviewed a thing, a shop or a product, on one of their orders."""

    review: int
    author: str
    thing: tuple[int, int]
    order: int


@dataclass(slots=True)
class _Link:
    things: int = 0
    orders: tuple[set[int], set[int]] = field(default_factory=lambda: (set(), set()))

    @property
    def is_strong(self) -> bool:
        return min(self.things, *map(len, self.orders)) >= POLICY.common


def noticed(reviewed: Iterable[Reviewed]) -> frozenset[int]:
    """The reviews by which the authors of a group are linked."""
    rows = list(reviewed)
    by_thing = _by_thing(rows)
    groups = _groups(_links(by_thing))
    return frozenset(
        row.review
        for row in rows
        if row.author in groups
        and any(
            other != row.author and groups.get(other) == groups[row.author]
            for other in by_thing[row.thing]
        )
    )


_Things = Mapping[tuple[int, int], Mapping[str, set[int]]]


def _by_thing(rows: Iterable[Reviewed]) -> _Things:
    """Who has reviewed each thing, and on which orders."""
    found: dict[tuple[int, int], dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
    for row in rows:
        found[row.thing][row.author].add(row.order)
    return found


def _links(things: _Things) -> Iterator[tuple[str, str]]:
    """Pairs of authors with enough in common."""
    links: dict[tuple[str, str], _Link] = defaultdict(_Link)
    looked_at = 0
    for authors in sorted(things.values(), key=len):
        looked_at += len(authors) * (len(authors) - 1) // 2
        if len(authors) > POLICY.popular or looked_at > POLICY.pairs:
            break
        for pair in combinations(sorted(authors), 2):
            link = links[pair]
            link.things += 1
            for orders, author in zip(link.orders, pair, strict=True):
                orders |= authors[author]
    return (pair for pair, link in links.items() if link.is_strong)


def _groups(pairs: Iterable[tuple[str, str]]) -> Mapping[str, str]:
    """For each author of a group that is large enough, the author that it is named after."""
    parent: dict[str, str] = {}

    def head(author: str) -> str:
        while parent.setdefault(author, author) != author:
            parent[author] = parent[parent[author]]
            author = parent[author]
        return author

    for one, other in pairs:
        parent[head(one)] = head(other)
    members: dict[str, list[str]] = defaultdict(list)
    for author in list(parent):
        members[head(author)].append(author)
    large = (each for each in members.items() if len(each[1]) >= POLICY.group)
    return {author: name for name, authors in large for author in authors}
