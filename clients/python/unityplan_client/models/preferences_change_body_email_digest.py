from typing import Literal

PreferencesChangeBodyEmailDigest = Literal["daily", "off", "weekly"]

PREFERENCES_CHANGE_BODY_EMAIL_DIGEST_VALUES: set[PreferencesChangeBodyEmailDigest] = {
    "daily",
    "off",
    "weekly",
}


def check_preferences_change_body_email_digest(value: str) -> PreferencesChangeBodyEmailDigest:
    if value in PREFERENCES_CHANGE_BODY_EMAIL_DIGEST_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {PREFERENCES_CHANGE_BODY_EMAIL_DIGEST_VALUES!r}")
