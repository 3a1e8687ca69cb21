"""What lies in a backup's folder: which files, what they must hash to, and up to which position the record goes."""

import hashlib
from dataclasses import asdict, dataclass
from pathlib import Path

import orjson

from ops.backups.failures import Unusable

FORMAT = "unityplan-backup/1"
NAME = "manifest.json"


@dataclass(frozen=True, slots=True)
class Part:
    """One territory. `position` is its head, `unsealed` counts rows whose person has no key, by table."""

    code: str
    position: int
    migration: str
    unsealed: int
    files: dict[str, str]
    """SHA-256 by file name."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """One pod at one moment, each territory at its own."""

    pod: str
    saved_at: str
    parts: list[Part]

    def write(self, folder: Path) -> None:
        """Put it beside the files that it names."""
        (folder / NAME).write_bytes(orjson.dumps({"format": FORMAT, **asdict(self)}, option=orjson.OPT_INDENT_2))

    @classmethod
    def read(cls, folder: Path) -> "Manifest":
        """The manifest of a backup.

        Raises:
            Unusable: there is none, or of another form.
        """
        try:
            found = orjson.loads((folder / NAME).read_bytes())
            if found["format"] != FORMAT:
                raise Unusable(f"{folder} holds a backup of another form: {found['format']}")
            return cls(found["pod"], found["saved_at"], [Part(**part) for part in found["parts"]])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise Unusable(f"{folder} holds no whole backup: {NAME} is missing or damaged") from error

    def part_of(self, code: str) -> Part:
        """A territory's part.

        Raises:
            Unusable.
        """
        for part in self.parts:
            if part.code == code:
                return part
        raise Unusable(f"the backup holds {', '.join(part.code for part in self.parts)}, not {code}")

    def require_whole(self, folder: Path) -> None:
        """Hash every file.

        Raises:
            Unusable: one is missing, or not what was written.
        """
        for name, expected in [pair for part in self.parts for pair in part.files.items()]:
            if not (folder / name).is_file() or sha256_of(folder / name) != expected:
                raise Unusable(f"{folder / name} is not what was saved")


def sha256_of(path: Path) -> str:
    """In hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
