"""JSON Schema, as the API document has it, in the words of pydantic's compiled validators.

The services check with the same ones: so the door takes ids, times and the length of a text as they do, refuses nothing
that they take, and says of what it refuses what they would have said. A test compares the two.
"""

from collections.abc import Callable, Mapping
from typing import Any, Literal

from pydantic import TypeAdapter
from pydantic_core import CoreSchema, core_schema

from shared.web.times import Moment, WrittenTime

Schema = Mapping[str, Any]
Rules = dict[str, Any]

_REFERENCE = "#/components/schemas/"
# What a schema says to people, and what only a model of ours can say: its service has the words for it.
_NO_RULES = frozenset({"title", "description", "default", "examples", "minProperties", "maxProperties"})


_UUID = core_schema.uuid_schema()
_IN_TEXT = {"uuid": _UUID, "date-time": TypeAdapter(WrittenTime).core_schema}
_IN_JSON = {"uuid": _UUID, "date-time": TypeAdapter(Moment).core_schema}


class Translation:
    """Knows the components of the document, and whether values come as JSON or as the text of a path or a query."""

    def __init__(self, components: Mapping[str, Schema], *, of_json: bool) -> None:
        self._components = components
        self._of_json = of_json
        self.unknown: set[str] = set()
        self._by_type: Mapping[str, Callable[[Rules], CoreSchema]] = {
            "string": self._text,
            "integer": self._integer,
            "number": self._number,
            "boolean": self._boolean,
            "array": self._array,
            "object": self._object,
        }

    def rules_of(self, schema: Schema) -> CoreSchema:
        """The rules of a schema. What there is no word for here is left to the service, and named in `unknown`."""
        if "$ref" in schema:
            return self.rules_of(self._components[schema["$ref"].removeprefix(_REFERENCE)])
        rules = {name: rule for name, rule in schema.items() if name not in _NO_RULES}
        if "x-complaint" in rules:
            complaint: str = rules.pop("x-complaint")
            return core_schema.custom_error_schema(self.rules_of(rules), "value-error", custom_error_message=complaint)
        if "anyOf" in rules:
            translated = self._any_of(rules.pop("anyOf"))
        elif "enum" in rules:
            translated = core_schema.literal_schema(rules.pop("enum"))
            rules.pop("type", None)
        elif "const" in rules:
            translated = core_schema.literal_schema([rules.pop("const")])
            rules.pop("type", None)
        else:
            translated = self._by_type.get(rules.pop("type", ""), _anything)(rules)
        self.unknown.update(rules)
        return translated

    def fields(
        self, schemas: Mapping[str, Schema], required: frozenset[str], extra: Literal["forbid", "ignore"]
    ) -> CoreSchema:
        """Values by name, as those of an object or of a path."""
        return core_schema.model_fields_schema(
            {
                name: core_schema.model_field(_optional(self.rules_of(schema), is_required=name in required))
                for name, schema in schemas.items()
            },
            extra_behavior=extra,
        )

    def _any_of(self, schemas: list[Schema]) -> CoreSchema:
        others = [self.rules_of(schema) for schema in schemas if schema != {"type": "null"}]
        translated = others[0] if len(others) == 1 else core_schema.union_schema(list(others))
        return core_schema.nullable_schema(translated) if len(others) < len(schemas) else translated

    # JSON has numbers and truth of its own; in the text of a query `1` is both, and `yes` is as good as `true`.

    def _integer(self, rules: Rules) -> CoreSchema:
        # The document writes some of these bounds as 1.0.
        least, most = rules.pop("minimum", None), rules.pop("maximum", None)
        return core_schema.int_schema(
            ge=int(least) if least is not None else None,
            le=int(most) if most is not None else None,
            strict=self._of_json,
        )

    def _number(self, rules: Rules) -> CoreSchema:
        return core_schema.float_schema(
            ge=rules.pop("minimum", None), le=rules.pop("maximum", None), strict=self._of_json
        )

    def _boolean(self, _: Rules) -> CoreSchema:
        return core_schema.bool_schema(strict=self._of_json)

    def _text(self, rules: Rules) -> CoreSchema:
        formats = _IN_JSON if self._of_json else _IN_TEXT
        if rules.get("format") in formats:
            return formats[rules.pop("format")]
        return core_schema.str_schema(
            min_length=rules.pop("minLength", None),
            max_length=rules.pop("maxLength", None),
            pattern=rules.pop("pattern", None),
            strip_whitespace=rules.pop("x-trimmed", None),
        )

    def _array(self, rules: Rules) -> CoreSchema:
        return core_schema.list_schema(
            self.rules_of(rules.pop("items")),
            min_length=rules.pop("minItems", None),
            max_length=rules.pop("maxItems", None),
        )

    def _object(self, rules: Rules) -> CoreSchema:
        extra = rules.pop("additionalProperties", True)
        if extra is True and "properties" not in rules:
            return core_schema.dict_schema(core_schema.str_schema())
        required = frozenset(rules.pop("required", ()))
        return self.fields(rules.pop("properties"), required, "ignore" if extra is True else "forbid")


def _optional(rules: CoreSchema, *, is_required: bool) -> CoreSchema:
    return rules if is_required else core_schema.with_default_schema(rules, default=None)


def _anything(_: Rules) -> CoreSchema:
    return core_schema.any_schema()
