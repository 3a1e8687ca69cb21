from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.witness_answer import WitnessAnswer
from ...types import UNSET, Response, Unset


def _get_kwargs(
    territory: str,
    *,
    limit: int | Unset = 20,
    x_reason: None | str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(x_reason, Unset):
        headers["x-reason"] = x_reason

    params: dict[str, Any] = {}

    params["limit"] = limit

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/events/witness/{territory}".format(
            territory=quote(str(territory), safe=""),
        ),
        "params": params,
    }

    _kwargs["headers"] = {name: value for name, value in headers.items() if value is not None}
    return _kwargs


def _parsed(response: httpx.Response) -> WitnessAnswer:
    if response.status_code == 200:
        response_200 = WitnessAnswer.from_dict(response.json())

        return response_200

    raise errors.refusal(response)


def _answer(response: httpx.Response) -> Response[WitnessAnswer]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parsed(response),
    )


def sync_detailed(
    territory: str,
    *,
    client: AuthenticatedClient | Client,
    limit: int | Unset = 20,
    x_reason: None | str | Unset = UNSET,
) -> Response[WitnessAnswer]:
    """As `sync`, with the status and the headers of the answer."""
    return _answer(
        client.get_httpx_client().request(
            **_get_kwargs(
                territory=territory,
                limit=limit,
                x_reason=x_reason,
            )
        )
    )


def sync(
    territory: str,
    *,
    client: AuthenticatedClient | Client,
    limit: int | Unset = 20,
    x_reason: None | str | Unset = UNSET,
) -> WitnessAnswer:
    """The last heads of a neighbour that this territory saw and cosigned, and the evidence where they contradict.

    Args:
        territory (str): a territory's code
        limit (int | Unset):  Default: 20.
        x_reason (None | str | Unset): why; up to 300 characters, kept in events for ever: name nobody in it

    Raises:
        errors.ProblemError: the territory refuses.
        errors.UnexpectedAnswerError: the answer is not of this API.
        httpx.TransportError: nobody answers.
    """
    return sync_detailed(
        territory=territory,
        client=client,
        limit=limit,
        x_reason=x_reason,
    ).parsed


async def asyncio_detailed(
    territory: str,
    *,
    client: AuthenticatedClient | Client,
    limit: int | Unset = 20,
    x_reason: None | str | Unset = UNSET,
) -> Response[WitnessAnswer]:
    """As `asyncio`, with the status and the headers of the answer."""
    return _answer(
        await client.get_async_httpx_client().request(
            **_get_kwargs(
                territory=territory,
                limit=limit,
                x_reason=x_reason,
            )
        )
    )


async def asyncio(
    territory: str,
    *,
    client: AuthenticatedClient | Client,
    limit: int | Unset = 20,
    x_reason: None | str | Unset = UNSET,
) -> WitnessAnswer:
    """The last heads of a neighbour that this territory saw and cosigned, and the evidence where they contradict.

    Args:
        territory (str): a territory's code
        limit (int | Unset):  Default: 20.
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
            limit=limit,
            x_reason=x_reason,
        )
    ).parsed
