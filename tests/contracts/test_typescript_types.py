"""The TypeScript types are those of the API's document; without Node at least that is known."""

import json
import shutil
import subprocess
from importlib.metadata import version

import pytest

from ops.clients.typescript_types import PROJECT, TYPES, document_line, generate_typescript_types, node

needs_node = pytest.mark.skipif(node() is None, reason="needs Node and `npm ci` in clients/typescript")


def test_the_committed_types_are_of_this_document() -> None:
    with TYPES.open() as types:
        assert types.readline() == document_line(), "run `make clients`"


@needs_node
def test_the_committed_types_are_what_the_document_makes() -> None:
    assert TYPES.read_text() == generate_typescript_types(), "run `make clients`"


@needs_node
def test_a_program_that_uses_them_is_checked_strictly() -> None:
    compiler = PROJECT / "node_modules" / "typescript" / "bin" / "tsc"
    outcome = subprocess.run(  # noqa: S603 (our own tools)
        [shutil.which("node") or "node", compiler], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    assert outcome.returncode == 0, outcome.stdout


def test_the_package_has_the_version_of_the_api_and_its_lock_no_address() -> None:
    package, lock = (json.loads((PROJECT / name).read_text()) for name in ("package.json", "package-lock.json"))
    assert package["version"] == lock["version"] == version("unityplan-pod")
    assert [name for name, locked in lock["packages"].items() if "resolved" in locked] == []
    assert all("integrity" in locked for name, locked in lock["packages"].items() if name)
