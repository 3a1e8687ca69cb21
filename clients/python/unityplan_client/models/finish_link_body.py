from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="FinishLinkBody")


@_attrs_define
class FinishLinkBody:
    flow: str
    state: str
    code: str
    iss: None | str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        flow = self.flow

        state = self.state

        code = self.code

        iss: None | str | Unset
        if isinstance(self.iss, Unset):
            iss = UNSET
        else:
            iss = self.iss

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "flow": flow,
                "state": state,
                "code": code,
            }
        )
        if iss is not UNSET:
            field_dict["iss"] = iss

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        flow = d.pop("flow")

        state = d.pop("state")

        code = d.pop("code")

        def _parse_iss(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        iss = _parse_iss(d.pop("iss", UNSET))

        finish_link_body = cls(
            flow=flow,
            state=state,
            code=code,
            iss=iss,
        )

        return finish_link_body
