"""What the compose files give to a service is what it can read: none ends with a complaint about its settings."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import AliasChoices

from ops.compose.secret_volumes import VOLUMES, fill_volumes
from ops.pods.pod import load_pod
from services.auth.settings import AuthSettings
from services.community.settings import CommunitySettings
from services.event.settings import EventSettings
from services.gateway.settings import GatewaySettings
from services.search.settings import SearchSettings
from services.user.settings import UserSettings
from services.websocket.settings import WebsocketSettings
from shared.settings.service_settings import ServiceSettings, load_settings
from tests.support.citizen import Json
from tests.support.compose import configuration, has_compose

pytestmark = pytest.mark.skipif(not has_compose(), reason="no Docker Compose")

SETTINGS: dict[str, type[ServiceSettings]] = {
    "api-gateway": GatewaySettings,
    "auth": AuthSettings,
    "community": CommunitySettings,
    "event": EventSettings,
    "search": SearchSettings,
    "user": UserSettings,
    "websocket": WebsocketSettings,
}
FILES: dict[str, Callable[[], Json]] = {
    "production": lambda: configuration("docker-compose.pod.yml", "pods/europe/.env"),
    "staging": lambda: configuration("docker-compose.staging.yml", "pods/europe/.env.staging"),
}


@pytest.mark.parametrize("stage", FILES)
def test_every_service_of_a_pod_can_start(stage: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    services = FILES[stage]()["services"]
    fill_volumes(load_pod("eu"), "", 1 << 20, tmp_path / "secrets", tmp_path / "volumes")
    for variable in list(os.environ):
        monkeypatch.delenv(variable)
    for name, settings in SETTINGS.items():
        with monkeypatch.context() as environment:
            for variable, value in given(services[name], tmp_path / "volumes").items():
                environment.setenv(variable, value)
            read = load_settings(settings)
            assert read.pod_id == "eu"
            assert read.environment == stage


def given(service: Json, volumes: Path) -> dict[str, str]:
    """The environment of a service, its mounted secrets where they are here."""
    mounts = {one["target"]: one["source"].removesuffix("-secrets") for one in service["volumes"]}
    of_territories = {"TERRITORY_SECRETS_DIR": f"{VOLUMES}/territories"}  # as the image says
    folders = {
        target: str(volumes / source.replace("territory", "territories"))
        for target, source in mounts.items()
        if target.startswith(str(VOLUMES))
    }
    found = {name: str(value or "") for name, value in {**of_territories, **service["environment"]}.items()}
    for target, folder in folders.items():
        found = {name: value.replace(target, folder) for name, value in found.items()}
    return found


# What a service could be told, and compose does not tell it.
LEFT_OUT = {
    "BUILD_VERSION": "the image says so",
    "BUILD_COMMIT": "the image says so",
    "TERRITORY_SECRETS_DIR": "the image says so",
    "TAKES_OVER": "of instances that inherit a socket: here the port keeper lends it",
    "MAIL_FOLDER": "a container writes nothing, so letters are sent or there are none",
    "INNER_LISTEN": "of services with a public port beside the inner one",
    "KEPT_PORT": "of services with a public port",
}


@pytest.mark.parametrize("stage", FILES)
def test_every_setting_of_a_service_is_given_or_left_out_for_a_reason(stage: str) -> None:
    services = FILES[stage]()["services"]
    missing: set[str] = set()
    for name, settings in SETTINGS.items():
        given_to_it = {variable.removesuffix("_FILE") for variable in services[name]["environment"]}
        left_out = variables_of(settings) - given_to_it
        assert left_out <= LEFT_OUT.keys(), name
        missing |= left_out
    assert missing == LEFT_OUT.keys()


def variables_of(settings: type[ServiceSettings]) -> set[str]:
    """By the names that the environment has for them; a setting of several names is of all."""
    found: set[str] = set()
    for name, field in settings.model_fields.items():
        alias = field.validation_alias
        names = [str(one) for one in alias.choices] if isinstance(alias, AliasChoices) else [name]
        found |= {one.upper() for one in names}
    return found
