from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.witnessed_head_fault_type_0 import WitnessedHeadFaultType0, check_witnessed_head_fault_type_0

if TYPE_CHECKING:
    from ..models.cosignature_answer import CosignatureAnswer
    from ..models.neighbour_head import NeighbourHead


T = TypeVar("T", bound="WitnessedHead")


@_attrs_define
class WitnessedHead:
    """A neighbour's head that was seen; with a fault it contradicts what was seen before."""

    head: NeighbourHead
    """ A head as the neighbour signed it, the form of `GET /events/head`. """
    seen_at: datetime.datetime
    cosignature: CosignatureAnswer | None
    fault: None | WitnessedHeadFaultType0
    is_accepted: bool
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.cosignature_answer import CosignatureAnswer  # noqa: PLC0415

        head = self.head.to_dict()

        seen_at = self.seen_at.isoformat()

        cosignature: dict[str, Any] | None
        if isinstance(self.cosignature, CosignatureAnswer):
            cosignature = self.cosignature.to_dict()
        else:
            cosignature = self.cosignature

        fault: None | str
        if isinstance(self.fault, str):
            fault = self.fault
        else:
            fault = self.fault

        is_accepted = self.is_accepted

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "head": head,
                "seen_at": seen_at,
                "cosignature": cosignature,
                "fault": fault,
                "is_accepted": is_accepted,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.cosignature_answer import CosignatureAnswer  # noqa: PLC0415
        from ..models.neighbour_head import NeighbourHead  # noqa: PLC0415

        d = dict(src_dict)
        head = NeighbourHead.from_dict(d.pop("head"))

        seen_at = datetime.datetime.fromisoformat(d.pop("seen_at"))

        def _parse_cosignature(data: object) -> CosignatureAnswer | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                cosignature_type_0 = CosignatureAnswer.from_dict(data)

                return cosignature_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(CosignatureAnswer | None, data)

        cosignature = _parse_cosignature(d.pop("cosignature"))

        def _parse_fault(data: object) -> None | WitnessedHeadFaultType0:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                fault_type_0 = check_witnessed_head_fault_type_0(data)

                return fault_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | WitnessedHeadFaultType0, data)

        fault = _parse_fault(d.pop("fault"))

        is_accepted = d.pop("is_accepted")

        witnessed_head = cls(
            head=head,
            seen_at=seen_at,
            cosignature=cosignature,
            fault=fault,
            is_accepted=is_accepted,
        )

        witnessed_head.additional_properties = d
        return witnessed_head

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
