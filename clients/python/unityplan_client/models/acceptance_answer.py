from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.neighbour_head import NeighbourHead


T = TypeVar("T", bound="AcceptanceAnswer")


@_attrs_define
class AcceptanceAnswer:
    """The heads that are taken as they are."""

    territory: str
    accepted: list[NeighbourHead]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        territory = self.territory

        accepted = []
        for accepted_item_data in self.accepted:
            accepted_item = accepted_item_data.to_dict()
            accepted.append(accepted_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "territory": territory,
                "accepted": accepted,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.neighbour_head import NeighbourHead  # noqa: PLC0415

        d = dict(src_dict)
        territory = d.pop("territory")

        accepted = []
        _accepted = d.pop("accepted")
        for accepted_item_data in _accepted:
            accepted_item = NeighbourHead.from_dict(accepted_item_data)

            accepted.append(accepted_item)

        acceptance_answer = cls(
            territory=territory,
            accepted=accepted,
        )

        acceptance_answer.additional_properties = d
        return acceptance_answer

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
