from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.register_body import RegisterBody
from ...models.token_answer import TokenAnswer
from ...models.waiting_answer import WaitingAnswer
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    body: RegisterBody,
    x_reason: None | str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(x_reason, Unset):
        headers["x-reason"] = x_reason

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/auth/register",
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = {name: value for name, value in headers.items() if value is not None}
    return _kwargs


def _parsed(response: httpx.Response) -> TokenAnswer | WaitingAnswer:
    if response.status_code == 201:
        response_201 = TokenAnswer.from_dict(response.json())

        return response_201

    if response.status_code == 202:
        response_202 = WaitingAnswer.from_dict(response.json())

        return response_202

    raise errors.refusal(response)


def _answer(response: httpx.Response) -> Response[TokenAnswer | WaitingAnswer]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parsed(response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: RegisterBody,
    x_reason: None | str | Unset = UNSET,
) -> Response[TokenAnswer | WaitingAnswer]:
    """As `sync`, with the status and the headers of the answer."""
    return _answer(
        client.get_httpx_client().request(
            **_get_kwargs(
                body=body,
                x_reason=x_reason,
            )
        )
    )


def sync(
    *,
    client: AuthenticatedClient | Client,
    body: RegisterBody,
    x_reason: None | str | Unset = UNSET,
) -> TokenAnswer | WaitingAnswer:
    """Open an account and log in at once, or be told what to wait for (202).

    A taken username or e-mail address is 409, each with a code of its own. Where addresses must be verified a
    taken
    one gets the same answer as a free one, and its owner a letter.

    Args:
        x_reason (None | str | Unset): why; up to 300 characters, kept in events for ever: name nobody in it
        body (RegisterBody):

    Raises:
        errors.ProblemError: the territory refuses.
        errors.UnexpectedAnswerError: the answer is not of this API.
        httpx.TransportError: nobody answers.
    """
    return sync_detailed(
        client=client,
        body=body,
        x_reason=x_reason,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: RegisterBody,
    x_reason: None | str | Unset = UNSET,
) -> Response[TokenAnswer | WaitingAnswer]:
    """As `asyncio`, with the status and the headers of the answer."""
    return _answer(
        await client.get_async_httpx_client().request(
            **_get_kwargs(
                body=body,
                x_reason=x_reason,
            )
        )
    )


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    body: RegisterBody,
    x_reason: None | str | Unset = UNSET,
) -> TokenAnswer | WaitingAnswer:
    """Open an account and log in at once, or be told what to wait for (202).

    A taken username or e-mail address is 409, each with a code of its own. Where addresses must be verified a
    taken
    one gets the same answer as a free one, and its owner a letter.

    Args:
        x_reason (None | str | Unset): why; up to 300 characters, kept in events for ever: name nobody in it
        body (RegisterBody):

    Raises:
        errors.ProblemError: the territory refuses.
        errors.UnexpectedAnswerError: the answer is not of this API.
        httpx.TransportError: nobody answers.
    """
    return (
        await asyncio_detailed(
            client=client,
            body=body,
            x_reason=x_reason,
        )
    ).parsed
