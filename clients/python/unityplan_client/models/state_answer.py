from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.state_answer_state import StateAnswerState


T = TypeVar("T", bound="StateAnswer")


@_attrs_define
class StateAnswer:
    """What was last said of each field, up to an event; `position` is null until that event is sealed.

    With `reveal`, `erased` names fields that are gone.

    """

    stream: str
    version: int
    position: int | None
    occurred_at: datetime.datetime
    types: list[str]
    state: StateAnswerState
    erased: list[str] | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        stream = self.stream

        version = self.version

        position: int | None
        position = self.position

        occurred_at = self.occurred_at.isoformat()

        types = self.types

        state = self.state.to_dict()

        erased: list[str] | None | Unset
        if isinstance(self.erased, Unset):
            erased = UNSET
        elif isinstance(self.erased, list):
            erased = self.erased

        else:
            erased = self.erased

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "stream": stream,
                "version": version,
                "position": position,
                "occurred_at": occurred_at,
                "types": types,
                "state": state,
            }
        )
        if erased is not UNSET:
            field_dict["erased"] = erased

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.state_answer_state import StateAnswerState  # noqa: PLC0415

        d = dict(src_dict)
        stream = d.pop("stream")

        version = d.pop("version")

        def _parse_position(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        position = _parse_position(d.pop("position"))

        occurred_at = datetime.datetime.fromisoformat(d.pop("occurred_at"))

        types = cast(list[str], d.pop("types"))

        state = StateAnswerState.from_dict(d.pop("state"))

        def _parse_erased(data: object) -> list[str] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                erased_type_0 = cast(list[str], data)

                return erased_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[str] | None | Unset, data)

        erased = _parse_erased(d.pop("erased", UNSET))

        state_answer = cls(
            stream=stream,
            version=version,
            position=position,
            occurred_at=occurred_at,
            types=types,
            state=state,
            erased=erased,
        )

        state_answer.additional_properties = d
        return state_answer

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
