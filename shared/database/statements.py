"""Core expressions compiled once to the SQL text and the bind order that asyncpg wants."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ClauseElement, func, select, true
from sqlalchemy.dialects.postgresql.asyncpg import dialect
from sqlalchemy.sql.compiler import SQLCompiler

WITHOUT_WAITING = select(func.set_config("synchronous_commit", "off", true()))
"""The commit of this transaction does not wait for the disk: for what is made again when it is lost."""

_DIALECT = dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy types no dialect constructor


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL text with `$n`, the names in that order, and the values that were given when it was compiled."""

    sql: str
    parameters: tuple[str, ...]
    defaults: Mapping[str, Any]

    def bind(self, values: Mapping[str, object]) -> tuple[object, ...]:
        """Values in bind order.

        Raises:
            KeyError: a parameter without a value; ValueError: a value without a parameter.
        """
        if unknown := values.keys() - self.defaults.keys():
            message = f"no such parameter: {', '.join(sorted(unknown))}"
            raise ValueError(message)
        return tuple(values[name] if name in values else self._default(name) for name in self.parameters)

    def _default(self, name: str) -> object:
        value = self.defaults[name]
        if value is REQUIRED:
            raise KeyError(name)
        return value


REQUIRED = object()


def compiled(clause: ClauseElement) -> Statement:
    """Compile at import time; a bind without a value is a parameter to be given by name.

    Raises:
        ValueError: the clause has an expanding IN, which stays unexpanded when compiled once; use `= ANY`.
    """
    result = clause.compile(dialect=_DIALECT)
    if not isinstance(result, SQLCompiler):
        message = "only statements can be compiled"
        raise TypeError(message)
    if result.post_compile_params or result.literal_execute_params:
        message = "an expanding IN cannot be compiled once: use = ANY(:values)"
        raise ValueError(message)
    names = tuple(result.positiontup or ())
    binds = {name: bind for bind, name in result.bind_names.items()}
    defaults = {name: REQUIRED if binds[name].required else binds[name].effective_value for name in binds}
    return Statement(str(result), names, defaults)
