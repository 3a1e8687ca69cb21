from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient
from ...models.acceptance_answer import AcceptanceAnswer
from ...types import UNSET, Response, Unset


def _get_kwargs(
    territory: str,
    *,
    idempotency_key: None | str | Unset = UNSET,
    x_reason: None | str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(idempotency_key, Unset):
        headers["idempotency-key"] = idempotency_key

    if not isinstance(x_reason, Unset):
        headers["x-reason"] = x_reason

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/events/witness/{territory}/accept".format(
            territory=quote(str(territory), safe=""),
        ),
    }

    _kwargs["headers"] = {name: value for name, value in headers.items() if value is not None}
    return _kwargs


def _parsed(response: httpx.Response) -> AcceptanceAnswer:
    if response.status_code == 200:
        response_200 = AcceptanceAnswer.from_dict(response.json())

        return response_200

    raise errors.refusal(response)


def _answer(response: httpx.Response) -> Response[AcceptanceAnswer]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parsed(response),
    )


def sync_detailed(
    territory: str,
    *,
    client: AuthenticatedClient,
    idempotency_key: None | str | Unset = UNSET,
    x_reason: None | str | Unset = UNSET,
) -> Response[AcceptanceAnswer]:
    """As `sync`, with the status and the headers of the answer."""
    return _answer(
        client.get_httpx_client().request(
            **_get_kwargs(
                territory=territory,
                idempotency_key=idempotency_key,
                x_reason=x_reason,
            )
        )
    )


def sync(
    territory: str,
    *,
    client: AuthenticatedClient,
    idempotency_key: None | str | Unset = UNSET,
    x_reason: None | str | Unset = UNSET,
) -> AcceptanceAnswer:
    """Take a neighbour's history as it is now and cosign again.

    Needs the permission `events:operate`.

    Args:
        territory (str): a territory's code
        idempotency_key (None | str | Unset): 1 to 255 visible ASCII characters
        x_reason (None | str | Unset): why; up to 300 characters, kept in events for ever: name nobody in it

    Raises:
        errors.ProblemError: the territory refuses.
        errors.UnexpectedAnswerError: the answer is not of this API.
        httpx.TransportError: nobody answers.
    """
    return sync_detailed(
        territory=territory,
        client=client,
        idempotency_key=idempotency_key,
        x_reason=x_reason,
    ).parsed


async def asyncio_detailed(
    territory: str,
    *,
    client: AuthenticatedClient,
    idempotency_key: None | str | Unset = UNSET,
    x_reason: None | str | Unset = UNSET,
) -> Response[AcceptanceAnswer]:
    """As `asyncio`, with the status and the headers of the answer."""
    return _answer(
        await client.get_async_httpx_client().request(
            **_get_kwargs(
                territory=territory,
                idempotency_key=idempotency_key,
                x_reason=x_reason,
            )
        )
    )


async def asyncio(
    territory: str,
    *,
    client: AuthenticatedClient,
    idempotency_key: None | str | Unset = UNSET,
    x_reason: None | str | Unset = UNSET,
) -> AcceptanceAnswer:
    """Take a neighbour's history as it is now and cosign again.

    Needs the permission `events:operate`.

    Args:
        territory (str): a territory's code
        idempotency_key (None | str | Unset): 1 to 255 visible ASCII characters
        x_reason (None | str | Unset): why; up to 300 characters, kept in events for ever: name nobody in it

    Raises:
        errors.ProblemError: the territory refuses.
        errors.UnexpectedAnswerError: the answer is not of this API.
        httpx.TransportError: nobody answers.
    """
    return (
        await asyncio_detailed(
            territory=territory,
            client=client,
            idempotency_key=idempotency_key,
            x_reason=x_reason,
        )
    ).parsed
