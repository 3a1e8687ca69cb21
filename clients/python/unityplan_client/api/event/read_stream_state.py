import datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient
from ...models.state_answer import StateAnswer
from ...types import UNSET, Response, Unset


def _get_kwargs(
    stream: str,
    *,
    version: int | None | Unset = UNSET,
    at: datetime.datetime | None | Unset = UNSET,
    reveal: bool | Unset = False,
    x_reason: None | str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(x_reason, Unset):
        headers["x-reason"] = x_reason

    params: dict[str, Any] = {}

    json_version: int | None | Unset
    if isinstance(version, Unset):
        json_version = UNSET
    else:
        json_version = version
    params["version"] = json_version

    json_at: None | str | Unset
    if isinstance(at, Unset):
        json_at = UNSET
    elif isinstance(at, datetime.datetime):
        json_at = at.isoformat()
    else:
        json_at = at
    params["at"] = json_at

    params["reveal"] = reveal

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/events/streams/{stream}/state".format(
            stream=quote(str(stream), safe=""),
        ),
        "params": params,
    }

    _kwargs["headers"] = {name: value for name, value in headers.items() if value is not None}
    return _kwargs


def _parsed(response: httpx.Response) -> StateAnswer:
    if response.status_code == 200:
        response_200 = StateAnswer.from_dict(response.json())

        return response_200

    raise errors.refusal(response)


def _answer(response: httpx.Response) -> Response[StateAnswer]:
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
    version: int | None | Unset = UNSET,
    at: datetime.datetime | None | Unset = UNSET,
    reveal: bool | Unset = False,
    x_reason: None | str | Unset = UNSET,
) -> Response[StateAnswer]:
    """As `sync`, with the status and the headers of the answer."""
    return _answer(
        client.get_httpx_client().request(
            **_get_kwargs(
                stream=stream,
                version=version,
                at=at,
                reveal=reveal,
                x_reason=x_reason,
            )
        )
    )


def sync(
    stream: str,
    *,
    client: AuthenticatedClient,
    version: int | None | Unset = UNSET,
    at: datetime.datetime | None | Unset = UNSET,
    reveal: bool | Unset = False,
    x_reason: None | str | Unset = UNSET,
) -> StateAnswer:
    """Every field's last value, in the newest form of the events' types; the newest state unless a moment is given.

    Operators and auditors see every stream's, a person that of a stream whose events that person caused, all of
    them.

    Args:
        stream (str):
        version (int | None | Unset): after this event
        at (datetime.datetime | None | Unset): after the last event up to this time
        reveal (bool | Unset): decrypt personal fields Default: False.
        x_reason (None | str | Unset): why; up to 300 characters, kept in events for ever: name nobody in it

    Raises:
        errors.ProblemError: the territory refuses.
        errors.UnexpectedAnswerError: the answer is not of this API.
        httpx.TransportError: nobody answers.
    """
    return sync_detailed(
        stream=stream,
        client=client,
        version=version,
        at=at,
        reveal=reveal,
        x_reason=x_reason,
    ).parsed


async def asyncio_detailed(
    stream: str,
    *,
    client: AuthenticatedClient,
    version: int | None | Unset = UNSET,
    at: datetime.datetime | None | Unset = UNSET,
    reveal: bool | Unset = False,
    x_reason: None | str | Unset = UNSET,
) -> Response[StateAnswer]:
    """As `asyncio`, with the status and the headers of the answer."""
    return _answer(
        await client.get_async_httpx_client().request(
            **_get_kwargs(
                stream=stream,
                version=version,
                at=at,
                reveal=reveal,
                x_reason=x_reason,
            )
        )
    )


async def asyncio(
    stream: str,
    *,
    client: AuthenticatedClient,
    version: int | None | Unset = UNSET,
    at: datetime.datetime | None | Unset = UNSET,
    reveal: bool | Unset = False,
    x_reason: None | str | Unset = UNSET,
) -> StateAnswer:
    """Every field's last value, in the newest form of the events' types; the newest state unless a moment is given.

    Operators and auditors see every stream's, a person that of a stream whose events that person caused, all of
    them.

    Args:
        stream (str):
        version (int | None | Unset): after this event
        at (datetime.datetime | None | Unset): after the last event up to this time
        reveal (bool | Unset): decrypt personal fields Default: False.
        x_reason (None | str | Unset): why; up to 300 characters, kept in events for ever: name nobody in it

    Raises:
        errors.ProblemError: the territory refuses.
        errors.UnexpectedAnswerError: the answer is not of this API.
        httpx.TransportError: nobody answers.
    """
    return (
        await asyncio_detailed(
            stream=stream,
            client=client,
            version=version,
            at=at,
            reveal=reveal,
            x_reason=x_reason,
        )
    ).parsed
