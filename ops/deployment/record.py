"""The record of what was deployed, in the pod's own PostgreSQL: who, when, from what, to what, and how it ended.

It lies with the pod and not with whoever deploys, since that may be another machine each time.
"""

import getpass
import json
import os
import socket
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from ops.deployment.engine import find_container
from ops.deployment.failures import RefusedError
from ops.deployment.installation import DATABASE, Installation

Kind: TypeAlias = Literal["deploy", "rollback", "migrate", "restore"]
Versions: TypeAlias = dict[str, str]
MIXED = "mixed"

_TABLES = """
SET client_min_messages = warning;
CREATE SCHEMA IF NOT EXISTS operations;
CREATE TABLE IF NOT EXISTS operations.deployments (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind text NOT NULL,
    who text NOT NULL,
    started_at timestamptz NOT NULL DEFAULT now(),
    ended_at timestamptz,
    before jsonb NOT NULL,
    after jsonb NOT NULL,
    schema_revision text,
    result text NOT NULL DEFAULT 'under way',
    reason text
);
CREATE TABLE IF NOT EXISTS operations.deployment_steps (
    deployment bigint NOT NULL REFERENCES operations.deployments,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    what text NOT NULL
);
CREATE TABLE IF NOT EXISTS operations.images (
    service text NOT NULL,
    version text NOT NULL,
    image_id text NOT NULL,
    first_deployed_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (service, version)
);
"""
_BROKEN_OFF = """
UPDATE operations.deployments SET result = 'broken off', ended_at = now() WHERE result = 'under way';
"""
_LOCK = "SELECT CASE WHEN pg_try_advisory_lock(hashtext('operations.deployments')) THEN 'mine' ELSE 'taken' END;\n"


@dataclass(frozen=True, slots=True)
class Record:
    """A pod's deployments."""

    pod: Installation

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Be the only one who changes the pod's versions while the block runs, even if this process is killed.

        Raises: RefusedError when somebody else does.
        """
        # A session that holds an advisory lock: it ends with us, whatever ends us.
        session = subprocess.Popen(  # noqa: S603 (an argument list, no shell)
            ["docker", *self.pod.psql()],  # noqa: S607
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            start_new_session=True,
        )
        with session:
            if session.stdin is None or session.stdout is None:  # pragma: no cover - both are pipes
                return
            session.stdin.write(_LOCK)
            session.stdin.flush()
            answer = session.stdout.readline().strip()
            if answer != "mine":
                session.stdin.close()
                raise RefusedError(self._who_is_at_it() if answer else self._what_is_away())
            self.pod.sql(_TABLES + _BROKEN_OFF)
            yield
            session.stdin.close()

    def begin(self, kind: Kind, before: Versions, after: Versions) -> int:
        """Write down that a change begins; its number."""
        text = (
            "INSERT INTO operations.deployments (kind, who, before, after)"
            " VALUES (:'kind', :'who', :'before', :'after') RETURNING id"
        )
        return int(self.pod.sql(text, kind=kind, who=_who(), before=json.dumps(before), after=json.dumps(after)))

    def step(self, deployment: int, what: str) -> None:
        """Write down a step."""
        text = "INSERT INTO operations.deployment_steps (deployment, what) VALUES (:'id', :'what')"
        self.pod.sql(text, id=str(deployment), what=what)

    def end(self, deployment: int, result: str, schema: str, reason: str = "") -> None:
        """Write down how it ended, and at which revision the schemas are."""
        text = (
            "UPDATE operations.deployments SET result = :'result', ended_at = now(), schema_revision = :'schema',"
            " reason = nullif(:'reason', '') WHERE id = :'id'"
        )
        self.pod.sql(text, id=str(deployment), result=result, schema=schema, reason=reason)

    def images(self, version: str) -> Mapping[str, str]:
        """The image of each service that was deployed under the version before."""
        text = (
            "SELECT coalesce(jsonb_object_agg(service, image_id), '{}') FROM operations.images"
            " WHERE version = :'version'"
        )
        found: dict[str, str] = json.loads(self.pod.sql(text, version=version))
        return found

    def remember(self, version: str, images: Mapping[str, str]) -> None:
        """Write down what a version is, for ever."""
        text = (
            "INSERT INTO operations.images (service, version, image_id)"
            " SELECT key, :'version', value FROM jsonb_each_text(:'images') ON CONFLICT DO NOTHING"
        )
        self.pod.sql(text, version=version, images=json.dumps(dict(images)))

    def previous(self, serving: Versions) -> Versions:
        """For each service the version that served before the one that serves now was deployed.

        After a change that was broken off half way: what the pod was meant to serve.
        """
        meant = self.settled(serving)
        if meant != serving:
            return meant
        text = (
            "SELECT coalesce(jsonb_object_agg(service, previous), '{}') FROM ("
            " SELECT DISTINCT ON (now.key) now.key AS service, before ->> now.key AS previous"
            " FROM jsonb_each_text(:'serving') now JOIN operations.deployments"
            " ON after ->> now.key = now.value AND before ->> now.key <> now.value"
            " WHERE kind = 'deploy' AND result = 'done' ORDER BY now.key, id DESC) found"
        )
        found: Versions = json.loads(self.pod.sql(text, serving=json.dumps(serving)))
        return found

    def settled(self, serving: Versions) -> Versions:
        """What the pod is meant to serve: not a deployment that was broken off, but a rollback that was."""
        text = (
            "SELECT CASE WHEN result NOT IN ('broken off', 'failed') THEN '{}'"
            " WHEN kind = 'deploy' THEN before ELSE after END"
            " FROM operations.deployments WHERE kind IN ('deploy', 'rollback') AND result <> 'went back'"
            " ORDER BY id DESC LIMIT 1"
        )
        meant: Versions = json.loads(self.pod.sql(text) or "{}")
        return {service: meant.get(service, version) for service, version in serving.items()}

    def version_of_schema(self, revision: str) -> str:
        """The last version that brought the schemas to this revision, empty when none is on record."""
        text = (
            "SELECT after ->> 'api-gateway' FROM operations.deployments"
            " WHERE schema_revision = :'revision' AND kind = 'deploy' AND result = 'done' ORDER BY id DESC LIMIT 1"
        )
        return self.pod.sql(text, revision=revision)

    def all(self) -> list[dict[str, Any]]:
        """Every deployment with its steps, the newest first."""
        text = (
            "SELECT coalesce(jsonb_agg(one ORDER BY id DESC), '[]') FROM (SELECT d.*, (SELECT"
            " coalesce(jsonb_agg(jsonb_build_object('at', at, 'what', what) ORDER BY at), '[]')"
            " FROM operations.deployment_steps WHERE deployment = d.id) AS steps FROM operations.deployments d) one"
        )
        self.pod.sql(_TABLES)
        found: list[dict[str, Any]] = json.loads(self.pod.sql(text))
        return found

    def _what_is_away(self) -> str:
        # Says so by itself when it is the engine.
        database = find_container(self.pod.planned_name(DATABASE))
        is_running = database is not None and database.is_running
        return f"pod {self.pod.label}: " + ("PostgreSQL does not answer" if is_running else "it does not run")

    def _who_is_at_it(self) -> str:
        text = (
            "SELECT kind || ' by ' || who || ' since ' || to_char(started_at, 'HH24:MI:SS')"
            " FROM operations.deployments WHERE result = 'under way' ORDER BY id DESC LIMIT 1"
        )
        return f"pod {self.pod.label} is being changed: {self.pod.sql(text) or 'somebody else has just begun'}"


def in_one_word(versions: Versions) -> str:
    """The version of all, or that there are several."""
    found = set(versions.values())
    return found.pop() if len(found) == 1 else MIXED


def _who() -> str:
    """Whoever a pipeline acts for, else the user of this machine."""
    return os.environ.get("DEPLOYED_BY") or f"{os.environ.get('SUDO_USER') or getpass.getuser()}@{socket.gethostname()}"
