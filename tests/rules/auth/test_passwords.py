"""Which passwords are refused, and why."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.auth.passwords.common_passwords import common_passwords
from services.auth.passwords.rules import is_sequence, normalise, password_fault, repeated_unit

COMMON = common_passwords()
NAMES = ("anna_larsen", "Anna.Larsen.1985@mail.example.org")

REFUSED = [
    ("", "password-too-short"),
    ("fourteen chars", "password-too-short"),
    ("e\u0301" * 14, "password-too-short"),
    ("\U0001f600" * 14, "password-too-short"),
    ("x" * 129, "password-too-long"),
    ("correct horse battery " * 6, "password-too-long"),
    ("a" * 1_000_000, "password-too-long"),
    ("aaaaaaaaaaaaaaa", "password-too-common"),
    ("               ", "password-too-common"),
    ("\U0001f600" * 15, "password-too-common"),
    ("abababababababab", "password-too-common"),
    ("123412341234123", "password-too-common"),
    ("passwordpassword", "password-too-common"),
    ("PasswordPassword", "password-too-common"),
    ("PASSWORDPASSWORDPASS", "password-too-common"),
    ("123456789123456789", "password-too-common"),
    ("12345678901234567890", "password-too-common"),
    ("iloveyouiloveyou", "password-too-common"),
    ("sunshinesunshine", "password-too-common"),
    ("letmeinletmeinletmein", "password-too-common"),
    ("qwertyqwertyqwerty", "password-too-common"),
    ("abcdefghijklmno", "password-too-common"),
    ("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "password-too-common"),
    ("zyxwvutsrqponmlk", "password-too-common"),
    ("1qaz2wsx3edc4rfv", "password-too-common"),
    ("1QAZ2wsx3EDC4rfv", "password-too-common"),
    ("123456789987654321", "password-too-common"),
    ("q1w2e3r4t5y6u7i8", "password-too-common"),
    ("Anna.Larsen.1985@mail.example.org", "password-like-name"),
    ("ANNA.larsen.1985@MAIL.example.org", "password-like-name"),
    ("anna.larsen.1985", "password-like-name"),
    ("Anna.Larsen.1985Anna.Larsen.1985", "password-like-name"),
    ("anna_larsenanna_larsen", "password-like-name"),
]

ACCEPTED = [
    "correct horse battery staple",
    "fifteen letters",
    "mit kodeord er langt",
    "Rødgrød med fløde!",
    "пароль для города",
    "東京都渋谷区の夏祭りはとても楽しい",
    "\U0001f600\U0001f601\U0001f602\U0001f603\U0001f604" * 2 + " five",
    "e\u0301te\u0301 en Provence",
    "0x9f3c7a1be2d405",
    "anna_larsen likes tea",
    "x" * 7 + "y" * 8,
    "correct horse battery " * 5 + "correct horse",
    "tab\tand\nnewline are fine",
    "abcdefghijklmnp",
    "passwordpassworD!",
]


@pytest.mark.parametrize(("password", "code"), REFUSED)
def test_a_guessable_password_is_refused_with_its_reason(password: str, code: str) -> None:
    fault = password_fault(password, NAMES, COMMON)
    assert fault is not None
    assert (fault.pointer, fault.code) == ("/password", code)


@pytest.mark.parametrize("password", ACCEPTED)
def test_a_long_password_needs_no_odd_characters(password: str) -> None:
    assert password_fault(password, NAMES, COMMON) is None


def test_the_length_is_counted_in_composed_characters() -> None:
    composed = "é" * 7 + "rue de la Paix"
    decomposed = unicodedata.normalize("NFD", composed)
    assert len(decomposed) > len(composed)
    assert normalise(decomposed) == composed
    longest = "élève à Orléans " * 8
    assert len(longest) == 128
    assert password_fault(unicodedata.normalize("NFD", longest), NAMES, ()) is None


def test_the_list_is_long_enough_to_help() -> None:
    assert len(COMMON) >= 10_000


@given(unit=st.text(min_size=1, max_size=12), times=st.integers(2, 8), tail=st.integers(0, 11))
def test_a_repeated_unit_is_found_wherever_it_is_cut(unit: str, times: int, tail: int) -> None:
    text = unit * times + unit[: tail % len(unit)]
    found = repeated_unit(text)
    assert len(found) <= len(unit)
    assert (found * len(text))[: len(text)] == text


@given(st.text(max_size=60))
def test_what_does_not_repeat_is_its_own_unit(text: str) -> None:
    unit = repeated_unit(text)
    assert text.startswith(unit)
    assert unit == text or len(unit) * 2 <= len(text)


def test_counting_is_a_sequence_and_words_are_not() -> None:
    assert is_sequence("abcdef")
    assert is_sequence("987654")
    assert not is_sequence("aaaaaa")
    assert not is_sequence("abcdeg")
