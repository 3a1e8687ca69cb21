from typing import Literal

PreferencesAnswerEmailDigest = Literal["daily", "off", "weekly"]

PREFERENCES_ANSWER_EMAIL_DIGEST_VALUES: set[PreferencesAnswerEmailDigest] = {
    "daily",
    "off",
    "weekly",
}


def check_preferences_answer_email_digest(value: str) -> PreferencesAnswerEmailDigest:
    if value in PREFERENCES_ANSWER_EMAIL_DIGEST_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {PREFERENCES_ANSWER_EMAIL_DIGEST_VALUES!r}")
