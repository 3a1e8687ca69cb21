from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="RoleBody")


@_attrs_define
class RoleBody:
    permissions: list[str]
    description: str | Unset = ""

    def to_dict(self) -> dict[str, Any]:
        permissions = self.permissions

        description = self.description

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "permissions": permissions,
            }
        )
        if description is not UNSET:
            field_dict["description"] = description

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        permissions = cast(list[str], d.pop("permissions"))

        description = d.pop("description", UNSET)

        role_body = cls(
            permissions=permissions,
            description=description,
        )

        return role_body
