from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="LinksBody")


@_attrs_define
class LinksBody:
    """What a client may say of where an event comes from."""

    causation_id: None | Unset | UUID = UNSET
    correlation_id: None | Unset | UUID = UNSET

    def to_dict(self) -> dict[str, Any]:
        causation_id: None | str | Unset
        if isinstance(self.causation_id, Unset):
            causation_id = UNSET
        elif isinstance(self.causation_id, UUID):
            causation_id = str(self.causation_id)
        else:
            causation_id = self.causation_id

        correlation_id: None | str | Unset
        if isinstance(self.correlation_id, Unset):
            correlation_id = UNSET
        elif isinstance(self.correlation_id, UUID):
            correlation_id = str(self.correlation_id)
        else:
            correlation_id = self.correlation_id

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if causation_id is not UNSET:
            field_dict["causation_id"] = causation_id
        if correlation_id is not UNSET:
            field_dict["correlation_id"] = correlation_id

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)

        def _parse_causation_id(data: object) -> None | Unset | UUID:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                causation_id_type_0 = UUID(data)

                return causation_id_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Unset | UUID, data)

        causation_id = _parse_causation_id(d.pop("causation_id", UNSET))

        def _parse_correlation_id(data: object) -> None | Unset | UUID:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                correlation_id_type_0 = UUID(data)

                return correlation_id_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Unset | UUID, data)

        correlation_id = _parse_correlation_id(d.pop("correlation_id", UNSET))

        links_body = cls(
            causation_id=causation_id,
            correlation_id=correlation_id,
        )

        return links_body
