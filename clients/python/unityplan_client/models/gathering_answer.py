from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.gathering_answer_my_rsvp_type_0 import GatheringAnswerMyRsvpType0, check_gathering_answer_my_rsvp_type_0

if TYPE_CHECKING:
    from ..models.gathering_community import GatheringCommunity


T = TypeVar("T", bound="GatheringAnswer")


@_attrs_define
class GatheringAnswer:
    """A gathering; `my_rsvp` is null for those who have not answered, `my_place_in_line` unless one waits."""

    id: UUID
    community_id: UUID
    organiser_id: UUID
    title: str
    starts_at: datetime.datetime
    ends_at: datetime.datetime
    time_zone: str
    capacity: int | None
    place: None | str
    url: None | str
    going_count: int
    waiting_count: int
    interested_count: int
    created_at: datetime.datetime
    version: int
    my_rsvp: GatheringAnswerMyRsvpType0 | None
    my_place_in_line: int | None
    community: GatheringCommunity
    """ Whose gathering it is. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = str(self.id)

        community_id = str(self.community_id)

        organiser_id = str(self.organiser_id)

        title = self.title

        starts_at = self.starts_at.isoformat()

        ends_at = self.ends_at.isoformat()

        time_zone = self.time_zone

        capacity: int | None
        capacity = self.capacity

        place: None | str
        place = self.place

        url: None | str
        url = self.url

        going_count = self.going_count

        waiting_count = self.waiting_count

        interested_count = self.interested_count

        created_at = self.created_at.isoformat()

        version = self.version

        my_rsvp: None | str
        if isinstance(self.my_rsvp, str):
            my_rsvp = self.my_rsvp
        else:
            my_rsvp = self.my_rsvp

        my_place_in_line: int | None
        my_place_in_line = self.my_place_in_line

        community = self.community.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "community_id": community_id,
                "organiser_id": organiser_id,
                "title": title,
                "starts_at": starts_at,
                "ends_at": ends_at,
                "time_zone": time_zone,
                "capacity": capacity,
                "place": place,
                "url": url,
                "going_count": going_count,
                "waiting_count": waiting_count,
                "interested_count": interested_count,
                "created_at": created_at,
                "version": version,
                "my_rsvp": my_rsvp,
                "my_place_in_line": my_place_in_line,
                "community": community,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.gathering_community import GatheringCommunity  # noqa: PLC0415

        d = dict(src_dict)
        id = UUID(d.pop("id"))

        community_id = UUID(d.pop("community_id"))

        organiser_id = UUID(d.pop("organiser_id"))

        title = d.pop("title")

        starts_at = datetime.datetime.fromisoformat(d.pop("starts_at"))

        ends_at = datetime.datetime.fromisoformat(d.pop("ends_at"))

        time_zone = d.pop("time_zone")

        def _parse_capacity(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        capacity = _parse_capacity(d.pop("capacity"))

        def _parse_place(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        place = _parse_place(d.pop("place"))

        def _parse_url(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        url = _parse_url(d.pop("url"))

        going_count = d.pop("going_count")

        waiting_count = d.pop("waiting_count")

        interested_count = d.pop("interested_count")

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        version = d.pop("version")

        def _parse_my_rsvp(data: object) -> GatheringAnswerMyRsvpType0 | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                my_rsvp_type_0 = check_gathering_answer_my_rsvp_type_0(data)

                return my_rsvp_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(GatheringAnswerMyRsvpType0 | None, data)

        my_rsvp = _parse_my_rsvp(d.pop("my_rsvp"))

        def _parse_my_place_in_line(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        my_place_in_line = _parse_my_place_in_line(d.pop("my_place_in_line"))

        community = GatheringCommunity.from_dict(d.pop("community"))

        gathering_answer = cls(
            id=id,
            community_id=community_id,
            organiser_id=organiser_id,
            title=title,
            starts_at=starts_at,
            ends_at=ends_at,
            time_zone=time_zone,
            capacity=capacity,
            place=place,
            url=url,
            going_count=going_count,
            waiting_count=waiting_count,
            interested_count=interested_count,
            created_at=created_at,
            version=version,
            my_rsvp=my_rsvp,
            my_place_in_line=my_place_in_line,
            community=community,
        )

        gathering_answer.additional_properties = d
        return gathering_answer

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
