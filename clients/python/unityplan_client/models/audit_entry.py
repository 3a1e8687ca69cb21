from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.audit_origin import AuditOrigin


T = TypeVar("T", bound="AuditEntry")


@_attrs_define
class AuditEntry:
    """Who (actor) did what (action) to what (subject), when, in which request, why, and from where.

    `origin` is null where nobody asked from outside, and once it was deleted.

    """

    position: int
    event_id: UUID
    occurred_at: datetime.datetime
    actor: str
    action: str
    subject: str
    request_id: None | str
    reason: None | str
    impersonator: None | UUID
    origin: AuditOrigin | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.audit_origin import AuditOrigin  # noqa: PLC0415

        position = self.position

        event_id = str(self.event_id)

        occurred_at = self.occurred_at.isoformat()

        actor = self.actor

        action = self.action

        subject = self.subject

        request_id: None | str
        request_id = self.request_id

        reason: None | str
        reason = self.reason

        impersonator: None | str
        if isinstance(self.impersonator, UUID):
            impersonator = str(self.impersonator)
        else:
            impersonator = self.impersonator

        origin: dict[str, Any] | None
        if isinstance(self.origin, AuditOrigin):
            origin = self.origin.to_dict()
        else:
            origin = self.origin

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "position": position,
                "event_id": event_id,
                "occurred_at": occurred_at,
                "actor": actor,
                "action": action,
                "subject": subject,
                "request_id": request_id,
                "reason": reason,
                "impersonator": impersonator,
                "origin": origin,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.audit_origin import AuditOrigin  # noqa: PLC0415

        d = dict(src_dict)
        position = d.pop("position")

        event_id = UUID(d.pop("event_id"))

        occurred_at = datetime.datetime.fromisoformat(d.pop("occurred_at"))

        actor = d.pop("actor")

        action = d.pop("action")

        subject = d.pop("subject")

        def _parse_request_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        request_id = _parse_request_id(d.pop("request_id"))

        def _parse_reason(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        reason = _parse_reason(d.pop("reason"))

        def _parse_impersonator(data: object) -> None | UUID:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                impersonator_type_0 = UUID(data)

                return impersonator_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | UUID, data)

        impersonator = _parse_impersonator(d.pop("impersonator"))

        def _parse_origin(data: object) -> AuditOrigin | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                origin_type_0 = AuditOrigin.from_dict(data)

                return origin_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(AuditOrigin | None, data)

        origin = _parse_origin(d.pop("origin"))

        audit_entry = cls(
            position=position,
            event_id=event_id,
            occurred_at=occurred_at,
            actor=actor,
            action=action,
            subject=subject,
            request_id=request_id,
            reason=reason,
            impersonator=impersonator,
            origin=origin,
        )

        audit_entry.additional_properties = d
        return audit_entry

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
