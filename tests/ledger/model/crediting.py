"""Who is credited with what on which day."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from juara.connect.types import Dated
from tests.ledger.model.plans import Plan, Shares, moment_or_none
from tests.ledger.model.timeline import Span
from tests.ledger.model.world import (
    ONE_DAY,
    PARENTS,
    Known,
    Name,
    Place,
    World,
    day_in,
    rounded,
)

NOBODY = "-"
WHOLE = 10_000
# The roles of managers above stand this far behind those of the people.
INDIRECT = 100
_FOREVER = date.max


class Credit(NamedTuple):
    metric: str
    role: int
    record: Name
    member: str
    team: str
    day: date
    at: datetime | None
    value: Decimal
    share: int
    item: str
    reason: str
    key: str


class Claim(NamedTuple):
    """What a record counts for in a role, before it is known who is meant by the key."""

    key: str
    value: Decimal
    share: int
    item: str = ""
    is_rest: bool = False


def credits_of(world: World) -> list[Credit]:
    """Return every credit that is called for."""
    found: list[Credit] = []
    for metric, timeline in world.rules.items():
        if timeline.spans[0].value.aggregation == "latest":
            found += _balances(world, metric)
            continue
        for rule in timeline.spans:
            direct = list(_flows(world, metric, rule))
            found += direct
            if rule.value.is_overlay:
                found += [each for credit in direct for each in _above(world, credit)]
    return found


# --- What happens on a day ---


def _flows(world: World, metric: str, rule: Span[Plan]) -> Iterator[Credit]:
    for known in _counted(world, rule.value):
        when = known.live.dates[rule.value.date]
        for role in range(len(rule.value.fields)):
            for claim in _claims(world, known, rule.value, role):
                credit = _resolved(world, metric, role, known, when, claim)
                if rule.first <= credit.day < rule.until:
                    yield credit
    for known in world.live("entry"):
        if known.text("type") == metric and rule.value.aggregation in ("count", "sum"):
            amount, when = known.live.amount or Decimal(0), known.live.dates["occurred"]
            share = int(amount) * WHOLE if rule.value.aggregation == "count" else WHOLE
            claim = Claim(known.live.users["owner"], amount, share)
            credit = _resolved(world, metric, 0, known, when, claim)
            if rule.first <= credit.day < rule.until:
                yield credit


def _counted(world: World, plan: Plan) -> list[Known]:
    found = [
        known for known in world.live(*plan.kinds)
        if plan.date in known.live.dates and plan.counts(world, known)
        and _value(world, known, plan) is not None
        and not (plan.is_series and not known.text("parent"))
        and _shares(world, known, plan) is not None
    ]  # fmt: skip
    if not plan.is_first_only:
        return found
    firsts: dict[object, Known] = {}
    for known in sorted(found, key=lambda each: _order(world, each, plan)):
        thing = (known.source, known.text("parent")) if known.text("parent") else known.name
        firsts.setdefault(thing, known)
    return list(firsts.values())


def _order(world: World, known: Known, plan: Plan) -> tuple[datetime, int]:
    return world.moment_of(known.live.dates[plan.date]), known.number


def _value(world: World, known: Known, plan: Plan) -> Decimal | None:
    """Return what a record comes to, in the organization's money; None where it has no value."""
    if plan.item is not None:
        return Decimal(1) if plan.item(world, known) else None
    amount = plan.amount(world, known)
    if amount is None or plan.currency is None:
        return amount
    return world.in_own_money(amount, plan.currency(world, known), known.live.dates[plan.date])


def _shares(world: World, known: Known, plan: Plan) -> Shares | None:
    """Return the shares a record has, none at all where they are impossible."""
    given = plan.shares(world, known) if plan.shares else []
    whole = sum((percent for _, percent in given), Decimal(0))
    return None if whole > 100 or any(percent < 0 for _, percent in given) else given


def _claims(world: World, known: Known, plan: Plan, role: int) -> list[Claim]:
    value = _value(world, known, plan)
    assert value is not None
    item = plan.item(world, known) if plan.item else ""
    whole = [Claim(_holder(world, known, plan, role), value, WHOLE, item)]
    given = _shares(world, known, plan) if role == 0 else None
    shares = [(key, int(percent * 100)) for key, percent in given or [] if percent > 0]
    if not shares:
        return whole
    rest = WHOLE - sum(share for _, share in shares)
    every = [*shares, *([("", rest)] if rest else [])]
    decimals = 2 if plan.currency else 4
    values = [rounded(value * share / WHOLE, decimals) for _, share in every]
    largest = max(range(len(every)), key=lambda index: (every[index][1], -index))
    values[largest] += value - sum(values)
    return [
        Claim(key, part, share, item, is_rest=bool(rest) and index == len(shares))
        for index, ((key, share), part) in enumerate(zip(every, values, strict=True))
    ]


def _holder(world: World, known: Known, plan: Plan, role: int) -> str:
    field = plan.fields[role]
    named: Known | None = known
    if field.startswith("parent."):
        named, field = world.parent(known), field.removeprefix("parent.")
    if named is None:
        return ""
    if plan.is_at_event and role == 0:
        return _owner_at(world, named, world.moment_of(known.live.dates[plan.date]))
    return named.live.users.get(field.removeprefix("users."), "")


def _owner_at(world: World, known: Known, at: datetime) -> str:
    """Return who owned a record: by its source's history, else by what was known then."""
    history = [
        (world.moment_of(each.live.dates["occurred"]), each.number, each)
        for each in world.children(known.source, known.name[2], "change")
        if known.name[1] in PARENTS and each.text("type") == "owner"
        and "occurred" in each.live.dates
    ]  # fmt: skip
    before = [entry for entry in history if entry[0] <= at]
    if before:
        last = max(before, key=lambda entry: entry[:2])[2]
        return last.text("new_value") or last.live.users.get("owner", "")
    if history:
        following = min(history, key=lambda entry: entry[:2])[2]
        if following.text("old_value"):
            return following.text("old_value")
    known_by_then = [owner for moment, owner in known.owners if moment <= at]
    return known_by_then[-1] if known_by_then else known.owners[0][1]


def _resolved(
    world: World, metric: str, role: int, known: Known, when: Dated, claim: Claim
) -> Credit:
    home_day = world.day_of(when)
    member, stay = world.who(known.source, claim.key, home_day)
    amounts = (claim.value, claim.share, claim.item)
    at = moment_or_none(when)
    if stay is None:
        reason = "split_rest" if claim.is_rest else _reason(claim.key, is_known=bool(member))
        return Credit(
            metric, role, known.name, NOBODY, NOBODY, home_day, at, *amounts, reason, claim.key
        )
    day = min(max(day_in(when, stay.value.zone), stay.first), stay.until - ONE_DAY)
    return Credit(
        metric, role, known.name, member, stay.value.team, day, at, *amounts, "", claim.key
    )


def _reason(key: str, *, is_known: bool) -> str:
    if not key:
        return "owner_empty"
    return "not_assigned" if is_known else "owner_unknown"


def _above(world: World, credit: Credit) -> Iterator[Credit]:
    """Yield what the managers above are credited with beside, each once."""
    if credit.member == NOBODY:
        return
    seen = {credit.member}
    stay = world.places[credit.member].on(credit.day)
    while stay is not None and stay.value.manager and stay.value.manager not in seen:
        manager = stay.value.manager
        seen.add(manager)
        stay = world.places[manager].on(credit.day)
        if stay is not None:
            yield credit._replace(role=credit.role + INDIRECT, member=manager, team=stay.value.team)


# --- What stands from a day until a day ---


def _balances(world: World, metric: str) -> Iterator[Credit]:
    for rule in world.rules[metric].spans:
        for known in _counted(world, rule.value):
            first, until = _stands(world, known, rule.value)
            first, until = max(first, rule.first), min(until, rule.until)
            for role in range(len(rule.value.fields)):
                for claim in _claims(world, known, rule.value, role):
                    yield from _pieces(world, metric, role, known, rule, claim, first, until)


def _stands(world: World, known: Known, plan: Plan) -> tuple[date, date]:
    when = known.live.dates[plan.date]
    first = world.day_of(when)
    if plan.ends is not None:
        end = plan.ends(world, known)
        return first, _FOREVER if end is None else max(world.day_of(end), first)
    here = (world.moment_of(when), known.number)
    later = [
        (there, world.day_of(each.live.dates[plan.date]))
        for kind in plan.kinds
        for each in world.children(known.source, known.text("parent"), kind)
        if plan.date in each.live.dates and (there := _order(world, each, plan)) > here
    ]
    return first, min(later)[1] if later else _FOREVER


def _pieces(
    world: World, metric: str, role: int, known: Known, rule: Span[Plan], claim: Claim,
    first: date, until: date,
) -> Iterator[Credit]:  # fmt: skip
    """Yield a plus wherever somebody begins to hold what stands, and a minus where they end."""
    if first >= until:
        return
    matches = world.matches.get((known.source, claim.key))
    reason = _reason(claim.key, is_known=matches is not None and bool(matches.spans))
    days = {first, until}
    stays = [span for timeline in world.places.values() for span in timeline.spans]
    for span in (*(matches.spans if matches else ()), *stays):
        days |= {day for day in (span.first, span.until) if first < day < until}
    edges: dict[date, list[tuple[int, str, Span[Place] | None]]] = defaultdict(list)
    before: tuple[str, Span[Place] | None] | None = None
    for day in sorted(days):
        here = None if day == until else world.who(known.source, claim.key, day)
        here = ("", None) if here is not None and here[1] is None else here
        if here != before:
            if before is not None and day < _FOREVER:
                edges[day].append((-1, *before))
            if here is not None:
                edges[day].append((1, *here))
        before = here
    when = known.live.dates[rule.value.date]
    for day, changes in edges.items():
        for sign, member, stay in changes:
            is_begun = sign > 0 and day == world.day_of(when)
            yield Credit(
                metric, role, known.name, member or NOBODY, stay.value.team if stay else NOBODY,
                day, moment_or_none(when) if is_begun else None,
                claim.value * sign, claim.share * sign, claim.item,
                "" if stay else reason, claim.key,
            )  # fmt: skip
