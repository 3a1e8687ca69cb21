from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.confirm_email_again_body import ConfirmEmailAgainBody
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    body: ConfirmEmailAgainBody,
    x_reason: None | str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(x_reason, Unset):
        headers["x-reason"] = x_reason

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/auth/email/confirm-again",
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = {name: value for name, value in headers.items() if value is not None}
    return _kwargs


def _parsed(response: httpx.Response) -> None:
    if response.status_code == 202:
        return None
    raise errors.refusal(response)


def _answer(response: httpx.Response) -> Response[None]:
    _parsed(response)
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=None,
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: ConfirmEmailAgainBody,
    x_reason: None | str | Unset = UNSET,
) -> Response[None]:
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
    body: ConfirmEmailAgainBody,
    x_reason: None | str | Unset = UNSET,
) -> None:
    """Have the letter sent again; one answer whether somebody waits for it or not.

    Args:
        x_reason (None | str | Unset): why; up to 300 characters, kept in events for ever: name nobody in it
        body (ConfirmEmailAgainBody):

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
    body: ConfirmEmailAgainBody,
    x_reason: None | str | Unset = UNSET,
) -> Response[None]:
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
    body: ConfirmEmailAgainBody,
    x_reason: None | str | Unset = UNSET,
) -> None:
    """Have the letter sent again; one answer whether somebody waits for it or not.

    Args:
        x_reason (None | str | Unset): why; up to 300 characters, kept in events for ever: name nobody in it
        body (ConfirmEmailAgainBody):

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
