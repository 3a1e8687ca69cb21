"""Names and addresses that a citizen may register with."""

import re

import pytest

from services.auth.accounts.rules import USERNAME_PATTERN, folded_username, shown_name
from services.auth.letters.mailbox import EMAIL_PATTERN, folded_email


@pytest.mark.parametrize("username", ["abc", "Anna", "anna_larsen", "x" * 30, "007", "___"])
def test_a_username_of_letters_digits_and_underscores_is_fine(username: str) -> None:
    assert re.fullmatch(USERNAME_PATTERN, username)


@pytest.mark.parametrize(
    "username", ["", "ab", "x" * 31, "anna larsen", "anna-larsen", "ænna", "a.b.c", "anna@x", "an\nna"]
)
def test_any_other_username_is_not(username: str) -> None:
    assert not re.fullmatch(USERNAME_PATTERN, username)


@pytest.mark.parametrize(
    "email",
    [
        "a@b.co",
        "anna.larsen+list@mail.example.org",
        "O'Brien@example.ie",
        "ünïcode@example.org",
        "a@xn--bcher-kva.example",
    ],
)
def test_an_ordinary_address_is_fine(email: str) -> None:
    assert re.fullmatch(EMAIL_PATTERN, email)


@pytest.mark.parametrize(
    "email",
    [
        "",
        "a",
        "a@",
        "@b.co",
        "a@b",
        "a b@c.de",
        "a@@b.co",
        '"q"@b.co',
        "a@[1.2.3.4]",
        "a@-b.co",
        "a@b-.co",
        "a@b..co",
        "a@b.co.",
        "a\x00@b.co",
        "a@b.c",
    ],
)
def test_what_no_mail_server_takes_is_not(email: str) -> None:
    assert not re.fullmatch(EMAIL_PATTERN, email)


def test_names_are_compared_without_regard_to_case() -> None:
    assert folded_username("Anna") == folded_username("anNA")
    assert folded_email("Anna@Straße.Example.org") == folded_email("anna@STRASSE.example.ORG")


def test_a_citizen_without_a_display_name_is_called_as_they_typed() -> None:
    assert shown_name(None, "AnnaLarsen") == "AnnaLarsen"
    assert shown_name("Anna L.", "AnnaLarsen") == "Anna L."
