from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="InclusionProof")


@_attrs_define
class InclusionProof:
    """RFC 6962 §2.1.1; hashes in lower-case hex."""

    leaf_index: int
    leaf_hash: str
    tree_size: int
    path: list[str]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        leaf_index = self.leaf_index

        leaf_hash = self.leaf_hash

        tree_size = self.tree_size

        path = self.path

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "leaf_index": leaf_index,
                "leaf_hash": leaf_hash,
                "tree_size": tree_size,
                "path": path,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        leaf_index = d.pop("leaf_index")

        leaf_hash = d.pop("leaf_hash")

        tree_size = d.pop("tree_size")

        path = cast(list[str], d.pop("path"))

        inclusion_proof = cls(
            leaf_index=leaf_index,
            leaf_hash=leaf_hash,
            tree_size=tree_size,
            path=path,
        )

        inclusion_proof.additional_properties = d
        return inclusion_proof

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
