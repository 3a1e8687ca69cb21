"""The checklists of OWASP ASVS name tests that exist."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
_TEST = re.compile(r"`([a-z_/]+\.py)::(test_\w+)`")
NAMED = sorted(
    {(page.name, *named) for page in (ROOT / "docs").glob("asvs*.md") for named in _TEST.findall(page.read_text())}
)


@cache
def functions_of(file: str) -> frozenset[str]:
    path = ROOT / "tests" / file
    if not path.exists():
        return frozenset()
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    return frozenset(node.name for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, functions))


@pytest.mark.parametrize(("page", "file", "test"), NAMED)
def test_a_named_test_exists(page: str, file: str, test: str) -> None:
    assert test in functions_of(file), f"{page} names {file}::{test}"


def test_the_checklists_name_tests() -> None:
    assert len(NAMED) > 20
