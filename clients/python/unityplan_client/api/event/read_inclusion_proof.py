from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.inclusion_proof import InclusionProof
from ...types import UNSET, Response, Unset


def _get_kwargs(
    position: int,
    *,
    tree_size: int | None | Unset = UNSET,
    x_reason: None | str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(x_reason, Unset):
        headers["x-reason"] = x_reason

    params: dict[str, Any] = {}

    json_tree_size: int | None | Unset
    if isinstance(tree_size, Unset):
        json_tree_size = UNSET
    else:
        json_tree_size = tree_size
    params["tree_size"] = json_tree_size

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/events/{position}/proof".format(
            position=quote(str(position), safe=""),
        ),
        "params": params,
    }

    _kwargs["headers"] = {name: value for name, value in headers.items() if value is not None}
    return _kwargs


def _parsed(response: httpx.Response) -> InclusionProof:
    if response.status_code == 200:
        response_200 = InclusionProof.from_dict(response.json())

        return response_200

    raise errors.refusal(response)


def _answer(response: httpx.Response) -> Response[InclusionProof]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parsed(response),
    )


def sync_detailed(
    position: int,
    *,
    client: AuthenticatedClient | Client,
    tree_size: int | None | Unset = UNSET,
    x_reason: None | str | Unset = UNSET,
) -> Response[InclusionProof]:
    """As `sync`, with the status and the headers of the answer."""
    return _answer(
        client.get_httpx_client().request(
            **_get_kwargs(
                position=position,
                tree_size=tree_size,
                x_reason=x_reason,
            )
        )
    )


def sync(
    position: int,
    *,
    client: AuthenticatedClient | Client,
    tree_size: int | None | Unset = UNSET,
    x_reason: None | str | Unset = UNSET,
) -> InclusionProof:
    """That the event at a position is in the tree of a size.

    Args:
        position (int):
        tree_size (int | None | Unset): the tree's size; the newest when left out
        x_reason (None | str | Unset): why; up to 300 characters, kept in events for ever: name nobody in it

    Raises:
        errors.ProblemError: the territory refuses.
        errors.UnexpectedAnswerError: the answer is not of this API.
        httpx.TransportError: nobody answers.
    """
    return sync_detailed(
        position=position,
        client=client,
        tree_size=tree_size,
        x_reason=x_reason,
    ).parsed


async def asyncio_detailed(
    position: int,
    *,
    client: AuthenticatedClient | Client,
    tree_size: int | None | Unset = UNSET,
    x_reason: None | str | Unset = UNSET,
) -> Response[InclusionProof]:
    """As `asyncio`, with the status and the headers of the answer."""
    return _answer(
        await client.get_async_httpx_client().request(
            **_get_kwargs(
                position=position,
                tree_size=tree_size,
                x_reason=x_reason,
            )
        )
    )


async def asyncio(
    position: int,
    *,
    client: AuthenticatedClient | Client,
    tree_size: int | None | Unset = UNSET,
    x_reason: None | str | Unset = UNSET,
) -> InclusionProof:
    """That the event at a position is in the tree of a size.

    Args:
        position (int):
        tree_size (int | None | Unset): the tree's size; the newest when left out
        x_reason (None | str | Unset): why; up to 300 characters, kept in events for ever: name nobody in it

    Raises:
        errors.ProblemError: the territory refuses.
        errors.UnexpectedAnswerError: the answer is not of this API.
        httpx.TransportError: nobody answers.
    """
    return (
        await asyncio_detailed(
            position=position,
            client=client,
            tree_size=tree_size,
            x_reason=x_reason,
        )
    ).parsed
