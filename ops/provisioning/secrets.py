"""The secrets of a pod: made once, one file each, readable by their owner alone."""

import os
import secrets
from collections.abc import Iterable
from pathlib import Path

from shared.territory.territory import Territory

SECRET_BYTES = 36
FOLDER_MODE = 0o700
FILE_MODE = 0o600

# The previous one of a new pod is a secret like any other, under which nothing is wrapped yet.
PERSON_KEY_SECRET, PREVIOUS_PERSON_KEY_SECRET = "person_key_secret", "person_key_secret_previous"
POD_SECRETS = (
    "postgres_superuser",
    "nats_system",
    "jwt_secret",
    PERSON_KEY_SECRET,
    PREVIOUS_PERSON_KEY_SECRET,
    "tree_head_secret",
)
TERRITORY_SECRETS = ("postgres", "sealer", "redis", "nats")


class SecretStore:
    """A folder of secrets; makes what is missing, never changes what is there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def ensure(self, territories: Iterable[Territory], others: Iterable[str] = ()) -> None:
        """Make every missing secret of the pod, of these territories, and of what stands beside them."""
        self.folder.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
        names = [*POD_SECRETS, *(f"{kind}_{t.slug}" for t in territories for kind in TERRITORY_SECRETS), *others]
        for name in names:
            if not (self.folder / name).exists():
                self._make(name)

    def read(self, name: str) -> str:
        """One secret."""
        return (self.folder / name).read_text().strip()

    def read_given(self, name: str) -> str:
        """A secret that only an operator can know; empty while nobody gave it."""
        path = self.folder / name
        return path.read_text().strip() if path.exists() else ""

    def give(self, name: str, text: str) -> None:
        """Keep what an operator gave; empty takes it back."""
        self._write(name, text)

    def of(self, kind: str, territory: Territory) -> str:
        """A territory's secret of a kind: postgres, sealer, redis or nats."""
        return self.read(f"{kind}_{territory.slug}")

    def rotate_person_key_secret(self) -> None:
        """Make a new secret for the keys of persons; the one until now becomes the previous one.

        The previous one first: whoever reads both at any moment can open what is wrapped under either.
        """
        self._write(PREVIOUS_PERSON_KEY_SECRET, self.read(PERSON_KEY_SECRET))
        self._make(PERSON_KEY_SECRET)

    def forget_previous_person_key_secret(self) -> None:
        """Put a new one in its place, under which nothing is wrapped."""
        self._make(PREVIOUS_PERSON_KEY_SECRET)

    def _make(self, name: str) -> None:
        self._write(name, secrets.token_urlsafe(SECRET_BYTES))

    def _write(self, name: str, text: str) -> None:
        """Written beside and renamed: a crash leaves no half secret."""
        beside = self.folder / f".{name}.new"
        beside.unlink(missing_ok=True)
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE), "w") as file:
            file.write(text)
        beside.rename(self.folder / name)
