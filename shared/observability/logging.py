"""Structured logs: one JSON object a line on standard output, the request's id in each."""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import orjson
import structlog

from shared.observability.request_context import current_request

SENSITIVE = ("password", "token", "secret", "authorization", "cookie", "cipher")
REDACTED = "[redacted]"

Fields = MutableMapping[str, Any]


def configure_logging(service: str, level: str) -> None:
    """Send this process's logs, the standard library's included, to standard output as JSON lines."""
    threshold = logging.getLevelNamesMapping()[level.upper()]
    before: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _with_request,
        _redacted,
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*before, structlog.processors.JSONRenderer(serializer=_to_line)],
        wrapper_class=structlog.make_filtering_bound_logger(threshold),
        logger_factory=structlog.WriteLoggerFactory(sys.stdout),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(service=service)
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*before, _from_library],
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


def _with_request(_: object, __: str, fields: Fields) -> Fields:
    context = current_request.get()
    if context is not None:
        fields.setdefault("request_id", context.request_id)
    return fields


def _redacted(_: object, __: str, fields: Fields) -> Fields:
    for name in fields:
        if any(word in name.lower() for word in SENSITIVE):
            fields[name] = REDACTED
    return fields


def _from_library(_: object, __: str, fields: Fields) -> Fields:
    """A library's sentence is a fact of ours: the event's name stays a constant."""
    fields["message"], fields["event"] = fields["event"], "library.logged"
    return fields
