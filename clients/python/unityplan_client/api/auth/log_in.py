from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.login_body import LoginBody
from ...models.token_answer import TokenAnswer
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    body: LoginBody,
    x_reason: None | str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(x_reason, Unset):
        headers["x-reason"] = x_reason

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/auth/login",
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = {name: value for name, value in headers.items() if value is not None}
    return _kwargs


def _parsed(response: httpx.Response) -> TokenAnswer:
    if response.status_code == 200:
        response_200 = TokenAnswer.from_dict(response.json())

        return response_200

    raise errors.refusal(response)


def _answer(response: httpx.Response) -> Response[TokenAnswer]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parsed(response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: LoginBody,
    x_reason: None | str | Unset = UNSET,
) -> Response[TokenAnswer]:
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
    body: LoginBody,
    x_reason: None | str | Unset = UNSET,
) -> TokenAnswer:
    """Log in by username or e-mail.

    Unknown, wrong and disabled get one answer, in one time.

    After five failures each next try has to wait, at first a second and at most a quarter of an hour (429).

    Args:
        x_reason (None | str | Unset): why; up to 300 characters, kept in events for ever: name nobody in it
        body (LoginBody):

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
    body: LoginBody,
    x_reason: None | str | Unset = UNSET,
) -> Response[TokenAnswer]:
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
    body: LoginBody,
    x_reason: None | str | Unset = UNSET,
) -> TokenAnswer:
    """Log in by username or e-mail.

    Unknown, wrong and disabled get one answer, in one time.

    After five failures each next try has to wait, at first a second and at most a quarter of an hour (429).

    Args:
        x_reason (None | str | Unset): why; up to 300 characters, kept in events for ever: name nobody in it
        body (LoginBody):

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
