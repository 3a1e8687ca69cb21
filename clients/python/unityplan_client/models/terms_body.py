from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..models.terms_body_mode import TermsBodyMode, check_terms_body_mode
from ..types import UNSET, Unset

T = TypeVar("T", bound="TermsBody")


@_attrs_define
class TermsBody:
    mode: TermsBodyMode
    passwords: bool | Unset = True
    """ `false`: one logs in at the territory's providers alone. """

    def to_dict(self) -> dict[str, Any]:
        mode: str = self.mode

        passwords = self.passwords

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "mode": mode,
            }
        )
        if passwords is not UNSET:
            field_dict["passwords"] = passwords

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        mode = check_terms_body_mode(d.pop("mode"))

        passwords = d.pop("passwords", UNSET)

        terms_body = cls(
            mode=mode,
            passwords=passwords,
        )

        return terms_body
