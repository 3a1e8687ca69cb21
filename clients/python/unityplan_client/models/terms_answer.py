from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.mode import Mode, check_mode

T = TypeVar("T", bound="TermsAnswer")


@_attrs_define
class TermsAnswer:
    """On which terms one gets in."""

    mode: Mode
    """ Who is let in. """
    passwords: bool
    email_verification: bool
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        mode: str = self.mode

        passwords = self.passwords

        email_verification = self.email_verification

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "mode": mode,
                "passwords": passwords,
                "email_verification": email_verification,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        mode = check_mode(d.pop("mode"))

        passwords = d.pop("passwords")

        email_verification = d.pop("email_verification")

        terms_answer = cls(
            mode=mode,
            passwords=passwords,
            email_verification=email_verification,
        )

        terms_answer.additional_properties = d
        return terms_answer

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
