"""Full-text search in reviews, replies, names and order references, the newest first.

Triggers keep the index in step (migration 0005). On SQLite matches of the FTS5 table come in the
order of its rowid, which begins with the second of submission, and the shop is a word of the
index: a common word in the reviews of others costs nothing. On PostgreSQL it depends on how rare
the words are whether their GIN index is asked or the list is walked.
"""

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import nlargest
from itertools import pairwise
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    Integer,
    Select,
    Table,
    Text,
    cast,
    column,
    exists,
    func,
    literal,
    literal_column,
    select,
    table,
    text,
)
from sqlalchemy.dialects.postgresql import TSQUERY, TSVECTOR
from sqlmodel import Session

from domain.inbox import Filters
from domain.invitations import ReviewKind
from domain.searches import Search, Term
from domain.windows import midnight
from store.columns import UtcDateTime

_ID_BITS: Final = 29
_LARGEST_ID: Final = (1 << _ID_BITS) - 1
_FEW: Final = 20_000
_STRETCHES: Final = 12
_ID_MASK: Final = str(_LARGEST_ID)
_FTS: Final = table("review_words", column("rowid", BigInteger), column("review_words", Text))
_WORDS: Final = table("review_words", column("review_id", Integer), column("document", TSVECTOR))
_COMBINING: Final = ("\u0300", "\u036f")
_UNFOLDED: Final = str.maketrans("łŁ", "lL")
# A lexeme of PostgreSQL has 2,046 bytes; no word that anybody looks for is as long as this.
_WORD_CHARACTERS: Final = 200


@dataclass(frozen=True, slots=True)
class Source:
    """Where ids of reviews are read from, in which order, and the place in it of one of them."""

    ids: Callable[[Sequence[ColumnElement[bool]]], Select[Any]]
    order: tuple[ColumnElement[Any], ...]
    place: Callable[[datetime, int], tuple[ColumnElement[Any], ...]]


def everything(inbox: Table) -> Source:
    """The inbox without a search."""
    column = inbox.c
    return Source(
        lambda conditions: select(column.review_id).where(*conditions),
        (column.submitted_at, column.review_id),
        _moment,
    )


def on_sqlite(inbox: Table, shop_id: int, search: Search, filters: Filters) -> Source:
    """The matches of the FTS5 table, each looked up in the inbox.

    What the index knows itself is asked of it: otherwise a common word would be looked up in
    very many reviews for the few that the filters leave.
    """
    rowid, review_id = _FTS.c.rowid, _FTS.c.rowid.op("&")(literal_column(_ID_MASK))
    match = _FTS.c.review_words.op("MATCH", return_type=Boolean())
    expression = literal(_expression(shop_id, search, filters), Text)

    def ids(conditions: Sequence[ColumnElement[bool]]) -> Select[Any]:
        # Not a join: SQLite must not ask the index again for each row of the inbox.
        is_chosen = exists().where(inbox.c.review_id == review_id, *conditions)
        return select(review_id).where(match(expression), *_days(rowid, filters), is_chosen)

    return Source(ids, (rowid,), lambda at, number: (literal(_rowid(at, number), BigInteger),))


def on_postgresql(session: Session, inbox: Table, search: Search) -> Source:
    """The inbox with the words of each review; its conditions name shop and filters already.

    Few matches are found by their index and then put in order. Many lie close together in the
    list, which is walked until the page is full. PostgreSQL's own guess takes far too long a way
    for words that it has never seen.
    """
    is_found = _WORDS.c.document.op("@@", return_type=Boolean())(_query(search))
    matches = select(_WORDS.c.review_id).where(is_found)
    column = inbox.c
    order = (column.submitted_at, column.review_id)
    probe = select(func.count()).select_from(matches.limit(_FEW + 1).subquery())
    if session.execute(probe).scalar_one() > _FEW:
        both = inbox.join(_WORDS, _WORDS.c.review_id == column.review_id)
        walked = select(column.review_id).select_from(both).where(is_found)
        return Source(lambda conditions: walked.where(*conditions), order, _moment)
    few = matches.cte("few").prefix_with("MATERIALIZED")
    chosen = select(column.review_id).where(column.review_id.in_(select(few.c.review_id)))
    return Source(lambda conditions: chosen.where(*conditions), order, _moment)


def among_on_sqlite(
    session: Session,
    shop_id: int,
    search: Search,
    few: Sequence[tuple[datetime, int]],
    walk: tuple[bool, int],
) -> Sequence[int]:
    """Those of a few reviews in which the words stand, in their order, up to ``walk``'s number.

    FTS5 takes as long to look at one review as at a hundred, and follows each match in between:
    so the few are asked for in a handful of stretches, without the longest gaps between them.
    """
    backwards, most = walk
    rowid = _FTS.c.rowid
    match = _FTS.c.review_words.op("MATCH", return_type=Boolean())
    expression = literal(_expression(shop_id, search, Filters()), Text)
    found: list[int] = []
    for stretch in _stretches([_rowid(at, number) for at, number in few]):
        query = (
            select(rowid)
            .where(match(expression), rowid >= min(stretch), rowid <= max(stretch))
            # Not the column itself: FTS5 would be asked once for each number.
            .where((rowid + 0).in_(stretch))
            .order_by(rowid.asc() if backwards else rowid.desc())
            .limit(most - len(found))
        )
        found += (row & _LARGEST_ID for row in session.execute(query).scalars())
        if len(found) >= most:
            break
    return found


def _stretches(rowids: Sequence[int]) -> Iterator[Sequence[int]]:
    """The numbers, which rise or fall, divided at the widest gaps."""
    gaps = [abs(after - before) for before, after in pairwise(rowids)]
    widest = nlargest(_STRETCHES - 1, range(len(gaps)), key=lambda index: gaps[index])
    ends = [index + 1 for index in sorted(widest)]
    for start, end in pairwise([0, *ends, len(rowids)]):
        yield rowids[start:end]


def among_on_postgresql(
    session: Session,
    search: Search,
    few: Sequence[tuple[datetime, int]],
    walk: tuple[bool, int],
) -> Sequence[int]:
    """The same; each of the few is looked up."""
    ids = [number for _, number in few]
    # Once as a table: with its index on words PostgreSQL would follow every match.
    among = select(_WORDS.c.review_id, _WORDS.c.document).where(_WORDS.c.review_id.in_(ids))
    looked_up = among.cte("among").prefix_with("MATERIALIZED")
    document = looked_up.c.document.op("@@", return_type=Boolean())(_query(search))
    matching = set(session.execute(select(looked_up.c.review_id).where(document)).scalars())
    return [number for number in ids if number in matching][: walk[1]]


def _query(search: Search) -> ColumnElement[Any]:
    """The terms, or an order of exactly this reference, as a tsquery."""
    reference = cast(literal(f"'#{search.reference.encode().hex()}'", Text), TSQUERY)
    if not search.terms:
        return reference
    terms = literal(" & ".join(_operand(term) for term in search.terms), Text)
    return func.to_tsquery(text("'simple'"), terms).op("||")(reference)


def _rowid(at: datetime, number: int) -> int:
    return int(at.timestamp()) << _ID_BITS | number


def _moment(at: datetime, review_id: int) -> tuple[ColumnElement[Any], ...]:
    return literal(at, UtcDateTime()), literal(review_id)


def _days(rowid: ColumnElement[int], filters: Filters) -> Iterator[ColumnElement[bool]]:
    if filters.since is not None:
        yield rowid >= _rowid(midnight(filters.since), 0)
    if filters.until is not None:
        yield rowid < _rowid(midnight(filters.until + timedelta(days=1)), 0)


def _expression(shop_id: int, search: Search, filters: Filters) -> str:
    """FTS5's own language; words are letters and digits only, so that none is an operator."""
    found = f'reference : "x{search.reference.encode().hex()}"'
    if search.terms:
        terms = " AND ".join(_phrase(term) for term in search.terms)
        found = f"{found} OR {{title comment author reply}} : ({terms})"
    facets = " AND ".join([f'"shop{shop_id}"', *_facets(filters)])
    return f"facets : ({facets}) AND ({found})"


def _facets(filters: Filters) -> Iterator[str]:
    """What is chosen, in the words that the triggers write."""
    if filters.stars:
        yield "(" + " OR ".join(f'"stars{stars}"' for stars in sorted(filters.stars)) + ")"
    if filters.kind is not None:
        yield '"ofshop"' if filters.kind is ReviewKind.SERVICE_REVIEW else '"ofproduct"'
    if filters.moderation is not None:
        yield f'"moderation{filters.moderation.lower()}"'
    for wanted, true, false in (
        (filters.is_public, "public", "hidden"),
        (filters.is_answered, "answered", "waiting"),
    ):
        if wanted is not None:
            yield f'"{true if wanted else false}"'


def _phrase(term: Term) -> str:
    words = " ".join(word.translate(_UNFOLDED) for word in term.words)
    return f'"{words}"{"*" if term.is_beginning else ""}'


def _operand(term: Term) -> str:
    """The same for PostgreSQL, whose words are kept without their marks."""
    words = " <-> ".join(f"'{_folded(word)}'" for word in term.words)
    return f"({words}{':*' if term.is_beginning else ''})"


def _folded(word: str) -> str:
    first, last = _COMBINING
    plain = unicodedata.normalize("NFKD", word).translate(_UNFOLDED).lower()
    return "".join(s for s in plain if s.isalnum() and not first <= s <= last)[:_WORD_CHARACTERS]
