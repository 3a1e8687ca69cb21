from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="NewInvitationAnswer")


@_attrs_define
class NewInvitationAnswer:
    """A new invitation; `invitation` is shown this once."""

    id: UUID
    invitation: str
    max_uses: int
    expires_at: datetime.datetime
    note: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = str(self.id)

        invitation = self.invitation

        max_uses = self.max_uses

        expires_at = self.expires_at.isoformat()

        note = self.note

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "invitation": invitation,
                "max_uses": max_uses,
                "expires_at": expires_at,
                "note": note,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = UUID(d.pop("id"))

        invitation = d.pop("invitation")

        max_uses = d.pop("max_uses")

        expires_at = datetime.datetime.fromisoformat(d.pop("expires_at"))

        note = d.pop("note")

        new_invitation_answer = cls(
            id=id,
            invitation=invitation,
            max_uses=max_uses,
            expires_at=expires_at,
            note=note,
        )

        new_invitation_answer.additional_properties = d
        return new_invitation_answer

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
