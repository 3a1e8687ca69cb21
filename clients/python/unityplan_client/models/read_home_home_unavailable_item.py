from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.read_home_home_unavailable_item_part import (
    ReadHomeHomeUnavailableItemPart,
    check_read_home_home_unavailable_item_part,
)

T = TypeVar("T", bound="ReadHomeHomeUnavailableItem")


@_attrs_define
class ReadHomeHomeUnavailableItem:
    part: ReadHomeHomeUnavailableItemPart
    code: str
    """ as the service's problem document says it """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        part: str = self.part

        code = self.code

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "part": part,
                "code": code,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        part = check_read_home_home_unavailable_item_part(d.pop("part"))

        code = d.pop("code")

        read_home_home_unavailable_item = cls(
            part=part,
            code=code,
        )

        read_home_home_unavailable_item.additional_properties = d
        return read_home_home_unavailable_item

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
