"""Sentences that are stored and said later, in the language of whoever reads them."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext, gettext_noop

__all__ = ["Sentence", "gettext_noop", "say"]


class Sentence:
    """An English text with %(name)s places, and what stands there.

    Mark the text with `gettext_noop` where it is written, so that it is translated.
    """

    __slots__ = ("data", "text")

    def __init__(self, text: str, **data: str | int) -> None:
        self.text = text
        self.data = data

    def said(self) -> str:
        """Say it in the language of now. Text without data is said as it is."""
        return gettext(self.text) % self.data if self.data else gettext(self.text)

    def stored(self) -> dict[str, Any]:
        return {"text": self.text, "data": self.data}


def say(stored: Mapping[str, Any]) -> str:
    """Say a stored sentence in the language of now; empty where nothing is stored."""
    text = stored.get("text", "")
    return Sentence(text, **stored.get("data", {})).said() if text else ""
