from typing import Literal

PreferencesAnswerTheme = Literal["dark", "light", "system"]

PREFERENCES_ANSWER_THEME_VALUES: set[PreferencesAnswerTheme] = {
    "dark",
    "light",
    "system",
}


def check_preferences_answer_theme(value: str) -> PreferencesAnswerTheme:
    if value in PREFERENCES_ANSWER_THEME_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {PREFERENCES_ANSWER_THEME_VALUES!r}")
