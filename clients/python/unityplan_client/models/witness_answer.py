from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.witness_answer_state import WitnessAnswerState, check_witness_answer_state

if TYPE_CHECKING:
    from ..models.fork_evidence import ForkEvidence
    from ..models.witnessed_head import WitnessedHead


T = TypeVar("T", bound="WitnessAnswer")


@_attrs_define
class WitnessAnswer:
    """What this territory saw of a neighbour, the last first. `fork` until an operator accepts what contradicts."""

    witness: str
    territory: str
    state: WitnessAnswerState
    items: list[WitnessedHead]
    forks: list[ForkEvidence]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        witness = self.witness

        territory = self.territory

        state: str = self.state

        items = []
        for items_item_data in self.items:
            items_item = items_item_data.to_dict()
            items.append(items_item)

        forks = []
        for forks_item_data in self.forks:
            forks_item = forks_item_data.to_dict()
            forks.append(forks_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "witness": witness,
                "territory": territory,
                "state": state,
                "items": items,
                "forks": forks,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.fork_evidence import ForkEvidence  # noqa: PLC0415
        from ..models.witnessed_head import WitnessedHead  # noqa: PLC0415

        d = dict(src_dict)
        witness = d.pop("witness")

        territory = d.pop("territory")

        state = check_witness_answer_state(d.pop("state"))

        items = []
        _items = d.pop("items")
        for items_item_data in _items:
            items_item = WitnessedHead.from_dict(items_item_data)

            items.append(items_item)

        forks = []
        _forks = d.pop("forks")
        for forks_item_data in _forks:
            forks_item = ForkEvidence.from_dict(forks_item_data)

            forks.append(forks_item)

        witness_answer = cls(
            witness=witness,
            territory=territory,
            state=state,
            items=items,
            forks=forks,
        )

        witness_answer.additional_properties = d
        return witness_answer

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
