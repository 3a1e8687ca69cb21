"""What a log line never holds."""

import logging
from collections.abc import Iterator

import orjson
import pytest
import structlog

from shared.observability.logging import configure_logging
from shared.observability.request_context import current_request, new_context

Logger = structlog.typing.FilteringBoundLogger
SECRETS = ("hunter2", "eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl")


@pytest.fixture(autouse=True)
def _logging_as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def new_log() -> Logger:
    """Made in the test's own phase: pytest exchanges standard output between the phases."""
    configure_logging("sample", "info")
    log: Logger = structlog.get_logger()
    return log


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    written = capsys.readouterr().out
    assert not any(secret in written for secret in SECRETS), written
    return [orjson.loads(line) for line in written.splitlines()]


def test_fields_that_hold_credentials_are_redacted_by_their_name(
    capsys: pytest.CaptureFixture[str],
) -> None:
    log = new_log()
    log.info("thing.done", password="hunter2", access_token="hunter2", Authorization="hunter2", jwt_secret="hunter2")
    (line,) = lines(capsys)
    assert line["event"] == "thing.done"
    assert line["service"] == "sample"
    assert line["level"] == "info"


@pytest.mark.parametrize(
    "text",
    [
        "Bearer hunter2",
        "authorization: bearer hunter2",
        f"token {SECRETS[1]} refused",
        "cannot connect to postgresql://territory_dk:hunter2@db/unityplan_dk",
    ],
)
def test_credentials_that_are_quoted_are_redacted_by_their_look(capsys: pytest.CaptureFixture[str], text: str) -> None:
    log = new_log()
    log.warning("thing.failed", error=text)
    log.error("thing.crashed", exc_info=RuntimeError(text))
    logging.getLogger("uvicorn.error").error(text)
    logging.getLogger("asyncio").error("%s", text)
    events = [line["event"] for line in lines(capsys)]
    assert events == ["thing.failed", "thing.crashed", "library.logged", "library.logged"]


def test_a_line_belongs_to_its_request(
    capsys: pytest.CaptureFixture[str],
) -> None:
    log = new_log()
    token = current_request.set(new_context("request-1", f"00-{'a' * 32}-{'b' * 16}-01"))
    log.info("thing.done")
    current_request.reset(token)
    log.info("thing.done")
    first, second = lines(capsys)
    assert (first["request_id"], first["trace_id"]) == ("request-1", "a" * 32)
    assert "request_id" not in second


def test_what_is_below_the_level_is_not_written(
    capsys: pytest.CaptureFixture[str],
) -> None:
    new_log().debug("thing.considered")
    assert lines(capsys) == []
