from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.bundled_consistency import BundledConsistency
    from ..models.bundled_event import BundledEvent
    from ..models.head_key import HeadKey
    from ..models.tree_head_answer import TreeHeadAnswer


T = TypeVar("T", bound="Bundle")


@_attrs_define
class Bundle:
    """What the offline verifier takes. `from` and `to` are of a range of positions, `stream` and `is_whole` of one."""

    format_: Literal["unityplan-bundle/1"]
    territory: str
    epoch: str
    keys: list[HeadKey]
    head: TreeHeadAnswer
    """ A signed tree head; `signature` is base64 Ed25519 over RFC 8785 JSON of the other fields. """
    consistency: BundledConsistency | None
    events: list[BundledEvent]
    from_: int | None | Unset = UNSET
    to: int | None | Unset = UNSET
    stream: None | str | Unset = UNSET
    is_whole: bool | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.bundled_consistency import BundledConsistency  # noqa: PLC0415

        format_ = self.format_

        territory = self.territory

        epoch = self.epoch

        keys = []
        for keys_item_data in self.keys:
            keys_item = keys_item_data.to_dict()
            keys.append(keys_item)

        head = self.head.to_dict()

        consistency: dict[str, Any] | None
        if isinstance(self.consistency, BundledConsistency):
            consistency = self.consistency.to_dict()
        else:
            consistency = self.consistency

        events = []
        for events_item_data in self.events:
            events_item = events_item_data.to_dict()
            events.append(events_item)

        from_: int | None | Unset
        if isinstance(self.from_, Unset):
            from_ = UNSET
        else:
            from_ = self.from_

        to: int | None | Unset
        if isinstance(self.to, Unset):
            to = UNSET
        else:
            to = self.to

        stream: None | str | Unset
        if isinstance(self.stream, Unset):
            stream = UNSET
        else:
            stream = self.stream

        is_whole: bool | None | Unset
        if isinstance(self.is_whole, Unset):
            is_whole = UNSET
        else:
            is_whole = self.is_whole

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "format": format_,
                "territory": territory,
                "epoch": epoch,
                "keys": keys,
                "head": head,
                "consistency": consistency,
                "events": events,
            }
        )
        if from_ is not UNSET:
            field_dict["from"] = from_
        if to is not UNSET:
            field_dict["to"] = to
        if stream is not UNSET:
            field_dict["stream"] = stream
        if is_whole is not UNSET:
            field_dict["is_whole"] = is_whole

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.bundled_consistency import BundledConsistency  # noqa: PLC0415
        from ..models.bundled_event import BundledEvent  # noqa: PLC0415
        from ..models.head_key import HeadKey  # noqa: PLC0415
        from ..models.tree_head_answer import TreeHeadAnswer  # noqa: PLC0415

        d = dict(src_dict)
        format_ = cast(Literal["unityplan-bundle/1"], d.pop("format"))
        if format_ != "unityplan-bundle/1":
            raise ValueError(f"format must match const 'unityplan-bundle/1', got '{format_}'")

        territory = d.pop("territory")

        epoch = d.pop("epoch")

        keys = []
        _keys = d.pop("keys")
        for keys_item_data in _keys:
            keys_item = HeadKey.from_dict(keys_item_data)

            keys.append(keys_item)

        head = TreeHeadAnswer.from_dict(d.pop("head"))

        def _parse_consistency(data: object) -> BundledConsistency | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                consistency_type_0 = BundledConsistency.from_dict(data)

                return consistency_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(BundledConsistency | None, data)

        consistency = _parse_consistency(d.pop("consistency"))

        events = []
        _events = d.pop("events")
        for events_item_data in _events:
            events_item = BundledEvent.from_dict(events_item_data)

            events.append(events_item)

        def _parse_from_(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        from_ = _parse_from_(d.pop("from", UNSET))

        def _parse_to(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        to = _parse_to(d.pop("to", UNSET))

        def _parse_stream(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        stream = _parse_stream(d.pop("stream", UNSET))

        def _parse_is_whole(data: object) -> bool | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(bool | None | Unset, data)

        is_whole = _parse_is_whole(d.pop("is_whole", UNSET))

        bundle = cls(
            format_=format_,
            territory=territory,
            epoch=epoch,
            keys=keys,
            head=head,
            consistency=consistency,
            events=events,
            from_=from_,
            to=to,
            stream=stream,
            is_whole=is_whole,
        )

        bundle.additional_properties = d
        return bundle

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
