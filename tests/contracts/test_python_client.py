"""The Python client is the one that the API's document makes, and can be installed and checked like any package."""

import filecmp
import subprocess
import sys
import sysconfig
import venv
from importlib.metadata import version
from pathlib import Path

import pytest

from ops.clients.python_client import PACKAGE, generate_python_client
from tests.support.pod import ROOT
from tests.support.python_client import PROJECT, readme_example

# What a person's own program might do, and what a type checker must refuse in it.
PROGRAM = """
from uuid import UUID

from unityplan_client import AuthenticatedClient, Client, ProblemError
from unityplan_client.api.community import found_community, read_posts
from unityplan_client.models import FoundBody, PostAnswer


def newest(client: Client, community: UUID) -> list[PostAnswer]:
    posts: list[PostAnswer] = []
    cursor: str | None = None
    while True:
        page = read_posts.sync(community, client=client, cursor=cursor)
        posts += page.items
        if (cursor := page.next_cursor) is None:
            return posts


def found(client: AuthenticatedClient) -> str | None:
    try:
        return found_community.sync(
            client=client, body=FoundBody(name="Harbour", visibility="public", join_policy="open")
        ).slug
    except ProblemError as error:
        return error.problem.errors[0].pointer if error.problem.errors else error.problem.code


found(Client("http://localhost:8080/api"))  # type: ignore[arg-type]
FoundBody(name="Harbour", visibility="secret", join_policy="open")  # type: ignore[arg-type]
newest(Client("http://localhost:8080/api"), "harbour")  # type: ignore[arg-type]
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of an environment into which `pip install clients/python` was done; libraries come from ours."""
    environment = tmp_path_factory.mktemp("user") / "venv"
    venv.create(environment, symlinks=True)
    python = environment / "bin" / "python"
    packages = environment / "lib" / f"python{sys.version_info.major}.{sys.version_info.minor}" / "site-packages"
    (packages / "libraries.pth").write_text(sysconfig.get_path("purelib"))
    options = ("--quiet", "--disable-pip-version-check", "--no-index", "--no-deps", "--no-build-isolation")
    _run(sys.executable, "-m", "pip", "--python", python, "install", *options, PROJECT)
    return python


def test_the_committed_client_is_the_one_that_the_document_makes(tmp_path: Path) -> None:
    fresh = tmp_path / PACKAGE.name
    generate_python_client(fresh)
    assert _differences(filecmp.dircmp(PACKAGE, fresh, ignore=["__pycache__"])) == [], "run `make clients`"


def test_it_has_the_version_of_the_api(installed: Path) -> None:
    asked = "import importlib.metadata, unityplan_client; print(importlib.metadata.version('unityplan-client'))"
    assert _run(installed, "-c", asked, cwd=installed.parent).strip() == version("unityplan-pod")


def test_programs_that_use_it_are_checked_strictly(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(PROGRAM)
    (tmp_path / "example.py").write_text(readme_example())
    arguments = ("--strict", "--config-file=", "--cache-dir", tmp_path / "cache", "--python-executable", installed)
    printed = _run(sys.executable, "-m", "mypy", *arguments, "program.py", "example.py", cwd=tmp_path)
    assert printed.startswith("Success"), printed


def _differences(compared: "filecmp.dircmp[str]") -> list[str]:
    own = [*compared.left_only, *compared.right_only]
    _, unequal, unreadable = filecmp.cmpfiles(compared.left, compared.right, compared.common_files, shallow=False)
    inner = [name for each in compared.subdirs.values() for name in _differences(each)]
    return [*own, *unequal, *unreadable, *inner]


def _run(*command: str | Path, cwd: Path = ROOT) -> str:
    outcome = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)  # noqa: S603 (fixed argv)
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    return outcome.stdout
