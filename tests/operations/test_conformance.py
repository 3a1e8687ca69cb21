"""Every name by which `docs/conformance.md` answers the plan is there."""

import re

import pytest

from tests.support.pod import ROOT

PAGE = ROOT / "docs" / "conformance.md"
SOURCES = ("docker-compose.*.yml", "docker-bake.hcl", ".drone.yml", "pods/*/.env*", "docker/*", ".ci/*")
NAMED = re.compile(r"(?:service|app|job|global|staging)-[a-z0-9-]+(?:-<pod>)?|pod-<pod>-[a-z-]+|[a-z]+-<pod>")


def rows() -> list[tuple[str, str]]:
    """Section and second column of every row of a table with three."""
    section, found = "", []
    for line in PAGE.read_text().splitlines():
        if line.startswith("## "):
            section = line.removeprefix("## ")
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        if line.startswith("| ") and len(cells) >= 2 and section != "Settled":
            found.append((section, cells[1]))
    return found


def words(column: str) -> list[str]:
    return re.findall(r"`([^`]+)`", column)


ALL = sorted({word for _, column in rows() for word in words(column)})
PATHS = [word for word in ALL if re.fullmatch(r"[\w.-]+(/[\w.-]+)+|[\w.-]+\.(yml|hcl)", word)]
VARIABLES = [word for word in ALL if re.fullmatch(r"[A-Z][A-Z0-9_]{3,}", word)]
NAMES = [word for word in ALL if NAMED.fullmatch(word)]


@pytest.fixture(scope="module")
def sources() -> str:
    return "\n".join(path.read_text() for pattern in SOURCES for path in ROOT.glob(pattern) if path.is_file())


@pytest.mark.parametrize("path", [path for path in PATHS if not path.startswith("unityplan/")])
def test_a_file_that_is_named_is_there(path: str) -> None:
    assert (ROOT / path).exists()


@pytest.mark.parametrize("variable", VARIABLES)
def test_a_variable_that_is_named_is_read_or_set(variable: str, sources: str) -> None:
    assert re.search(rf"(?<![A-Z_]){variable}(?![A-Z_])", sources)


@pytest.mark.parametrize("name", NAMES)
def test_a_container_a_network_or_a_volume_that_is_named_is_there(name: str, sources: str) -> None:
    plain = re.sub(r"\$\{STAGE:\+\$\{STAGE:-\}-\}", "", sources)
    plain = re.sub(r"\$\{STAGE:-([a-z]+)\}", r"\1", plain).replace("${POD_ID}", "<pod>")
    assert name.removeprefix("staging-") in plain


def test_every_image_of_the_plan_is_built() -> None:
    bake = (ROOT / "docker-bake.hcl").read_text()
    named = set(re.findall(r"`unityplan/([a-z-]+)`", PAGE.read_text()))
    assert len(named) == 9
    assert all(f'"{image}"' in bake for image in named)


def test_every_container_of_the_compose_files_has_its_place_in_the_page() -> None:
    page = PAGE.read_text()
    for file in ROOT.glob("docker-compose.*.yml"):
        for written in re.findall(r"container_name: (.+)", file.read_text()):
            name = re.sub(r"\$\{STAGE:\+\$\{STAGE:-\}-\}", "", written).replace("-${POD_ID}", "")
            assert re.sub(r"\$\{STAGE:-[a-z]+\}-", "", name) in page, written
