from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.bundled_event_event_type_0 import BundledEventEventType0


T = TypeVar("T", bound="BundledEvent")


@_attrs_define
class BundledEvent:
    """A position of the record: the event as hashed, None where the reader may not read it, and its audit path."""

    position: int
    leaf_hash: str
    event: BundledEventEventType0 | None
    path: list[str]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.bundled_event_event_type_0 import BundledEventEventType0  # noqa: PLC0415

        position = self.position

        leaf_hash = self.leaf_hash

        event: dict[str, Any] | None
        if isinstance(self.event, BundledEventEventType0):
            event = self.event.to_dict()
        else:
            event = self.event

        path = self.path

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "position": position,
                "leaf_hash": leaf_hash,
                "event": event,
                "path": path,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.bundled_event_event_type_0 import BundledEventEventType0  # noqa: PLC0415

        d = dict(src_dict)
        position = d.pop("position")

        leaf_hash = d.pop("leaf_hash")

        def _parse_event(data: object) -> BundledEventEventType0 | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                event_type_0 = BundledEventEventType0.from_dict(data)

                return event_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(BundledEventEventType0 | None, data)

        event = _parse_event(d.pop("event"))

        path = cast(list[str], d.pop("path"))

        bundled_event = cls(
            position=position,
            leaf_hash=leaf_hash,
            event=event,
            path=path,
        )

        bundled_event.additional_properties = d
        return bundled_event

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
