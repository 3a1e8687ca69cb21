from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="AccountAnswer")


@_attrs_define
class AccountAnswer:
    """One's own account, with what it may do in the territory; `impersonator_id` is who acts in its name."""

    id: UUID
    username: str
    display_name: str
    email: str
    is_email_verified: bool
    created_at: datetime.datetime
    session_id: UUID
    roles: list[str]
    permissions: list[str]
    impersonator_id: None | UUID
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = str(self.id)

        username = self.username

        display_name = self.display_name

        email = self.email

        is_email_verified = self.is_email_verified

        created_at = self.created_at.isoformat()

        session_id = str(self.session_id)

        roles = self.roles

        permissions = self.permissions

        impersonator_id: None | str
        if isinstance(self.impersonator_id, UUID):
            impersonator_id = str(self.impersonator_id)
        else:
            impersonator_id = self.impersonator_id

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "username": username,
                "display_name": display_name,
                "email": email,
                "is_email_verified": is_email_verified,
                "created_at": created_at,
                "session_id": session_id,
                "roles": roles,
                "permissions": permissions,
                "impersonator_id": impersonator_id,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = UUID(d.pop("id"))

        username = d.pop("username")

        display_name = d.pop("display_name")

        email = d.pop("email")

        is_email_verified = d.pop("is_email_verified")

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        session_id = UUID(d.pop("session_id"))

        roles = cast(list[str], d.pop("roles"))

        permissions = cast(list[str], d.pop("permissions"))

        def _parse_impersonator_id(data: object) -> None | UUID:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                impersonator_id_type_0 = UUID(data)

                return impersonator_id_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | UUID, data)

        impersonator_id = _parse_impersonator_id(d.pop("impersonator_id"))

        account_answer = cls(
            id=id,
            username=username,
            display_name=display_name,
            email=email,
            is_email_verified=is_email_verified,
            created_at=created_at,
            session_id=session_id,
            roles=roles,
            permissions=permissions,
            impersonator_id=impersonator_id,
        )

        account_answer.additional_properties = d
        return account_answer

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
