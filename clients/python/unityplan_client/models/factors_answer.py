from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.app_answer import AppAnswer
    from ..models.passkey_answer import PasskeyAnswer


T = TypeVar("T", bound="FactorsAnswer")


@_attrs_define
class FactorsAnswer:
    """The second factors of an account."""

    totp: AppAnswer | None
    recovery_codes_left: int
    passkeys: list[PasskeyAnswer]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.app_answer import AppAnswer  # noqa: PLC0415

        totp: dict[str, Any] | None
        if isinstance(self.totp, AppAnswer):
            totp = self.totp.to_dict()
        else:
            totp = self.totp

        recovery_codes_left = self.recovery_codes_left

        passkeys = []
        for passkeys_item_data in self.passkeys:
            passkeys_item = passkeys_item_data.to_dict()
            passkeys.append(passkeys_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "totp": totp,
                "recovery_codes_left": recovery_codes_left,
                "passkeys": passkeys,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.app_answer import AppAnswer  # noqa: PLC0415
        from ..models.passkey_answer import PasskeyAnswer  # noqa: PLC0415

        d = dict(src_dict)

        def _parse_totp(data: object) -> AppAnswer | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                totp_type_0 = AppAnswer.from_dict(data)

                return totp_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(AppAnswer | None, data)

        totp = _parse_totp(d.pop("totp"))

        recovery_codes_left = d.pop("recovery_codes_left")

        passkeys = []
        _passkeys = d.pop("passkeys")
        for passkeys_item_data in _passkeys:
            passkeys_item = PasskeyAnswer.from_dict(passkeys_item_data)

            passkeys.append(passkeys_item)

        factors_answer = cls(
            totp=totp,
            recovery_codes_left=recovery_codes_left,
            passkeys=passkeys,
        )

        factors_answer.additional_properties = d
        return factors_answer

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
