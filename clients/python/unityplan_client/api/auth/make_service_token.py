from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient
from ...models.access_token_body import AccessTokenBody
from ...models.made_token_answer import MadeTokenAnswer
from ...types import UNSET, Response, Unset


def _get_kwargs(
    account_id: UUID,
    *,
    body: AccessTokenBody,
    x_reason: None | str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(x_reason, Unset):
        headers["x-reason"] = x_reason

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/auth/service-accounts/{account_id}/tokens".format(
            account_id=quote(str(account_id), safe=""),
        ),
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = {name: value for name, value in headers.items() if value is not None}
    return _kwargs


def _parsed(response: httpx.Response) -> MadeTokenAnswer:
    if response.status_code == 201:
        response_201 = MadeTokenAnswer.from_dict(response.json())

        return response_201

    raise errors.refusal(response)


def _answer(response: httpx.Response) -> Response[MadeTokenAnswer]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parsed(response),
    )


def sync_detailed(
    account_id: UUID,
    *,
    client: AuthenticatedClient,
    body: AccessTokenBody,
    x_reason: None | str | Unset = UNSET,
) -> Response[MadeTokenAnswer]:
    """As `sync`, with the status and the headers of the answer."""
    return _answer(
        client.get_httpx_client().request(
            **_get_kwargs(
                account_id=account_id,
                body=body,
                x_reason=x_reason,
            )
        )
    )


def sync(
    account_id: UUID,
    *,
    client: AuthenticatedClient,
    body: AccessTokenBody,
    x_reason: None | str | Unset = UNSET,
) -> MadeTokenAnswer:
    """Make an access token of a service account, for no more than one may oneself.

    Needs `services:manage`.

    Args:
        account_id (UUID):
        x_reason (None | str | Unset): why; up to 300 characters, kept in events for ever: name nobody in it
        body (AccessTokenBody):

    Raises:
        errors.ProblemError: the territory refuses.
        errors.UnexpectedAnswerError: the answer is not of this API.
        httpx.TransportError: nobody answers.
    """
    return sync_detailed(
        account_id=account_id,
        client=client,
        body=body,
        x_reason=x_reason,
    ).parsed


async def asyncio_detailed(
    account_id: UUID,
    *,
    client: AuthenticatedClient,
    body: AccessTokenBody,
    x_reason: None | str | Unset = UNSET,
) -> Response[MadeTokenAnswer]:
    """As `asyncio`, with the status and the headers of the answer."""
    return _answer(
        await client.get_async_httpx_client().request(
            **_get_kwargs(
                account_id=account_id,
                body=body,
                x_reason=x_reason,
            )
        )
    )


async def asyncio(
    account_id: UUID,
    *,
    client: AuthenticatedClient,
    body: AccessTokenBody,
    x_reason: None | str | Unset = UNSET,
) -> MadeTokenAnswer:
    """Make an access token of a service account, for no more than one may oneself.

    Needs `services:manage`.

    Args:
        account_id (UUID):
        x_reason (None | str | Unset): why; up to 300 characters, kept in events for ever: name nobody in it
        body (AccessTokenBody):

    Raises:
        errors.ProblemError: the territory refuses.
        errors.UnexpectedAnswerError: the answer is not of this API.
        httpx.TransportError: nobody answers.
    """
    return (
        await asyncio_detailed(
            account_id=account_id,
            client=client,
            body=body,
            x_reason=x_reason,
        )
    ).parsed
