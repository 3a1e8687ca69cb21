"""From a place to a topology: makes the folders, secrets and configurations, and names every process."""

import os
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path

from ops.embedded.places import Place, PlaceError, make_passable
from ops.embedded.ports import LOOPBACK
from ops.embedded.service_plans import MAIL_FOLDER, PROCESS, PROJECT_ROOT, Surroundings, service_plans
from ops.embedded.settlement import is_settled
from ops.embedded.topology import Step, Topology
from ops.seeding.demo_content import DEMO, DEMO_PASSWORD
from ops.servers.postgres import ServerPreparationError

SERVERS = ("postgres", "valkey", "nats")
OF_TERRITORIES = ("POD_ID", "TERRITORY_ID", "TERRITORIES", "TERRITORY_NAME", "TERRITORY_LOCALE", "TERRITORY_DOMAIN")
SEED_MARK = "seeded"
# What members alone may read stands in them, and the data folder lets others pass through.
PRIVATE = ("search", "logs", MAIL_FOLDER)
PRIVATE_MODE = 0o700


def prepare_folders(place: Place) -> None:
    """Make what the servers need before they can start; what is there stays.

    Raises: PlaceError.
    """
    try:
        for folder in (place.data, place.run.parent, place.run):
            make_passable(folder)
        for name in PRIVATE:
            (place.data / name).mkdir(exist_ok=True)
            (place.data / name).chmod(PRIVATE_MODE)
        territories = place.settings.territories
        place.secrets.ensure(territories)
        place.postgres.prepare()
        place.valkey.prepare(territories, place.secrets)
        place.nats.prepare(territories, place.secrets)
    except (OSError, LookupError, ServerPreparationError) as error:
        raise PlaceError(str(error)) from error


def assemble(place: Place, *, seed: bool) -> Topology:
    """Every process of a prepared place."""
    servers = [place.postgres.plan(), place.valkey.plan(), place.nats.plan()]
    return Topology(
        pod=place.pod,
        data=place.data,
        run=place.run,
        servers=servers,
        preparing=[_migration(place)],
        services=service_plans(surroundings(place), frozenset(SERVERS)),
        finishing=[_seeding(place)] if seed else [],
        urls=urls(place),
        facts=_facts(place, seed=seed),
    )


def surroundings(place: Place) -> Surroundings:
    """What the services of this place find around them."""
    sockets = f"host={place.run / 'postgres'}"
    environment = place.settings.environment
    return Surroundings(
        run=place.run,
        data=place.data,
        secrets=place.secrets.folder,
        territory_secrets=place.secrets.folder,
        territories={name: environment[name] for name in OF_TERRITORIES if name in environment},
        optional=environment,
        database_url="postgresql://territory_{territory}:{password}@/unityplan_{territory}?" + sockets,
        sealer_database_url="postgresql://sealer_{territory}:{password}@/unityplan_{territory}?" + sockets,
        redis_url=f"unix://{{territory}}:{{password}}@{place.run / 'valkey.sock'}",
        nats_url=f"nats://{{territory}}:{{password}}@{LOOPBACK}:{place.nats.port}",
        max_connections=place.settings.max_connections,
        api_port=place.settings.api_port,
        websocket_port=place.settings.websocket_port,
    )


def urls(place: Place) -> dict[str, str]:
    """Where people find the pod."""
    gateway = f"http://localhost:{place.settings.api_port}"
    return {
        "api": f"{gateway}/api",
        "docs": f"{gateway}/api/docs",
        "websocket": f"ws://localhost:{place.settings.websocket_port}/ws",
    }


def mark_seeded(place: Place) -> None:
    """Remember that the demo is there, for the next box."""
    (place.data / SEED_MARK).touch()


def _facts(place: Place, *, seed: bool) -> dict[str, str]:
    facts = {"Data": str(place.data)}
    if len(place.codes) > 1:
        facts["Territories"] = "send Host: " + ", ".join(place.hosts)
    if seed or (place.data / SEED_MARK).exists():
        facts["Demo account"] = f"{DEMO.username} / {DEMO_PASSWORD}"
    return facts


def _migration(place: Place) -> Step:
    step = room_step("walls and migrations", "migrations", "ops.embedded.migration", place.pod, str(place.data))
    return replace(step, is_done=partial(is_settled, place))


def _seeding(place: Place) -> Step:
    return room_step("demo people, communities and posts", "seeding", "ops.seeding", place.api_url, *place.hosts)


def room_step(label: str, name: str, module: str, *argv: str) -> Step:
    """A room of ours as a step on the way up."""
    environment = {variable: value for variable, value in os.environ.items() if variable != "PYTHONDONTWRITEBYTECODE"}
    return Step(label, name, (sys.executable, "-m", module, *argv), {**environment, **PROCESS}, Path(PROJECT_ROOT))
