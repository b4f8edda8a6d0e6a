"""What a scorecard is made of: as it is stored, and what cannot be one, in words."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from juara.core.errors import DomainError, gettext_noop
from juara.goals.types import GRAINS
from juara.scorecards.types import (
    MOST_PACE,
    WHOLE,
    Definition,
    Kind,
    Line,
    Mode,
    WithoutValue,
)

# More lines than anybody can be measured by.
MOST_LINES = 40
# More than any share of a target that means something: 10,000 %.
_MOST_SHARE = Decimal(100)
_PLACES = Decimal("0.0001")


def stored(definition: Definition) -> dict[str, Any]:
    """Return a definition as JSON: numbers as plain text, the same for equal ones."""
    return {
        "mode": definition.mode.value,
        "cap": _text(definition.cap),
        "lines": [
            {
                "metric": each.metric,
                "grain": each.grain,
                "weight": _text(each.weight),
                "cap": _text(each.cap),
                "start": _text(each.start),
                "kind": each.kind.value,
                "without_value": each.without_value.value,
            }
            for each in definition.lines
        ],
    }


def read(kept: Mapping[str, Any]) -> Definition:
    """Return the definition that was stored."""
    return Definition(
        mode=Mode(kept["mode"]),
        cap=_number(kept["cap"]),
        lines=tuple(
            Line(
                metric=each["metric"],
                grain=each["grain"],
                weight=Decimal(each["weight"]),
                cap=_number(each["cap"]),
                start=_number(each["start"]),
                kind=Kind(each["kind"]),
                without_value=WithoutValue(each["without_value"]),
            )
            for each in kept["lines"]
        ),
    )


def check(definition: Definition) -> None:
    """Raise DomainError, in words, for what cannot be a scorecard.

    Whether its metrics exist is not known here.
    """
    if not 0 < len(definition.lines) <= MOST_LINES:
        raise DomainError(
            "scorecard.lines", gettext_noop("A scorecard has at least one line, and at most 40.")
        )
    _check_cap(definition)
    for each in definition.lines:
        check_line(each, definition)
    _check_lines_differ(definition)
    together = sum((each.weight for each in definition.lines), Decimal())
    if together != WHOLE:
        raise DomainError(
            "scorecard.weights",
            gettext_noop("The weights add to %(sum)s, not to 100."),
            sum=_text(together),
        )


def _check_cap(definition: Definition) -> None:
    caps = [definition.cap, *(each.cap for each in definition.lines if each.cap is not None)]
    if not all(each is None or _is_share(each) for each in caps):
        raise _not_a_share()
    if definition.mode is Mode.PACE_INDEX and any(
        each is None or each > MOST_PACE for each in caps
    ):
        raise DomainError(
            "scorecard.pace_cap",
            gettext_noop("A pace index goes up to 250 %: cap it there or below."),
        )


def check_line(line: Line, definition: Definition) -> None:
    """Raise DomainError, in words, for what cannot be one line of a scorecard."""
    if line.grain not in GRAINS:
        raise DomainError("scorecard.grain", gettext_noop("Choose for how long each line is."))
    if not line.weight.is_finite() or line.weight < 0 or line.weight > WHOLE:
        raise DomainError("scorecard.weight", gettext_noop("A weight is a number from 0 to 100."))
    if line.weight != line.weight.quantize(_PLACES):
        raise DomainError(
            "scorecard.weight_places", gettext_noop("A weight has four decimals at most.")
        )
    given = [each for each in (line.cap, line.start) if each is not None]
    if not all(_is_share(each) for each in given):
        raise _not_a_share()
    if definition.mode is Mode.RANK_POINTS and given:
        raise DomainError(
            "scorecard.rank_cap",
            gettext_noop("Ranks have neither cap nor start: leave both empty for rank points."),
        )
    cap = definition.cap if line.cap is None else line.cap
    if cap is not None and line.start is not None and cap <= line.start:
        raise DomainError(
            "scorecard.cap_below_start",
            gettext_noop(
                "A line starts to earn below its cap: choose a higher cap or a lower start."
            ),
        )


def _check_lines_differ(definition: Definition) -> None:
    seen = {(each.metric, each.grain) for each in definition.lines}
    if len(seen) < len(definition.lines):
        raise DomainError(
            "scorecard.same_line",
            gettext_noop("The same metric stands twice for the same length of time."),
        )


def _is_share(share: Decimal) -> bool:
    return share.is_finite() and 0 < share <= _MOST_SHARE and share == share.quantize(_PLACES)


def _not_a_share() -> DomainError:
    return DomainError(
        "scorecard.share", gettext_noop("Caps and starts are percentages above 0, up to 10,000 %.")
    )


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _text(number: Decimal | None) -> str | None:
    if number is None:
        return None
    return format(number.normalize(), "f") if number else "0"
