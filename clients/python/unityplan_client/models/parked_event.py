from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.parked_event_state import ParkedEventState, check_parked_event_state

T = TypeVar("T", bound="ParkedEvent")


@_attrs_define
class ParkedEvent:
    """An event that a consumer set aside after so many attempts; `replaying` once it is asked for again."""

    consumer: str
    position: int
    event_id: UUID
    type_: str
    reason: str
    attempts: int
    state: ParkedEventState
    parked_at: datetime.datetime
    requested_at: datetime.datetime | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        consumer = self.consumer

        position = self.position

        event_id = str(self.event_id)

        type_ = self.type_

        reason = self.reason

        attempts = self.attempts

        state: str = self.state

        parked_at = self.parked_at.isoformat()

        requested_at: None | str
        if isinstance(self.requested_at, datetime.datetime):
            requested_at = self.requested_at.isoformat()
        else:
            requested_at = self.requested_at

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "consumer": consumer,
                "position": position,
                "event_id": event_id,
                "type": type_,
                "reason": reason,
                "attempts": attempts,
                "state": state,
                "parked_at": parked_at,
                "requested_at": requested_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        consumer = d.pop("consumer")

        position = d.pop("position")

        event_id = UUID(d.pop("event_id"))

        type_ = d.pop("type")

        reason = d.pop("reason")

        attempts = d.pop("attempts")

        state = check_parked_event_state(d.pop("state"))

        parked_at = datetime.datetime.fromisoformat(d.pop("parked_at"))

        def _parse_requested_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                requested_at_type_0 = datetime.datetime.fromisoformat(data)

                return requested_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        requested_at = _parse_requested_at(d.pop("requested_at"))

        parked_event = cls(
            consumer=consumer,
            position=position,
            event_id=event_id,
            type_=type_,
            reason=reason,
            attempts=attempts,
            state=state,
            parked_at=parked_at,
            requested_at=requested_at,
        )

        parked_event.additional_properties = d
        return parked_event

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
