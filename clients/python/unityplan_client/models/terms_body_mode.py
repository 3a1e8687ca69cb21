from typing import Literal

TermsBodyMode = Literal["approval", "invitation", "open"]

TERMS_BODY_MODE_VALUES: set[TermsBodyMode] = {
    "approval",
    "invitation",
    "open",
}


def check_terms_body_mode(value: str) -> TermsBodyMode:
    if value in TERMS_BODY_MODE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {TERMS_BODY_MODE_VALUES!r}")
