from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.fork_evidence_fault import ForkEvidenceFault, check_fork_evidence_fault

if TYPE_CHECKING:
    from ..models.neighbour_head import NeighbourHead


T = TypeVar("T", bound="ForkEvidence")


@_attrs_define
class ForkEvidence:
    """Two signed heads that cannot both be of one history; of a bad signature only that it was answered."""

    fault: ForkEvidenceFault
    seen_at: datetime.datetime
    is_accepted: bool
    known: NeighbourHead | None
    seen: NeighbourHead
    """ A head as the neighbour signed it, the form of `GET /events/head`. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.neighbour_head import NeighbourHead  # noqa: PLC0415

        fault: str = self.fault

        seen_at = self.seen_at.isoformat()

        is_accepted = self.is_accepted

        known: dict[str, Any] | None
        if isinstance(self.known, NeighbourHead):
            known = self.known.to_dict()
        else:
            known = self.known

        seen = self.seen.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "fault": fault,
                "seen_at": seen_at,
                "is_accepted": is_accepted,
                "known": known,
                "seen": seen,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.neighbour_head import NeighbourHead  # noqa: PLC0415

        d = dict(src_dict)
        fault = check_fork_evidence_fault(d.pop("fault"))

        seen_at = datetime.datetime.fromisoformat(d.pop("seen_at"))

        is_accepted = d.pop("is_accepted")

        def _parse_known(data: object) -> NeighbourHead | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                known_type_0 = NeighbourHead.from_dict(data)

                return known_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(NeighbourHead | None, data)

        known = _parse_known(d.pop("known"))

        seen = NeighbourHead.from_dict(d.pop("seen"))

        fork_evidence = cls(
            fault=fault,
            seen_at=seen_at,
            is_accepted=is_accepted,
            known=known,
            seen=seen,
        )

        fork_evidence.additional_properties = d
        return fork_evidence

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
