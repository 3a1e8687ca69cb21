from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="CosignatureAnswer")


@_attrs_define
class CosignatureAnswer:
    """`signature` is base64 Ed25519 over RFC 8785 JSON of the other fields, by the witness's tree-head key."""

    witness: str
    territory: str
    epoch: str
    tree_size: int
    root_hash: str
    cosigned_at: str
    key_id: str
    signature: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        witness = self.witness

        territory = self.territory

        epoch = self.epoch

        tree_size = self.tree_size

        root_hash = self.root_hash

        cosigned_at = self.cosigned_at

        key_id = self.key_id

        signature = self.signature

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "witness": witness,
                "territory": territory,
                "epoch": epoch,
                "tree_size": tree_size,
                "root_hash": root_hash,
                "cosigned_at": cosigned_at,
                "key_id": key_id,
                "signature": signature,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        witness = d.pop("witness")

        territory = d.pop("territory")

        epoch = d.pop("epoch")

        tree_size = d.pop("tree_size")

        root_hash = d.pop("root_hash")

        cosigned_at = d.pop("cosigned_at")

        key_id = d.pop("key_id")

        signature = d.pop("signature")

        cosignature_answer = cls(
            witness=witness,
            territory=territory,
            epoch=epoch,
            tree_size=tree_size,
            root_hash=root_hash,
            cosigned_at=cosigned_at,
            key_id=key_id,
            signature=signature,
        )

        cosignature_answer.additional_properties = d
        return cosignature_answer

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
