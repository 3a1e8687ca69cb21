"""The keys of persons in a file apart, still wrapped: of use only together with the pod's secret and a backup."""

import base64
import os
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from uuid import UUID

import orjson

from ops.backups.failures import Unusable
from shared.clock import format_time
from shared.events.key_wrapping import WrappedKey

FORMAT = "unityplan-person-keys/1"
OWNER_ALONE = 0o600

Keys = Mapping[str, Mapping[UUID, WrappedKey]]
"""By territory code and person."""


def write_keys(path: Path, keys: Keys, saved_at: datetime) -> int:
    """Take the place of the file before, whole or not at all; how many there are.

    Raises:
        OSError.
    """
    beside = path.with_name(f".{path.name}.new")
    beside.unlink(missing_ok=True)
    count = sum(len(each) for each in keys.values())
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ALONE), "wb") as file:
        file.write(_line({"format": FORMAT, "saved_at": format_time(saved_at), "keys": count}))
        file.writelines(_line(line) for code, each in keys.items() for line in _lines(code, each.values()))
        file.flush()
        os.fsync(file.fileno())
    beside.rename(path)
    return count


def read_keys(path: Path) -> Keys:
    """What `write_keys` wrote.

    Raises:
        Unusable: it is something else, or not all of it. OSError.
    """
    keys: dict[str, dict[UUID, WrappedKey]] = {}
    try:
        first, *lines = [orjson.loads(line) for line in path.read_bytes().splitlines()]
        is_whole = first["format"] == FORMAT and first["keys"] == len(lines)
        for line in lines:
            key = WrappedKey(UUID(line["person"]), base64.b64decode(line["wrapped"]), line["secret_id"])
            keys.setdefault(line["territory"], {})[key.person] = key
    except (ValueError, KeyError, TypeError) as error:
        raise Unusable(f"{path} is no file of keys") from error
    if not is_whole:
        raise Unusable(f"{path} is not whole")
    return keys


def _lines(code: str, keys: Iterable[WrappedKey]) -> Iterable[Mapping[str, str]]:
    for key in keys:
        wrapped = base64.b64encode(key.wrapped).decode()
        yield {"territory": code, "person": str(key.person), "wrapped": wrapped, "secret_id": key.secret_id}


def _line(value: Mapping[str, object]) -> bytes:
    return orjson.dumps(value) + b"\n"
