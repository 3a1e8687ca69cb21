from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.event_answer_data import EventAnswerData
    from ..models.event_answer_metadata import EventAnswerMetadata


T = TypeVar("T", bound="EventAnswer")


@_attrs_define
class EventAnswer:
    """An event as hashed; `position` is null until it is sealed. With `reveal`, `erased` names fields that are gone."""

    id: UUID
    position: int | None
    stream: str
    version: int
    type_: str
    schema_version: int
    actor: str
    occurred_at: str
    data: EventAnswerData
    metadata: EventAnswerMetadata
    erased: list[str] | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = str(self.id)

        position: int | None
        position = self.position

        stream = self.stream

        version = self.version

        type_ = self.type_

        schema_version = self.schema_version

        actor = self.actor

        occurred_at = self.occurred_at

        data = self.data.to_dict()

        metadata = self.metadata.to_dict()

        erased: list[str] | None | Unset
        if isinstance(self.erased, Unset):
            erased = UNSET
        elif isinstance(self.erased, list):
            erased = self.erased

        else:
            erased = self.erased

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "position": position,
                "stream": stream,
                "version": version,
                "type": type_,
                "schema_version": schema_version,
                "actor": actor,
                "occurred_at": occurred_at,
                "data": data,
                "metadata": metadata,
            }
        )
        if erased is not UNSET:
            field_dict["erased"] = erased

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.event_answer_data import EventAnswerData  # noqa: PLC0415
        from ..models.event_answer_metadata import EventAnswerMetadata  # noqa: PLC0415

        d = dict(src_dict)
        id = UUID(d.pop("id"))

        def _parse_position(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        position = _parse_position(d.pop("position"))

        stream = d.pop("stream")

        version = d.pop("version")

        type_ = d.pop("type")

        schema_version = d.pop("schema_version")

        actor = d.pop("actor")

        occurred_at = d.pop("occurred_at")

        data = EventAnswerData.from_dict(d.pop("data"))

        metadata = EventAnswerMetadata.from_dict(d.pop("metadata"))

        def _parse_erased(data: object) -> list[str] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                erased_type_0 = cast(list[str], data)

                return erased_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[str] | None | Unset, data)

        erased = _parse_erased(d.pop("erased", UNSET))

        event_answer = cls(
            id=id,
            position=position,
            stream=stream,
            version=version,
            type_=type_,
            schema_version=schema_version,
            actor=actor,
            occurred_at=occurred_at,
            data=data,
            metadata=metadata,
            erased=erased,
        )

        event_answer.additional_properties = d
        return event_answer

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
