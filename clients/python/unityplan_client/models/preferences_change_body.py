from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.preferences_change_body_email_digest import (
    PreferencesChangeBodyEmailDigest,
    check_preferences_change_body_email_digest,
)
from ..models.preferences_change_body_theme import PreferencesChangeBodyTheme, check_preferences_change_body_theme
from ..types import UNSET, Unset

T = TypeVar("T", bound="PreferencesChangeBody")


@_attrs_define
class PreferencesChangeBody:
    """Absent fields stay as they are; `locale: null` means the territory's own."""

    locale: None | str | Unset = UNSET
    time_zone: str | Unset = "UTC"
    """ A name of the IANA database, such as Europe/Copenhagen. """
    theme: PreferencesChangeBodyTheme | Unset = "system"
    email_notifications: bool | Unset = True
    email_digest: PreferencesChangeBodyEmailDigest | Unset = "off"

    def to_dict(self) -> dict[str, Any]:
        locale: None | str | Unset
        if isinstance(self.locale, Unset):
            locale = UNSET
        else:
            locale = self.locale

        time_zone = self.time_zone

        theme: str | Unset = UNSET
        if not isinstance(self.theme, Unset):
            theme = self.theme

        email_notifications = self.email_notifications

        email_digest: str | Unset = UNSET
        if not isinstance(self.email_digest, Unset):
            email_digest = self.email_digest

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if locale is not UNSET:
            field_dict["locale"] = locale
        if time_zone is not UNSET:
            field_dict["time_zone"] = time_zone
        if theme is not UNSET:
            field_dict["theme"] = theme
        if email_notifications is not UNSET:
            field_dict["email_notifications"] = email_notifications
        if email_digest is not UNSET:
            field_dict["email_digest"] = email_digest

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)

        def _parse_locale(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        locale = _parse_locale(d.pop("locale", UNSET))

        time_zone = d.pop("time_zone", UNSET)

        _theme = d.pop("theme", UNSET)
        theme: PreferencesChangeBodyTheme | Unset
        if isinstance(_theme, Unset):
            theme = UNSET
        else:
            theme = check_preferences_change_body_theme(_theme)

        email_notifications = d.pop("email_notifications", UNSET)

        _email_digest = d.pop("email_digest", UNSET)
        email_digest: PreferencesChangeBodyEmailDigest | Unset
        if isinstance(_email_digest, Unset):
            email_digest = UNSET
        else:
            email_digest = check_preferences_change_body_email_digest(_email_digest)

        preferences_change_body = cls(
            locale=locale,
            time_zone=time_zone,
            theme=theme,
            email_notifications=email_notifications,
            email_digest=email_digest,
        )

        return preferences_change_body
