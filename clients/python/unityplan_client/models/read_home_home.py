from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.feed import Feed
    from ..models.gathering_list import GatheringList
    from ..models.notification_list import NotificationList
    from ..models.profile_answer import ProfileAnswer
    from ..models.read_home_home_unavailable_item import ReadHomeHomeUnavailableItem


T = TypeVar("T", bound="ReadHomeHome")


@_attrs_define
class ReadHomeHome:
    profile: None | ProfileAnswer
    feed: Feed | None
    unread: None | NotificationList
    gatherings: GatheringList | None
    partial: bool
    unavailable: list[ReadHomeHomeUnavailableItem]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.feed import Feed  # noqa: PLC0415
        from ..models.gathering_list import GatheringList  # noqa: PLC0415
        from ..models.notification_list import NotificationList  # noqa: PLC0415
        from ..models.profile_answer import ProfileAnswer  # noqa: PLC0415

        profile: dict[str, Any] | None
        if isinstance(self.profile, ProfileAnswer):
            profile = self.profile.to_dict()
        else:
            profile = self.profile

        feed: dict[str, Any] | None
        if isinstance(self.feed, Feed):
            feed = self.feed.to_dict()
        else:
            feed = self.feed

        unread: dict[str, Any] | None
        if isinstance(self.unread, NotificationList):
            unread = self.unread.to_dict()
        else:
            unread = self.unread

        gatherings: dict[str, Any] | None
        if isinstance(self.gatherings, GatheringList):
            gatherings = self.gatherings.to_dict()
        else:
            gatherings = self.gatherings

        partial = self.partial

        unavailable = []
        for unavailable_item_data in self.unavailable:
            unavailable_item = unavailable_item_data.to_dict()
            unavailable.append(unavailable_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "profile": profile,
                "feed": feed,
                "unread": unread,
                "gatherings": gatherings,
                "partial": partial,
                "unavailable": unavailable,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.feed import Feed  # noqa: PLC0415
        from ..models.gathering_list import GatheringList  # noqa: PLC0415
        from ..models.notification_list import NotificationList  # noqa: PLC0415
        from ..models.profile_answer import ProfileAnswer  # noqa: PLC0415
        from ..models.read_home_home_unavailable_item import ReadHomeHomeUnavailableItem  # noqa: PLC0415

        d = dict(src_dict)

        def _parse_profile(data: object) -> None | ProfileAnswer:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                profile_type_0 = ProfileAnswer.from_dict(data)

                return profile_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | ProfileAnswer, data)

        profile = _parse_profile(d.pop("profile"))

        def _parse_feed(data: object) -> Feed | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                feed_type_0 = Feed.from_dict(data)

                return feed_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(Feed | None, data)

        feed = _parse_feed(d.pop("feed"))

        def _parse_unread(data: object) -> None | NotificationList:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                unread_type_0 = NotificationList.from_dict(data)

                return unread_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | NotificationList, data)

        unread = _parse_unread(d.pop("unread"))

        def _parse_gatherings(data: object) -> GatheringList | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                gatherings_type_0 = GatheringList.from_dict(data)

                return gatherings_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(GatheringList | None, data)

        gatherings = _parse_gatherings(d.pop("gatherings"))

        partial = d.pop("partial")

        unavailable = []
        _unavailable = d.pop("unavailable")
        for unavailable_item_data in _unavailable:
            unavailable_item = ReadHomeHomeUnavailableItem.from_dict(unavailable_item_data)

            unavailable.append(unavailable_item)

        read_home_home = cls(
            profile=profile,
            feed=feed,
            unread=unread,
            gatherings=gatherings,
            partial=partial,
            unavailable=unavailable,
        )

        read_home_home.additional_properties = d
        return read_home_home

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
