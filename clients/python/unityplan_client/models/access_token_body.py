from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

T = TypeVar("T", bound="AccessTokenBody")


@_attrs_define
class AccessTokenBody:
    name: str
    scopes: list[str]
    """ `read`, `write`, and permissions: read, write, events:append, events:read-all, events:operate,
    persons:erase, audit:read, content:moderate, roles:grant, services:manage, accounts:impersonate, accounts:manage
    """
    expires_in_days: int

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        scopes = self.scopes

        expires_in_days = self.expires_in_days

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "name": name,
                "scopes": scopes,
                "expires_in_days": expires_in_days,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        name = d.pop("name")

        scopes = cast(list[str], d.pop("scopes"))

        expires_in_days = d.pop("expires_in_days")

        access_token_body = cls(
            name=name,
            scopes=scopes,
            expires_in_days=expires_in_days,
        )

        return access_token_body
