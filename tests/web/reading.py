"""Reading a page as a person or a browser does: its elements and their words."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

_VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"]
)


@dataclass(slots=True)
class Element:
    """One element: its attributes, and the words anywhere inside it."""

    tag: str
    attributes: dict[str, str]
    words: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())

    def has(self, name: str) -> bool:
        return name in self.attributes.get("class", "").split()


class Document(HTMLParser):
    """The elements of a page in their order."""

    def __init__(self, markup: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[Element] = []
        self._open: list[Element] = []
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.elements.append(element)
        if tag not in _VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        while self._open:
            if self._open.pop().tag == tag:
                return

    def handle_data(self, data: str) -> None:
        for element in self._open:
            element.words.append(data)

    def find(self, tag: str = "", *, of: str = "", **attributes: str) -> list[Element]:
        """Return the elements with a tag, a class (`of`) and attributes of these values."""
        wanted = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
        return [
            element
            for element in self.elements
            if (not tag or element.tag == tag)
            and (not of or element.has(of))
            and all(element.attributes.get(name) == value for name, value in wanted.items())
        ]

    def texts(self, of: str) -> list[str]:
        """Return the words of every element of a class."""
        return [element.text for element in self.find(of=of)]

    def one(self, tag: str = "", *, of: str = "", **attributes: str) -> Element:
        found = self.find(tag, of=of, **attributes)
        assert len(found) == 1, f"{len(found)} of <{tag or '*'} class={of} {attributes}>"
        return found[0]


def read(response: Any) -> Document:
    """Return what a response shows."""
    return Document(response.content.decode())
