"""Markdown becomes HTML that no browser runs."""

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typing_extensions import override

from services.community.markup.rules import to_safe_html

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<iframe src=javascript:alert(1)>",
    "<a href='javascript:alert(1)'>x</a>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:msgbox(1))",
    "[x](file:///etc/passwd)",
    "[x](//evil.example)",
    "<javascript:alert(1)>",
    "![x](javascript:alert(1))",
    "![x](https://evil.example/pixel.gif)",
    '[x](https://a.example "onmouseover=alert(1) x=\\"")',
    '[x](https://a.example/"onmouseover="alert(1))',
    "```html\n<script>alert(1)</script>\n```",
    "`<script>alert(1)</script>`",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<style>@import 'https://evil.example'</style>",
    "<p style='background:url(javascript:alert(1))'>x</p>",
    "<details open ontoggle=alert(1)>",
    "</p></div></body><script src=//evil.example></script>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "[x]: javascript:alert(1)\n\n[x]",
    "<object data=javascript:alert(1)>",
    "<base href=https://evil.example>",
    "<form action=https://evil.example><input name=password>",
    "a|b\n-|-\n<img src=x onerror=alert(1)>|x",
]
TAGS = {
    "p", "br", "hr", "em", "strong", "s", "code", "pre", "blockquote", "ul", "ol", "li", "a",
    "h1", "h2", "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip


class Auditor(HTMLParser):
    """Reads HTML as a browser would, and fails at whatever should not be there."""

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in TAGS, tag
        for name, value in attrs:
            assert tag == "a", (tag, name)
            assert name in {"href", "title", "rel"}, name
            if name == "href":
                assert str(value).startswith(("http://", "https://", "mailto:", "/", "#")) or ":" not in str(value)


def audited(markdown: str) -> str:
    html = to_safe_html(markdown)
    auditor = Auditor()
    auditor.feed(html)
    auditor.close()
    return html


class TestHostileText:
    @pytest.mark.parametrize("markdown", HOSTILE)
    def test_nothing_of_it_can_run(self, markdown: str) -> None:
        audited(markdown)

    @given(st.lists(st.sampled_from([*HOSTILE, "\n", "\n\n", "> ", "- ", "`", "**", "[", "]", "(", ")", "<", "\x00"])))
    def test_nor_when_pieces_are_put_together(self, pieces: list[str]) -> None:
        audited("".join(pieces))

    @given(st.text())
    def test_any_text_is_safe(self, markdown: str) -> None:
        audited(markdown)


class TestFriendlyText:
    def test_its_form_is_kept(self) -> None:
        html = to_safe_html("# Boats\n\n**Two** and [more](https://boats.example)\n\n| a |\n|---|\n| 1 |")
        assert "<h1>Boats</h1>" in html
        assert "<strong>Two</strong>" in html
        assert "<td>1</td>" in html
        assert 'href="https://boats.example"' in html
        assert 'rel="nofollow noopener noreferrer"' in html

    def test_code_is_shown_as_it_was_written(self) -> None:
        assert "&lt;script&gt;" in to_safe_html("`<script>`")
