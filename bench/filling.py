"""Fills an empty database with synthetic rows, and counts them as the weekly recount would."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, Final

from sqlalchemy import Connection, Index, inspect, text

from bench import synthetic
from bench.progress import shown
from bench.synthetic import Recipe
from domain.grades import TALLY_FIELDS
from domain.windows import trend_start, window_start
from services import refresh
from store import migrations
from store.database import Database, engine_for
from store.schema import METADATA

Row = tuple[Any, ...]

_CHUNK: Final = 20_000
_LARGE: Final = ("reviews", "day_buckets")
_SUMS: Final = ", ".join(f"sum({name})" for name in TALLY_FIELDS)
_TALLY: Final = ", ".join(
    [
        "count(*)",
        *(f"sum(CASE WHEN stars = {stars} THEN 1 ELSE 0 END)" for stars in range(1, 6)),
        *(
            f"count(mark_{criterion}), coalesce(sum(mark_{criterion}), 0)"
            for criterion in ("service", "delivery", "goods", "total")
        ),
    ]
)
_DAYS: Final = {
    "sqlite": "date(submitted_at)",
    "postgresql": "date(timezone('UTC', submitted_at))",
}
_BEFORE_INBOX: Final = "0004"
_BUCKETS: Final = """
    INSERT INTO day_buckets (shop_id, subject_id, epoch, day, {fields})
    SELECT shop_id, subject_id, epoch, {day}, {tally} FROM reviews
    WHERE is_public AND level >= 2 AND NOT incentivised AND imported_from IS NULL
    GROUP BY shop_id, subject_id, epoch, {day}
"""
_WINDOWS: Final = """
    INSERT INTO window_tallies (shop_id, subject_id, epoch, span, {fields})
    SELECT shop_id, subject_id, epoch, '{span}', {sums} FROM day_buckets
    WHERE day >= '{first}' AND day < '{end}'
    GROUP BY shop_id, subject_id, epoch
"""


def build(url: str, recipe: Recipe) -> None:
    """Migrate an empty database and fill it; the large indexes are made after the rows.

    The inbox, its full-text index and the days of activity come by the migrations that make
    them for a database that has reviews already: their triggers would do it one by one.
    """
    migrations.upgrade(url)
    migrations.downgrade(url, _BEFORE_INBOX)
    engine = engine_for(url)
    try:
        with engine.connect() as connection:
            _hurry(connection)
            _fill(connection, recipe)
            connection.commit()
        with shown("Indexing") as progress:
            migrations.upgrade(url)
            progress(1, 1)
        with engine.connect() as connection:
            connection.execute(text("ANALYZE"))
            connection.commit()
    finally:
        engine.dispose()


def _hurry(connection: Connection) -> None:
    """Give up safety for speed: a build that was cut off is thrown away."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET statement_timeout = 0"))
        connection.execute(text("SET maintenance_work_mem = '512MB'"))
        return
    connection.exec_driver_sql("COMMIT")
    for pragma in ("synchronous=OFF", "foreign_keys=OFF", "cache_size=-400000"):
        connection.exec_driver_sql(f"PRAGMA {pragma}")
    connection.exec_driver_sql("BEGIN")


def _fill(connection: Connection, recipe: Recipe) -> None:
    indexes = list(_present_indexes(connection))
    for index in indexes:
        index.drop(connection)
    _load_values(connection, "accounts", synthetic.accounts())
    _load_values(connection, "shops", synthetic.shops(recipe))
    _load_values(connection, "products", synthetic.products(recipe))
    with shown(f"Writing {recipe.reviews:,} reviews") as progress:
        done = 0
        for rows in _chunks(synthetic.reviews(recipe)):
            _load(connection, "reviews", synthetic.REVIEW_COLUMNS, rows)
            done += len(rows)
            progress(done, recipe.reviews)
    for statement in _counting(connection.dialect.name):
        connection.execute(text(statement))
    for index in indexes:
        index.create(connection)


def _present_indexes(connection: Connection) -> Iterator[Index]:
    """Those of the large tables that the migrations up to here have made."""
    for name in _LARGE:
        present = {index["name"] for index in inspect(connection).get_indexes(name)}
        yield from (each for each in METADATA.tables[name].indexes if each.name in present)


def _load_values(connection: Connection, table: str, values: Iterable[dict[str, Any]]) -> None:
    rows = list(values)
    if rows:
        _load(connection, table, tuple(rows[0]), [tuple(row.values()) for row in rows])


def _load(connection: Connection, table: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
    """Write rows by the quickest way that the driver has."""
    driver: Any = connection.connection.driver_connection
    names = ", ".join(columns)
    if connection.dialect.name == "sqlite":
        places = ", ".join("?" * len(columns))
        driver.executemany(f"INSERT INTO {table} ({names}) VALUES ({places})", rows)  # noqa: S608
        return
    with driver.cursor() as cursor, cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def _chunks(rows: Iterator[Row]) -> Iterator[list[Row]]:
    while chunk := list(islice(rows, _CHUNK)):
        yield chunk


def _counting(dialect: str) -> Iterator[str]:
    """Statements that make day buckets and window tallies from the reviews, all at once."""
    fields = ", ".join(TALLY_FIELDS)
    start = window_start(synthetic.TODAY)
    trend = trend_start(start)
    yield _BUCKETS.format(fields=fields, day=_DAYS[dialect], tally=_TALLY)
    for span, first, end in (
        ("ALL", "0001-01-01", "9999-01-01"),
        ("YEAR", start, "9999-01-01"),
        ("BEFORE", trend, start),
    ):
        yield _WINDOWS.format(fields=fields, span=span, sums=_SUMS, first=first, end=end)


def wrong_shops(database: Database, recipe: Recipe) -> list[str]:
    """Shops of a sample whose tallies the real recount does not confirm; there should be none."""
    numbers = {1, recipe.shops, *range(2, recipe.shops, max(1, recipe.shops // 15))}
    wrong = []
    for key in map(synthetic.shop_key, sorted(numbers)):
        with database.write() as work:
            if refresh.recount_shop(work, key, now=synthetic.now()):
                wrong.append(key)
    return wrong
