"""Text whose form the API's document names, so that clients, and the gateway's door, read it as it is meant.

What is hashed or signed keeps its times as plain text: who parses a time may not write it again to the letter.
"""

from typing import Annotated, TypeAlias

from pydantic import Field, WithJsonSchema
from pydantic.fields import FieldInfo

IdText: TypeAlias = Annotated[str, WithJsonSchema({"type": "string", "format": "uuid"})]
TimeText: TypeAlias = Annotated[str, WithJsonSchema({"type": "string", "format": "date-time"})]

TRIMMED: FieldInfo = Field(json_schema_extra={"x-trimmed": True})
"""Beside `strip_whitespace=True`: lengths and pattern are those of the text without the space around it."""
