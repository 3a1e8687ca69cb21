from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient
from ...models.authorization_answer import AuthorizationAnswer
from ...models.authorization_body import AuthorizationBody
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    body: AuthorizationBody,
    x_reason: None | str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(x_reason, Unset):
        headers["x-reason"] = x_reason

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/auth/oidc/authorizations",
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = {name: value for name, value in headers.items() if value is not None}
    return _kwargs


def _parsed(response: httpx.Response) -> AuthorizationAnswer:
    if response.status_code == 201:
        response_201 = AuthorizationAnswer.from_dict(response.json())

        return response_201

    raise errors.refusal(response)


def _answer(response: httpx.Response) -> Response[AuthorizationAnswer]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parsed(response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    body: AuthorizationBody,
    x_reason: None | str | Unset = UNSET,
) -> Response[AuthorizationAnswer]:
    """As `sync`, with the status and the headers of the answer."""
    return _answer(
        client.get_httpx_client().request(
            **_get_kwargs(
                body=body,
                x_reason=x_reason,
            )
        )
    )


def sync(
    *,
    client: AuthenticatedClient,
    body: AuthorizationBody,
    x_reason: None | str | Unset = UNSET,
) -> AuthorizationAnswer:
    """Let one of the pod's tools log one in: for the page to which the authorization endpoint sends the browser.

    Args:
        x_reason (None | str | Unset): why; up to 300 characters, kept in events for ever: name nobody in it
        body (AuthorizationBody): The query with which a tool came to the authorization endpoint, as it was.

    Raises:
        errors.ProblemError: the territory refuses.
        errors.UnexpectedAnswerError: the answer is not of this API.
        httpx.TransportError: nobody answers.
    """
    return sync_detailed(
        client=client,
        body=body,
        x_reason=x_reason,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    body: AuthorizationBody,
    x_reason: None | str | Unset = UNSET,
) -> Response[AuthorizationAnswer]:
    """As `asyncio`, with the status and the headers of the answer."""
    return _answer(
        await client.get_async_httpx_client().request(
            **_get_kwargs(
                body=body,
                x_reason=x_reason,
            )
        )
    )


async def asyncio(
    *,
    client: AuthenticatedClient,
    body: AuthorizationBody,
    x_reason: None | str | Unset = UNSET,
) -> AuthorizationAnswer:
    """Let one of the pod's tools log one in: for the page to which the authorization endpoint sends the browser.

    Args:
        x_reason (None | str | Unset): why; up to 300 characters, kept in events for ever: name nobody in it
        body (AuthorizationBody): The query with which a tool came to the authorization endpoint, as it was.

    Raises:
        errors.ProblemError: the territory refuses.
        errors.UnexpectedAnswerError: the answer is not of this API.
        httpx.TransportError: nobody answers.
    """
    return (
        await asyncio_detailed(
            client=client,
            body=body,
            x_reason=x_reason,
        )
    ).parsed
