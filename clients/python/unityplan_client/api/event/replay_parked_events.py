from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient
from ...models.parked_progress import ParkedProgress
from ...types import UNSET, Response, Unset


def _get_kwargs(
    consumer: str,
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
        "url": "/events/parked/{consumer}/replay".format(
            consumer=quote(str(consumer), safe=""),
        ),
    }

    _kwargs["headers"] = {name: value for name, value in headers.items() if value is not None}
    return _kwargs


def _parsed(response: httpx.Response) -> ParkedProgress:
    if response.status_code == 202:
        response_202 = ParkedProgress.from_dict(response.json())

        return response_202

    raise errors.refusal(response)


def _answer(response: httpx.Response) -> Response[ParkedProgress]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parsed(response),
    )


def sync_detailed(
    consumer: str,
    *,
    client: AuthenticatedClient,
    idempotency_key: None | str | Unset = UNSET,
    x_reason: None | str | Unset = UNSET,
) -> Response[ParkedProgress]:
    """As `sync`, with the status and the headers of the answer."""
    return _answer(
        client.get_httpx_client().request(
            **_get_kwargs(
                consumer=consumer,
                idempotency_key=idempotency_key,
                x_reason=x_reason,
            )
        )
    )


def sync(
    consumer: str,
    *,
    client: AuthenticatedClient,
    idempotency_key: None | str | Unset = UNSET,
    x_reason: None | str | Unset = UNSET,
) -> ParkedProgress:
    """Have the consumer handle its parked events again, 1,000 a call.

    Needs the permission `events:operate`.

    Args:
        consumer (str): a consumer's name
        idempotency_key (None | str | Unset): 1 to 255 visible ASCII characters
        x_reason (None | str | Unset): why; up to 300 characters, kept in events for ever: name nobody in it

    Raises:
        errors.ProblemError: the territory refuses.
        errors.UnexpectedAnswerError: the answer is not of this API.
        httpx.TransportError: nobody answers.
    """
    return sync_detailed(
        consumer=consumer,
        client=client,
        idempotency_key=idempotency_key,
        x_reason=x_reason,
    ).parsed


async def asyncio_detailed(
    consumer: str,
    *,
    client: AuthenticatedClient,
    idempotency_key: None | str | Unset = UNSET,
    x_reason: None | str | Unset = UNSET,
) -> Response[ParkedProgress]:
    """As `asyncio`, with the status and the headers of the answer."""
    return _answer(
        await client.get_async_httpx_client().request(
            **_get_kwargs(
                consumer=consumer,
                idempotency_key=idempotency_key,
                x_reason=x_reason,
            )
        )
    )


async def asyncio(
    consumer: str,
    *,
    client: AuthenticatedClient,
    idempotency_key: None | str | Unset = UNSET,
    x_reason: None | str | Unset = UNSET,
) -> ParkedProgress:
    """Have the consumer handle its parked events again, 1,000 a call.

    Needs the permission `events:operate`.

    Args:
        consumer (str): a consumer's name
        idempotency_key (None | str | Unset): 1 to 255 visible ASCII characters
        x_reason (None | str | Unset): why; up to 300 characters, kept in events for ever: name nobody in it

    Raises:
        errors.ProblemError: the territory refuses.
        errors.UnexpectedAnswerError: the answer is not of this API.
        httpx.TransportError: nobody answers.
    """
    return (
        await asyncio_detailed(
            consumer=consumer,
            client=client,
            idempotency_key=idempotency_key,
            x_reason=x_reason,
        )
    ).parsed
