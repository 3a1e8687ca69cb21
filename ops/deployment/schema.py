"""The schemas of a pod's territories: where they are, what lies between, and moving them."""

import json
from collections.abc import Iterable

from ops.deployment.engine import EngineError, docker
from ops.deployment.failures import DeploymentError, RefusedError, UnknownRevisionError
from ops.deployment.installation import OPERATIONS, SECRETS, Installation
from ops.migrations.step import Step

BASE = "base"
_NEEDS = "from shared.database.schema_revision import SCHEMA_REVISION; print(SCHEMA_REVISION)"


def revisions(pod: Installation) -> dict[str, str]:
    """The revision of each territory's schema, `base` before the first migration."""
    return {territory.code: _revision(pod, territory.database, territory.schema) for territory in pod.pod.territories}


def in_one_word(found: Iterable[str]) -> str:
    """The revision that all are at, or each of them."""
    return ", ".join(sorted(set(found)))


def needed_by(pod: Installation, version: str) -> str:
    """The newest revision that a version was built for. Raises: RefusedError when its image does not say."""
    try:
        return _in_image(pod, version, "-c", _NEEDS).strip()
    except EngineError as error:
        raise RefusedError(f"version {version} does not say which schema it was built for: {error}") from None


def steps_between(pod: Installation, version: str, current: str, target: str) -> list[Step]:
    """The migrations between two revisions, as the version knows them.

    Raises: UnknownRevisionError when it knows one of the two not; RefusedError when it cannot read its own.
    """
    try:
        found = json.loads(_in_image(pod, version, "-m", "ops.migrations", "plan", current, target))
    except EngineError as error:
        kind = UnknownRevisionError if "there is no revision" in str(error) else RefusedError
        raise kind(f"version {version}: {error}") from None
    return [Step(one["revision"], one["message"], one["direction"], tuple(one["takes_away"])) for one in found]


def prepare(pod: Installation, version: str) -> None:
    """Make the secrets that a version wants and the pod has not. Raises: DeploymentError."""
    pod.compose("run", "--rm", "--no-deps", "-T", SECRETS, version=version)


def migrate(pod: Installation, version: str, target: str = "head") -> str:
    """Run the version's migrations in every territory; what was said. Raises: DeploymentError."""
    words = ("run", "--rm", "--no-deps", "-T", OPERATIONS, "migrate")
    try:
        return pod.compose(*words, *(() if target == "head" else ("--to", target)), version=version).strip()
    except EngineError as error:
        at = ", ".join(f"{code} at {revision}" for code, revision in revisions(pod).items())
        raise DeploymentError(f"the migrations of {version} failed ({at}): {error}") from None


def _revision(pod: Installation, database: str, schema: str) -> str:
    exists = pod.sql("SELECT to_regclass(:'table') IS NOT NULL", database=database, table=f"{schema}.alembic_version")
    if exists != "t":
        return BASE
    # A name of the registry.
    return pod.sql(f"SELECT version_num FROM {schema}.alembic_version", database=database) or BASE  # noqa: S608


def _in_image(pod: Installation, version: str, *words: str) -> str:
    image = pod.image(OPERATIONS, version)
    return docker("run", "--rm", "--network", "none", "--read-only", "--entrypoint", "python", image, *words)
