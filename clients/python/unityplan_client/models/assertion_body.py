from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar
from uuid import UUID

from attrs import define as _attrs_define

T = TypeVar("T", bound="AssertionBody")


@_attrs_define
class AssertionBody:
    """What `navigator.credentials.get` gave, as the text of its JSON."""

    challenge_id: UUID
    credential: str

    def to_dict(self) -> dict[str, Any]:
        challenge_id = str(self.challenge_id)

        credential = self.credential

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "challenge_id": challenge_id,
                "credential": credential,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        challenge_id = UUID(d.pop("challenge_id"))

        credential = d.pop("credential")

        assertion_body = cls(
            challenge_id=challenge_id,
            credential=credential,
        )

        return assertion_body
