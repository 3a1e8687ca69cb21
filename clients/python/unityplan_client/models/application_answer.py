from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="ApplicationAnswer")


@_attrs_define
class ApplicationAnswer:
    """Somebody who waits to be let in."""

    account_id: UUID
    username: str
    display_name: str
    email: str
    is_email_verified: bool
    application: str
    waiting_since: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        account_id = str(self.account_id)

        username = self.username

        display_name = self.display_name

        email = self.email

        is_email_verified = self.is_email_verified

        application = self.application

        waiting_since = self.waiting_since.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "account_id": account_id,
                "username": username,
                "display_name": display_name,
                "email": email,
                "is_email_verified": is_email_verified,
                "application": application,
                "waiting_since": waiting_since,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        account_id = UUID(d.pop("account_id"))

        username = d.pop("username")

        display_name = d.pop("display_name")

        email = d.pop("email")

        is_email_verified = d.pop("is_email_verified")

        application = d.pop("application")

        waiting_since = datetime.datetime.fromisoformat(d.pop("waiting_since"))

        application_answer = cls(
            account_id=account_id,
            username=username,
            display_name=display_name,
            email=email,
            is_email_verified=is_email_verified,
            application=application,
            waiting_since=waiting_since,
        )

        application_answer.additional_properties = d
        return application_answer

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
