"""Logging in at another provider, and what a provider that lies gets."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
import jwt
import pytest
import pytest_asyncio

from services.auth.single_sign_on.provider import Provider
from tests.services.auth.visitor import Visitor, visiting
from tests.support.citizen import PASSWORD, Json, unused_name
from tests.support.identity_provider import CLIENT_ID, IdentityProvider, identity_provider, rsa_key
from tests.support.postbox import Postbox, postbox
from tests.support.servers import Servers


def somebody(**claims: Any) -> dict[str, Any]:  # noqa: ANN401 (any claim)
    name = unused_name("pupil")
    return {
        "sub": f"subject-{name}",
        "email": f"{name}@school.example",
        "email_verified": True,
        "preferred_username": name,
        **claims,
    }


@dataclass(slots=True)
class Page:
    """A territory's page that somebody logs in at, and the provider that they are sent to."""

    visitor: Visitor
    provider: IdentityProvider
    box: Postbox
    id: str = "school"

    async def begin(self) -> Json:
        answer = await self.visitor.post(f"/auth/sso/{self.id}/begin", {})
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def finish(self, flow: str, returned: dict[str, str], **more: Json) -> httpx.Response:
        return await self.visitor.post(f"/auth/sso/{self.id}/finish", {"flow": flow, **returned, **more})

    async def log_in(self, person: dict[str, Any], **more: Json) -> httpx.Response:
        """The whole way: to the provider, back with its answer, and in."""
        self.provider.person = person
        begun = await self.begin()
        return await self.finish(begun["flow"], await self.provider.browse(begun["authorization_url"]), **more)

    async def call(self, token: str, path: str, body: Json) -> httpx.Response:
        return await self.visitor.http.post(path, json=body, headers={"Authorization": f"Bearer {token}"})

    async def link(self, token: str, person: dict[str, Any], password: str = PASSWORD) -> httpx.Response:
        self.provider.person = person
        begun = await self.call(token, f"/auth/sso/{self.id}/link", {"password": password})
        if begun.status_code != 200:
            return begun
        returned = await self.provider.browse(begun.json()["authorization_url"])
        return await self.call(token, f"/auth/sso/{self.id}/link/finish", {"flow": begun.json()["flow"], **returned})


@pytest_asyncio.fixture(scope="module")
async def shared_page(servers: Servers) -> AsyncIterator[Page]:
    territory = await servers.new_territory()
    async with identity_provider() as provider, postbox() as box:
        school = Provider(**provider.settings)
        trusted = Provider(**{**provider.settings, "id": "trusted", "links_verified_email": True})
        settings = {"oidc_providers": (school, trusted), "smtp_url": box.url, "auth_verification": "optional"}
        async with visiting(servers, territory, **settings) as visitor:
            await visitor.keys_are_made()
            yield Page(visitor, provider, box)


@pytest.fixture
def page(shared_page: Page) -> Page:
    shared_page.provider.behave()
    shared_page.id = "school"
    return shared_page


class TestLogIn:
    async def test_the_first_time_opens_an_account_and_the_next_times_its_sessions(self, page: Page) -> None:
        person = somebody(name="Pia Pupil")
        first = await page.log_in(person)
        assert first.status_code == 200, first.text
        user = first.json()["user"]
        assert (user["username"], user["email"], user["display_name"]) == (
            person["preferred_username"],
            person["email"],
            "Pia Pupil",
        )
        me = (await page.visitor.get("/auth/me", first.json()["access_token"])).json()
        assert me["is_email_verified"] is True
        again = await page.log_in({**person, "email": "another@school.example", "preferred_username": "another"})
        assert again.json()["user"] == user
        types = [event["type"] for event in await page.visitor.events_about(user["id"])]
        assert types.count("auth.identity.linked") == types.count("auth.account.registered") == 1
        assert types.count("auth.session.started") == 2

    async def test_the_providers_are_listed_without_their_secrets(self, page: Page) -> None:
        answer = await page.visitor.http.get("/auth/sso")
        assert answer.json() == {
            "items": [{"id": "school", "name": "The school"}, {"id": "trusted", "name": "The school"}]
        }
        missing = await page.visitor.post("/auth/sso/nowhere/begin", {})
        assert (missing.status_code, missing.json()["code"]) == (404, "provider-not-found")

    async def test_a_name_that_is_taken_gets_a_number_and_a_chosen_one_is_kept(self, page: Page) -> None:
        taken = (await page.visitor.register())["user"]["username"]
        other = (await page.log_in(somebody(preferred_username=taken))).json()["user"]["username"]
        assert other.startswith(taken[:20])
        assert other != taken
        chosen = unused_name()
        assert (await page.log_in(somebody(), username=chosen)).json()["user"]["username"] == chosen
        refused = await page.log_in(somebody(), username=taken)
        assert (refused.status_code, refused.json()["code"]) == (409, "username-taken")

    async def test_an_account_without_a_password_is_not_opened_by_any(self, page: Page) -> None:
        user = (await page.log_in(somebody())).json()["user"]
        for guess in ("", "nobody has this password", PASSWORD):
            assert (await page.visitor.login(user["username"], guess)).status_code == 401

    async def test_a_disabled_account_stays_closed(self, page: Page) -> None:
        person = somebody()
        user = (await page.log_in(person)).json()["user"]
        await page.visitor.disable(user["id"])
        answer = await page.log_in(person)
        assert (answer.status_code, answer.json()["code"]) == (401, "sign-on-refused")

    async def test_without_an_address_there_is_no_account(self, page: Page) -> None:
        answer = await page.log_in({"sub": "without an address"})
        assert (answer.status_code, answer.json()["code"]) == (422, "sign-on-email-missing")


class TestLinking:
    @pytest.mark.parametrize(
        ("provider", "claims"),
        [("school", {}), ("school", {"email_verified": False}), ("trusted", {"email_verified": False})],
    )
    async def test_an_address_that_somebody_has_here_opens_nothing(
        self, page: Page, provider: str, claims: Json
    ) -> None:
        owner = await page.visitor.register()
        await page.visitor.verify_email(owner["user"]["id"])
        page.id = provider
        answer = await page.log_in(somebody(email=owner["user"]["email"], **claims))
        assert (answer.status_code, answer.json()["code"]) == (409, "sign-on-email-taken")

    @pytest.mark.parametrize("verified", ["true", 1, None, "yes"])
    async def test_what_only_looks_verified_is_not(self, page: Page, verified: Json) -> None:
        owner = await page.visitor.register()
        await page.visitor.verify_email(owner["user"]["id"])
        page.id = "trusted"
        answer = await page.log_in(somebody(email=owner["user"]["email"], email_verified=verified))
        assert answer.status_code == 409

    async def test_a_trusted_providers_verified_address_opens_an_account_that_has_verified_the_same(
        self, page: Page
    ) -> None:
        owner = (await page.visitor.register())["user"]
        page.id = "trusted"
        early = await page.log_in(somebody(email=owner["email"].upper()))
        assert early.status_code == 409
        await page.visitor.verify_email(owner["id"])
        answer = await page.log_in(somebody(email=owner["email"].upper()))
        assert answer.json()["user"]["id"] == owner["id"]
        await page.box.letter_to(owner["email"], "A login was linked")

    async def test_a_citizen_links_a_provider_and_unlinks_it(self, page: Page) -> None:
        tokens, person = await page.visitor.register(), somebody()
        token = tokens["access_token"]
        wrong = await page.link(token, person, "a wrong guess it is")
        assert (wrong.status_code, wrong.json()["code"]) == (403, "password-wrong")
        assert (await page.link(token, person)).status_code == 204
        assert (await page.log_in(person)).json()["user"]["id"] == tokens["user"]["id"]
        links = (await page.visitor.get("/auth/links", token)).json()["items"]
        assert [link["provider"] for link in links] == ["school"]
        other = await page.visitor.register()
        taken = await page.link(other["access_token"], person)
        assert (taken.status_code, taken.json()["code"]) == (409, "identity-taken")
        assert (await page.visitor.delete("/auth/links/school", token)).status_code == 204
        assert (await page.visitor.delete("/auth/links/school", token)).status_code == 404
        assert (await page.visitor.get("/auth/links", token)).json() == {"items": []}

    async def test_the_last_way_into_an_account_stays(self, page: Page) -> None:
        token = (await page.log_in(somebody())).json()["access_token"]
        answer = await page.visitor.delete("/auth/links/school", token)
        assert (answer.status_code, answer.json()["code"]) == (409, "last-way-in")
        assert len((await page.visitor.get("/auth/links", token)).json()["items"]) == 1

    async def test_a_link_is_finished_by_who_began_it(self, page: Page) -> None:
        anna, bo = await page.visitor.register(), await page.visitor.register()
        page.provider.person = somebody()
        begun = (await page.call(anna["access_token"], "/auth/sso/school/link", {"password": PASSWORD})).json()
        returned = await page.provider.browse(begun["authorization_url"])
        body = {"flow": begun["flow"], **returned}
        stolen = await page.call(bo["access_token"], "/auth/sso/school/link/finish", body)
        assert (stolen.status_code, stolen.json()["code"]) == (422, "sign-on-flow-invalid")
        assert (await page.finish(begun["flow"], returned)).status_code == 422


class TestFlow:
    async def test_an_answer_is_good_once_and_in_the_browser_that_asked(self, page: Page) -> None:
        page.provider.person = somebody()
        begun, other = await page.begin(), await page.begin()
        returned = await page.provider.browse(begun["authorization_url"])
        for flow in (other["flow"], "upf_made_up"):
            answer = await page.finish(flow, returned)
            assert (answer.status_code, answer.json()["code"]) == (422, "sign-on-flow-invalid")
        answers = await asyncio.gather(*(page.finish(begun["flow"], returned) for _ in range(5)))
        assert sorted(answer.status_code for answer in answers) == [200] + [422] * 4

    async def test_an_answer_that_comes_too_late_or_elsewhere_is_refused(self, page: Page) -> None:
        page.provider.person = somebody()
        begun = await page.begin()
        returned = await page.provider.browse(begun["authorization_url"])
        page.id = "trusted"
        assert (await page.finish(begun["flow"], returned)).json()["code"] == "sign-on-flow-invalid"
        page.id = "school"
        await page.visitor.age_flows(timedelta(minutes=10, seconds=1))
        assert (await page.finish(begun["flow"], returned)).json()["code"] == "sign-on-flow-invalid"

    async def test_a_code_of_another_login_is_refused_by_its_challenge(self, page: Page) -> None:
        page.provider.person = somebody()
        mine, theirs = await page.begin(), await page.begin()
        returned = await page.provider.browse(mine["authorization_url"])
        stolen = await page.provider.browse(theirs["authorization_url"])
        answer = await page.finish(mine["flow"], {**returned, "code": stolen["code"]})
        assert (answer.status_code, answer.json()["code"]) == (401, "sign-on-refused")

    @pytest.mark.parametrize("iss", ["https://evil.example", ...])
    async def test_an_answer_that_another_provider_gave_is_refused(self, page: Page, iss: Json) -> None:
        def changed(back: Json) -> Json:
            return {name: value for name, value in {**back, "iss": iss}.items() if value is not ...}

        page.provider.change_answer = changed
        answer = await page.log_in(somebody())
        assert (answer.status_code, answer.json()["code"]) == (401, "sign-on-refused")


OTHER_KEY = rsa_key()
HMAC_KEY = "x" * 40


def unsigned(claims: Json) -> str:
    return jwt.encode(claims, "", "none")


def by_another_key(claims: Json) -> str:
    return jwt.encode(claims, OTHER_KEY, "RS256", {"kid": "one"})


def by_an_unknown_key(claims: Json) -> str:
    return jwt.encode(claims, OTHER_KEY, "RS256", {"kid": "two"})


def by_a_shared_secret(claims: Json) -> str:
    return jwt.encode(claims, HMAC_KEY, "HS256", {"kid": "one"})


def with_a_key_of_its_own(claims: Json) -> str:
    key = jwt.algorithms.RSAAlgorithm.to_jwk(OTHER_KEY.public_key(), as_dict=True)
    return jwt.encode(claims, OTHER_KEY, "RS256", {"jwk": key, "jku": "http://127.0.0.1:1/keys"})


class TestLies:
    @pytest.mark.parametrize(
        "sign", [unsigned, by_another_key, by_an_unknown_key, by_a_shared_secret, with_a_key_of_its_own]
    )
    async def test_a_token_that_the_provider_did_not_sign_is_refused(
        self, page: Page, sign: Callable[[Json], str]
    ) -> None:
        page.provider.sign = sign
        answer = await page.log_in(somebody())
        assert (answer.status_code, answer.json()["code"]) == (401, "sign-on-refused")

    @pytest.mark.parametrize(
        "change",
        [
            {"iss": "https://evil.example"},
            {"iss": ...},
            {"aud": "another client"},
            {"aud": [CLIENT_ID, "another client"]},
            {"aud": [CLIENT_ID, "another client"], "azp": "another client"},
            {"azp": "another client"},
            {"aud": ...},
            {"nonce": "of another login"},
            {"nonce": ...},
            {"nonce": 7},
            {"exp": 1},
            {"exp": ...},
            {"iat": 1},
            {"iat": ...},
            {"iat": 4_000_000_000},
            {"nbf": 4_000_000_000},
            {"sub": ...},
            {"sub": ""},
            {"sub": "x" * 256},
            {"sub": 7},
        ],
        ids=str,
    )
    async def test_a_token_that_says_something_else_is_refused(self, page: Page, change: Json) -> None:
        def changed(claims: Json) -> Json:
            return {name: value for name, value in {**claims, **change}.items() if value is not ...}

        page.provider.change_claims = changed
        answer = await page.log_in(somebody())
        assert (answer.status_code, answer.json()["code"]) == (401, "sign-on-refused")

    async def test_texts_that_are_not_of_their_form_are_not_taken(self, page: Page) -> None:
        person = somebody(name="bell\x07", preferred_username=["a"], picture={"x": "y"})
        user = (await page.log_in(person)).json()["user"]
        assert user["display_name"] == user["username"]

    async def test_a_new_key_of_the_provider_is_learned(self, page: Page) -> None:
        # Each provider of the settings keeps keys of its own.
        page.id = "trusted"
        assert (await page.log_in(somebody())).status_code == 200
        page.provider.key, page.provider.kid = rsa_key(), "new"
        assert (await page.log_in(somebody())).status_code == 200
