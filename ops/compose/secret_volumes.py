"""One volume per reader: each server and service mounts what it needs to know, and nothing else.

The originals are in a volume that only the jobs mount. Copies can be read by any user inside the volume, since the
public images' user ids differ between their variants: who mounts a volume is who may read it.
"""

from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from ops.pods.pod import Pod
from ops.provisioning.nats_configuration import nats_configuration
from ops.provisioning.redis_users import redis_acl
from ops.provisioning.secrets import PERSON_KEY_SECRET, PREVIOUS_PERSON_KEY_SECRET, SecretStore

ORIGINALS = Path("/var/lib/unityplan/secrets")
VOLUMES = Path("/run/secrets/unityplan")
READABLE = 0o444

NATS_PORT = 4222
NATS_MONITOR = "127.0.0.1:8222"
NATS_STORE = PurePosixPath("/data")


def fill_volumes(pod: Pod, originals: Path = ORIGINALS, volumes: Path = VOLUMES) -> None:
    """Make what is missing, and give each volume its part."""
    store = SecretStore(originals)
    store.ensure(pod.territories)
    for folder, files in _contents(pod, store).items():
        for name, text in files.items():
            _write(volumes / folder / name, text)


def _contents(pod: Pod, store: SecretStore) -> Mapping[str, Mapping[str, str]]:
    territories = {
        f"{kind}_{territory.slug}": store.of(kind, territory)
        for territory in pod.territories
        for kind in ("postgres", "redis", "nats")
    }
    sealers = {f"sealer_{territory.slug}": store.of("sealer", territory) for territory in pod.territories}
    nats = nats_configuration(
        pod.territories,
        store,
        host="0.0.0.0",  # noqa: S104 (inside its container)
        port=NATS_PORT,
        store=NATS_STORE,
        monitor=NATS_MONITOR,
    )
    return {
        "territories": territories,
        "event": {**territories, **sealers, "tree_head_secret": store.read("tree_head_secret")},
        "auth": {"jwt_secret": store.read("jwt_secret")},
        "personal": {name: store.read(name) for name in (PERSON_KEY_SECRET, PREVIOUS_PERSON_KEY_SECRET)},
        "postgres": {"postgres_superuser": store.read("postgres_superuser")},
        "redis": {"users.acl": redis_acl(pod.territories, store)},
        "nats": {"nats.conf": nats},
    }


def _write(path: Path, text: str) -> None:
    """Beside and renamed, so that a server that starts meanwhile reads a whole file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.new")
    beside.unlink(missing_ok=True)
    beside.write_text(text)
    beside.chmod(READABLE)
    beside.rename(path)
