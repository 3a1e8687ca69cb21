"""The rules of the house that import-linter cannot say, as functions from source text to complaints."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

SERVICE_FILES = {"__init__.py", "app.py", "settings.py", "routes.py", "workers.py"}
# The gateway's list of policies stands at its top, where a newcomer looks for it.
EXTRA_SERVICE_FILES = {"gateway": {"pipeline.py"}}
PRIVATE_TO_FEATURE = {"repository", "schemas"}
TABLE_READERS = {"queries", "repository", "projection"}
FORBIDDEN_NAMES = {"utils", "helpers", "common", "core", "base", "manager", "misc"}


def python_files(*folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from sorted(path for path in (ROOT / folder).rglob("*.py") if "versions" not in path.parts)


def module_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported_modules(tree: ast.AST) -> Iterator[str]:
    """Every module named by an import, with `from a import b` given as both `a` and `a.b`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def imports_inside_functions(source: str) -> list[int]:
    """Lines of imports that run only when a function does: they hide circles and move failures to run time."""
    functions = [n for n in ast.walk(ast.parse(source)) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]
    return sorted({i.lineno for f in functions for i in ast.walk(f) if isinstance(i, ast.Import | ast.ImportFrom)})


def foreign_room_imports(module: str, source: str) -> list[str]:
    """Imports of another feature's `repository` or `schemas`, or of `tables` by a module that may not read them."""
    parts = module.split(".")
    if len(parts) < 4 or parts[0] != "services":
        return []
    complaints = []
    for name in sorted(set(imported_modules(ast.parse(source)))):
        target = name.split(".")
        if len(target) != 4 or target[0] != "services":
            continue
        if target[3] in PRIVATE_TO_FEATURE and target[:3] != parts[:3]:
            complaints.append(f"{module} imports {name}, which is private to its feature")
        if target[3] == "tables" and (target[1] != parts[1] or parts[3] not in TABLE_READERS):
            complaints.append(
                f"{module} imports {name}: only queries, repository and projection of the same service read tables"
            )
    return complaints


def text_calls(source: str) -> list[int]:
    """Lines that call SQLAlchemy's `text(...)`: SQL in a string escapes the tables that describe it."""
    tree = ast.parse(source)
    named = {n.module for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) for a in n.names if a.name == "text"}
    if not any(module and module.startswith("sqlalchemy") for module in named):
        return []
    return [
        n.lineno
        for n in ast.walk(tree)
        if isinstance(n, ast.Call) and isinstance(n.func, ast.Name) and n.func.id == "text"
    ]


def strings_with_prefix(source: str, prefix: str) -> list[int]:
    """Lines with a string literal that starts with `prefix`, f-strings included."""
    return [
        n.lineno
        for n in ast.walk(ast.parse(source))
        if isinstance(n, ast.Constant) and isinstance(n.value, str) and n.value.startswith(prefix)
    ]
