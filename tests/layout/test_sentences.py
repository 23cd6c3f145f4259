"""Sentences are plain English where they are made, and Spanish where a page shows them."""

from __future__ import annotations

from django.utils import translation

from learnwork.layout.presentation import translated
from learnwork.vocabulary.sentences import sentence


def test_a_sentence_is_a_text() -> None:
    said = sentence("%(n)s items are left out, because small groups are withheld.", n=3)
    assert said == "3 items are left out, because small groups are withheld."
    assert isinstance(said, str)


def test_a_page_says_it_in_its_language() -> None:
    inner = sentence("a base of %(n)s", n=12)
    said = sentence("Source: %(name)s.", name=inner)
    with translation.override("es"):
        assert translated(said) == "Fuente: una base de 12."
        assert translated("Results") == "Resultados"
        assert translated("a name") == "a name"
        assert translated("") == ""
    assert translated(said) == "Source: a base of 12."
