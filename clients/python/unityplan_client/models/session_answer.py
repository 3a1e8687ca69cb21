from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="SessionAnswer")


@_attrs_define
class SessionAnswer:
    """One login of one's own that has not ended."""

    id: UUID
    created_at: datetime.datetime
    refreshed_at: datetime.datetime
    expires_at: datetime.datetime
    user_agent: str
    is_current: bool
    is_impersonation: bool
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = str(self.id)

        created_at = self.created_at.isoformat()

        refreshed_at = self.refreshed_at.isoformat()

        expires_at = self.expires_at.isoformat()

        user_agent = self.user_agent

        is_current = self.is_current

        is_impersonation = self.is_impersonation

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "created_at": created_at,
                "refreshed_at": refreshed_at,
                "expires_at": expires_at,
                "user_agent": user_agent,
                "is_current": is_current,
                "is_impersonation": is_impersonation,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = UUID(d.pop("id"))

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        refreshed_at = datetime.datetime.fromisoformat(d.pop("refreshed_at"))

        expires_at = datetime.datetime.fromisoformat(d.pop("expires_at"))

        user_agent = d.pop("user_agent")

        is_current = d.pop("is_current")

        is_impersonation = d.pop("is_impersonation")

        session_answer = cls(
            id=id,
            created_at=created_at,
            refreshed_at=refreshed_at,
            expires_at=expires_at,
            user_agent=user_agent,
            is_current=is_current,
            is_impersonation=is_impersonation,
        )

        session_answer.additional_properties = d
        return session_answer

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
