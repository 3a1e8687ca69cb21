from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient
from ...types import UNSET, Response, Unset


def _get_kwargs(
    consumer: str,
    position: int,
    *,
    x_reason: None | str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(x_reason, Unset):
        headers["x-reason"] = x_reason

    _kwargs: dict[str, Any] = {
        "method": "delete",
        "url": "/events/parked/{consumer}/{position}".format(
            consumer=quote(str(consumer), safe=""),
            position=quote(str(position), safe=""),
        ),
    }

    _kwargs["headers"] = {name: value for name, value in headers.items() if value is not None}
    return _kwargs


def _parsed(response: httpx.Response) -> None:
    if response.status_code == 204:
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
    consumer: str,
    position: int,
    *,
    client: AuthenticatedClient,
    x_reason: None | str | Unset = UNSET,
) -> Response[None]:
    """As `sync`, with the status and the headers of the answer."""
    return _answer(
        client.get_httpx_client().request(
            **_get_kwargs(
                consumer=consumer,
                position=position,
                x_reason=x_reason,
            )
        )
    )


def sync(
    consumer: str,
    position: int,
    *,
    client: AuthenticatedClient,
    x_reason: None | str | Unset = UNSET,
) -> None:
    """Give a parked event up: this consumer never handles it.

    Needs the permission `events:operate`.

    Args:
        consumer (str): a consumer's name
        position (int):
        x_reason (None | str | Unset): why; up to 300 characters, kept in events for ever: name nobody in it

    Raises:
        errors.ProblemError: the territory refuses.
        errors.UnexpectedAnswerError: the answer is not of this API.
        httpx.TransportError: nobody answers.
    """
    return sync_detailed(
        consumer=consumer,
        position=position,
        client=client,
        x_reason=x_reason,
    ).parsed


async def asyncio_detailed(
    consumer: str,
    position: int,
    *,
    client: AuthenticatedClient,
    x_reason: None | str | Unset = UNSET,
) -> Response[None]:
    """As `asyncio`, with the status and the headers of the answer."""
    return _answer(
        await client.get_async_httpx_client().request(
            **_get_kwargs(
                consumer=consumer,
                position=position,
                x_reason=x_reason,
            )
        )
    )


async def asyncio(
    consumer: str,
    position: int,
    *,
    client: AuthenticatedClient,
    x_reason: None | str | Unset = UNSET,
) -> None:
    """Give a parked event up: this consumer never handles it.

    Needs the permission `events:operate`.

    Args:
        consumer (str): a consumer's name
        position (int):
        x_reason (None | str | Unset): why; up to 300 characters, kept in events for ever: name nobody in it

    Raises:
        errors.ProblemError: the territory refuses.
        errors.UnexpectedAnswerError: the answer is not of this API.
        httpx.TransportError: nobody answers.
    """
    return (
        await asyncio_detailed(
            consumer=consumer,
            position=position,
            client=client,
            x_reason=x_reason,
        )
    ).parsed
