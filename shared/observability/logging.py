"""Structured logs: one JSON object a line on standard output, the request's id in each."""

import logging
import re
import sys
from collections.abc import MutableMapping
from functools import lru_cache
from typing import Any, TextIO, cast

import orjson
import structlog

from shared.observability.request_context import current_request
from shared.observability.traffic import traffic

SENSITIVE = ("password", "token", "secret", "authorization", "cookie", "cipher")
REDACTED = "[redacted]"
# A bearer token, a signed token, and the password in a URL, wherever a library or a traceback may quote them.
_CREDENTIALS = re.compile(
    r"(?i:bearer\s+)[\w.~+/-]+=*|\beyJ[\w-]+\.[\w-]+\.[\w-]*|(?<=://)[^\s/:@]*:[^\s/@]+(?=@)", re.ASCII
)
_QUOTING = ("exception", "message", "error", "reason", "detail")

Fields = MutableMapping[str, Any]


class _StandardOutput:
    """The standard output of the moment: a logger is kept for good, the stream under it may be exchanged."""

    def write(self, text: str) -> int:
        return sys.stdout.write(text)

    def flush(self) -> None:
        sys.stdout.flush()


def configure_logging(service: str, level: str) -> None:
    """Send this process's logs, the standard library's included, to standard output as JSON lines."""
    threshold = logging.getLevelNamesMapping()[level.upper()]
    traffic.service = service if threshold <= logging.INFO else None
    before: list[structlog.typing.Processor] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _of_service(service),
        _with_request,
        structlog.processors.format_exc_info,
        _redacted,
    ]
    structlog.configure(
        processors=[*before, structlog.processors.JSONRenderer(serializer=_to_line)],
        wrapper_class=structlog.make_filtering_bound_logger(threshold),
        logger_factory=structlog.WriteLoggerFactory(cast("TextIO", _StandardOutput())),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(_StandardOutput())
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*before[:-1], _from_library, _redacted],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(serializer=_to_line),
            ],
        )
    )
    logging.basicConfig(level=max(threshold, logging.WARNING), handlers=[handler], force=True)


def get_logger() -> Any:  # noqa: ANN401 (structlog's bound loggers answer to any level)
    """A logger whose events are constants `noun.verb_past` and whose facts are fields."""
    return structlog.get_logger()


def _to_line(fields: Fields, **_: object) -> str:
    return orjson.dumps(fields, default=str).decode()


def _of_service(service: str) -> structlog.typing.Processor:
    """Not a context variable: a request's task does not inherit what the lifespan's has bound."""

    def add(_: object, __: str, fields: Fields) -> Fields:
        fields["service"] = service
        return fields

    return add


def _with_request(_: object, __: str, fields: Fields) -> Fields:
    context = current_request.get()
    if context is not None:
        fields.setdefault("request_id", context.request_id)
        fields.setdefault("trace_id", context.trace_id)
    return fields


def _redacted(_: object, __: str, fields: Fields) -> Fields:
    """By the name of a field, and by the look of what is quoted in the fields that quote."""
    for name, value in fields.items():
        if _is_sensitive(name):
            fields[name] = REDACTED
        elif name in _QUOTING and isinstance(value, str):
            fields[name] = _CREDENTIALS.sub(REDACTED, value)
    return fields


@lru_cache(maxsize=1024)
def _is_sensitive(name: str) -> bool:
    """Kept by name: this was half the cost of a log line, and the names are few."""
    return any(word in name.lower() for word in SENSITIVE)


def _from_library(_: object, __: str, fields: Fields) -> Fields:
    """A library's sentence is a fact of ours: the event's name stays a constant."""
    fields["message"], fields["event"] = fields["event"], "library.logged"
    return fields
