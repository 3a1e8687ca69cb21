from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="PostAnswer")


@_attrs_define
class PostAnswer:
    """A post."""

    id: UUID
    community_id: UUID
    author_id: UUID
    title: str
    body: str
    body_html: str
    kind: str
    tags: list[str]
    comment_count: int
    score: int
    created_at: datetime.datetime
    version: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = str(self.id)

        community_id = str(self.community_id)

        author_id = str(self.author_id)

        title = self.title

        body = self.body

        body_html = self.body_html

        kind = self.kind

        tags = self.tags

        comment_count = self.comment_count

        score = self.score

        created_at = self.created_at.isoformat()

        version = self.version

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "community_id": community_id,
                "author_id": author_id,
                "title": title,
                "body": body,
                "body_html": body_html,
                "kind": kind,
                "tags": tags,
                "comment_count": comment_count,
                "score": score,
                "created_at": created_at,
                "version": version,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = UUID(d.pop("id"))

        community_id = UUID(d.pop("community_id"))

        author_id = UUID(d.pop("author_id"))

        title = d.pop("title")

        body = d.pop("body")

        body_html = d.pop("body_html")

        kind = d.pop("kind")

        tags = cast(list[str], d.pop("tags"))

        comment_count = d.pop("comment_count")

        score = d.pop("score")

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        version = d.pop("version")

        post_answer = cls(
            id=id,
            community_id=community_id,
            author_id=author_id,
            title=title,
            body=body,
            body_html=body_html,
            kind=kind,
            tags=tags,
            comment_count=comment_count,
            score=score,
            created_at=created_at,
            version=version,
        )

        post_answer.additional_properties = d
        return post_answer

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
