"""One volume per reader: each server and service mounts what it needs to know, and nothing else.

The originals are in a volume that only the jobs mount. Copies can be read by any user inside the volume, since the
public images' user ids differ between their variants: who mounts a volume is who may read it.
"""

from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from ops.compose.beside import SECRETS, monitor_of_redis, volumes_beside
from ops.pods.pod import Pod
from ops.provisioning.nats_configuration import nats_configuration
from ops.provisioning.redis_users import redis_acl
from ops.provisioning.secrets import PERSON_KEY_SECRET, PREVIOUS_PERSON_KEY_SECRET, SecretStore

ORIGINALS = Path("/var/lib/unityplan/secrets")
VOLUMES = Path("/run/secrets/unityplan")
READABLE = 0o444
# Not ours to make: what others gave to the operator.
GIVEN = ("smtp_url", "oidc_client_secret", "oidc_providers")

NATS_LISTEN = "0.0.0.0:4222"
NATS_MONITOR = "0.0.0.0:8222"
NATS_STORE = PurePosixPath("/data")


def fill_volumes(
    pod: Pod, stage: str, payload_bytes: int, originals: Path = ORIGINALS, volumes: Path = VOLUMES
) -> None:
    """Make what is missing, and give each volume its part."""
    store = SecretStore(originals)
    store.ensure(pod.territories, SECRETS)
    container = f"{stage or 'service'}-{{}}-{pod.id}"
    contents = {**_contents(pod, store, payload_bytes), **volumes_beside(pod, store, container)}
    for folder, files in contents.items():
        for name, text in files.items():
            _write(volumes / folder / name, text)


def take_secret(name: str, text: str, originals: Path = ORIGINALS) -> None:
    """Keep a secret that the operator gives; the next `init` hands it to its reader.

    Raises:
        ValueError: no such secret is asked for.
    """
    if name not in GIVEN:
        message = f"{name} is none of {', '.join(GIVEN)}"
        raise ValueError(message)
    SecretStore(originals).give(name, text.strip())


def _contents(pod: Pod, store: SecretStore, payload_bytes: int) -> Mapping[str, Mapping[str, str]]:
    territories = {
        f"{kind}_{territory.slug}": store.of(kind, territory)
        for territory in pod.territories
        for kind in ("postgres", "redis", "nats")
    }
    sealers = {f"sealer_{territory.slug}": store.of("sealer", territory) for territory in pod.territories}
    nats = nats_configuration(
        pod.territories,
        store,
        listen=NATS_LISTEN,
        store=NATS_STORE,
        monitor=NATS_MONITOR,
        payload_bytes=payload_bytes,
    )
    return {
        "territories": territories,
        "event": {**territories, **sealers, "tree_head_secret": store.read("tree_head_secret")},
        "auth": {"jwt_secret": store.read("jwt_secret"), **{name: store.read_given(name) for name in GIVEN}},
        "personal": {name: store.read(name) for name in (PERSON_KEY_SECRET, PREVIOUS_PERSON_KEY_SECRET)},
        "postgres": {"postgres_superuser": store.read("postgres_superuser")},
        "redis": {"users.acl": redis_acl(pod.territories, store) + monitor_of_redis(store)},
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
