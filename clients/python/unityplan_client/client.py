"""Where a territory is, and who calls it."""

from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

import httpx


@dataclass
class Client:
    """Someone who is not logged in.

    `base_url` ends in `/api` and names the territory by its host; where a host stands for several, send another with
    `headers={"Host": ...}`. `timeout` is in seconds for each phase of a call; `httpx_args` go to `httpx.Client` and
    `httpx.AsyncClient`. Connections stay open until the block `with client:` or `async with client:` ends.
    """

    base_url: str
    headers: dict[str, str] = field(default_factory=dict, kw_only=True)
    timeout: httpx.Timeout = field(default_factory=lambda: httpx.Timeout(30.0), kw_only=True)
    httpx_args: dict[str, Any] = field(default_factory=dict, kw_only=True)
    _client: httpx.Client | None = field(default=None, init=False, repr=False)
    _async_client: httpx.AsyncClient | None = field(default=None, init=False, repr=False)

    def get_httpx_client(self) -> httpx.Client:
        """The connections of `sync` calls."""
        if self._client is None:
            self._client = httpx.Client(**self._arguments())
        return self._client

    def get_async_httpx_client(self) -> httpx.AsyncClient:
        """The connections of `asyncio` calls."""
        if self._async_client is None:
            self._async_client = httpx.AsyncClient(**self._arguments())
        return self._async_client

    def __enter__(self) -> Self:
        self.get_httpx_client().__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.get_httpx_client().__exit__(kind, error, trace)
        self._client = None

    async def __aenter__(self) -> Self:
        await self.get_async_httpx_client().__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.get_async_httpx_client().__aexit__(kind, error, trace)
        self._async_client = None

    def _sent_headers(self) -> dict[str, str]:
        return self.headers

    def _arguments(self) -> dict[str, Any]:
        return {
            "base_url": self.base_url,
            "headers": self._sent_headers(),
            "timeout": self.timeout,
            **self.httpx_args,
        }


@dataclass
class AuthenticatedClient(Client):
    """Someone who is logged in, by the access token that registering, logging in and refreshing answer."""

    token: str = field(kw_only=True, repr=False)

    def _sent_headers(self) -> dict[str, str]:
        return {**self.headers, "Authorization": f"Bearer {self.token}"}
