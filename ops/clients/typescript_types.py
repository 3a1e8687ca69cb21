"""The TypeScript types, made by openapi-typescript where Node is installed."""

import hashlib
import json
import shutil
import subprocess
from pathlib import Path

from ops.clients.errors import GenerationError
from ops.embedded.service_plans import PROJECT_ROOT
from ops.openapi.document import DOCUMENT

PROJECT = PROJECT_ROOT / "clients" / "typescript"
TYPES = PROJECT / "schema.d.ts"
GENERATOR = PROJECT / "node_modules" / "openapi-typescript" / "bin" / "cli.js"


def document_line() -> str:
    """The first line of the types: which document they are of, so that others are found out without Node."""
    return f"// Of the API's document with SHA-256 {hashlib.sha256(DOCUMENT.read_bytes()).hexdigest()}.\n"


def set_version(version: str) -> None:
    """Give the package the version of the API."""
    for path in (PROJECT / "package.json", PROJECT / "package-lock.json"):
        package = json.loads(path.read_text())
        for named in (package, package.get("packages", {}).get("", package)):
            named["version"] = version
        path.write_text(json.dumps(package, indent=2, ensure_ascii=False) + "\n")


def node() -> str | None:
    """Node's path where it and the generator are installed."""
    return shutil.which("node") if GENERATOR.exists() else None


def generate_typescript_types() -> str:
    """The text of `schema.d.ts`.

    Raises: GenerationError.
    """
    program = node()
    if program is None:
        raise GenerationError("the TypeScript types need Node, npm and its registry: install them, then make clients")
    # What a body may leave out is not required because it has a default.
    command: list[str | Path] = [program, GENERATOR, DOCUMENT, "--default-non-nullable=false"]
    outcome = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 (our own tools)
    if outcome.returncode:
        raise GenerationError(outcome.stderr)
    return document_line() + outcome.stdout
