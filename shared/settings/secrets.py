"""A credential as a type that never shows itself."""

from typing import Any, Self

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema
from typing_extensions import override

SHORTEST = 32
PLACEHOLDERS = (
    "changethis",
    "changeme",
    "change_in_production",
    "placeholder",
    "password",
    "secret",
    "example",
    "default",
)


def require_strong(value: str, shortest: int) -> None:
    """Refuse what others could guess; the text never holds the value.

    Raises:
        ValueError: fewer than `shortest` characters, made of few different ones, or a known placeholder.
    """
    if len(value) < shortest:
        message = f"must have at least {shortest} characters"
        raise ValueError(message)
    if len(set(value)) < shortest // 4 or any(word in value.lower() for word in PLACEHOLDERS):
        message = "is a known placeholder or too uniform; generate a random one"
        raise ValueError(message)


class Secret:
    """Text whose `repr` is empty. Weak or known ones are refused when they are read.

    Raises:
        ValueError: shorter than 32 characters, made of few different ones, or a known placeholder.
    """

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        require_strong(value, SHORTEST)
        self._value = value

    def reveal(self) -> str:
        """The text itself; call it where it is used, and keep the result in no attribute."""
        return self._value

    @override
    def __repr__(self) -> str:
        return "Secret()"

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:  # noqa: ANN401 (pydantic's own signature)
        return core_schema.no_info_plain_validator_function(cls._parse)

    @classmethod
    def _parse(cls, value: object) -> Self:
        if isinstance(value, cls):
            return value
        if not isinstance(value, str):
            message = "must be text"
            raise ValueError(message)  # noqa: TRY004 (pydantic turns ValueError alone into a validation error)
        return cls(value)
