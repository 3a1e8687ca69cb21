"""Every error code that a client can see, found in the source where it is raised."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from shared.errors import Kind

HEADER = """# Error codes

Every problem document carries one of these as `code`. Codes are permanent: a client may rely on them. Those without a
status stand in `errors[]` of a `validation-failed` or similar problem. Written by `python -m ops.documentation`.

| code | status | raised in |
|---|---|---|
"""


@dataclass(slots=True)
class ErrorCode:
    statuses: set[int] = field(default_factory=set)
    modules: set[str] = field(default_factory=set)


def find_error_codes(root: Path) -> dict[str, ErrorCode]:
    """Codes given as literals to `ServiceError`, `FieldError` and `not_found` below `services`, `shared` and `ops`."""
    found: dict[str, ErrorCode] = defaultdict(ErrorCode)
    for folder in ("services", "shared", "ops"):
        for path in sorted((root / folder).rglob("*.py")):
            module = ".".join(path.relative_to(root).with_suffix("").parts)
            for code, status in _codes_of(ast.parse(path.read_text())):
                found[code].modules.add(module)
                if status is not None:
                    found[code].statuses.add(status)
    return dict(sorted(found.items()))


def render_error_catalogue(root: Path) -> str:
    """`docs/errors.md` as text."""
    rows = (
        f"| `{code}` | {', '.join(map(str, sorted(entry.statuses))) or '–'} | {', '.join(sorted(entry.modules))} |\n"
        for code, entry in find_error_codes(root).items()
    )
    return HEADER + "".join(rows)


def _codes_of(tree: ast.AST) -> Iterator[tuple[str, int | None]]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        literals = [_literal(argument) for argument in node.args[:2]]
        if name == "not_found" and literals and literals[0]:
            yield f"{literals[0]}-not-found", Kind.NOT_FOUND.status
        elif name == "ServiceError" and len(literals) > 1 and literals[1]:
            yield literals[1], _status(node.args[0])
        elif name == "FieldError" and len(literals) > 1 and literals[1]:
            yield literals[1], None


def _literal(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _status(node: ast.expr) -> int | None:
    if isinstance(node, ast.Attribute) and node.attr in Kind.__members__:
        return Kind[node.attr].status
    return None
