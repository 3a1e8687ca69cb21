"""Writes the demo through a pod's public API; what is there already stays as it is."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, TypeAlias

import httpx

from ops.seeding.demo_content import COMMUNITIES, DEMO, DEMO_PASSWORD, NEIGHBOUR, Community, Person, Post

Answer: TypeAlias = dict[str, Any]

TIMEOUT_SECONDS = 30.0


class SeedError(Exception):
    """The pod refused a part of the demo; the text says which and why."""


def seed_territory(api_url: str, host: str) -> None:
    """Make the demo people, communities, posts and comments of one territory. Repeatable.

    Raises: SeedError when the pod refuses one, httpx.HTTPError when it cannot be reached.
    """
    with httpx.Client(base_url=api_url, headers={"Host": host}, timeout=TIMEOUT_SECONDS, trust_env=False) as http:
        author, neighbour = _token(http, DEMO), _token(http, NEIGHBOUR)
        for community in COMMUNITIES:
            _seed_community(http, community, author, neighbour)


def _token(http: httpx.Client, person: Person) -> str:
    credentials = {"identifier": person.username, "password": DEMO_PASSWORD}
    answer = http.post("/auth/login", json=credentials)
    if answer.status_code == HTTPStatus.UNAUTHORIZED:
        email = f"{person.username}@example.org"
        body = {"username": person.username, "display_name": person.display_name, "email": email}
        answer = http.post("/auth/register", json={**body, "password": DEMO_PASSWORD})
    return str(_content(answer)["access_token"])


def _seed_community(http: httpx.Client, community: Community, author: str, neighbour: str) -> None:
    found = http.get(f"/communities/{community.slug}", headers=_bearer(author))
    if found.status_code == HTTPStatus.NOT_FOUND:
        body = {"name": community.name, "slug": community.slug, "description": community.description}
        openness = {"visibility": "public", "join_policy": "open"}
        found = http.post("/communities", headers=_bearer(author), json={**body, **openness})
    community_id = _content(found)["id"]
    # A member who joins again is refused, which is as good as joined.
    http.post(f"/communities/{community_id}/members", headers=_bearer(neighbour), json={})
    present = _content(http.get(f"/communities/{community_id}/posts?limit=100", headers=_bearer(author)))["items"]
    titles = {post["title"] for post in present}
    for post in community.posts:
        if post.title not in titles:
            _seed_post(http, community_id, post, author, neighbour)


def _seed_post(http: httpx.Client, community_id: str, post: Post, author: str, neighbour: str) -> None:
    body = {"title": post.title, "body": post.body}
    made = _content(http.post(f"/communities/{community_id}/posts", headers=_bearer(author), json=body))
    for comment in post.comments:
        answer = http.post(f"/posts/{made['id']}/comments", headers=_bearer(neighbour), json={"body": comment})
        _content(answer)


def _bearer(token: str) -> Mapping[str, str]:
    return {"Authorization": f"Bearer {token}"}


def _content(answer: httpx.Response) -> Answer:
    if not answer.is_success:
        raise SeedError(f"{answer.request.method} {answer.request.url.path}: {answer.status_code} {answer.text[:200]}")
    content: Answer = answer.json()
    return content
