"""NATS configuration: an account per territory, so that streams and subjects of one do not exist for another."""

import json
from collections.abc import Iterable
from pathlib import PurePath

from ops.provisioning.secrets import SecretStore
from shared.territory.territory import Territory

LARGEST_PAYLOAD_BYTES = 1 << 20
# The stream of a territory reserves 1 GiB; the rest is for the state of its consumers.
ACCOUNT_FILE_BYTES = 5 << 28
ACCOUNT_MEMORY_BYTES = 16 << 20


def nats_configuration(
    territories: Iterable[Territory],
    secrets: SecretStore,
    *,
    host: str,
    port: int,
    store: PurePath,
    monitor: str | None = None,
) -> str:
    """The text of the server's configuration. `monitor` is `host:port` of the HTTP monitor, off when None."""
    accounts = {
        territory.code: {
            "jetstream": {"max_file": ACCOUNT_FILE_BYTES, "max_mem": ACCOUNT_MEMORY_BYTES},
            "users": [{"user": territory.slug, "password": secrets.of("nats", territory)}],
        }
        for territory in territories
    }
    accounts["SYS"] = {"users": [{"user": "system", "password": secrets.read("nats_system")}]}
    settings = {
        "listen": f"{host}:{port}",
        "max_payload": LARGEST_PAYLOAD_BYTES,
        "jetstream": {
            "store_dir": str(store),
            # By default three quarters of what is free now, which may be less than the streams reserve.
            "max_file_store": len(accounts) * ACCOUNT_FILE_BYTES,
            "max_memory_store": len(accounts) * ACCOUNT_MEMORY_BYTES,
        },
        "system_account": "SYS",
        "accounts": accounts,
        **({"http": monitor} if monitor else {}),
    }
    # The server reads JSON as its own format.
    return json.dumps(settings, indent=2) + "\n"
