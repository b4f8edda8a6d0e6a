"""Registering components that check their arguments when a template compiles."""

import inspect
import re
from collections.abc import Callable, Collection
from typing import Any, TypeVar

from django import template
from django.template.base import Parser, Token
from django.template.exceptions import TemplateSyntaxError

Component = TypeVar("Component", bound=Callable[..., Any])

_KEYWORD = re.compile(r"([A-Za-z_]\w*)=")


class Components:
    """Registers tags on a library; an unknown argument fails and names the accepted ones."""

    def __init__(self, register: template.Library) -> None:
        self._register = register

    def part(self, file: str, *, takes_context: bool = False) -> Callable[[Component], Component]:
        """Register a component drawn by the template `ui/<file>`."""

        def add(function: Component) -> Component:
            # The pass-through is typed Any by the stubs.
            self._register.inclusion_tag(f"ui/{file}", takes_context=takes_context)(function)
            self._check(function)
            return function

        return add

    def wrapper(self, function: Component) -> Component:
        """Register a component around content, closed by `{% end<name> %}`."""
        self._register.simple_block_tag(function)
        self._check(function)
        return function

    def inline(self, function: Component) -> Component:
        """Register a component that returns its text itself."""
        self._register.simple_tag(function)
        self._check(function)
        return function

    def _check(self, function: Callable[..., Any]) -> None:
        name = function.__name__
        compile_tag = self._register.tags[name]
        accepted = [
            argument
            for argument in inspect.signature(function).parameters
            if argument not in {"context", "content"}
        ]

        def compile_checked(parser: Parser, token: Token) -> Any:
            for bit in token.split_contents()[1:]:
                keyword = _KEYWORD.match(bit)
                if keyword and keyword[1] not in accepted:
                    raise TemplateSyntaxError(
                        f"{{% {name} %}} does not know {keyword[1]!r}."
                        f" It accepts: {', '.join(accepted)}."
                    )
            return compile_tag(parser, token)

        self._register.tags[name] = compile_checked


def one_of(component: str, argument: str, given: str, accepted: Collection[str]) -> str:
    """Return the value when the component knows it; else say which ones it knows."""
    if given not in accepted:
        raise TemplateSyntaxError(
            f"{{% {component} %}}: {argument} is {given!r}; accepted: {', '.join(accepted)}."
        )
    return given
