"""Letters as files, for a pod on a laptop: whoever runs it reads them there."""

import asyncio
import os
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from services.auth.letters.mailer import NotSentError, Outgoing
from shared.clock import utc_now

MOST_FILES = 1000
_OWNER_ONLY = 0o600


@dataclass(frozen=True, slots=True)
class FolderMailer:
    """One `.eml` file a letter, below a folder for each territory; the names are in the order of sending."""

    folder: Path

    async def send(self, outgoing: Outgoing) -> None:
        """Raises: NotSentError."""
        try:
            await asyncio.to_thread(self._write, outgoing)
        except OSError as error:
            raise NotSentError(error.strerror or "cannot be written") from None

    async def forget(self, account_id: UUID) -> None:
        """Delete every letter to the account."""
        await asyncio.to_thread(self._delete, f"*/*-{account_id}.eml")

    def _write(self, outgoing: Outgoing) -> None:
        folder = self.folder / outgoing.territory.slug
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = folder / f"{utc_now():%Y%m%dT%H%M%S.%f}-{outgoing.account_id}.eml"
        hidden = path.with_suffix(".part")
        descriptor = os.open(hidden, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY)
        with os.fdopen(descriptor, "wb") as file:
            file.write(bytes(outgoing.message))
        hidden.replace(path)
        for old in sorted(folder.glob("*.eml"))[:-MOST_FILES]:
            old.unlink(missing_ok=True)

    def _delete(self, pattern: str) -> None:
        for path in self.folder.glob(pattern):
            path.unlink(missing_ok=True)
