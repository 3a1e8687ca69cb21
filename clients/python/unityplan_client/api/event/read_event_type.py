from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.event_type_answer import EventTypeAnswer
from ...types import UNSET, Response, Unset


def _get_kwargs(
    event_type: str,
    *,
    x_reason: None | str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(x_reason, Unset):
        headers["x-reason"] = x_reason

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/events/catalogue/{event_type}".format(
            event_type=quote(str(event_type), safe=""),
        ),
    }

    _kwargs["headers"] = {name: value for name, value in headers.items() if value is not None}
    return _kwargs


def _parsed(response: httpx.Response) -> EventTypeAnswer:
    if response.status_code == 200:
        response_200 = EventTypeAnswer.from_dict(response.json())

        return response_200

    raise errors.refusal(response)


def _answer(response: httpx.Response) -> Response[EventTypeAnswer]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parsed(response),
    )


def sync_detailed(
    event_type: str,
    *,
    client: AuthenticatedClient | Client,
    x_reason: None | str | Unset = UNSET,
) -> Response[EventTypeAnswer]:
    """As `sync`, with the status and the headers of the answer."""
    return _answer(
        client.get_httpx_client().request(
            **_get_kwargs(
                event_type=event_type,
                x_reason=x_reason,
            )
        )
    )


def sync(
    event_type: str,
    *,
    client: AuthenticatedClient | Client,
    x_reason: None | str | Unset = UNSET,
) -> EventTypeAnswer:
    """One type of event.

    Public.

    Args:
        event_type (str):
        x_reason (None | str | Unset): why; up to 300 characters, kept in events for ever: name nobody in it

    Raises:
        errors.ProblemError: the territory refuses.
        errors.UnexpectedAnswerError: the answer is not of this API.
        httpx.TransportError: nobody answers.
    """
    return sync_detailed(
        event_type=event_type,
        client=client,
        x_reason=x_reason,
    ).parsed


async def asyncio_detailed(
    event_type: str,
    *,
    client: AuthenticatedClient | Client,
    x_reason: None | str | Unset = UNSET,
) -> Response[EventTypeAnswer]:
    """As `asyncio`, with the status and the headers of the answer."""
    return _answer(
        await client.get_async_httpx_client().request(
            **_get_kwargs(
                event_type=event_type,
                x_reason=x_reason,
            )
        )
    )


async def asyncio(
    event_type: str,
    *,
    client: AuthenticatedClient | Client,
    x_reason: None | str | Unset = UNSET,
) -> EventTypeAnswer:
    """One type of event.

    Public.

    Args:
        event_type (str):
        x_reason (None | str | Unset): why; up to 300 characters, kept in events for ever: name nobody in it

    Raises:
        errors.ProblemError: the territory refuses.
        errors.UnexpectedAnswerError: the answer is not of this API.
        httpx.TransportError: nobody answers.
    """
    return (
        await asyncio_detailed(
            event_type=event_type,
            client=client,
            x_reason=x_reason,
        )
    ).parsed
