"""Snapshots of a pod's territories under a date, and the way back to one, by PostgreSQL's own programs.

Not a backup (`ops.backups`): the text of persons stands in it in clear, so it is for hours, and nobody goes back behind
an erasure. It is written and read by the machine of whoever asks, whichever engine it talks to.
"""

import gzip
import re
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ops.deployment.engine import EngineError, feed, fetch
from ops.deployment.failures import DeploymentError, RefusedError
from ops.deployment.installation import DATABASE, ROOT, SUPERUSER, Installation
from shared.clock import utc_now
from shared.territory.territory import Territory

FOLDER = ROOT / "backups"
FORM = "%Y%m%d_%H%M%S"
WHOLE = b"-- PostgreSQL database dump complete"
_DATE = re.compile(r"[0-9]{8}_[0-9]{6}")
_CHUNK = 1 << 20
# pg_dump says more after that it is complete.
_END = 512


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a pod's territories held at a moment, in a folder of its own."""

    pod: Installation
    date: str

    @property
    def folder(self) -> Path:
        """Named after the container, hence after the stage too."""
        return FOLDER / f"{self.pod.planned_name(DATABASE)}-{self.date}"

    def save(self) -> None:
        """Each territory in one snapshot of PostgreSQL, while services serve. Raises: EngineError."""
        unfinished = self.folder.with_name(f".{self.folder.name}")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700, parents=True)
        for territory in self.pod.pod.territories:
            words = ("pg_dump", "-h", "/var/run/postgresql", "-U", SUPERUSER, "--compress=gzip:6")
            which = (f"--schema={territory.schema}", territory.database)
            fetch(unfinished / f"{territory.code}.sql.gz", "exec", self.pod.planned_name(DATABASE), *words, *which)
        unfinished.rename(self.folder)

    def require(self) -> None:
        """Raises: RefusedError: it is not there, not whole, or somebody was erased since."""
        if not self.folder.is_dir():
            there = ", ".join(dates(self.pod)) or "none"
            raise RefusedError(f"there is no snapshot {self.date} of pod {self.pod.label}: there are {there}")
        for territory in self.pod.pod.territories:
            self._require_whole(territory)
            self._require_nobody_erased_since(territory)

    def load(self, territory: Territory) -> None:
        """In the place of what is there, in one transaction. Raises: DeploymentError; then nothing has changed."""
        words = self.pod.psql(territory.database)
        try:
            feed(self._statements(territory), *words, "-o", "/dev/null")
        except EngineError as error:
            raise DeploymentError(f"{territory.code} is as it was: {error}") from error

    def _file(self, territory: Territory) -> Path:
        return self.folder / f"{territory.code}.sql.gz"

    def _statements(self, territory: Territory) -> Iterator[bytes]:
        """What ends without COMMIT is taken back."""
        yield f"BEGIN;\nDROP SCHEMA {territory.schema} CASCADE;\n".encode()
        yield from _read(self._file(territory))
        yield b"COMMIT;\n"

    def _require_whole(self, territory: Territory) -> None:
        end = b""
        with suppress(OSError, EOFError):
            for chunk in _read(self._file(territory)):
                end = (end + chunk)[-_END:]
        if WHOLE not in end:
            raise RefusedError(f"{self._file(territory)} is missing or damaged")

    def _require_nobody_erased_since(self, territory: Territory) -> None:
        taken_at = datetime.strptime(self.date, FORM).replace(tzinfo=UTC)
        # A name of the registry.
        text = f"SELECT count(*) FROM {territory.schema}.erased_persons WHERE erased_at >= :'taken_at'"  # noqa: S608
        erased = self.pod.sql(text, database=territory.database, taken_at=taken_at.isoformat())
        if erased != "0":
            raise RefusedError(f"{erased} persons of {territory.code} were erased since, and would come back")


def snapshot_of_now(pod: Installation) -> Snapshot:
    """One that is not there yet."""
    return Snapshot(pod, utc_now().strftime(FORM))


def snapshot_of(pod: Installation, date: str) -> Snapshot:
    """The one of that date. Raises: RefusedError when it is no date."""
    if not _DATE.fullmatch(date):
        raise RefusedError(f"{date!r} is no date of a snapshot, as 20261126_120000")
    return Snapshot(pod, date)


def dates(pod: Installation) -> list[str]:
    """Of the snapshots that are here, the oldest first."""
    prefix = f"{pod.planned_name(DATABASE)}-"
    names = (path.name.removeprefix(prefix) for path in FOLDER.glob(f"{prefix}*"))
    return sorted(name for name in names if _DATE.fullmatch(name))


def _read(path: Path) -> Iterator[bytes]:
    with gzip.open(path, "rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk
