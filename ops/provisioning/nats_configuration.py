"""NATS configuration: an account per territory, so that streams and subjects of one do not exist for another."""

import json
import re
from collections.abc import Iterable
from pathlib import PurePath

from ops.provisioning.secrets import SecretStore
from shared.territory.territory import Territory

LARGEST_PAYLOAD_BYTES = 1 << 20
_SIZE = re.compile(r"([1-9][0-9]{0,8})(KB|MB|)", re.IGNORECASE)
_UNITS = {"": 1, "KB": 1 << 10, "MB": 1 << 20}
# The server's own ceiling of what it takes in one message.
_MOST_PAYLOAD_BYTES = 64 << 20
# The stream of a territory reserves 1 GiB; the rest is for the state of its consumers.
ACCOUNT_FILE_BYTES = 5 << 28
ACCOUNT_MEMORY_BYTES = 16 << 20


def nats_configuration(
    territories: Iterable[Territory],
    secrets: SecretStore,
    *,
    listen: str,
    store: PurePath,
    monitor: str | None = None,
    payload_bytes: int = LARGEST_PAYLOAD_BYTES,
) -> str:
    """The text of the server's configuration. `listen` and `monitor`, the HTTP monitor, are `host:port`."""
    accounts = {
        territory.code: {
            "jetstream": {"max_file": ACCOUNT_FILE_BYTES, "max_mem": ACCOUNT_MEMORY_BYTES},
            "users": [{"user": territory.slug, "password": secrets.of("nats", territory)}],
        }
        for territory in territories
    }
    accounts["SYS"] = {"users": [{"user": "system", "password": secrets.read("nats_system")}]}
    settings = {
        "listen": listen,
        "max_payload": payload_bytes,
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


def parse_payload(text: str) -> int:
    """Bytes of a size as the server's own files write it: `8MB`, `512KB`, `1048576`.

    Raises:
        ValueError: another form, or more than 64 MB.
    """
    match = _SIZE.fullmatch(text.strip())
    size = int(match[1]) * _UNITS[match[2].upper()] if match else 0
    if not 0 < size <= _MOST_PAYLOAD_BYTES:
        message = f"NATS_MAX_PAYLOAD: {text!r} is no size as 8MB, of 64MB at most"
        raise ValueError(message)
    return size
