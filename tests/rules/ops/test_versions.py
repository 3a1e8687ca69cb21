"""Which versions may be deployed."""

import pytest

from ops.deployment.failures import RefusedError
from ops.deployment.versions import require_immutable, version_of


@pytest.mark.parametrize("version", ["1.2.3", "v1.2.3", "v1.2.3-rc.1", "0a1b2c3", "0" * 40])
def test_a_release_or_a_commit_may_be_deployed(version: str) -> None:
    require_immutable(version)


MOVING = ("latest", "stable", "main", "develop", "hotfix/critical", "1.2", "v1", "1.2.3+4", "1.2.3-" + "a" * 200)
NO_NAMES = ("", " 1.2.3", "1.2.3\n", "ABCDEF0", "abcdef", "0" * 41, "--pod", "1.2.3;ls")


@pytest.mark.parametrize("version", [*MOVING, *NO_NAMES])
def test_a_name_that_may_move_is_refused(version: str) -> None:
    with pytest.raises(RefusedError, match="may move"):
        require_immutable(version)


def test_the_version_of_an_image_is_its_tag() -> None:
    assert version_of("registry:5000/unityplan/auth-service:v1.2.3") == "v1.2.3"
    assert version_of("registry:5000/unityplan/auth-service") == ""
