from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.preferences_answer_email_digest import PreferencesAnswerEmailDigest, check_preferences_answer_email_digest
from ..models.preferences_answer_theme import PreferencesAnswerTheme, check_preferences_answer_theme

T = TypeVar("T", bound="PreferencesAnswer")


@_attrs_define
class PreferencesAnswer:
    locale: str
    time_zone: str
    theme: PreferencesAnswerTheme
    email_notifications: bool
    email_digest: PreferencesAnswerEmailDigest
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        locale = self.locale

        time_zone = self.time_zone

        theme: str = self.theme

        email_notifications = self.email_notifications

        email_digest: str = self.email_digest

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "locale": locale,
                "time_zone": time_zone,
                "theme": theme,
                "email_notifications": email_notifications,
                "email_digest": email_digest,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        locale = d.pop("locale")

        time_zone = d.pop("time_zone")

        theme = check_preferences_answer_theme(d.pop("theme"))

        email_notifications = d.pop("email_notifications")

        email_digest = check_preferences_answer_email_digest(d.pop("email_digest"))

        preferences_answer = cls(
            locale=locale,
            time_zone=time_zone,
            theme=theme,
            email_notifications=email_notifications,
            email_digest=email_digest,
        )

        preferences_answer.additional_properties = d
        return preferences_answer

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
