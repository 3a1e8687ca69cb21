"""A machine with Traefik, two pods and a staging, under names and ports of their own."""

from dataclasses import dataclass

from tests.support.compose import SMALL, Project
from tests.support.pod import free_port

# In the place of nothing and of `staging`, so that nobody's real pods are touched.
STAGE, STAGING = "ci", "ci-staging"


@dataclass(frozen=True, slots=True)
class Machine:
    """What runs, and the ports of its doors."""

    traefik: Project
    dk: Project
    eu: Project
    staging: Project

    @property
    def projects(self) -> tuple[Project, ...]:
        return (self.dk, self.eu, self.staging, self.traefik)

    @property
    def door(self) -> int:
        """Traefik's."""
        return int(self.traefik.settings["HTTP_PORT"])

    async def up(self, *projects: Project) -> None:
        """One after the other, as an operator would."""
        for project in projects:
            await project.up()


def machine() -> Machine:
    """Described, not started."""
    here = {"STAGE": STAGE, "MESH_PREFIX": "10.160.61"}
    there = {"STAGE": STAGING, "MESH_PREFIX": "10.160.71"}
    doors = {"HTTP_PORT": str(free_port()), "HTTPS_PORT": str(free_port()), "HTTPS_ONLY": "false"}
    pod = "docker-compose.pod.yml"
    return Machine(
        traefik=Project("ci-global", "docker-compose.global.yml", None, {**here, **doors}),
        dk=Project("ci-pod-dk", pod, "pods/denmark/.env", {**here, **SMALL, **_ports()}),
        eu=Project("ci-pod-eu", pod, "pods/europe/.env", {**here, **SMALL, **_ports()}),
        staging=Project(
            "ci-staging-pod-denmark", "docker-compose.staging.yml", "pods/denmark/.env.staging", {**there, **_ports()}
        ),
    )


def _ports() -> dict[str, str]:
    return {name: str(free_port()) for name in ("API_PORT", "WEBSOCKET_PORT", "POSTGRES_PORT", "NATS_CLIENT_PORT")}
