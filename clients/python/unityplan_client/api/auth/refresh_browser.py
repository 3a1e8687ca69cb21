from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.browser_token_answer import BrowserTokenAnswer
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    x_csrf_token: None | str | Unset = UNSET,
    x_reason: None | str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(x_csrf_token, Unset):
        headers["x-csrf-token"] = x_csrf_token

    if not isinstance(x_reason, Unset):
        headers["x-reason"] = x_reason

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/auth/browser/refresh",
    }

    _kwargs["headers"] = {name: value for name, value in headers.items() if value is not None}
    return _kwargs


def _parsed(response: httpx.Response) -> BrowserTokenAnswer:
    if response.status_code == 200:
        response_200 = BrowserTokenAnswer.from_dict(response.json())

        return response_200

    raise errors.refusal(response)


def _answer(response: httpx.Response) -> Response[BrowserTokenAnswer]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parsed(response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    x_csrf_token: None | str | Unset = UNSET,
    x_reason: None | str | Unset = UNSET,
) -> Response[BrowserTokenAnswer]:
    """As `sync`, with the status and the headers of the answer."""
    return _answer(
        client.get_httpx_client().request(
            **_get_kwargs(
                x_csrf_token=x_csrf_token,
                x_reason=x_reason,
            )
        )
    )


def sync(
    *,
    client: AuthenticatedClient | Client,
    x_csrf_token: None | str | Unset = UNSET,
    x_reason: None | str | Unset = UNSET,
) -> BrowserTokenAnswer:
    """Exchange the cookie for the next one, and get the next access token: also what a page does when it is loaded.

    Args:
        x_csrf_token (None | str | Unset): `csrf_token` of the last answer, or its cookie
        x_reason (None | str | Unset): why; up to 300 characters, kept in events for ever: name nobody in it

    Raises:
        errors.ProblemError: the territory refuses.
        errors.UnexpectedAnswerError: the answer is not of this API.
        httpx.TransportError: nobody answers.
    """
    return sync_detailed(
        client=client,
        x_csrf_token=x_csrf_token,
        x_reason=x_reason,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    x_csrf_token: None | str | Unset = UNSET,
    x_reason: None | str | Unset = UNSET,
) -> Response[BrowserTokenAnswer]:
    """As `asyncio`, with the status and the headers of the answer."""
    return _answer(
        await client.get_async_httpx_client().request(
            **_get_kwargs(
                x_csrf_token=x_csrf_token,
                x_reason=x_reason,
            )
        )
    )


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    x_csrf_token: None | str | Unset = UNSET,
    x_reason: None | str | Unset = UNSET,
) -> BrowserTokenAnswer:
    """Exchange the cookie for the next one, and get the next access token: also what a page does when it is loaded.

    Args:
        x_csrf_token (None | str | Unset): `csrf_token` of the last answer, or its cookie
        x_reason (None | str | Unset): why; up to 300 characters, kept in events for ever: name nobody in it

    Raises:
        errors.ProblemError: the territory refuses.
        errors.UnexpectedAnswerError: the answer is not of this API.
        httpx.TransportError: nobody answers.
    """
    return (
        await asyncio_detailed(
            client=client,
            x_csrf_token=x_csrf_token,
            x_reason=x_reason,
        )
    ).parsed
