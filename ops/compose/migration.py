"""Walls and schemas in the pod's PostgreSQL."""

import os
import sys
from urllib.parse import quote

from ops.compose.beside_walls import build_walls_beside
from ops.compose.secret_volumes import ORIGINALS
from ops.migrations.runner import migrate_all
from ops.pods.pod import Pod
from ops.provisioning.postgres_walls import build_walls, connector
from ops.provisioning.secrets import SecretStore

SUPERUSER = "unityplan"
PORT = 5432


async def migrate(pod: Pod, target: str = "head") -> int:
    """Bring walls and schemas up to date, or to a revision; 1 when a territory failed; one line for each."""
    secrets = SecretStore(ORIGINALS)
    host, password = os.environ["POSTGRES_HOST"], secrets.read("postgres_superuser")
    connect_to = connector(host=host, port=PORT, user=SUPERUSER, password=password)

    def url_of(database: str) -> str:
        return f"postgresql://{SUPERUSER}:{quote(password, safe='')}@{host}:{PORT}/{database}"

    await build_walls(connect_to, pod.territories, secrets)
    await build_walls_beside(connect_to, secrets)
    outcomes = await migrate_all(
        pod.territories, connect_to, url_of, verb="upgrade" if target == "head" else None, target=target
    )
    for outcome in outcomes:
        told = f"failed: {outcome.failure}" if outcome.failure else f"at {outcome.version}"
        sys.stdout.write(f"{outcome.territory.code} {told}\n")
    return 1 if any(outcome.failure for outcome in outcomes) else 0
