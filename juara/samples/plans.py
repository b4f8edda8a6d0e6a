"""How a deal will go: drawn when it is opened, then lived through day by day."""

from datetime import date, timedelta
from random import Random

from juara.samples import seasons
from juara.samples.chance import log_normal
from juara.samples.market import Product
from juara.samples.rows import CLOSED_LOST, CLOSED_WON, DEMO, NEGOTIATION, PROPOSAL

# Steps are kept last first, so that the next one is taken off the end.
Steps = list[tuple[date, str]]

_CYCLE_DAYS = 39.0
_FORGOTTEN = 0.025

WIN_RATES = {
    "Outbound": 0.19,
    "Inbound": 0.22,
    "Event": 0.20,
    "Partner": 0.24,
    "Referral": 0.28,
    "Customer": 0.31,
}


def draw_steps(
    rng: Random, *, opened_on: date, country: str, product: Product, win_rate: float, demos: float
) -> Steps:
    """Draw the stages a deal will reach and the days it will reach them, last first.

    A few are never closed: they are forgotten on the way, as in every CRM.
    """
    is_won = rng.random() < win_rate
    path = [stage for stage, share in _path(demos) if rng.random() < share]
    if not is_won:
        path = path[: int(rng.random() ** 1.3 * (len(path) + 1))]
    days = log_normal(rng, _CYCLE_DAYS * product.pace * (1.0 if is_won else 0.8), 0.5)
    ends_on = opened_on + timedelta(days=round(max(2.0, min(240.0, days))))
    if is_won:
        ends_on = seasons.closing_day(rng, ends_on, opened_on + timedelta(days=4))
    span = (ends_on - opened_on).days
    marks = sorted(rng.random() * 0.9 for _ in path)
    steps = [
        (opened_on + timedelta(days=int(span * mark)), stage)
        for mark, stage in zip(marks, path, strict=True)
    ]
    if rng.random() >= _FORGOTTEN:
        steps.append((ends_on, CLOSED_WON if is_won else CLOSED_LOST))
    return [(seasons.next_workable(country, day), stage) for day, stage in reversed(steps)]


def _path(demos: float) -> tuple[tuple[str, float], ...]:
    return ((DEMO, min(0.95, 0.66 * demos)), (PROPOSAL, 0.96), (NEGOTIATION, 0.72))


def draw_second_ending(rng: Random, *, today: date, country: str) -> Steps:
    """Draw how a deal re-opened by mistake's correction ends after all."""
    day = seasons.next_workable(country, today + timedelta(days=rng.randint(2, 20)))
    return [(day, CLOSED_WON if rng.random() < 0.6 else CLOSED_LOST)]
