from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..models.rsvp_body_status import RsvpBodyStatus, check_rsvp_body_status

T = TypeVar("T", bound="RsvpBody")


@_attrs_define
class RsvpBody:
    """Whether one comes."""

    status: RsvpBodyStatus

    def to_dict(self) -> dict[str, Any]:
        status: str = self.status

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "status": status,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        status = check_rsvp_body_status(d.pop("status"))

        rsvp_body = cls(
            status=status,
        )

        return rsvp_body
