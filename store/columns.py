"""Column types and table conventions that all tables share."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime, Dialect, MetaData
from sqlalchemy.orm.attributes import set_attribute
from sqlalchemy.types import TypeDecorator
from sqlmodel import SQLModel

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC moment; SQLite, which keeps no zone, stores it as UTC without one."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a zone cannot be stored")
        moment = value.astimezone(UTC)
        return moment if dialect.name == "postgresql" else moment.replace(tzinfo=None)

    def result_processor(
        self, dialect: Dialect, coltype: object
    ) -> Callable[[Any], datetime | None]:
        """One call for each moment that is read; a decorator's own way takes three."""
        read = self.impl_instance.result_processor(dialect, coltype) or _as_it_is

        def moment(stored: Any) -> datetime | None:
            value: datetime | None = read(stored)
            if value is None:
                return None
            return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)

        return moment


def _as_it_is(value: Any) -> Any:
    return value


class Table(SQLModel):
    """Base of all tables: one metadata with the naming convention that migrations rely on."""

    metadata = MetaData(naming_convention=NAMING)

    def __setattr__(self, name: str, value: Any) -> None:
        """Set a column once; SQLModel does so twice, for a validation that tables do not have."""
        if name in self.__pydantic_fields__:
            set_attribute(self, name, value)
        else:
            super().__setattr__(name, value)
