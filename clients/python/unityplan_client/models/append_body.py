from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.append_body_expected_version_type_0 import (
    AppendBodyExpectedVersionType0,
    check_append_body_expected_version_type_0,
)

if TYPE_CHECKING:
    from ..models.proposed_event import ProposedEvent


T = TypeVar("T", bound="AppendBody")


@_attrs_define
class AppendBody:
    """Events for one stream, all or none."""

    expected_version: AppendBodyExpectedVersionType0 | int
    events: list[ProposedEvent]

    def to_dict(self) -> dict[str, Any]:
        expected_version: int | str
        if isinstance(self.expected_version, str):
            expected_version = self.expected_version
        else:
            expected_version = self.expected_version

        events = []
        for events_item_data in self.events:
            events_item = events_item_data.to_dict()
            events.append(events_item)

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "expected_version": expected_version,
                "events": events,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.proposed_event import ProposedEvent  # noqa: PLC0415

        d = dict(src_dict)

        def _parse_expected_version(data: object) -> AppendBodyExpectedVersionType0 | int:
            try:
                if not isinstance(data, str):
                    raise TypeError()
                expected_version_type_0 = check_append_body_expected_version_type_0(data)

                return expected_version_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(AppendBodyExpectedVersionType0 | int, data)

        expected_version = _parse_expected_version(d.pop("expected_version"))

        events = []
        _events = d.pop("events")
        for events_item_data in _events:
            events_item = ProposedEvent.from_dict(events_item_data)

            events.append(events_item)

        append_body = cls(
            expected_version=expected_version,
            events=events,
        )

        return append_body
