"""What the sample company's few deals in other currencies are converted by, month by month."""

from datetime import date, datetime
from decimal import Decimal

from juara.metrics import rates, rates_changes
from juara.metrics.rates_changes import Quote
from juara.samples.chance import generator

SOURCE = "Monthly rates of the finance team"

# What one unit is worth in US dollars, before the months move it.
_AROUND = {"EUR": Decimal("1.0850"), "GBP": Decimal("1.2700"), "SGD": Decimal("0.7450")}


def quotes(seed: int, month: date) -> tuple[Quote, ...]:
    """Return the rates that hold from the first of a month, within three percent of the usual."""
    made = []
    for code, around in _AROUND.items():
        rng = generator(seed, "rates", code, month.isoformat())
        rate = around * (1000 + rng.randint(-30, 30)) / 1000
        made.append(Quote(code, month, rate.quantize(Decimal("0.0001"))))
    return tuple(made)


def lay_month(seed: int, moment: datetime, actor: str) -> None:
    """Lay the rates of the moment's month, once; must run inside a batch."""
    month = moment.date().replace(day=1)
    known = rates.rate_on("EUR", month)
    if known is not None and known.from_day in (month, _before(month)):
        return
    # The first ones hold for the deals that were there before the story begins, too.
    from_day = month if known else _before(month)
    made = [Quote(each.currency, from_day, each.rate) for each in quotes(seed, month)]
    rates_changes.lay_many(made, source=SOURCE, moment=moment, actor=actor)


def _before(month: date) -> date:
    return date(month.year - 1, month.month, 1)
