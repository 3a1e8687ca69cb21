"""What letters say. Nothing in them is anyone's choice but a username, which has only plain characters."""

from collections.abc import Mapping
from dataclasses import dataclass
from string import Template
from types import MappingProxyType

from services.auth.letters.rules import LetterKind

_TEXTS: Mapping[LetterKind, tuple[str, str]] = MappingProxyType(
    {
        LetterKind.CONFIRM_ADDRESS: (
            "Confirm your e-mail address",
            (
                "Hello $username,\n\nsomebody, you we hope, has signed up to $place with this address. Confirm"
                " that it is yours within two days:\n\n$page/confirm-address#token=$token\n\nIf it was not you,"
                " do nothing.\n"
            ),
        ),
        LetterKind.CHANGE_ADDRESS: (
            "Confirm your new e-mail address",
            (
                "Hello $username,\n\nyou want to have your mail from $place here. Confirm it within two"
                " days:\n\n$page/confirm-address#token=$token\n\nUntil then your old address stays. If it was not"
                " you, do nothing.\n"
            ),
        ),
        LetterKind.RESET_PASSWORD: (
            "Choose a new password",
            (
                "Hello $username,\n\nsomebody, you we hope, has forgotten the password of your account in $place."
                " Choose a new one within an hour:\n\n$page/reset-password#token=$token\n\nThat ends your"
                " sessions on all devices. If it was not you, do nothing: your password stays.\n"
            ),
        ),
        LetterKind.ADDRESS_TAKEN: (
            "You have an account already",
            (
                "Hello $username,\n\nsomebody wanted to use this address in $place, where it is yours already. If"
                " it was you: log in as $username, or choose a new password at $page/reset-password. If not, do"
                " nothing.\n"
            ),
        ),
        LetterKind.ADDRESS_CHANGED: (
            "Your e-mail address was changed",
            (
                "Hello $username,\n\nthe address of your account in $place is another one now, and no mail comes"
                " here any more. If it was not you, tell the people who run $place at once.\n"
            ),
        ),
        LetterKind.PASSWORD_CHANGED: (
            "Your password was changed",
            (
                "Hello $username,\n\nthe password of your account in $place was changed, and other sessions were"
                " ended. If it was not you, choose a new one: $page/reset-password\n"
            ),
        ),
        LetterKind.NEW_PLACE: (
            "A login from a new place",
            (
                "Hello $username,\n\nsomebody, you we hope, has just logged in to your account in $place from a network"
                " from which you have not logged in during the last two months. If it was not you, choose a new"
                " password at once, which ends the sessions on all devices: $page/reset-password\n"
            ),
        ),
        LetterKind.PROVIDER_LINKED: (
            "A login was linked to your account",
            (
                "Hello $username,\n\nyou can log in to your account in $place at another provider now. If it was not"
                " you who linked it, choose a new password and unlink it: $page/account\n"
            ),
        ),
        LetterKind.SIGN_UP_APPROVED: (
            "Your account is open",
            ("Hello $username,\n\nyour account in $place has been approved. Log in: $page/login\n"),
        ),
        LetterKind.SIGN_UP_REFUSED: (
            "Your account was not opened",
            (
                "Hello $username,\n\nyour request for an account in $place was refused, and what you sent has"
                " been deleted.\n"
            ),
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Text:
    """A letter's subject and body."""

    subject: str
    body: str


def text_of(kind: LetterKind, *, username: str, place: str, page: str, token: str) -> Text:
    """`place` is the territory's name, `page` where its pages are; `token` is empty where none is needed."""
    subject, body = _TEXTS[kind]
    words = {"username": username, "place": place, "page": page, "token": token}
    return Text(f"{subject} – {place}", Template(body).substitute(words))
