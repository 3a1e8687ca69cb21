from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar
from uuid import UUID

from attrs import define as _attrs_define

T = TypeVar("T", bound="RegistrationBody")


@_attrs_define
class RegistrationBody:
    """What `navigator.credentials.create` gave, as the text of its JSON, and what its owner calls it."""

    challenge_id: UUID
    credential: str
    name: str

    def to_dict(self) -> dict[str, Any]:
        challenge_id = str(self.challenge_id)

        credential = self.credential

        name = self.name

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "challenge_id": challenge_id,
                "credential": credential,
                "name": name,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        challenge_id = UUID(d.pop("challenge_id"))

        credential = d.pop("credential")

        name = d.pop("name")

        registration_body = cls(
            challenge_id=challenge_id,
            credential=credential,
            name=name,
        )

        return registration_body
