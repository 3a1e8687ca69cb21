from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient
from ...models.role_answer import RoleAnswer
from ...models.role_body import RoleBody
from ...types import UNSET, Response, Unset


def _get_kwargs(
    name: str,
    *,
    body: RoleBody,
    x_reason: None | str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(x_reason, Unset):
        headers["x-reason"] = x_reason

    _kwargs: dict[str, Any] = {
        "method": "put",
        "url": "/auth/roles/{name}".format(
            name=quote(str(name), safe=""),
        ),
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = {name: value for name, value in headers.items() if value is not None}
    return _kwargs


def _parsed(response: httpx.Response) -> RoleAnswer:
    if response.status_code == 200:
        response_200 = RoleAnswer.from_dict(response.json())

        return response_200

    if response.status_code == 201:
        response_201 = RoleAnswer.from_dict(response.json())

        return response_201

    raise errors.refusal(response)


def _answer(response: httpx.Response) -> Response[RoleAnswer]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parsed(response),
    )


def sync_detailed(
    name: str,
    *,
    client: AuthenticatedClient,
    body: RoleBody,
    x_reason: None | str | Unset = UNSET,
) -> Response[RoleAnswer]:
    """As `sync`, with the status and the headers of the answer."""
    return _answer(
        client.get_httpx_client().request(
            **_get_kwargs(
                name=name,
                body=body,
                x_reason=x_reason,
            )
        )
    )


def sync(
    name: str,
    *,
    client: AuthenticatedClient,
    body: RoleBody,
    x_reason: None | str | Unset = UNSET,
) -> RoleAnswer:
    """Make a role of the territory's own, or change it, of permissions that one has.

    Needs `roles:grant`.

    Args:
        name (str):
        x_reason (None | str | Unset): why; up to 300 characters, kept in events for ever: name nobody in it
        body (RoleBody):

    Raises:
        errors.ProblemError: the territory refuses.
        errors.UnexpectedAnswerError: the answer is not of this API.
        httpx.TransportError: nobody answers.
    """
    return sync_detailed(
        name=name,
        client=client,
        body=body,
        x_reason=x_reason,
    ).parsed


async def asyncio_detailed(
    name: str,
    *,
    client: AuthenticatedClient,
    body: RoleBody,
    x_reason: None | str | Unset = UNSET,
) -> Response[RoleAnswer]:
    """As `asyncio`, with the status and the headers of the answer."""
    return _answer(
        await client.get_async_httpx_client().request(
            **_get_kwargs(
                name=name,
                body=body,
                x_reason=x_reason,
            )
        )
    )


async def asyncio(
    name: str,
    *,
    client: AuthenticatedClient,
    body: RoleBody,
    x_reason: None | str | Unset = UNSET,
) -> RoleAnswer:
    """Make a role of the territory's own, or change it, of permissions that one has.

    Needs `roles:grant`.

    Args:
        name (str):
        x_reason (None | str | Unset): why; up to 300 characters, kept in events for ever: name nobody in it
        body (RoleBody):

    Raises:
        errors.ProblemError: the territory refuses.
        errors.UnexpectedAnswerError: the answer is not of this API.
        httpx.TransportError: nobody answers.
    """
    return (
        await asyncio_detailed(
            name=name,
            client=client,
            body=body,
            x_reason=x_reason,
        )
    ).parsed
