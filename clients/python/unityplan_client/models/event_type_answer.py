from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.event_type_answer_schemas import EventTypeAnswerSchemas


T = TypeVar("T", bound="EventTypeAnswer")


@_attrs_define
class EventTypeAnswer:
    """A type of events: who publishes it, in which streams it stands, and the JSON Schema of each version's `data`.

    `external` may be appended over the API; `personal_fields` are stored under the key of the person in `person_field`.

    """

    type_: str
    service: str
    category: str
    description: str
    external: bool
    audit_only: bool
    schema_version: int
    person_field: None | str
    personal_fields: list[str]
    schemas: EventTypeAnswerSchemas
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        type_ = self.type_

        service = self.service

        category = self.category

        description = self.description

        external = self.external

        audit_only = self.audit_only

        schema_version = self.schema_version

        person_field: None | str
        person_field = self.person_field

        personal_fields = self.personal_fields

        schemas = self.schemas.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "type": type_,
                "service": service,
                "category": category,
                "description": description,
                "external": external,
                "audit_only": audit_only,
                "schema_version": schema_version,
                "person_field": person_field,
                "personal_fields": personal_fields,
                "schemas": schemas,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.event_type_answer_schemas import EventTypeAnswerSchemas  # noqa: PLC0415

        d = dict(src_dict)
        type_ = d.pop("type")

        service = d.pop("service")

        category = d.pop("category")

        description = d.pop("description")

        external = d.pop("external")

        audit_only = d.pop("audit_only")

        schema_version = d.pop("schema_version")

        def _parse_person_field(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        person_field = _parse_person_field(d.pop("person_field"))

        personal_fields = cast(list[str], d.pop("personal_fields"))

        schemas = EventTypeAnswerSchemas.from_dict(d.pop("schemas"))

        event_type_answer = cls(
            type_=type_,
            service=service,
            category=category,
            description=description,
            external=external,
            audit_only=audit_only,
            schema_version=schema_version,
            person_field=person_field,
            personal_fields=personal_fields,
            schemas=schemas,
        )

        event_type_answer.additional_properties = d
        return event_type_answer

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
