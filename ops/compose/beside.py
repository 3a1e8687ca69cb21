"""What runs beside a pod when it is wanted: its secrets and what it is told. No pod needs it to be healthy."""

import hashlib
import json
from collections.abc import Mapping

from ops.pods.pod import Pod
from ops.provisioning.secrets import SecretStore

MONITOR = "monitor"
MATRIX = "matrix"
MONITOR_POSTGRES, MONITOR_REDIS = "monitor_postgres", "monitor_redis"
MATRIX_POSTGRES, MATRIX_REGISTRATION = "matrix_postgres", "matrix_registration"
MATRIX_MACAROONS, MATRIX_FORMS = "matrix_macaroons", "matrix_forms"
MEILISEARCH_KEY = "meilisearch_key"
SECRETS = (
    MONITOR_POSTGRES,
    MONITOR_REDIS,
    MATRIX_POSTGRES,
    MATRIX_REGISTRATION,
    MATRIX_MACAROONS,
    MATRIX_FORMS,
    MEILISEARCH_KEY,
)
CHAT_CONNECTIONS = 5


def volumes_beside(pod: Pod, store: SecretStore, container: str) -> Mapping[str, Mapping[str, str]]:
    """Files of each volume. `container` is a container's name with `{}` for the server's."""
    return {
        "search": {"meilisearch.toml": f'master_key = "{store.read(MEILISEARCH_KEY)}"\n' + MEILISEARCH},
        "chat": {"homeserver.yaml": json.dumps(_homeserver(pod, store, container), indent=2) + "\n"},
        "monitor": {
            "postgres_monitor": store.read(MONITOR_POSTGRES),
            "redis_monitor.json": json.dumps(
                {f"redis://{MONITOR}@{container.format('redis')}:6379": store.read(MONITOR_REDIS)}
            ),
        },
    }


def monitor_of_redis(store: SecretStore) -> str:
    """A line for the ACL file: a user that sees the server's figures, and neither a key nor what anyone asks for."""
    digest = hashlib.sha256(store.read(MONITOR_REDIS).encode()).hexdigest()
    return f"user {MONITOR} on #{digest} resetkeys resetchannels -@all +ping +info +client|setname\n"


MEILISEARCH = """\
env = "production"
db_path = "/meili_data/data.ms"
http_addr = "0.0.0.0:7700"
no_analytics = true
"""


def _homeserver(pod: Pod, store: SecretStore, container: str) -> Mapping[str, object]:
    """Synapse reads JSON as YAML. It speaks to clients only: what is said in a pod stays there."""
    return {
        "server_name": chat_name(pod),
        "report_stats": False,
        "signing_key_path": "/data/signing.key",
        "media_store_path": "/data/media",
        "pid_file": "/tmp/homeserver.pid",  # noqa: S108 (in its container, a file system of its own)
        "listeners": [
            {
                "port": 8008,
                "type": "http",
                "bind_addresses": ["0.0.0.0"],  # noqa: S104 (inside its container)
                "x_forwarded": True,
                "resources": [{"names": ["client"]}],
            }
        ],
        "database": {
            "name": "psycopg2",
            "args": {
                "host": container.format("postgres"),
                "dbname": MATRIX,
                "user": MATRIX,
                "password": store.read(MATRIX_POSTGRES),
                "cp_min": 1,
                "cp_max": CHAT_CONNECTIONS,
            },
        },
        "federation_domain_whitelist": [],
        "trusted_key_servers": [],
        "enable_registration": False,
        "registration_shared_secret": store.read(MATRIX_REGISTRATION),
        "macaroon_secret_key": store.read(MATRIX_MACAROONS),
        "form_secret": store.read(MATRIX_FORMS),
    }


def chat_name(pod: Pod) -> str:
    """Under which names of chat are given out: the territory's host, or the domain of several."""
    first, *others = pod.territories
    return first.host.partition(".")[2] if others else first.host
