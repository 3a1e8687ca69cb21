from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.decision_links import DecisionLinks


T = TypeVar("T", bound="Decision")


@_attrs_define
class Decision:
    """What was recorded last in the decision's stream; `id` is the stream's."""

    id: UUID
    title: str
    outcome: str
    reference: None | str
    recorded_by: str
    recorded_at: datetime.datetime
    position: int
    event_id: UUID
    links: DecisionLinks
    """ Where the event is, and the proof that it stands in the record. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = str(self.id)

        title = self.title

        outcome = self.outcome

        reference: None | str
        reference = self.reference

        recorded_by = self.recorded_by

        recorded_at = self.recorded_at.isoformat()

        position = self.position

        event_id = str(self.event_id)

        links = self.links.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "title": title,
                "outcome": outcome,
                "reference": reference,
                "recorded_by": recorded_by,
                "recorded_at": recorded_at,
                "position": position,
                "event_id": event_id,
                "links": links,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.decision_links import DecisionLinks  # noqa: PLC0415

        d = dict(src_dict)
        id = UUID(d.pop("id"))

        title = d.pop("title")

        outcome = d.pop("outcome")

        def _parse_reference(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        reference = _parse_reference(d.pop("reference"))

        recorded_by = d.pop("recorded_by")

        recorded_at = datetime.datetime.fromisoformat(d.pop("recorded_at"))

        position = d.pop("position")

        event_id = UUID(d.pop("event_id"))

        links = DecisionLinks.from_dict(d.pop("links"))

        decision = cls(
            id=id,
            title=title,
            outcome=outcome,
            reference=reference,
            recorded_by=recorded_by,
            recorded_at=recorded_at,
            position=position,
            event_id=event_id,
            links=links,
        )

        decision.additional_properties = d
        return decision

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
