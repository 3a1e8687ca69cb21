"""Reading settings: all of it, or one line that says what is wrong."""

from pathlib import Path
from typing import ClassVar

import pytest

from shared.settings.secrets import Secret
from shared.settings.service_settings import ServiceSettings, load_settings

RANDOM = "hV3nq8Zt0wJrX5yLb2mKs9cPd7fGa4eU"
COMPLETE = {
    "POD_ID": "dk",
    "TERRITORY_ID": "DK",
    "TERRITORY_NAME": "Denmark",
    "TERRITORY_LOCALE": "da-DK",
    "DATABASE_URL": "postgresql://territory_{territory}@db/unityplan_{territory}",
    "REDIS_URL": "redis://redis:6379",
    "NATS_URL": "nats://nats:4222",
    "LISTEN": "0.0.0.0:8080",
    "SIGNING_SECRET": RANDOM,
}
EUROPE = {
    "POD_ID": "eu",
    "TERRITORY_ID": None,
    "TERRITORIES": "DE, FR,ES",
    "TERRITORY_NAME": "Germany,France,Spain",
    "TERRITORY_LOCALE": "de-DE,fr-FR,es-ES",
}


class ExampleSettings(ServiceSettings):
    service: ClassVar[str] = "example"

    signing_secret: Secret


class Environment:
    """The process's environment, as far as these tests are concerned."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch
        for name in (*ExampleSettings.model_fields, "territory_id"):
            monkeypatch.delenv(name.upper(), raising=False)
        self.set(**COMPLETE)

    def set(self, **variables: str | None) -> None:
        for name, value in variables.items():
            if value is None:
                self._monkeypatch.delenv(name, raising=False)
            else:
                self._monkeypatch.setenv(name, value)


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> Environment:
    return Environment(monkeypatch)


def complaint(capsys: pytest.CaptureFixture[str]) -> str:
    with pytest.raises(SystemExit) as end:
        load_settings(ExampleSettings)
    assert end.value.code == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    assert captured.err.endswith("\n")
    return captured.err


@pytest.mark.usefixtures("environment")
def test_a_complete_environment_is_read() -> None:
    settings = load_settings(ExampleSettings)
    assert settings.territories == ("DK",)
    assert settings.database_url_for("dk") == "postgresql://territory_dk@db/unityplan_dk"
    assert settings.environment == "production"


def test_several_territories_are_a_list(environment: Environment) -> None:
    environment.set(**EUROPE)
    settings = load_settings(ExampleSettings)
    assert settings.territories == ("DE", "FR", "ES")
    assert settings.territory_locale == ("de-DE", "fr-FR", "es-ES")


@pytest.mark.parametrize("name", [name for name in COMPLETE if name != "TERRITORY_ID"])
def test_a_missing_variable_is_named(environment: Environment, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    environment.set(**{name: None})
    assert name in complaint(capsys)


def test_all_missing_variables_are_named_at_once(environment: Environment, capsys: pytest.CaptureFixture[str]) -> None:
    environment.set(**dict.fromkeys(COMPLETE))
    line = complaint(capsys)
    assert all(name in line for name in ("POD_ID", "TERRITORIES", "DATABASE_URL", "SIGNING_SECRET"))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("POD_ID", "DK"),
        ("POD_ID", "../dk"),
        ("LISTEN", "8080"),
        ("LISTEN", "unix:relative"),
        ("INNER_LISTEN", "somewhere"),
        ("ENVIRONMENT", "test"),
        ("LOG_LEVEL", "loud"),
        ("DRAIN_SECONDS", "soon"),
        ("DRAIN_SECONDS", "-1"),
        ("DATABASE_POOL_SIZE", "0"),
        ("DATABASE_POOL_SIZE", "50"),
        ("DEBUG_MODE", "perhaps\nor not"),
        ("TERRITORY_NAME", "Denmark,Norway"),
        ("TERRITORY_LOCALE", ""),
    ],
)
def test_a_wrong_variable_is_named(
    environment: Environment, name: str, value: str, capsys: pytest.CaptureFixture[str]
) -> None:
    environment.set(**{name: value})
    assert name in complaint(capsys)


@pytest.mark.parametrize("code", ["", "dk", "D", "DK,DK", "DK;", "DK-", "D K", "../DK", "DK'--", "1K", "DÅ"])
def test_a_malformed_code_stops_the_start(
    environment: Environment, code: str, capsys: pytest.CaptureFixture[str]
) -> None:
    environment.set(TERRITORY_ID=code)
    assert "TERRITOR" in complaint(capsys)


@pytest.mark.parametrize("environment_name", ["embedded", "production"])
@pytest.mark.parametrize(
    "secret",
    [
        "",
        "changethis",
        "changeme",
        "secret",
        "password",
        "dev_secret_change_in_production",
        "dev_secret_change_in_production_please",
        "changethischangethischangethischangethis",
        "a" * 64,
        "0101" * 16,
        RANDOM[:31],
    ],
)
def test_a_weak_secret_is_refused_and_not_repeated(
    environment: Environment, secret: str, environment_name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    environment.set(SIGNING_SECRET=secret, ENVIRONMENT=environment_name)
    line = complaint(capsys)
    assert "SIGNING_SECRET" in line
    assert not secret or secret not in line


@pytest.mark.usefixtures("environment")
def test_a_secret_shows_itself_only_when_asked() -> None:
    settings = load_settings(ExampleSettings)
    assert RANDOM not in repr(settings) + str(settings) + f"{settings.signing_secret}"
    assert settings.signing_secret.reveal() == RANDOM


def test_any_variable_may_be_a_file(environment: Environment, tmp_path: Path) -> None:
    for name, value in (*COMPLETE.items(), ("DRAIN_SECONDS", "3")):
        (tmp_path / name).write_text(f"  {value}\n")
        environment.set(**{name: None, f"{name}_FILE": str(tmp_path / name)})
    settings = load_settings(ExampleSettings)
    assert settings.territories == ("DK",)
    assert settings.drain_seconds == 3
    assert settings.signing_secret.reveal() == RANDOM


def test_a_variable_wins_over_its_file(environment: Environment, tmp_path: Path) -> None:
    (tmp_path / "pod").write_text("se")
    environment.set(POD_ID_FILE=str(tmp_path / "pod"))
    assert load_settings(ExampleSettings).pod_id == "dk"


def test_an_empty_file_says_as_little_as_an_empty_variable(environment: Environment, tmp_path: Path) -> None:
    (tmp_path / "empty").write_text("\n")
    environment.set(DRAIN_SECONDS_FILE=str(tmp_path / "empty"))
    assert load_settings(ExampleSettings).drain_seconds == 10


@pytest.mark.parametrize("content", [None, b"\xff\xfe"])
def test_a_file_that_cannot_be_read_is_named_by_its_variable(
    environment: Environment, tmp_path: Path, content: bytes | None, capsys: pytest.CaptureFixture[str]
) -> None:
    if content is not None:
        (tmp_path / "secret").write_bytes(content)
    environment.set(SIGNING_SECRET=None, SIGNING_SECRET_FILE=str(tmp_path / "secret"))
    assert "SIGNING_SECRET_FILE" in complaint(capsys)


class TestPasswords:
    """`{password}` in a URL is a file of the territory's."""

    URL = "postgresql://territory_{territory}:{password}@db/unityplan_{territory}"

    def test_each_territory_has_its_own_percent_encoded(self, environment: Environment, tmp_path: Path) -> None:
        (tmp_path / "postgres_de").write_text("p@ss/Zt0wJrX5yLb2:%\n")
        (tmp_path / "postgres_fr").write_text("hV3nq8Zt0wJrX5yLb2mK")
        (tmp_path / "postgres_es").write_text("s9cPd7fGa4eUhV3nq8Zt")
        environment.set(**EUROPE, DATABASE_URL=self.URL, TERRITORY_SECRETS_DIR=str(tmp_path))
        settings = load_settings(ExampleSettings)
        assert (
            settings.database_url_for("de") == "postgresql://territory_de:p%40ss%2FZt0wJrX5yLb2%3A%25@db/unityplan_de"
        )
        assert settings.database_url_for("fr") == "postgresql://territory_fr:hV3nq8Zt0wJrX5yLb2mK@db/unityplan_fr"

    @pytest.mark.parametrize("variable", ["DATABASE_URL", "REDIS_URL", "NATS_URL"])
    @pytest.mark.parametrize(
        "password", ["postgres", "changethis-now-please", "aaaaaaaaaaaaaaaaaaaa", "0123456789abcde"]
    )
    def test_one_that_could_be_guessed_is_refused_and_not_repeated(
        self, environment: Environment, variable: str, password: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        environment.set(**{variable: f"scheme://someone:{password}@host:1234/name"})
        line = complaint(capsys)
        assert variable in line
        assert password not in line

    def test_the_embedded_pod_and_a_url_without_one_are_left_alone(self, environment: Environment) -> None:
        environment.set(
            ENVIRONMENT="embedded", REDIS_URL="redis://dk:short@localhost", NATS_URL="nats://localhost:4222"
        )
        assert load_settings(ExampleSettings).redis_url_for("dk") == "redis://dk:short@localhost"

    def test_one_that_is_missing_stops_the_start(
        self, environment: Environment, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        environment.set(DATABASE_URL=self.URL, TERRITORY_SECRETS_DIR=str(tmp_path))
        assert "TERRITORY_SECRETS_DIR" in complaint(capsys)

    def test_a_missing_folder_stops_the_start(
        self, environment: Environment, capsys: pytest.CaptureFixture[str]
    ) -> None:
        environment.set(DATABASE_URL=self.URL, TERRITORY_SECRETS_DIR=None)
        assert "TERRITORY_SECRETS_DIR" in complaint(capsys)


@pytest.mark.parametrize("variable", ["LISTEN", "INNER_LISTEN"])
def test_a_port_that_does_not_exist_is_named(
    environment: Environment, variable: str, capsys: pytest.CaptureFixture[str]
) -> None:
    environment.set(**{variable: "0.0.0.0:65536"})
    assert variable in complaint(capsys)
