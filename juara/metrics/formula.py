"""Formulas: arithmetic over metrics and constants, as people write it, worked out exactly.

``calls / people / workdays``, ``floor(revenue_won * 0.02)``, ``(won + 3) / "deals-closed"``.
Python's own grammar reads them; nothing of Python is ever run.
"""

import ast
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor
from typing import Any

from juara.core.errors import filled, gettext_noop

# What a formula may name beside metrics: how many people, and how many working days each.
PEOPLE = "people"
WORKDAYS = "workdays"
CIRCUMSTANCES = (PEOPLE, WORKDAYS)

LONGEST = 500
_DEEPEST = 40

Lookup = Callable[[str], Decimal | Fraction | None]

_FUNCTIONS: Mapping[str, Callable[[Fraction], int]] = {"floor": floor, "ceil": ceil}
_SIGNS: Mapping[type[ast.operator], str] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/",
}  # fmt: skip


class FormulaError(ValueError):
    """A formula that cannot be read, in words; `sentence` and `data` as a DomainError has them."""

    def __init__(self, sentence: str, **data: Any) -> None:
        super().__init__(filled(sentence, data))
        self.sentence = sentence
        self.data = data


def names(expression: str) -> tuple[str, ...]:
    """Return what a formula names, in order and each once; FormulaError says what is wrong."""
    found: dict[str, None] = {}
    for name in _names(_parsed(expression), expression, 0):
        found.setdefault(name)
    return tuple(found)


def evaluate(expression: str, look_up: Lookup) -> Fraction | None:
    """Work a formula out exactly; None is *no value*: a part without one, or a division by zero.

    `look_up` gives the value of each name. The formula must be one that `names` accepts.
    """
    return _value(_parsed(expression), expression, look_up)


def _parsed(expression: str) -> ast.expr:
    if not expression.strip():
        raise FormulaError(gettext_noop("Write a formula, for example: calls / workdays"))
    if len(expression) > LONGEST:
        raise FormulaError(gettext_noop("A formula has at most %(most)s characters."), most=LONGEST)
    try:
        return ast.parse(expression.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise FormulaError(
            gettext_noop(
                "This cannot be read. Use + - * / ( ), numbers, keys of metrics, people, workdays,"
                " floor( ) and ceil( )."
            )
        ) from error


def _names(node: ast.expr, expression: str, depth: int) -> Iterator[str]:
    if depth > _DEEPEST:
        raise FormulaError(gettext_noop("The formula is nested too deeply."))
    match node:
        case ast.BinOp(left, op, right) if type(op) in _SIGNS:
            yield from _names(left, expression, depth + 1)
            yield from _names(right, expression, depth + 1)
        case ast.UnaryOp(ast.USub() | ast.UAdd(), inner):
            yield from _names(inner, expression, depth + 1)
        case ast.Call(ast.Name(function), [inner], []) if function in _FUNCTIONS:
            yield from _names(inner, expression, depth + 1)
        case ast.Name(name) | ast.Constant(str(name)):
            yield name
        case ast.Constant():
            _number(node, expression)
        case _:
            part = ast.get_source_segment(expression.strip(), node) or expression
            raise FormulaError(gettext_noop("“%(part)s” has no place in a formula."), part=part)


def _number(node: ast.expr, expression: str) -> Fraction:
    # The literal as it is written: 0.1 is a tenth, not the binary number next to it.
    text = (ast.get_source_segment(expression.strip(), node) or "").replace("_", "")
    if not text or len(text) > 30 or not all(each in "0123456789." for each in text):
        raise FormulaError(gettext_noop("“%(text)s” is not a plain number."), text=text)
    return Fraction(Decimal(text))


def _value(node: ast.expr, expression: str, look_up: Lookup) -> Fraction | None:
    match node:
        case ast.BinOp(left, op, right):
            return _combined(
                _SIGNS[type(op)],
                _value(left, expression, look_up),
                _value(right, expression, look_up),
            )
        case ast.UnaryOp(op, inner):
            found = _value(inner, expression, look_up)
            return -found if found is not None and isinstance(op, ast.USub) else found
        case ast.Call(ast.Name(function), [inner], []):
            found = _value(inner, expression, look_up)
            return None if found is None else Fraction(_FUNCTIONS[function](found))
        case ast.Name(name) | ast.Constant(str(name)):
            value = look_up(name)
            return None if value is None else Fraction(value)
        case _:
            return _number(node, expression)


def _combined(sign: str, left: Fraction | None, right: Fraction | None) -> Fraction | None:
    if left is None or right is None:
        return None
    match sign:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
        case _:
            return left / right if right else None
