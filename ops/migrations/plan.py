"""What lies between two revisions, and what each step takes away from code that does not know it, or from the data."""

import ast
import re
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from alembic.script import Script, ScriptDirectory

from ops.migrations.one_territory import configuration
from ops.migrations.step import Direction, Step

BASE, HEAD = "base", "head"
_TAKES = {"drop_table": "table", "drop_column": "column", "rename_table": "the name of table"}
_SQL_TAKES = re.compile(
    r"\b(DROP\s+(?:TABLE|VIEW|SCHEMA|TYPE)\s+(?:IF\s+EXISTS\s+)?\S+|TRUNCATE\s+\S+|DELETE\s+FROM\s+\S+)", re.IGNORECASE
)
_SQL_GIVES = re.compile(r"\bCREATE\s+(?:OR\s+REPLACE\s+)?VIEW\s+(\S+)", re.IGNORECASE)


class UnknownRevisionError(LookupError):
    """This version has no such revision."""


def direction(current: str | None, target: str) -> Direction | None:
    """Which way a schema has to go; None when it is there. Raises: UnknownRevisionError."""
    history = _history()
    here, there = _place(history, current or BASE), _place(history, target)
    if here == there:
        return None
    return "upgrade" if here < there else "downgrade"


def steps(current: str | None, target: str) -> list[Step]:
    """The migrations between, in the order in which they would run. Raises: UnknownRevisionError."""
    history = _history()
    here, there = _place(history, current or BASE), _place(history, target)
    if here <= there:
        return [_step(script, "upgrade") for script in history[here:there]]
    return [_step(script, "downgrade") for script in reversed(history[there:here])]


def described(found: list[Step]) -> list[dict[str, Any]]:
    """For JSON."""
    return [asdict(step) for step in found]


def taken_away(source: str, function: str) -> tuple[str, ...]:
    """What a function of a migration takes away, in words; what only gives takes nothing."""
    body = next(
        (node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef) and node.name == function), None
    )
    calls = [node for node in ast.walk(body) if isinstance(node, ast.Call)] if body else []
    given = {name.lower() for call in calls for text in _texts(call) for name in _SQL_GIVES.findall(text)}
    return tuple(what for call in calls for what in _taken_by(call, given))


def _taken_by(call: ast.Call, given: set[str]) -> Iterator[str]:
    if not isinstance(call.func, ast.Attribute):
        return
    verb, words = call.func.attr, list(_texts(call))
    if verb in _TAKES:
        yield f"{_TAKES[verb]} {'.'.join(words[: 2 if verb == 'drop_column' else 1])}"
    elif verb == "alter_column":
        changed = {keyword.arg for keyword in call.keywords}
        narrowed = any(k.arg == "nullable" and getattr(k.value, "value", None) is False for k in call.keywords)
        if narrowed or changed & {"type_", "new_column_name"}:
            yield f"the former form of column {'.'.join(words[:2])}"
    elif verb == "execute":
        for text in words:
            yield from (" ".join(one.lower().split()) for one in _SQL_TAKES.findall(text) if _name(one) not in given)


def _name(statement: str) -> str:
    return statement.rsplit(maxsplit=1)[-1].strip(";").lower()


def _texts(call: ast.Call) -> Iterator[str]:
    for argument in call.args:
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
            yield argument.value
        elif isinstance(argument, ast.Call):
            yield from _texts(argument)


def _history() -> list[Script]:
    """Every migration, the oldest first."""
    return list(reversed(list(ScriptDirectory.from_config(configuration("none", "")).walk_revisions())))


def _place(history: list[Script], revision: str) -> int:
    """How many migrations have run at a revision."""
    if revision == BASE:
        return 0
    if revision == HEAD:
        return len(history)
    for number, script in enumerate(history, 1):
        if script.revision == revision:
            return number
    raise UnknownRevisionError(f"there is no revision {revision!r} here: the newest is {history[-1].revision}")


def _step(script: Script, way: Direction) -> Step:
    return Step(script.revision, script.doc, way, taken_away(Path(script.path).read_text(), way))
