"""What issuers write (criteria, descriptions; markdown or HTML) as HTML that can do nothing but be read.

Markdown is read by CommonMark without HTML; what comes out is cleaned again by an allow-list, and links say that they
lead to somebody else's site. Pictures are left out: a verdict loads nothing from elsewhere.
"""

from __future__ import annotations

from functools import cache

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

_TAGS = {"p", "em", "strong", "ul", "ol", "li", "a", "code", "pre", "blockquote", "br", "hr"}
_LONGEST = 20_000  # characters


@cache
def _reader() -> MarkdownIt:
    reader = MarkdownIt("commonmark", {"html": False, "maxNesting": 20})
    return reader.disable(["image", "html_block", "html_inline"])


def safe_html(text: str) -> SafeString:
    """The text as harmless HTML; headings become plain paragraphs, so that the page keeps its own order."""
    if not text.strip():
        return SafeString()
    made = _reader().render(text[:_LONGEST])
    for level in "123456":
        made = made.replace(f"<h{level}>", "<p><strong>").replace(f"</h{level}>", "</strong></p>")
    cleaned = nh3.clean(
        made,
        tags=_TAGS,
        attributes={"a": {"href"}},
        url_schemes={"https", "http", "mailto"},
        link_rel="nofollow noopener noreferrer",
    )
    return mark_safe(cleaned)  # noqa: S308 - cleaned by nh3, above
