"""A pod's `.env`, as it stands and as somebody may leave it."""

from pathlib import Path

import pytest

from ops.pods import pod
from ops.pods.pod import WrongVariable, all_pods, load_pod


def test_every_pod_that_is_committed_can_be_used() -> None:
    for found in all_pods():
        found.check_numbers()


@pytest.mark.parametrize("name", ["POD_ID", "TERRITORY_ID", "TERRITORY_NAME", "TERRITORY_LOCALE", "TERRITORY_DOMAIN"])
def test_a_variable_that_is_missing_is_named_with_its_file(name: str, edited: Path) -> None:
    lines = edited.read_text().splitlines(keepends=True)
    edited.write_text("".join(line for line in lines if not line.startswith(f"{name}=")))
    with pytest.raises(WrongVariable, match=rf"pods/denmark/\.env: {name} is missing"):
        load_pod("dk")


def test_two_names_for_one_territory_are_refused(edited: Path) -> None:
    edited.write_text(edited.read_text().replace("TERRITORY_NAME=Denmark", "TERRITORY_NAME=Denmark,Greenland"))
    with pytest.raises(WrongVariable, match=r"pods/denmark/\.env: .*TERRITORY_NAME"):
        load_pod("dk")


@pytest.fixture
def edited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The committed `.env` of Denmark in a folder where a test may edit it."""
    copy = tmp_path / "denmark" / ".env"
    copy.parent.mkdir()
    copy.write_text((pod.PODS_FOLDER / "denmark" / ".env").read_text())
    monkeypatch.setattr(pod, "PODS_FOLDER", tmp_path)
    return copy
