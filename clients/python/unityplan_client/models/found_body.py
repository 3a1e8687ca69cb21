from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define

from ..models.found_body_join_policy import FoundBodyJoinPolicy, check_found_body_join_policy
from ..models.found_body_visibility import FoundBodyVisibility, check_found_body_visibility
from ..types import UNSET, Unset

T = TypeVar("T", bound="FoundBody")


@_attrs_define
class FoundBody:
    """A community to be founded."""

    name: str
    visibility: FoundBodyVisibility
    join_policy: FoundBodyJoinPolicy
    slug: None | str | Unset = UNSET
    description: str | Unset = ""
    kind: str | Unset = "community"
    parent_id: None | Unset | UUID = UNSET

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        visibility: str = self.visibility

        join_policy: str = self.join_policy

        slug: None | str | Unset
        if isinstance(self.slug, Unset):
            slug = UNSET
        else:
            slug = self.slug

        description = self.description

        kind = self.kind

        parent_id: None | str | Unset
        if isinstance(self.parent_id, Unset):
            parent_id = UNSET
        elif isinstance(self.parent_id, UUID):
            parent_id = str(self.parent_id)
        else:
            parent_id = self.parent_id

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "name": name,
                "visibility": visibility,
                "join_policy": join_policy,
            }
        )
        if slug is not UNSET:
            field_dict["slug"] = slug
        if description is not UNSET:
            field_dict["description"] = description
        if kind is not UNSET:
            field_dict["kind"] = kind
        if parent_id is not UNSET:
            field_dict["parent_id"] = parent_id

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        name = d.pop("name")

        visibility = check_found_body_visibility(d.pop("visibility"))

        join_policy = check_found_body_join_policy(d.pop("join_policy"))

        def _parse_slug(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        slug = _parse_slug(d.pop("slug", UNSET))

        description = d.pop("description", UNSET)

        kind = d.pop("kind", UNSET)

        def _parse_parent_id(data: object) -> None | Unset | UUID:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                parent_id_type_0 = UUID(data)

                return parent_id_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Unset | UUID, data)

        parent_id = _parse_parent_id(d.pop("parent_id", UNSET))

        found_body = cls(
            name=name,
            visibility=visibility,
            join_policy=join_policy,
            slug=slug,
            description=description,
            kind=kind,
            parent_id=parent_id,
        )

        return found_body
