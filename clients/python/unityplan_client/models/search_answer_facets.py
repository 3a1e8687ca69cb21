from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.search_answer_facets_additional_property import SearchAnswerFacetsAdditionalProperty


T = TypeVar("T", bound="SearchAnswerFacets")


@_attrs_define
class SearchAnswerFacets:
    additional_properties: dict[str, SearchAnswerFacetsAdditionalProperty] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:

        field_dict: dict[str, Any] = {}
        for prop_name, prop in self.additional_properties.items():
            field_dict[prop_name] = prop.to_dict()

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.search_answer_facets_additional_property import SearchAnswerFacetsAdditionalProperty  # noqa: PLC0415

        d = dict(src_dict)
        search_answer_facets = cls()

        additional_properties = {}
        for prop_name, prop_dict in d.items():
            additional_property = SearchAnswerFacetsAdditionalProperty.from_dict(prop_dict)

            additional_properties[prop_name] = additional_property

        search_answer_facets.additional_properties = additional_properties
        return search_answer_facets

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> SearchAnswerFacetsAdditionalProperty:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: SearchAnswerFacetsAdditionalProperty) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
