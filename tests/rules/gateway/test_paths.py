"""Which paths belong to the API, and which are let through to nobody."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.gateway.resolution.paths import api_path
from shared.errors import ServiceError


class TestAPathOfTheApi:
    @pytest.mark.parametrize(
        ("raw", "path"),
        [
            (b"/api/territory", "/territory"),
            (b"/api/v1/territory", "/territory"),
            (b"/api", "/"),
            (b"/api/", "/"),
            (b"/api/v1", "/"),
            (b"/api/v1/", "/"),
            (b"/api/v2/territory", "/v2/territory"),
            (b"/api/v1/api/v1/posts", "/api/v1/posts"),
            (b"/api/users/%C3%A6", "/users/%C3%A6"),
            (b"/api/posts/a.b", "/posts/a.b"),
            (b"/api/posts/...", "/posts/..."),
        ],
    )
    def test_it_is_known_without_its_prefix(self, raw: bytes, path: str) -> None:
        assert api_path(raw) == path

    @pytest.mark.parametrize("raw", [b"/", b"/apix/territory", b"/API/territory", b"/metrics", b"/apiv1/posts"])
    def test_another_is_nobodys(self, raw: bytes) -> None:
        assert api_path(raw) is None

    @pytest.mark.parametrize(
        "raw",
        [
            b"/api/../metrics",
            b"/api/..",
            b"/api/./territory",
            b"/api/%2e%2e/metrics",
            b"/api/%2E./metrics",
            b"/api/posts%2fx",
            b"/api/posts%5Cx",
            b"/api/posts\\x",
            b"/api//territory",
            b"//api/territory",
            b"/api/posts/a%00b",
            b"/api/posts/a\x00b",
            b"/api/posts/a b",
            b"/api/posts/a\x7fb",
            b"/api/posts/a\r\nX: y",
        ],
    )
    def test_an_ambiguous_one_is_refused(self, raw: bytes) -> None:
        with pytest.raises(ServiceError) as refusal:
            api_path(raw)
        assert refusal.value.code == "bad-path"

    @given(st.binary(max_size=40))
    def test_whatever_passes_has_one_reading(self, rest: bytes) -> None:
        try:
            path = api_path(b"/api/" + rest)
        except ServiceError:
            return
        assert path is not None
        assert path.startswith("/")
        assert not {"..", "."} & set(path.split("/"))
        assert all(character > " " for character in path)
