from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.community_answer_join_policy import CommunityAnswerJoinPolicy, check_community_answer_join_policy
from ..models.community_answer_visibility import CommunityAnswerVisibility, check_community_answer_visibility

T = TypeVar("T", bound="CommunityAnswer")


@_attrs_define
class CommunityAnswer:
    """A community; `my_role` is null for those who are no members."""

    id: UUID
    slug: str
    name: str
    description: str
    visibility: CommunityAnswerVisibility
    join_policy: CommunityAnswerJoinPolicy
    kind: str
    parent_id: None | UUID
    founder_id: UUID
    member_count: int
    created_at: datetime.datetime
    version: int
    my_role: None | str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = str(self.id)

        slug = self.slug

        name = self.name

        description = self.description

        visibility: str = self.visibility

        join_policy: str = self.join_policy

        kind = self.kind

        parent_id: None | str
        if isinstance(self.parent_id, UUID):
            parent_id = str(self.parent_id)
        else:
            parent_id = self.parent_id

        founder_id = str(self.founder_id)

        member_count = self.member_count

        created_at = self.created_at.isoformat()

        version = self.version

        my_role: None | str
        my_role = self.my_role

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "slug": slug,
                "name": name,
                "description": description,
                "visibility": visibility,
                "join_policy": join_policy,
                "kind": kind,
                "parent_id": parent_id,
                "founder_id": founder_id,
                "member_count": member_count,
                "created_at": created_at,
                "version": version,
                "my_role": my_role,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = UUID(d.pop("id"))

        slug = d.pop("slug")

        name = d.pop("name")

        description = d.pop("description")

        visibility = check_community_answer_visibility(d.pop("visibility"))

        join_policy = check_community_answer_join_policy(d.pop("join_policy"))

        kind = d.pop("kind")

        def _parse_parent_id(data: object) -> None | UUID:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                parent_id_type_0 = UUID(data)

                return parent_id_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | UUID, data)

        parent_id = _parse_parent_id(d.pop("parent_id"))

        founder_id = UUID(d.pop("founder_id"))

        member_count = d.pop("member_count")

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        version = d.pop("version")

        def _parse_my_role(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        my_role = _parse_my_role(d.pop("my_role"))

        community_answer = cls(
            id=id,
            slug=slug,
            name=name,
            description=description,
            visibility=visibility,
            join_policy=join_policy,
            kind=kind,
            parent_id=parent_id,
            founder_id=founder_id,
            member_count=member_count,
            created_at=created_at,
            version=version,
            my_role=my_role,
        )

        community_answer.additional_properties = d
        return community_answer

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
