"""What a citizen does about their account at a whole pod, through the gateway."""

import re
import time
from datetime import timedelta

import httpx
import pytest
from websockets.exceptions import ConnectionClosed

from ops.embedded.places import find_place
from ops.retention.doors import as_superuser
from tests.support.citizen import PASSWORD, Citizen
from tests.support.eventually import eventually
from tests.support.pod import Pod, unityplan

NEW = "another sentence is as good a password"
REFRESH, CSRF = "__Host-unityplan-refresh", "__Host-unityplan-csrf"


async def token_in_letter(pod: Pod, address: str, about: str) -> str:
    """From the last letter to an address, as the operator of a pod on a laptop reads it."""

    async def found() -> str | None:
        outcome = await pod.command("mail", "--to", address, "--last", "1")
        assert outcome.code == 0, outcome.err
        matched = re.search(rf"Subject: {about}.*#token=(upm_[\w-]+)", outcome.out, re.DOTALL)
        return matched[1] if matched else None

    # Each look is a command of its own, which takes a second and more on a busy machine.
    token = await eventually(found, within=60)
    assert token is not None
    return token


async def test_a_citizen_confirms_an_address_and_gets_in_again_by_letters_in_the_pods_folder(dk: Pod) -> None:
    async with Citizen(dk.address()) as citizen:
        await citizen.register()
        email = f"{citizen.username}@example.org"
        assert (await citizen.get("/auth/me"))["is_email_verified"] is False
        token = await token_in_letter(dk, email, "Confirm your e-mail address")
        assert (await citizen.call("POST", "/auth/email/confirm", {"token": token})).status_code == 200
        assert (await citizen.get("/auth/me"))["is_email_verified"] is True
        assert (await citizen.call("POST", "/auth/password/forgotten", {"email": email})).status_code == 202
        token = await token_in_letter(dk, email, "Choose a new password")
        reset = await citizen.http.post("/auth/password/reset", json={"token": token, "password": NEW})
        assert reset.status_code == 204, reset.text
        # What was logged in is not any more.
        citizen.access_token = ""
        assert (await citizen.login(password=NEW)).access_token
        logs = "".join(path.read_text(errors="replace") for path in (dk.data / "logs").glob("*.log"))
        assert "service.started" in logs
        for secret in (PASSWORD, NEW, token, citizen.access_token, citizen.refresh_token, email):
            assert secret not in logs


async def test_a_page_stays_logged_in_by_cookie(dk: Pod) -> None:
    async with Citizen(dk.address()) as citizen:
        await citizen.register()
        http = citizen.http
        login = await http.post("/auth/browser/login", json={"identifier": citizen.username, "password": PASSWORD})
        cookies = kept(login)
        assert set(cookies) == {REFRESH, CSRF}
        http.cookies.clear()
        sent = {"cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
        assert (await http.post("/auth/browser/refresh", headers=sent)).status_code == 403
        refreshed = await http.post("/auth/browser/refresh", headers={**sent, "X-CSRF-Token": cookies[CSRF]})
        assert refreshed.status_code == 200, refreshed.text
        assert kept(refreshed)[REFRESH] != cookies[REFRESH]
        me = await http.get("/auth/me", headers={"Authorization": f"Bearer {refreshed.json()['access_token']}"})
        assert me.json()["username"] == citizen.username


def kept(answer: httpx.Response) -> dict[str, str]:
    lines = answer.headers.get_list("set-cookie")
    return dict(line.partition(";")[0].split("=", 1) for line in lines)


async def test_a_stolen_refresh_token_that_is_used_later_ends_the_session_and_its_sockets_within_two_seconds(
    dk: Pod,
) -> None:
    place = find_place(dk.name, dk.data)
    async with (
        Citizen(dk.address()) as citizen,
        as_superuser(place, place.settings.territories[0]) as database,
    ):
        await citizen.register()
        stolen = citizen.refresh_token
        await citizen.refresh()
        live = await citizen.connect()
        await database.execute(
            "UPDATE refresh_tokens SET used_at = used_at - $1::interval WHERE used_at IS NOT NULL AND session_id IN"
            " (SELECT id FROM sessions WHERE account_id = $2)",
            timedelta(seconds=11),
            citizen.id,
        )
        replayed = await citizen.http.post("/auth/refresh", json={"refresh_token": stolen})
        began = time.monotonic()
        assert (replayed.status_code, replayed.json()["code"]) == (401, "refresh-token-reused")
        with pytest.raises(ConnectionClosed):
            await live.next_event("nothing", within=2)
        assert live.socket.close_code == 4401

        async def is_refused() -> bool:
            return (await citizen.call("GET", "/auth/me")).status_code == 401

        await eventually(is_refused, within=2 - (time.monotonic() - began))
        answer = await citizen.http.post("/auth/refresh", json={"refresh_token": citizen.refresh_token})
        assert answer.json()["code"] == "refresh-token-invalid"


async def test_who_is_shut_out_is_out_within_two_seconds_sockets_included(dk: Pod) -> None:
    async with Citizen(dk.address()) as admin, Citizen(dk.address()) as citizen:
        await admin.register()
        options = ("--data", str(dk.data))
        granted = await unityplan("grant", dk.name, admin.username, "admin", *options, environment=dk.environment)
        assert granted.code == 0, granted.err
        await citizen.register()
        live = await citizen.connect()
        path, reason = f"/auth/accounts/{citizen.id}", {"X-Reason": "reported for threats"}
        shut = await admin.call("POST", f"{path}/disable", headers=reason)
        began = time.monotonic()
        assert shut.status_code == 204, shut.text
        with pytest.raises(ConnectionClosed):
            await live.next_event("nothing", within=2)
        assert live.socket.close_code == 4401

        async def is_refused() -> bool:
            answers = [await citizen.call("GET", path) for path in ("/auth/me", "/users/me", "/home")]
            return {answer.status_code for answer in answers} == {401}

        await eventually(is_refused, within=2 - (time.monotonic() - began))
        assert (await admin.call("POST", f"{path}/enable", headers=reason)).status_code == 204
        citizen.access_token = ""
        assert (await citizen.login()).access_token
