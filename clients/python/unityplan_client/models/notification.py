from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.notification_kind import NotificationKind, check_notification_kind

T = TypeVar("T", bound="Notification")


@_attrs_define
class Notification:
    """What somebody did; `title` is the post's, the gathering's, or the community's name. Its id is the event's."""

    id: str
    kind: NotificationKind
    created_at: str
    read_at: None | str
    actor_id: str
    actor_username: str
    actor_name: str
    community_id: str
    community_name: str
    post_id: None | str
    comment_id: None | str
    gathering_id: None | str
    title: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        kind: str = self.kind

        created_at = self.created_at

        read_at: None | str
        read_at = self.read_at

        actor_id = self.actor_id

        actor_username = self.actor_username

        actor_name = self.actor_name

        community_id = self.community_id

        community_name = self.community_name

        post_id: None | str
        post_id = self.post_id

        comment_id: None | str
        comment_id = self.comment_id

        gathering_id: None | str
        gathering_id = self.gathering_id

        title = self.title

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "kind": kind,
                "created_at": created_at,
                "read_at": read_at,
                "actor_id": actor_id,
                "actor_username": actor_username,
                "actor_name": actor_name,
                "community_id": community_id,
                "community_name": community_name,
                "post_id": post_id,
                "comment_id": comment_id,
                "gathering_id": gathering_id,
                "title": title,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        kind = check_notification_kind(d.pop("kind"))

        created_at = d.pop("created_at")

        def _parse_read_at(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        read_at = _parse_read_at(d.pop("read_at"))

        actor_id = d.pop("actor_id")

        actor_username = d.pop("actor_username")

        actor_name = d.pop("actor_name")

        community_id = d.pop("community_id")

        community_name = d.pop("community_name")

        def _parse_post_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        post_id = _parse_post_id(d.pop("post_id"))

        def _parse_comment_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        comment_id = _parse_comment_id(d.pop("comment_id"))

        def _parse_gathering_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        gathering_id = _parse_gathering_id(d.pop("gathering_id"))

        title = d.pop("title")

        notification = cls(
            id=id,
            kind=kind,
            created_at=created_at,
            read_at=read_at,
            actor_id=actor_id,
            actor_username=actor_username,
            actor_name=actor_name,
            community_id=community_id,
            community_name=community_name,
            post_id=post_id,
            comment_id=comment_id,
            gathering_id=gathering_id,
            title=title,
        )

        notification.additional_properties = d
        return notification

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
