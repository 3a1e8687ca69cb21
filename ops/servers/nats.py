"""NATS with JetStream on a loopback port of its own, an account per territory."""

import asyncio
import os
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from ops.provisioning.nats_configuration import nats_configuration
from ops.provisioning.secrets import SecretStore
from ops.servers.run_as import python_scripts
from ops.supervisor.process_plan import ProcessPlan
from shared.territory.territory import Territory

HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Nats:
    """Where one server keeps its files."""

    data: Path

    @property
    def port(self) -> int:
        """The port chosen by `prepare`."""
        return int((self.data / "port").read_text())

    def prepare(self, territories: Iterable[Territory], secrets: SecretStore) -> None:
        """Choose a free port, the same as last time if it still is, and write the configuration.

        A running server takes a new configuration over on SIGHUP.
        """
        self.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        (self.data / "port").write_text(str(self._free_port()))
        self.write_configuration(territories, secrets)

    def write_configuration(self, territories: Iterable[Territory], secrets: SecretStore) -> None:
        """Write the configuration for the port as it is."""
        configuration = self.data / "nats.conf"
        configuration.touch(mode=0o600)
        configuration.write_text(
            nats_configuration(territories, secrets, listen=f"{HOST}:{self.port}", store=self.data / "store")
        )

    def plan(self) -> ProcessPlan:
        """The server as a process."""
        return ProcessPlan(
            name="nats",
            argv=(str(python_scripts() / "nats-server"), "-c", str(self.data / "nats.conf")),
            environment={"PATH": os.defpath, "GOMEMLIMIT": "256MiB"},
            working_directory=self.data,
            is_ready=self.is_ready,
            port=self.port,
        )

    async def is_ready(self) -> bool:
        """Whether it greets."""
        try:
            reader, writer = await asyncio.open_connection(HOST, self.port)
        except OSError:
            return False
        try:
            async with asyncio.timeout(1):
                greeting = await reader.readline()
        except (OSError, TimeoutError):
            return False
        finally:
            writer.close()
        return greeting.startswith(b"INFO ")

    def _free_port(self) -> int:
        wanted = self.port if (self.data / "port").exists() else 0
        for port in (wanted, 0):
            with socket.socket() as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                try:
                    probe.bind((HOST, port))
                except OSError:
                    continue
                return int(probe.getsockname()[1])
        message = "there is no free loopback port"
        raise OSError(message)
