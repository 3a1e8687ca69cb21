from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="LinkedProviderAnswer")


@_attrs_define
class LinkedProviderAnswer:
    """A provider at which one logs in to one's own account."""

    provider: str
    linked_at: datetime.datetime
    used_at: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        provider = self.provider

        linked_at = self.linked_at.isoformat()

        used_at = self.used_at.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "provider": provider,
                "linked_at": linked_at,
                "used_at": used_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        provider = d.pop("provider")

        linked_at = datetime.datetime.fromisoformat(d.pop("linked_at"))

        used_at = datetime.datetime.fromisoformat(d.pop("used_at"))

        linked_provider_answer = cls(
            provider=provider,
            linked_at=linked_at,
            used_at=used_at,
        )

        linked_provider_answer.additional_properties = d
        return linked_provider_answer

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
