from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.bundle import Bundle
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    stream: None | str | Unset = UNSET,
    from_: int | None | Unset = UNSET,
    to: int | None | Unset = UNSET,
    since_size: int | None | Unset = UNSET,
    x_reason: None | str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(x_reason, Unset):
        headers["x-reason"] = x_reason

    params: dict[str, Any] = {}

    json_stream: None | str | Unset
    if isinstance(stream, Unset):
        json_stream = UNSET
    else:
        json_stream = stream
    params["stream"] = json_stream

    json_from_: int | None | Unset
    if isinstance(from_, Unset):
        json_from_ = UNSET
    else:
        json_from_ = from_
    params["from"] = json_from_

    json_to: int | None | Unset
    if isinstance(to, Unset):
        json_to = UNSET
    else:
        json_to = to
    params["to"] = json_to

    json_since_size: int | None | Unset
    if isinstance(since_size, Unset):
        json_since_size = UNSET
    else:
        json_since_size = since_size
    params["since_size"] = json_since_size

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/events/bundle",
        "params": params,
    }

    _kwargs["headers"] = {name: value for name, value in headers.items() if value is not None}
    return _kwargs


def _parsed(response: httpx.Response) -> Bundle:
    if response.status_code == 200:
        response_200 = Bundle.from_dict(response.json())

        return response_200

    raise errors.refusal(response)


def _answer(response: httpx.Response) -> Response[Bundle]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parsed(response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    stream: None | str | Unset = UNSET,
    from_: int | None | Unset = UNSET,
    to: int | None | Unset = UNSET,
    since_size: int | None | Unset = UNSET,
    x_reason: None | str | Unset = UNSET,
) -> Response[Bundle]:
    """As `sync`, with the status and the headers of the answer."""
    return _answer(
        client.get_httpx_client().request(
            **_get_kwargs(
                stream=stream,
                from_=from_,
                to=to,
                since_size=since_size,
                x_reason=x_reason,
            )
        )
    )


def sync(
    *,
    client: AuthenticatedClient | Client,
    stream: None | str | Unset = UNSET,
    from_: int | None | Unset = UNSET,
    to: int | None | Unset = UNSET,
    since_size: int | None | Unset = UNSET,
    x_reason: None | str | Unset = UNSET,
) -> Bundle:
    """Events as hashed, each with its audit path to one signed head: what the offline verifier takes.

    Of `from` and `to` positions, or of `stream`. Events of public types are for everyone; of the others operators
    and
    auditors get all, a person what they caused, and of positions that they may not read the leaf's hash.

    Args:
        stream (None | str | Unset): a stream, not positions
        from_ (int | None | Unset): a position, or a version
        to (int | None | Unset): included; at most 1,000
        since_size (int | None | Unset): size of a head that you kept
        x_reason (None | str | Unset): why; up to 300 characters, kept in events for ever: name nobody in it

    Raises:
        errors.ProblemError: the territory refuses.
        errors.UnexpectedAnswerError: the answer is not of this API.
        httpx.TransportError: nobody answers.
    """
    return sync_detailed(
        client=client,
        stream=stream,
        from_=from_,
        to=to,
        since_size=since_size,
        x_reason=x_reason,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    stream: None | str | Unset = UNSET,
    from_: int | None | Unset = UNSET,
    to: int | None | Unset = UNSET,
    since_size: int | None | Unset = UNSET,
    x_reason: None | str | Unset = UNSET,
) -> Response[Bundle]:
    """As `asyncio`, with the status and the headers of the answer."""
    return _answer(
        await client.get_async_httpx_client().request(
            **_get_kwargs(
                stream=stream,
                from_=from_,
                to=to,
                since_size=since_size,
                x_reason=x_reason,
            )
        )
    )


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    stream: None | str | Unset = UNSET,
    from_: int | None | Unset = UNSET,
    to: int | None | Unset = UNSET,
    since_size: int | None | Unset = UNSET,
    x_reason: None | str | Unset = UNSET,
) -> Bundle:
    """Events as hashed, each with its audit path to one signed head: what the offline verifier takes.

    Of `from` and `to` positions, or of `stream`. Events of public types are for everyone; of the others operators
    and
    auditors get all, a person what they caused, and of positions that they may not read the leaf's hash.

    Args:
        stream (None | str | Unset): a stream, not positions
        from_ (int | None | Unset): a position, or a version
        to (int | None | Unset): included; at most 1,000
        since_size (int | None | Unset): size of a head that you kept
        x_reason (None | str | Unset): why; up to 300 characters, kept in events for ever: name nobody in it

    Raises:
        errors.ProblemError: the territory refuses.
        errors.UnexpectedAnswerError: the answer is not of this API.
        httpx.TransportError: nobody answers.
    """
    return (
        await asyncio_detailed(
            client=client,
            stream=stream,
            from_=from_,
            to=to,
            since_size=since_size,
            x_reason=x_reason,
        )
    ).parsed
