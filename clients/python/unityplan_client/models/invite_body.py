from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="InviteBody")


@_attrs_define
class InviteBody:
    max_uses: int | Unset = 1
    """ How many may come by it. """
    expires_in_days: int | Unset = 7
    note: str | Unset = ""

    def to_dict(self) -> dict[str, Any]:
        max_uses = self.max_uses

        expires_in_days = self.expires_in_days

        note = self.note

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if max_uses is not UNSET:
            field_dict["max_uses"] = max_uses
        if expires_in_days is not UNSET:
            field_dict["expires_in_days"] = expires_in_days
        if note is not UNSET:
            field_dict["note"] = note

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        max_uses = d.pop("max_uses", UNSET)

        expires_in_days = d.pop("expires_in_days", UNSET)

        note = d.pop("note", UNSET)

        invite_body = cls(
            max_uses=max_uses,
            expires_in_days=expires_in_days,
            note=note,
        )

        return invite_body
