from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.build_answer_state import BuildAnswerState, check_build_answer_state

T = TypeVar("T", bound="BuildAnswer")


@_attrs_define
class BuildAnswer:
    """A filling of a projection; a retired one has no position any more."""

    name: str
    version: int
    state: BuildAnswerState
    build: int
    position: int | None
    lag: int | None
    started_at: datetime.datetime
    switched_at: datetime.datetime | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        version = self.version

        state: str = self.state

        build = self.build

        position: int | None
        position = self.position

        lag: int | None
        lag = self.lag

        started_at = self.started_at.isoformat()

        switched_at: None | str
        if isinstance(self.switched_at, datetime.datetime):
            switched_at = self.switched_at.isoformat()
        else:
            switched_at = self.switched_at

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "name": name,
                "version": version,
                "state": state,
                "build": build,
                "position": position,
                "lag": lag,
                "started_at": started_at,
                "switched_at": switched_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        name = d.pop("name")

        version = d.pop("version")

        state = check_build_answer_state(d.pop("state"))

        build = d.pop("build")

        def _parse_position(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        position = _parse_position(d.pop("position"))

        def _parse_lag(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        lag = _parse_lag(d.pop("lag"))

        started_at = datetime.datetime.fromisoformat(d.pop("started_at"))

        def _parse_switched_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                switched_at_type_0 = datetime.datetime.fromisoformat(data)

                return switched_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        switched_at = _parse_switched_at(d.pop("switched_at"))

        build_answer = cls(
            name=name,
            version=version,
            state=state,
            build=build,
            position=position,
            lag=lag,
            started_at=started_at,
            switched_at=switched_at,
        )

        build_answer.additional_properties = d
        return build_answer

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
