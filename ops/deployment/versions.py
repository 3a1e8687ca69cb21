"""Which names of a version cannot come to mean something else."""

import re

from ops.deployment.failures import RefusedError

# A release or a commit. Whatever else tags are made of (latest, stable, branches) moves.
_IMMUTABLE = re.compile(r"v?[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z][0-9A-Za-z.-]*)?|[0-9a-f]{7,40}")
LONGEST_TAG = 128


def require_immutable(version: str) -> None:
    """Raises: RefusedError for a name that may move."""
    if len(version) > LONGEST_TAG or not _IMMUTABLE.fullmatch(version):
        raise RefusedError(
            f"{version!r} may move: give a release (1.2.3, v1.2.3-rc.1) or a commit (7 to 40 hex digits)"
        )


def version_of(image: str) -> str:
    """The version in the name of an image, empty when it has none."""
    name, colon, tag = image.rpartition(":")
    return tag if colon and "/" not in tag and name else ""
