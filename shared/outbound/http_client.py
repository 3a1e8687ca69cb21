"""The one door for outgoing HTTP: every call has a deadline, no redirect is followed, no proxy is read from outside."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

import httpx
import orjson

from shared.outbound.addresses import ForbiddenAddressError, Networks, resolve

CONNECT_SECONDS = 3.0
ANSWER_SECONDS = 10.0
MOST_CONNECTIONS = 20
LARGEST_ANSWER = 256 * 1024

OK = 200
REDIRECTS = range(300, 400)

Reason = Literal["forbidden-address", "away", "slow", "redirect", "status", "too-large", "encoded", "not-json"]


class NoAnswerError(Exception):
    """A call without a usable answer; `status` when there was one."""

    def __init__(self, reason: Reason, status: int | None = None) -> None:
        super().__init__(f"{reason} {status}" if status else reason)
        self.reason = reason
        self.status = status


@asynccontextmanager
async def open_client(base_url: str = "", *, socket_path: str | None = None) -> AsyncIterator[httpx.AsyncClient]:
    """A client for the length of the block, over TCP or over a unix socket.

    Use it where speed does not matter: it measures at a fiftieth of the gateway's own pool under load.
    """
    limits = httpx.Limits(max_connections=MOST_CONNECTIONS)
    transport = httpx.AsyncHTTPTransport(verify=_trusted(), uds=socket_path, limits=limits)
    async with httpx.AsyncClient(
        transport=transport,
        base_url=base_url,
        timeout=httpx.Timeout(ANSWER_SECONDS, connect=CONNECT_SECONDS),
        follow_redirects=False,
        trust_env=False,
    ) as client:
        yield client


@cache
def _trusted() -> ssl.SSLContext:
    """The certificates of public authorities, read once: that holds the loop for 20 ms and more."""
    return httpx.create_ssl_context(trust_env=False)


@dataclass(frozen=True, slots=True)
class StrangersClient:
    """Asks one host that is not ours for JSON; whatever it does costs little time and little memory.

    One host a client: its connections are kept by address, and another host's certificate was checked for another name.
    """

    client: httpx.AsyncClient
    allows_loopback: bool = False
    """Also over plain HTTP. Elsewhere only HTTPS to public addresses."""
    networks: Networks = ()
    """Inner networks that may be reached too, over HTTPS."""

    async def get_json(self, url: str, *, query: Mapping[str, str | int], headers: Mapping[str, str]) -> Any:  # noqa: ANN401 (any JSON value)
        """The answer of a GET, within 10 seconds and 256 KiB.

        Raises:
            NoAnswerError: everything else.
        """
        return await self._ask("GET", url, query, headers, None)

    async def post_form(self, url: str, *, form: Mapping[str, str], headers: Mapping[str, str]) -> Any:  # noqa: ANN401 (any JSON value)
        """The answer to a form, within the same limits.

        Raises:
            NoAnswerError: everything else.
        """
        return await self._ask("POST", url, {}, headers, form)

    async def _ask(
        self,
        method: str,
        url: str,
        query: Mapping[str, str | int],
        headers: Mapping[str, str],
        form: Mapping[str, str] | None,
    ) -> Any:  # noqa: ANN401 (any JSON value)
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                # Given none, what the address has of a query stays.
                asked = httpx.URL(url, params=dict(query)) if query else httpx.URL(url)
                return orjson.loads(await self._send(method, asked, headers, form))
        except TimeoutError:
            raise NoAnswerError("slow") from None
        except ForbiddenAddressError:
            raise NoAnswerError("forbidden-address") from None
        except (httpx.HTTPError, httpx.InvalidURL, OSError, UnicodeError) as error:
            raise NoAnswerError("slow" if isinstance(error, httpx.TimeoutException) else "away") from error
        except orjson.JSONDecodeError:
            raise NoAnswerError("not-json") from None

    async def _send(
        self, method: str, url: httpx.URL, headers: Mapping[str, str], form: Mapping[str, str] | None
    ) -> bytes:
        if url.scheme != "https" and not self.allows_loopback:
            raise ForbiddenAddressError
        port = url.port or (443 if url.scheme == "https" else 80)
        address = await resolve(url.host, port, allows_loopback=self.allows_loopback, networks=self.networks)
        if url.scheme != "https" and not address.is_loopback:
            raise ForbiddenAddressError
        request = self.client.build_request(
            method,
            url.copy_with(host=str(address)),
            data=form,
            headers={
                "accept": "application/json",
                "accept-encoding": "identity",
                **headers,
                "host": url.netloc.decode(),
            },
            # The connection goes to the address that was checked, the certificate is the name's.
            extensions={"sni_hostname": url.host},
        )
        answer = await self.client.send(request, stream=True)
        try:
            _require_plain_ok(answer)
            return await _read(answer)
        finally:
            await answer.aclose()


def _require_plain_ok(answer: httpx.Response) -> None:
    if answer.status_code in REDIRECTS:
        raise NoAnswerError("redirect", answer.status_code)
    if answer.status_code != OK:
        raise NoAnswerError("status", answer.status_code)
    # A kilobyte may unpack to a gigabyte.
    if answer.headers.get("content-encoding", "identity").lower() != "identity":
        raise NoAnswerError("encoded")


async def _read(answer: httpx.Response) -> bytes:
    body = bytearray()
    async for piece in answer.aiter_raw():
        body += piece
        if len(body) > LARGEST_ANSWER:
            raise NoAnswerError("too-large")
    return bytes(body)
