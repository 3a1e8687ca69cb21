"""The secrets of a pod: made once, one file each, readable by their owner alone."""

import os
import secrets
from collections.abc import Iterable
from pathlib import Path

from shared.territory.territory import Territory

SECRET_BYTES = 36
FOLDER_MODE = 0o700
FILE_MODE = 0o600

POD_SECRETS = ("postgres_superuser", "nats_system", "jwt_secret", "person_key_secret", "tree_head_secret")
TERRITORY_SECRETS = ("postgres", "sealer", "redis", "nats")


class SecretStore:
    """A folder of secrets; makes what is missing, never changes what is there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def ensure(self, territories: Iterable[Territory]) -> None:
        """Make every missing secret of the pod and of these territories."""
        self.folder.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
        names = [*POD_SECRETS, *(f"{kind}_{t.slug}" for t in territories for kind in TERRITORY_SECRETS)]
        for name in names:
            if not (self.folder / name).exists():
                self._make(name)

    def read(self, name: str) -> str:
        """One secret."""
        return (self.folder / name).read_text().strip()

    def of(self, kind: str, territory: Territory) -> str:
        """A territory's secret of a kind: postgres, sealer, redis or nats."""
        return self.read(f"{kind}_{territory.slug}")

    def _make(self, name: str) -> None:
        """Written beside and renamed: a crash leaves no half secret."""
        beside = self.folder / f".{name}.new"
        beside.unlink(missing_ok=True)
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE), "w") as file:
            file.write(secrets.token_urlsafe(SECRET_BYTES))
        beside.rename(self.folder / name)
