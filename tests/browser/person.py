"""Somebody before a browser, and how long a person would have taken.

Times are those of the keystroke-level model (Card, Moran and Newell, 1980: an average typist, the
mental step before each deed) and of silent reading (Brysbaert, 2019: 238 words a minute). What the
page makes one wait counts as it happened. Everything new on a page is read once, to its end, which
a person who knows the product would not do.
"""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

_KEY = 0.28
_POINT = 1.1
_PRESS = 0.2
_HAND = 0.4
_THINK = 1.35
_WORDS_A_SECOND = 238 / 60
# What stands on the page for eyes: no choices of a closed list, nothing kept for screen readers.
_WHAT_IS_SEEN = """(main) => {
    const walker = document.createTreeWalker(main, NodeFilter.SHOW_TEXT);
    const seen = [];
    while (walker.nextNode()) {
        const text = walker.currentNode.textContent.trim();
        const around = walker.currentNode.parentElement;
        const hidden = around.closest("select, datalist, .visually-hidden, script, style");
        if (text && !hidden && around.checkVisibility()) seen.push(text);
    }
    return seen;
}"""
# Finding a folder and choosing in it, in the system's own window.
_CHOOSE_FILES = 15.0


class Person:
    """Does what a person would, by what they see: names of buttons, labels of fields."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.seconds = 0.0
        self.clicks = 0
        self.keys = 0
        self.words = 0
        self._read: set[str] = set()

    def presses(self, name: str, *, role: str = "button") -> None:
        """Press a button or follow a link by its name."""
        self.press(self.page.get_by_role(role, name=name).first)  # type: ignore[arg-type]

    def press(self, what: Locator) -> None:
        self.reads()
        expect(what).to_be_visible()
        with self._waiting():
            what.click()
        self._moves()

    def writes(self, label: str, text: str) -> None:
        """Write into a field by its label, over what stands there."""
        self.reads()
        field = self.page.get_by_label(label, exact=True).first
        with self._waiting():
            field.fill(text)
        self._moves()
        self.seconds += 2 * _HAND + len(text) * _KEY
        self.keys += len(text)

    def chooses(self, label: str, option: str) -> None:
        """Choose from a list by its label and the words of the option."""
        self.choose(self.page.get_by_label(label, exact=True).first, option)

    def choose(self, field: Locator, option: str) -> None:
        self.reads()
        with self._waiting():
            field.select_option(label=option)
        self._moves()
        self._moves()

    def hands_over(self, field: Locator, files: Sequence[Path]) -> None:
        """Choose files in the system's own window."""
        self.reads()
        with self._waiting():
            field.set_input_files([str(each) for each in files])
        self._moves()
        self.seconds += _CHOOSE_FILES

    def sees(self, text: str, *, within: float = 8.0) -> None:
        """Wait until something is there to be seen; the waiting counts."""
        with self._waiting():
            expect(self.page.get_by_text(text).first).to_be_visible(timeout=within * 1000)

    def reads(self) -> None:
        """Read what is new on the page."""
        for line in self.page.locator("main").evaluate(_WHAT_IS_SEEN):
            if line not in self._read:
                self._read.add(line)
                count = len(line.split())
                self.words += count
                self.seconds += count / _WORDS_A_SECOND

    def _moves(self) -> None:
        """Think, point and press."""
        self.clicks += 1
        self.seconds += _THINK + _POINT + _PRESS

    @contextmanager
    def _waiting(self) -> Iterator[None]:
        began = time.monotonic()
        yield
        self.seconds += time.monotonic() - began
