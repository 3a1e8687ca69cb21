from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.deciding_grant import DecidingGrant


T = TypeVar("T", bound="DecisionAnswer")


@_attrs_define
class DecisionAnswer:
    """Whether a permission is held, and the rule that says so."""

    permission: str
    description: str
    allowed: bool
    rule: str
    grant: DecidingGrant | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.deciding_grant import DecidingGrant  # noqa: PLC0415

        permission = self.permission

        description = self.description

        allowed = self.allowed

        rule = self.rule

        grant: dict[str, Any] | None
        if isinstance(self.grant, DecidingGrant):
            grant = self.grant.to_dict()
        else:
            grant = self.grant

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "permission": permission,
                "description": description,
                "allowed": allowed,
                "rule": rule,
                "grant": grant,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.deciding_grant import DecidingGrant  # noqa: PLC0415

        d = dict(src_dict)
        permission = d.pop("permission")

        description = d.pop("description")

        allowed = d.pop("allowed")

        rule = d.pop("rule")

        def _parse_grant(data: object) -> DecidingGrant | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                grant_type_0 = DecidingGrant.from_dict(data)

                return grant_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(DecidingGrant | None, data)

        grant = _parse_grant(d.pop("grant"))

        decision_answer = cls(
            permission=permission,
            description=description,
            allowed=allowed,
            rule=rule,
            grant=grant,
        )

        decision_answer.additional_properties = d
        return decision_answer

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
