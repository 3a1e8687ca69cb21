"""The seven services of an embedded pod as processes: what each is told, where it listens."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ops.embedded.ports import LOOPBACK
from ops.supervisor.health_probe import live_probe, ready_probe
from ops.supervisor.process_plan import ProcessPlan, Succession

PROJECT_ROOT = Path(__file__).resolve().parents[2]

SERVICES = ("gateway", "auth", "community", "user", "event", "search", "websocket")
KEEP_PERSONAL_FIELDS = frozenset({"auth", "community", "user", "event", "search", "websocket"})

DRAIN_MARGIN_SECONDS = 5.0
HEIR = "-heir"
MAIL_FOLDER = "mail"
# Handed on from the caller's environment or the pod's .env when set there; each service takes what it knows.
OPTIONAL = (
    "ALLOWED_ORIGINS",
    "AUTH_PASSWORDS",
    "AUTH_SIGN_UP",
    "AUTHORIZE_PAGE",
    "AUTH_VERIFICATION",
    "CLASS_QUOTAS",
    "DATABASE_POOL_SIZE",
    "DEBUG_MODE",
    "DRAIN_SECONDS",
    "ENABLE_PROFILING",
    "GATEWAY_REPLICAS",
    "JWT_EXPIRY",
    "LOG_LEVEL",
    "MAIL_FROM",
    "ORIGIN_DAYS",
    "PAGE_URL",
    "POD_HOSTS",
    "RATE_LIMITS",
    "REQUESTS_PER_SECOND",
    "REQUEST_BURST",
    "SMTP_URL",
    "SMTP_URL_FILE",
    "TERRITORY_MULTIPLE",
    "TRUSTED_PROXIES",
    "WITNESS_INTERVAL",
    "WITNESS_PEERS",
)
PROCESS = {
    # Two threads seldom allocate at once here: two arenas save memory and cost nothing measurable.
    "MALLOC_ARENA_MAX": "2",
    "PYTHONUNBUFFERED": "1",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What a service finds around it. The URLs are templates with `{territory}` and `{password}`."""

    run: Path
    data: Path
    secrets: Path
    territory_secrets: Path
    territories: Mapping[str, str]
    optional: Mapping[str, str]
    """The pod's own values of what is handed on when set."""
    database_url: str
    sealer_database_url: str
    redis_url: str
    nats_url: str
    max_connections: int
    api_port: int
    websocket_port: int


def service_plans(around: Surroundings, needs: frozenset[str]) -> list[ProcessPlan]:
    """One plan per service; all are started together as soon as `needs` are ready."""
    return [_plan(name, around, needs) for name in SERVICES]


def service_environment(name: str, around: Surroundings) -> dict[str, str]:
    """Every variable that the service `name` is given."""
    return {
        **_common(around),
        **_addresses(name, around),
        **_secret_files(name, around),
        **_own(name, around),
    }


def _plan(name: str, around: Surroundings, needs: frozenset[str]) -> ProcessPlan:
    environment = service_environment(name, around)
    public = _public_port(name, around)
    return ProcessPlan(
        name=name,
        argv=(sys.executable, "-m", "shared.service", name),
        environment=environment,
        working_directory=PROJECT_ROOT,
        is_ready=ready_probe(_inner_socket(name, around)),
        is_live=live_probe(_inner_socket(name, around)),
        needs=needs,
        port=public,
        is_port_inherited=public is not None,
        succession=_succession(name, around, environment),
        grace_seconds=float(environment.get("DRAIN_SECONDS", "10")) + DRAIN_MARGIN_SECONDS,
    )


def _succession(name: str, around: Surroundings, environment: Mapping[str, str]) -> Succession:
    """The second instance has an address of its own until it is given the first one's, in one step."""
    own, socket = _inner_socket(name, around, HEIR), _inner_socket(name, around)
    own_address = {"INNER_LISTEN" if "INNER_LISTEN" in environment else "LISTEN": f"unix:{own}"}
    return Succession(
        environment={**environment, **own_address, "TAKES_OVER": "true"},
        is_ready=ready_probe(own),
        take_over=lambda: own.replace(socket),
    )


def _common(around: Surroundings) -> dict[str, str]:
    given = {**around.optional, **os.environ}
    return {
        **PROCESS,
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": os.environ.get("HOME", "/"),
        "LANG": os.environ.get("LANG", "C.UTF-8"),
        **around.territories,
        **{variable: given[variable] for variable in OPTIONAL if variable in given},
        "ENVIRONMENT": "embedded",
        "DATABASE_URL": around.database_url,
        "REDIS_URL": around.redis_url,
        "NATS_URL": around.nats_url,
        "TERRITORY_SECRETS_DIR": str(around.territory_secrets),
        "POSTGRES_MAX_CONNECTIONS": str(around.max_connections),
    }


def _addresses(name: str, around: Surroundings) -> dict[str, str]:
    inner = f"unix:{_inner_socket(name, around)}"
    public = _public_port(name, around)
    return {"LISTEN": f"{LOOPBACK}:{public}", "INNER_LISTEN": inner} if public else {"LISTEN": inner}


def _secret_files(name: str, around: Surroundings) -> dict[str, str]:
    # As files, since an environment is seen by more eyes and is inherited.
    wanted = {
        "JWT_SECRET": name == "auth",
        "PERSON_KEY_SECRET": name in KEEP_PERSONAL_FIELDS,
        "PERSON_KEY_SECRET_PREVIOUS": name in KEEP_PERSONAL_FIELDS,
        "TREE_HEAD_SECRET": name == "event",
    }
    return {f"{secret}_FILE": str(around.secrets / secret.lower()) for secret, is_wanted in wanted.items() if is_wanted}


def _own(name: str, around: Surroundings) -> dict[str, str]:
    match name:
        case "auth":
            return {"MAIL_FOLDER": str(around.data / MAIL_FOLDER)}
        case "gateway":
            return {"UPSTREAM_URL": f"unix:{around.run}/{{service}}.sock"}
        case "event":
            return {"SEALER_DATABASE_URL": around.sealer_database_url}
        case "search":
            return {"SEARCH_DATA": str(around.data / "search")}
        case _:
            return {}


def _public_port(name: str, around: Surroundings) -> int | None:
    return {"gateway": around.api_port, "websocket": around.websocket_port}.get(name)


def _inner_socket(name: str, around: Surroundings, instance: str = "") -> Path:
    return around.run / f"{name}{instance}.sock"
