"""What can be a scorecard, and what is refused in words."""

from dataclasses import replace
from decimal import Decimal

import pytest

from juara.core.errors import DomainError
from juara.scorecards import definitions
from juara.scorecards.types import Definition, Kind, Line, Mode, WithoutValue

CALLS = Line("calls", "day", Decimal(20), kind=Kind.ACTIVITY)
DEALS = Line("deals_won", "month", Decimal(80))
GOOD = Definition((CALLS, DEALS))


def refusal(definition: Definition) -> str:
    with pytest.raises(DomainError) as refused:
        definitions.check(definition)
    return refused.value.message


def test_what_is_stored_is_read_back_and_equal_ones_are_stored_alike() -> None:
    rate = Line(
        "win_rate", "quarter", Decimal("12.5"), Decimal("1.5"), Decimal("0.8"),
        without_value=WithoutValue.SKIP,
    )  # fmt: skip
    full = Definition(
        (rate, replace(DEALS, weight=Decimal("87.50"))), Mode.PACE_INDEX, Decimal("2.50")
    )

    assert definitions.read(definitions.stored(full)) == full
    plainer = replace(full, lines=(rate, replace(DEALS, weight=Decimal("87.5"))))
    assert definitions.stored(full) == definitions.stored(plainer)
    assert definitions.read(definitions.stored(replace(GOOD, cap=None))).cap is None


def test_weights_that_add_to_100_are_taken() -> None:
    definitions.check(GOOD)
    thirds = (Decimal("33.3333"), Decimal("33.3333"), Decimal("33.3334"))
    grains = ("day", "week", "month")
    definitions.check(
        Definition(
            tuple(Line("calls", *each) for each in zip(grains, thirds, strict=True))
        )
    )  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"weight": Decimal(70)}, "The weights add to 90, not to 100."),
        ({"weight": Decimal(-80)}, "A weight is a number from 0 to 100."),
        ({"weight": Decimal("NaN")}, "A weight is a number from 0 to 100."),
        ({"weight": Decimal("79.99999")}, "A weight has four decimals at most."),
        ({"grain": "decade"}, "Choose for how long each line is."),
        (
            {"metric": "calls", "grain": "day"},
            "The same metric stands twice for the same length of time.",
        ),
        ({"cap": Decimal(0)}, "Caps and starts are percentages above 0, up to 10,000 %."),
        ({"start": Decimal("inf")}, "Caps and starts are percentages above 0, up to 10,000 %."),
        (
            {"cap": Decimal(1), "start": Decimal(1)},
            "A line starts to earn below its cap: choose a higher cap or a lower start.",
        ),
        (
            {"start": Decimal(2)},
            "A line starts to earn below its cap: choose a higher cap or a lower start.",
        ),
    ],
)  # fmt: skip
def test_a_line_that_cannot_be_is_refused_with_the_reason(
    changed: dict[str, object], sentence: str
) -> None:
    line = replace(DEALS, **changed)  # type: ignore[arg-type]

    assert refusal(replace(GOOD, lines=(CALLS, line))) == sentence


def test_what_a_mode_has_no_use_for_is_refused() -> None:
    assert refusal(replace(GOOD, lines=())) == "A scorecard has at least one line, and at most 40."
    above = "A pace index goes up to 250 %: cap it there or below."
    assert refusal(replace(GOOD, mode=Mode.PACE_INDEX, cap=None)) == above
    own = (CALLS, replace(DEALS, cap=Decimal(3)))
    assert refusal(replace(GOOD, mode=Mode.PACE_INDEX, lines=own)) == above
    assert refusal(replace(GOOD, mode=Mode.RANK_POINTS, lines=own)) == (
        "Ranks have neither cap nor start: leave both empty for rank points."
    )
    # Without any cap a start may be wherever it is.
    definitions.check(
        replace(GOOD, cap=None, lines=(CALLS, replace(DEALS, start=Decimal(3))))
    )  # fmt: skip
