from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.links_body import LinksBody
    from ..models.proposed_event_data import ProposedEventData


T = TypeVar("T", bound="ProposedEvent")


@_attrs_define
class ProposedEvent:
    """One event to append."""

    type_: str
    data: ProposedEventData
    id: None | Unset | UUID = UNSET
    metadata: LinksBody | Unset = UNSET
    """ What a client may say of where an event comes from. """

    def to_dict(self) -> dict[str, Any]:
        type_ = self.type_

        data = self.data.to_dict()

        id: None | str | Unset
        if isinstance(self.id, Unset):
            id = UNSET
        elif isinstance(self.id, UUID):
            id = str(self.id)
        else:
            id = self.id

        metadata: dict[str, Any] | Unset = UNSET
        if not isinstance(self.metadata, Unset):
            metadata = self.metadata.to_dict()

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "type": type_,
                "data": data,
            }
        )
        if id is not UNSET:
            field_dict["id"] = id
        if metadata is not UNSET:
            field_dict["metadata"] = metadata

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.links_body import LinksBody  # noqa: PLC0415
        from ..models.proposed_event_data import ProposedEventData  # noqa: PLC0415

        d = dict(src_dict)
        type_ = d.pop("type")

        data = ProposedEventData.from_dict(d.pop("data"))

        def _parse_id(data: object) -> None | Unset | UUID:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                id_type_0 = UUID(data)

                return id_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Unset | UUID, data)

        id = _parse_id(d.pop("id", UNSET))

        _metadata = d.pop("metadata", UNSET)
        metadata: LinksBody | Unset
        if isinstance(_metadata, Unset):
            metadata = UNSET
        else:
            metadata = LinksBody.from_dict(_metadata)

        proposed_event = cls(
            type_=type_,
            data=data,
            id=id,
            metadata=metadata,
        )

        return proposed_event
