from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="ConfirmedAnswer")


@_attrs_define
class ConfirmedAnswer:
    """The address is confirmed; `waits_for` is what else there is to wait for before one can log in."""

    waits_for: Literal["approval"] | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        waits_for: Literal["approval"] | None
        waits_for = self.waits_for

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

        def _parse_waits_for(data: object) -> Literal["approval"] | None:
            if data is None:
                return data
            waits_for_type_0 = cast(Literal["approval"], data)
            if waits_for_type_0 != "approval":
                raise ValueError(f"waits_for_type_0 must match const 'approval', got '{waits_for_type_0}'")
            return waits_for_type_0
            return cast(Literal["approval"] | None, data)

        waits_for = _parse_waits_for(d.pop("waits_for"))

        confirmed_answer = cls(
            waits_for=waits_for,
        )

        confirmed_answer.additional_properties = d
        return confirmed_answer

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
