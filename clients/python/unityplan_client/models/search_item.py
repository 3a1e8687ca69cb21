from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.search_item_type import SearchItemType, check_search_item_type

T = TypeVar("T", bound="SearchItem")


@_attrs_define
class SearchItem:
    """One result; `excerpt` is plain text."""

    type_: SearchItemType
    id: UUID
    title: str
    excerpt: str
    url: str
    score: float
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        type_: str = self.type_

        id = str(self.id)

        title = self.title

        excerpt = self.excerpt

        url = self.url

        score = self.score

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "type": type_,
                "id": id,
                "title": title,
                "excerpt": excerpt,
                "url": url,
                "score": score,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        type_ = check_search_item_type(d.pop("type"))

        id = UUID(d.pop("id"))

        title = d.pop("title")

        excerpt = d.pop("excerpt")

        url = d.pop("url")

        score = d.pop("score")

        search_item = cls(
            type_=type_,
            id=id,
            title=title,
            excerpt=excerpt,
            url=url,
            score=score,
        )

        search_item.additional_properties = d
        return search_item

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
