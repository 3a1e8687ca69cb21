from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.rsvp_answer_status import RsvpAnswerStatus, check_rsvp_answer_status
from ..types import UNSET, Unset

T = TypeVar("T", bound="RsvpAnswer")


@_attrs_define
class RsvpAnswer:
    """What became of it; `place_in_line` is there while one waits, 1 for who gets the next place."""

    status: RsvpAnswerStatus
    place_in_line: int | Unset = 0
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        status: str = self.status

        place_in_line = self.place_in_line

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "status": status,
            }
        )
        if place_in_line is not UNSET:
            field_dict["place_in_line"] = place_in_line

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        status = check_rsvp_answer_status(d.pop("status"))

        place_in_line = d.pop("place_in_line", UNSET)

        rsvp_answer = cls(
            status=status,
            place_in_line=place_in_line,
        )

        rsvp_answer.additional_properties = d
        return rsvp_answer

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
