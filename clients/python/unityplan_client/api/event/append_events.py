from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient
from ...models.append_answer import AppendAnswer
from ...models.append_body import AppendBody
from ...types import UNSET, Response, Unset


def _get_kwargs(
    stream: str,
    *,
    body: AppendBody,
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
        "url": "/events/streams/{stream}".format(
            stream=quote(str(stream), safe=""),
        ),
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = {name: value for name, value in headers.items() if value is not None}
    return _kwargs


def _parsed(response: httpx.Response) -> AppendAnswer:
    if response.status_code == 201:
        response_201 = AppendAnswer.from_dict(response.json())

        return response_201

    raise errors.refusal(response)


def _answer(response: httpx.Response) -> Response[AppendAnswer]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parsed(response),
    )


def sync_detailed(
    stream: str,
    *,
    client: AuthenticatedClient,
    body: AppendBody,
    idempotency_key: None | str | Unset = UNSET,
    x_reason: None | str | Unset = UNSET,
) -> Response[AppendAnswer]:
    """As `sync`, with the status and the headers of the answer."""
    return _answer(
        client.get_httpx_client().request(
            **_get_kwargs(
                stream=stream,
                body=body,
                idempotency_key=idempotency_key,
                x_reason=x_reason,
            )
        )
    )


def sync(
    stream: str,
    *,
    client: AuthenticatedClient,
    body: AppendBody,
    idempotency_key: None | str | Unset = UNSET,
    x_reason: None | str | Unset = UNSET,
) -> AppendAnswer:
    """Append events to a stream, all or none.

    Needs the permission `events:append`.

    Args:
        stream (str):
        idempotency_key (None | str | Unset): 1 to 255 visible ASCII characters
        x_reason (None | str | Unset): why; up to 300 characters, kept in events for ever: name nobody in it
        body (AppendBody): Events for one stream, all or none.

    Raises:
        errors.ProblemError: the territory refuses.
        errors.UnexpectedAnswerError: the answer is not of this API.
        httpx.TransportError: nobody answers.
    """
    return sync_detailed(
        stream=stream,
        client=client,
        body=body,
        idempotency_key=idempotency_key,
        x_reason=x_reason,
    ).parsed


async def asyncio_detailed(
    stream: str,
    *,
    client: AuthenticatedClient,
    body: AppendBody,
    idempotency_key: None | str | Unset = UNSET,
    x_reason: None | str | Unset = UNSET,
) -> Response[AppendAnswer]:
    """As `asyncio`, with the status and the headers of the answer."""
    return _answer(
        await client.get_async_httpx_client().request(
            **_get_kwargs(
                stream=stream,
                body=body,
                idempotency_key=idempotency_key,
                x_reason=x_reason,
            )
        )
    )


async def asyncio(
    stream: str,
    *,
    client: AuthenticatedClient,
    body: AppendBody,
    idempotency_key: None | str | Unset = UNSET,
    x_reason: None | str | Unset = UNSET,
) -> AppendAnswer:
    """Append events to a stream, all or none.

    Needs the permission `events:append`.

    Args:
        stream (str):
        idempotency_key (None | str | Unset): 1 to 255 visible ASCII characters
        x_reason (None | str | Unset): why; up to 300 characters, kept in events for ever: name nobody in it
        body (AppendBody): Events for one stream, all or none.

    Raises:
        errors.ProblemError: the territory refuses.
        errors.UnexpectedAnswerError: the answer is not of this API.
        httpx.TransportError: nobody answers.
    """
    return (
        await asyncio_detailed(
            stream=stream,
            client=client,
            body=body,
            idempotency_key=idempotency_key,
            x_reason=x_reason,
        )
    ).parsed
