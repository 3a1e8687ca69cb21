from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.waiting_answer_waits_for import WaitingAnswerWaitsFor, check_waiting_answer_waits_for

T = TypeVar("T", bound="WaitingAnswer")


@_attrs_define
class WaitingAnswer:
    """The account is not open yet."""

    waits_for: WaitingAnswerWaitsFor
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        waits_for: str = self.waits_for

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "waits_for": waits_for,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        waits_for = check_waiting_answer_waits_for(d.pop("waits_for"))

        waiting_answer = cls(
            waits_for=waits_for,
        )

        waiting_answer.additional_properties = d
        return waiting_answer

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
