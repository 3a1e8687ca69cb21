"""Passkeys, made and used by an authenticator without hardware."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import httpx
import jwt
import pytest
from fido2.webauthn import AuthenticatorData

from tests.services.auth.visitor import Visitor
from tests.support.citizen import Json
from tests.support.soft_authenticator import SoftAuthenticator


def code_of(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json().get("code", "")


async def registered(visitor: Visitor, token: str, device: SoftAuthenticator) -> httpx.Response:
    begun = await visitor.post("/auth/factors/passkeys/options", None, token)
    assert begun.status_code == 201, begun.text
    credential = device.create(begun.json()["options"])
    body = {"challenge_id": begun.json()["challenge_id"], "credential": credential, "name": "Phone"}
    return await visitor.post("/auth/factors/passkeys", body, token)


async def challenged(visitor: Visitor) -> Json:
    return (await visitor.post("/auth/passkeys/options", None)).json()


async def entered(visitor: Visitor, device: SoftAuthenticator, challenge: Json | None = None) -> httpx.Response:
    challenge = challenge or await challenged(visitor)
    body = {"challenge_id": challenge["challenge_id"], "credential": device.get(challenge["options"])}
    return await visitor.post("/auth/passkeys/login", body)


async def test_a_passkey_is_registered_logs_in_steps_up_and_is_removed(visitor: Visitor) -> None:
    tokens, device = await visitor.register(), SoftAuthenticator()
    other = (await visitor.login(tokens["user"]["username"])).json()
    made = await registered(visitor, tokens["access_token"], device)
    assert made.status_code == 201, made.text
    await visitor.is_revoked(other["access_token"])
    (shown,) = (await visitor.get("/auth/factors", tokens["access_token"])).json()["passkeys"]
    assert (shown["id"], shown["name"], shown["last_used_at"]) == (made.json()["id"], "Phone", None)

    answer = await entered(visitor, device)
    assert answer.status_code == 200, answer.text
    assert answer.json()["user"]["id"] == tokens["user"]["id"]
    claims = jwt.decode(answer.json()["access_token"], options={"verify_signature": False})
    assert claims["aal"] == "aal2"

    # A login by password is one factor; what is dangerous wants the passkey then.
    plain = (await visitor.login(tokens["user"]["username"])).json()["access_token"]
    path = f"/auth/factors/passkeys/{made.json()['id']}"
    assert code_of(await visitor.delete(path, plain)) == (401, "step-up-required")
    challenge = await challenged(visitor)
    body = {"challenge_id": challenge["challenge_id"], "credential": device.get(challenge["options"])}
    stepped = await visitor.post("/auth/passkeys/step-up", body, plain)
    assert stepped.status_code == 200, stepped.text
    assert (await visitor.delete(path, stepped.json()["access_token"])).status_code == 204
    assert code_of(await entered(visitor, device)) == (401, "passkey-refused")
    kinds = [event["type"] for event in await visitor.events_about(tokens["user"]["id"])]
    assert {"auth.second_factor.added", "auth.second_factor.removed", "auth.session.stepped_up"} <= set(kinds)


async def test_a_challenge_is_answered_once_and_only_as_what_it_was_given_for(visitor: Visitor) -> None:
    tokens, device = await visitor.register(), SoftAuthenticator()
    begun = (await visitor.post("/auth/factors/passkeys/options", None, tokens["access_token"])).json()
    body = {
        "challenge_id": begun["challenge_id"],
        "credential": device.create(begun["options"]),
        "name": "Phone",
    }
    stranger = (await visitor.register())["access_token"]
    assert code_of(await visitor.post("/auth/factors/passkeys", body, stranger)) == (401, "challenge-unknown")
    assert (await visitor.post("/auth/factors/passkeys", body, tokens["access_token"])).status_code == 201
    assert code_of(await visitor.post("/auth/factors/passkeys", body, tokens["access_token"])) == (
        401,
        "challenge-unknown",
    )
    challenge = await challenged(visitor)
    assert (await entered(visitor, device, challenge)).status_code == 200
    assert code_of(await entered(visitor, device, challenge)) == (401, "challenge-unknown")
    # Another's passkey steps nobody up.
    challenge = await challenged(visitor)
    answer = {"challenge_id": challenge["challenge_id"], "credential": device.get(challenge["options"])}
    assert code_of(await visitor.post("/auth/passkeys/step-up", answer, stranger)) == (401, "passkey-refused")


LIES: dict[str, Callable[[SoftAuthenticator], object]] = {
    "another page": lambda device: setattr(device, "origin", "https://evil.example"),
    "a page of a neighbour": lambda device: setattr(device, "origin", "http://localhost.evil.example:3000"),
    "another relying party": lambda device: setattr(device, "relying_party", "evil.example"),
    "nobody there": lambda device: setattr(device, "flags", AuthenticatorData.FLAG.UV),
    "an owner that was not verified": lambda device: setattr(device, "flags", AuthenticatorData.FLAG.UP),
    "a counter that went backwards": lambda device: setattr(device, "count", 0),
    "another key": lambda device: setattr(device, "key", SoftAuthenticator().key),
    "another passkey": lambda device: setattr(device, "credential_id", b"x" * 32),
}


@pytest.mark.parametrize("lie", LIES)
async def test_a_passkey_that_lies_is_refused(visitor: Visitor, lie: str) -> None:
    tokens, device = await visitor.register(), SoftAuthenticator(count=5)
    assert (await registered(visitor, tokens["access_token"], device)).status_code == 201
    liar = replace(device)
    LIES[lie](liar)
    assert code_of(await entered(visitor, liar)) == (401, "passkey-refused")
    assert (await entered(visitor, device)).status_code == 200


@pytest.mark.parametrize("lie", ["another page", "another relying party", "an owner that was not verified"])
async def test_a_passkey_that_lies_is_not_registered(visitor: Visitor, lie: str) -> None:
    device = SoftAuthenticator()
    LIES[lie](device)
    token = (await visitor.register())["access_token"]
    assert code_of(await registered(visitor, token, device)) == (401, "passkey-refused")
    assert (await visitor.get("/auth/factors", token)).json()["passkeys"] == []


async def test_a_passkey_is_one_accounts_alone(visitor: Visitor) -> None:
    device = SoftAuthenticator()
    assert (await registered(visitor, (await visitor.register())["access_token"], device)).status_code == 201
    again = await registered(visitor, (await visitor.register())["access_token"], device)
    assert code_of(again) == (409, "passkey-exists")


@pytest.mark.parametrize(
    "credential", ["", "{}", "[]", "null", '{"id": 1}', "x" * 8000, '{"response":{}}', "[" * 4000, '{"id":"\\ud800"}']
)
async def test_what_is_no_answer_of_a_passkey_is_refused(visitor: Visitor, credential: str) -> None:
    challenge = await challenged(visitor)
    body: dict[str, Any] = {"challenge_id": challenge["challenge_id"], "credential": credential}
    answer = await visitor.post("/auth/passkeys/login", body)
    assert code_of(answer) in {(401, "passkey-refused"), (422, "json-not-storable")}, answer.text


async def test_options_name_no_account(visitor: Visitor) -> None:
    options = (await challenged(visitor))["options"]
    assert options["userVerification"] == "required"
    assert not options.get("allowCredentials")
    assert json.dumps(options).count("localhost") == 1
