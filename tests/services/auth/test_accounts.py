"""Opening an account and reading one's own."""

import asyncio

import pytest

from tests.services.auth.visitor import Visitor
from tests.support.citizen import PASSWORD, unused_name


def registration(**changes: object) -> dict[str, object]:
    name = unused_name()
    body = {"username": name, "email": f"{name}@example.org", "password": PASSWORD, **changes}
    return {key: value for key, value in body.items() if value is not ...}


class TestRegister:
    async def test_a_citizen_is_logged_in_at_once(self, visitor: Visitor) -> None:
        name = unused_name()
        answer = await visitor.post("/auth/register", registration(username=name.upper(), display_name=" Anna L. "))
        body = answer.json()
        assert answer.status_code == 201
        assert answer.headers["location"] == f"/api/users/{body['user']['id']}"
        assert answer.headers["cache-control"] == "no-store, no-transform"
        assert set(body) == {"user", "access_token", "refresh_token", "token_type", "expires_in"}
        assert (body["token_type"], body["expires_in"]) == ("Bearer", 900)
        assert (body["user"]["username"], body["user"]["display_name"]) == (name, "Anna L.")
        me = await visitor.get("/auth/me", body["access_token"])
        assert me.status_code == 200
        assert me.json()["id"] == body["user"]["id"]
        assert (me.json()["roles"], me.json()["permissions"]) == ([], [])
        assert int(me.headers["x-position"]) >= 0

    @pytest.mark.parametrize(
        ("changes", "pointer", "code"),
        [
            ({"username": ...}, "/username", "missing"),
            ({"email": ...}, "/email", "missing"),
            ({"password": ...}, "/password", "missing"),
            ({"username": "ab"}, "/username", "string-pattern-mismatch"),
            ({"username": "x" * 31}, "/username", "string-pattern-mismatch"),
            ({"username": "anna larsen"}, "/username", "string-pattern-mismatch"),
            ({"username": "anna\n"}, "/username", "string-pattern-mismatch"),
            ({"username": "'; DROP TABLE accounts; --"}, "/username", "string-pattern-mismatch"),
            ({"username": 7}, "/username", "string-type"),
            ({"username": None}, "/username", "string-type"),
            ({"email": "nowhere"}, "/email", "string-pattern-mismatch"),
            ({"email": "x" * 64 + "@" + "y" * 190 + ".example"}, "/email", "string-too-long"),
            ({"email": ["a@b.co"]}, "/email", "string-type"),
            ({"display_name": "  "}, "/display_name", "string-too-short"),
            ({"display_name": "x" * 81}, "/display_name", "string-too-long"),
            ({"display_name": "bell\x07"}, "/display_name", "string-pattern-mismatch"),
            ({"password": 123456789012345}, "/password", "string-type"),
            ({"password": "fourteen chars"}, "/password", "password-too-short"),
            ({"password": "x" * 200}, "/password", "password-too-long"),
            ({"password": "passwordpassword"}, "/password", "password-too-common"),
            ({"username": "annas_long_username", "password": "Annas_Long_Username"}, "/password", "password-like-name"),
            ({"invitation": "K7-FQ"}, "/invitation", "invitation-unknown"),
            ({"role": "admin"}, "/role", "extra-forbidden"),
        ],
    )
    async def test_a_wrong_field_is_named_and_nothing_is_written(
        self, visitor: Visitor, changes: dict[str, object], pointer: str, code: str
    ) -> None:
        before = await visitor.count_events()
        answer = await visitor.post("/auth/register", registration(**changes))
        assert answer.status_code == 422, answer.text
        assert answer.headers["content-type"] == "application/problem+json"
        assert [(error["pointer"], error["code"]) for error in answer.json()["errors"]] == [(pointer, code)]
        assert await visitor.count_events() == before

    @pytest.mark.parametrize(
        ("body", "status"),
        [
            (b"{", 400),
            (b"\xff\xfe", 400),
            (b'{"username":"\\ud800"}', 422),
            (b'{"username":"a\\u0000b"}', 422),
            (b"[]", 422),
            (b"", 422),
        ],
    )
    async def test_a_body_that_is_no_registration_is_refused(self, visitor: Visitor, body: bytes, status: int) -> None:
        headers = {"content-type": "application/json"}
        answer = await visitor.http.post("/auth/register", content=body, headers=headers)
        assert answer.status_code == status, answer.text

    async def test_a_form_is_not_json(self, visitor: Visitor) -> None:
        answer = await visitor.http.post("/auth/register", data={"username": "anna"})
        assert answer.status_code == 415

    async def test_a_name_and_an_address_are_given_once_whatever_their_case(self, visitor: Visitor) -> None:
        first = registration()
        assert (await visitor.post("/auth/register", first)).status_code == 201
        same_name = await visitor.post("/auth/register", registration(username=str(first["username"]).upper()))
        same_address = await visitor.post("/auth/register", registration(email=str(first["email"]).upper()))
        assert (same_name.status_code, same_name.json()["code"]) == (409, "username-taken")
        assert (same_address.status_code, same_address.json()["code"]) == (409, "email-taken")

    async def test_of_many_at_once_one_gets_the_name(self, visitor: Visitor) -> None:
        name = unused_name()
        answers = await asyncio.gather(
            *(visitor.post("/auth/register", registration(username=name)) for _ in range(10))
        )
        assert sorted(answer.status_code for answer in answers) == [201] + [409] * 9

    async def test_the_record_shows_the_account_and_its_session_with_personal_fields_encrypted(
        self, visitor: Visitor
    ) -> None:
        body = registration()
        user = (await visitor.post("/auth/register", body)).json()["user"]
        events = await visitor.events_about(user["id"])
        assert [event["type"] for event in events] == ["auth.account.registered", "auth.session.started"]
        for name in ("username", "email", "display_name"):
            assert set(events[0]["data"][name]) == {"person", "cipher"}
        assert str(body["email"]) not in str(events)


class TestMe:
    async def test_nobody_is_told_who_they_are_without_a_token(self, visitor: Visitor) -> None:
        answer = await visitor.http.get("/auth/me")
        assert (answer.status_code, answer.json()["code"]) == (401, "token-missing")
        assert answer.headers["www-authenticate"].startswith("Bearer")

    async def test_an_unchanged_account_is_not_sent_twice(self, visitor: Visitor) -> None:
        tokens = await visitor.register()
        first = await visitor.get("/auth/me", tokens["access_token"])
        again = await visitor.get("/auth/me", tokens["access_token"], {"If-None-Match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
