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
import psutil

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


STATUS_LINE = 8


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
            self._make_cluster()
        self._forget_dead_postmaster()
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
        """Whether it takes connections; not asked before it says so itself, since it logs whom it turns away."""
        if not self._says_ready():
            return False
        try:
            connection: Any = await self.connect_to("postgres")
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError):
            return False
        await connection.close()
        return True

    def _says_ready(self) -> bool:
        try:
            told = (self.data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        # Source: PostgreSQL's pidfile.h, LOCK_FILE_LINE_PM_STATUS; pg_ctl waits for the same.
        return len(told) >= STATUS_LINE and told[STATUS_LINE - 1].strip() == "ready"

    def _make_cluster(self) -> None:
        """Beside and renamed: initdb writes PG_VERSION first, so that a half cluster would pass for a whole one."""
        if self.data.exists() and any(self.data.iterdir()):
            message = f"{self.data} holds something that is no PostgreSQL cluster: choose another folder with --data"
            raise ServerPreparationError(message)
        beside = self.data.with_name(f"{self.data.name}.new")
        shutil.rmtree(beside, ignore_errors=True)
        self._make_folder(beside, 0o700)
        self._initdb(beside)
        beside.rename(self.data)

    def _forget_dead_postmaster(self) -> None:
        """A crash leaves a file with a process id; when another process has that id now, PostgreSQL refuses to start.

        The file stays while any process works in the folder: it is then what keeps a second server out.
        """
        folder = str(self.data.resolve())
        if not any(process.info["cwd"] == folder for process in psutil.process_iter(["cwd"])):
            (self.data / "postmaster.pid").unlink(missing_ok=True)

    def _initdb(self, folder: Path) -> None:
        programs = postgres_programs(self.credentials)
        with tempfile.NamedTemporaryFile("w", dir=self.data.parent) as password_file:
            password_file.write(self.password + "\n")
            password_file.flush()
            if self.credentials:
                os.chown(password_file.name, self.credentials.user_id, self.credentials.group_id)
            outcome = subprocess.run(  # noqa: S603 (fixed program)
                [
                    str(programs / "initdb"),
                    f"--pgdata={folder}",
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
