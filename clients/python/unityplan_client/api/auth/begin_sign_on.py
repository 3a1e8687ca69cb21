from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.flow_answer import FlowAnswer
from ...types import UNSET, Response, Unset


def _get_kwargs(
    provider: str,
    *,
    x_reason: None | str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(x_reason, Unset):
        headers["x-reason"] = x_reason

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/auth/sso/{provider}/begin".format(
            provider=quote(str(provider), safe=""),
        ),
    }

    _kwargs["headers"] = {name: value for name, value in headers.items() if value is not None}
    return _kwargs


def _parsed(response: httpx.Response) -> FlowAnswer:
    if response.status_code == 200:
        response_200 = FlowAnswer.from_dict(response.json())

        return response_200

    raise errors.refusal(response)


def _answer(response: httpx.Response) -> Response[FlowAnswer]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parsed(response),
    )


def sync_detailed(
    provider: str,
    *,
    client: AuthenticatedClient | Client,
    x_reason: None | str | Unset = UNSET,
) -> Response[FlowAnswer]:
    """As `sync`, with the status and the headers of the answer."""
    return _answer(
        client.get_httpx_client().request(
            **_get_kwargs(
                provider=provider,
                x_reason=x_reason,
            )
        )
    )


def sync(
    provider: str,
    *,
    client: AuthenticatedClient | Client,
    x_reason: None | str | Unset = UNSET,
) -> FlowAnswer:
    """Begin a login at a provider: send the browser to `authorization_url`, and keep `flow` until it is back.

    Args:
        provider (str):
        x_reason (None | str | Unset): why; up to 300 characters, kept in events for ever: name nobody in it

    Raises:
        errors.ProblemError: the territory refuses.
        errors.UnexpectedAnswerError: the answer is not of this API.
        httpx.TransportError: nobody answers.
    """
    return sync_detailed(
        provider=provider,
        client=client,
        x_reason=x_reason,
    ).parsed


async def asyncio_detailed(
    provider: str,
    *,
    client: AuthenticatedClient | Client,
    x_reason: None | str | Unset = UNSET,
) -> Response[FlowAnswer]:
    """As `asyncio`, with the status and the headers of the answer."""
    return _answer(
        await client.get_async_httpx_client().request(
            **_get_kwargs(
                provider=provider,
                x_reason=x_reason,
            )
        )
    )


async def asyncio(
    provider: str,
    *,
    client: AuthenticatedClient | Client,
    x_reason: None | str | Unset = UNSET,
) -> FlowAnswer:
    """Begin a login at a provider: send the browser to `authorization_url`, and keep `flow` until it is back.

    Args:
        provider (str):
        x_reason (None | str | Unset): why; up to 300 characters, kept in events for ever: name nobody in it

    Raises:
        errors.ProblemError: the territory refuses.
        errors.UnexpectedAnswerError: the answer is not of this API.
        httpx.TransportError: nobody answers.
    """
    return (
        await asyncio_detailed(
            provider=provider,
            client=client,
            x_reason=x_reason,
        )
    ).parsed
