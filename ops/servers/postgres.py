"""PostgreSQL on a unix socket alone, with passwords for everyone: the wall between territories begins here."""

import os
import shutil
import signal
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg

from ops.provisioning.postgres_walls import ConnectTo, connector
from ops.servers.postgres_binaries import postgres_programs
from ops.supervisor.process_plan import Credentials, ProcessPlan

SUPERUSER = "unityplan"
SOCKET_FOLDER_MODE = 0o711
AUTHENTICATION = "# Nobody without a password, and nobody over the network.\nlocal all all scram-sha-256\n"

# A small pod on a small machine; durability as PostgreSQL has it by default, and said aloud.
SETTINGS = {
    "listen_addresses": "''",
    "unix_socket_permissions": "0600",
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    "shared_buffers": "64MB",
    "max_wal_size": "512MB",
    "wal_compression": "on",
    "jit": "off",
    "log_min_messages": "warning",
    "log_checkpoints": "off",
    "log_min_error_statement": "panic",
    "cluster_name": "unityplan",
}


class ServerPreparationError(Exception):
    """A server's folder cannot be made ready; the text says why."""


@dataclass(frozen=True, slots=True)
class Postgres:
    """Where one server keeps its data and its socket, and as whom it runs."""

    data: Path
    socket_folder: Path
    password: str
    max_connections: int
    credentials: Credentials | None

    def prepare(self) -> None:
        """Make the cluster when there is none. Nothing may be running on the folder.

        Raises:
            PermissionError: PostgreSQL cannot be run; ServerPreparationError: initdb failed.
        """
        self._make_folder(self.socket_folder, SOCKET_FOLDER_MODE)
        if not (self.data / "PG_VERSION").exists():
            shutil.rmtree(self.data, ignore_errors=True)
            self._make_folder(self.data, 0o700)
            self._initdb()
        self._write("pg_hba.conf", AUTHENTICATION)
        settings = SETTINGS | {
            "max_connections": str(self.max_connections),
            "unix_socket_directories": f"'{self.socket_folder}'",
        }
        self._write("postgresql.auto.conf", "".join(f"{name} = {value}\n" for name, value in settings.items()))

    def plan(self) -> ProcessPlan:
        """The server as a process."""
        programs = postgres_programs(self.credentials)
        return ProcessPlan(
            name="postgres",
            argv=(str(programs / "postgres"), "-D", str(self.data)),
            environment={"PATH": os.defpath, "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"},
            working_directory=Path("/"),
            is_ready=self.is_ready,
            credentials=self.credentials,
            # Fast shutdown: sessions are ended, nothing committed is lost.
            stop_signal=signal.SIGINT,
            hurry_signal=signal.SIGQUIT,
            orphan_signal=signal.SIGQUIT,
            grace_seconds=30,
            start_attempts=10,
        )

    @property
    def connect_to(self) -> ConnectTo:
        """Superuser connections to any database of it."""
        return connector(host=str(self.socket_folder), user=SUPERUSER, password=self.password)

    def url(self, database: str) -> str:
        """The superuser's URL of a database, for programs that take one."""
        return f"postgresql://{SUPERUSER}:{self.password}@/{database}?host={self.socket_folder}"

    async def is_ready(self) -> bool:
        """Whether it takes connections."""
        try:
            connection: Any = await self.connect_to("postgres")
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError):
            return False
        await connection.close()
        return True

    def _initdb(self) -> None:
        programs = postgres_programs(self.credentials)
        with tempfile.NamedTemporaryFile("w", dir=self.data.parent) as password_file:
            password_file.write(self.password + "\n")
            password_file.flush()
            if self.credentials:
                os.chown(password_file.name, self.credentials.user_id, self.credentials.group_id)
            outcome = subprocess.run(  # noqa: S603 (fixed program)
                [
                    str(programs / "initdb"),
                    f"--pgdata={self.data}",
                    f"--username={SUPERUSER}",
                    f"--pwfile={password_file.name}",
                    "--auth=scram-sha-256",
                    "--encoding=UTF8",
                    "--locale=C.UTF-8",
                    "--data-checksums",
                    "--no-sync",
                ],
                user=self.credentials.user_id if self.credentials else None,
                group=self.credentials.group_id if self.credentials else None,
                extra_groups=[] if self.credentials else None,
                env={"PATH": os.defpath, "LANG": "C.UTF-8"},
                cwd="/",
                capture_output=True,
                text=True,
                check=False,
            )
        if outcome.returncode != 0:
            why = (outcome.stderr.strip().splitlines() or [f"it ended with {outcome.returncode}"])[-1]
            message = f"initdb could not make {self.data}: {why}"
            raise ServerPreparationError(message)

    def _write(self, name: str, text: str) -> None:
        path = self.data / name
        path.write_text(text)
        path.chmod(0o600)
        if self.credentials:
            os.chown(path, self.credentials.user_id, self.credentials.group_id)

    def _make_folder(self, folder: Path, mode: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(mode)
        if self.credentials:
            os.chown(folder, self.credentials.user_id, self.credentials.group_id)
