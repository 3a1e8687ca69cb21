from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.attendee_status import AttendeeStatus, check_attendee_status

T = TypeVar("T", bound="Attendee")


@_attrs_define
class Attendee:
    """Somebody who comes, waits for a place or is interested."""

    account_id: UUID
    username: None | str
    status: AttendeeStatus
    place_in_line: int | None
    answered_at: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        account_id = str(self.account_id)

        username: None | str
        username = self.username

        status: str = self.status

        place_in_line: int | None
        place_in_line = self.place_in_line

        answered_at = self.answered_at.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "account_id": account_id,
                "username": username,
                "status": status,
                "place_in_line": place_in_line,
                "answered_at": answered_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        account_id = UUID(d.pop("account_id"))

        def _parse_username(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        username = _parse_username(d.pop("username"))

        status = check_attendee_status(d.pop("status"))

        def _parse_place_in_line(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        place_in_line = _parse_place_in_line(d.pop("place_in_line"))

        answered_at = datetime.datetime.fromisoformat(d.pop("answered_at"))

        attendee = cls(
            account_id=account_id,
            username=username,
            status=status,
            place_in_line=place_in_line,
            answered_at=answered_at,
        )

        attendee.additional_properties = d
        return attendee

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
