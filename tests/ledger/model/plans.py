"""Metrics: each rule as the product stores it, and the same rule as a person would apply it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from math import floor
from typing import Any

from juara.connect.types import Dated
from tests.ledger.model.world import Known, World, day_in

Shares = list[tuple[str, Decimal]]


@dataclass(frozen=True)
class Plan:
    """A rule that reads records. `amount` is in the currency `currency` says, if it says any."""

    definition: dict[str, Any]
    kinds: tuple[str, ...]
    date: str
    fields: tuple[str, ...] = ("owner",)
    counts: Callable[[World, Known], bool] = lambda _world, _known: True
    amount: Callable[[World, Known], Decimal | None] = lambda _world, _known: Decimal(1)
    currency: Callable[[World, Known], str] | None = None
    item: Callable[[World, Known], str] | None = None
    shares: Callable[[World, Known], Shares] | None = None
    ends: Callable[[World, Known], Dated | None] | None = None

    @property
    def aggregation(self) -> str:
        return str(self.definition["aggregation"])

    @property
    def is_average(self) -> bool:
        return self.definition.get("group") == "average"

    @property
    def is_at_event(self) -> bool:
        return "owner_at" in self.definition

    @property
    def is_overlay(self) -> bool:
        return "overlay" in self.definition

    @property
    def is_first_only(self) -> bool:
        return "occurrence" in self.definition

    @property
    def is_series(self) -> bool:
        return "series" in self.definition


@dataclass(frozen=True)
class Worked:
    """A metric worked out from others: from their values, people and working days."""

    definition: dict[str, Any]
    parts: tuple[str, ...]
    work: Callable[..., Fraction | None]


Values = dict[str, Fraction | None]


def plan(
    definition: dict[str, Any],
    counts: Any = None,
    *,
    fields: tuple[str, ...] = ("owner",),
    **more: Any,
) -> Plan:
    credit = [
        {"role": role, "field": name}
        for role, name in zip(("owner", "sdr"), fields, strict=False)
    ]  # fmt: skip
    made = Plan(
        definition | {"credit": credit}, tuple(definition["kinds"]), definition["date"], fields
    )
    return replace(made, **({"counts": counts} if counts else {}), **more)


def clause(field: str, operator: str, value: Any = None) -> dict[str, Any]:
    return {"field": field, "operator": operator, "value": value}


def all_of(*clauses: dict[str, Any]) -> dict[str, Any]:
    return {"where": {"all": list(clauses)}}


def text_is(name: str, value: str) -> Callable[[World, Known], bool]:
    return lambda _, known: known.text(name).lower() == value.lower()


def _amount(_: World, known: Known) -> Decimal | None:
    return known.live.amount


def _currency(_: World, known: Known) -> str:
    return known.text("currency")


def _of_parent(
    what: Callable[[World, Known], Any], otherwise: Any
) -> Callable[[World, Known], Any]:
    def found(world: World, known: Known) -> Any:
        above = world.parent(known)
        return otherwise if above is None else what(world, above)

    return found


def _account(_: World, known: Known) -> str:
    return known.text("account").strip().lower()


def _by_fields(_: World, known: Known) -> Shares:
    pairs = (("owner", "first"), ("second", "second"))
    return [
        (known.live.users.get(user, ""), percent)
        for user, name in pairs if (percent := known.number_of(name)) is not None
    ]  # fmt: skip


def _by_records(world: World, known: Known) -> Shares:
    return [
        (each.live.users.get("owner", ""), each.number_of("percent") or Decimal(0))
        for each in world.children(known.source, known.name[2], "split")
    ]


def _closed_unless_open(_: World, known: Known) -> Dated | None:
    return None if known.text("status") == "open" else known.live.dates.get("closed")


def _closed(_: World, known: Known) -> Dated | None:
    return known.live.dates.get("closed")


def _at_least_50(_: World, known: Known) -> bool:
    return known.live.amount is not None and known.live.amount >= 50


def _recent(world: World, known: Known) -> bool:
    when = known.live.dates.get("occurred")
    return when is not None and day_in(when, "UTC") >= world.day - timedelta(days=5)


def _before(world: World, known: Known) -> str:
    """Return what a change says was there before; else what the change before it made of it."""
    if known.text("old_value"):
        return known.text("old_value")
    here = _place_in_time(world, known)
    earlier = [
        each for each in world.children(known.source, known.text("parent"), "change")
        if each.text("type") == known.text("type") and "occurred" in each.live.dates
        and here is not None and _place_in_time(world, each) < here
    ]  # fmt: skip
    last = max(earlier, key=lambda each: _place_in_time(world, each), default=None)
    return last.text("new_value") if last else ""


def _place_in_time(world: World, known: Known) -> Any:
    when = known.live.dates.get("occurred")
    return None if when is None else (world.moment_of(when), known.number)


def _changed(*values: str) -> Callable[[World, Known], bool]:
    wanted = {value.lower() for value in values}
    return lambda _, known: (
        known.text("type") == "stage" and known.text("new_value").lower() in wanted
    )


def _moved(world: World, known: Known) -> bool:
    return _changed("Proposal")(world, known) and _before(world, known).lower() == "new"


MONEY: dict[str, Any] = {"amount": _amount, "currency": _currency}
CALLS: dict[str, Any] = {"aggregation": "count", "kinds": ["activity"], "date": "occurred"}
DEALS: dict[str, Any] = {"kinds": ["deal"], "date": "closed", "value": "amount"}
REVENUE = DEALS | {"aggregation": "sum"}
WON = {"aggregation": "count", "kinds": ["deal"], "date": "closed", "owner_at": "event"}
FIELDS = {"split": {"fields": [
    {"field": "owner", "percent": "attributes.first"},
    {"field": "users.second", "percent": "attributes.second"},
]}}  # fmt: skip
PIPELINE: dict[str, Any] = {
    "aggregation": "latest", "kinds": ["deal"], "date": "created", "value": "amount",
    "ends": {"date": "closed", **all_of(clause("status", "not_equals", "open"))},
}  # fmt: skip
SEATS: dict[str, Any] = {
    "aggregation": "latest", "kinds": ["snapshot"], "date": "occurred", "value": "amount",
    "series": True, "group": "average",
}  # fmt: skip
STAGES: dict[str, Any] = {"aggregation": "count", "kinds": ["change"], "date": "occurred"}
IS_WON = clause("status", "equals", "won")
CONNECTED = clause("outcome", "equals", "connected")
BOTH = ("owner", "users.sdr")

PLANS: dict[str, tuple[Plan, ...]] = {
    "calls": (
        plan(CALLS | {"overlay": True}),
        plan(CALLS | {"overlay": True} | all_of(CONNECTED), text_is("outcome", "connected")),
        plan(
            CALLS | {"where": {"not": CONNECTED}},
            lambda _, known: known.text("outcome").lower() != "connected",
        ),
        plan(
            CALLS | all_of(clause("parent.status", "equals", "won")),
            _of_parent(text_is("status", "won"), otherwise=False),
        ),
        plan(
            CALLS | all_of(clause("occurred", "greater_or_equal", {"today": -5})), _recent
        ),
    ),
    "revenue": (
        plan(REVENUE | all_of(IS_WON), text_is("status", "won"), **MONEY),
        plan(
            REVENUE | {"split": {"records": True}} | all_of(IS_WON), text_is("status", "won"),
            fields=BOTH, shares=_by_records, **MONEY,
        ),
        plan(REVENUE | all_of(clause("amount", "greater_or_equal", 50)), _at_least_50,
             fields=BOTH, **MONEY),
        plan(REVENUE | FIELDS, shares=_by_fields, **MONEY),
        plan(REVENUE | {"date": "created"}, fields=BOTH, **MONEY),
    ),
    "won": (
        plan(WON | all_of(IS_WON), text_is("status", "won")),
        plan(WON | {"kinds": ["activity"], "date": "occurred"}, fields=("parent.owner",)),
        plan(WON | {"kinds": ["activity"], "date": "occurred"}),
    ),
    "accounts": (
        plan(CALLS | {"aggregation": "distinct", "value": "account"}, item=_account),
        plan(
            CALLS | {"aggregation": "distinct", "value": "parent.account"},
            item=_of_parent(_account, otherwise=""),
        ),
    ),
    "largest": (
        plan(DEALS | {"aggregation": "maximum"}, **MONEY),
        plan(
            CALLS | {"aggregation": "maximum", "value": "parent.amount"},
            amount=_of_parent(_amount, otherwise=None),
            currency=_of_parent(_currency, otherwise=""),
        ),
        plan(DEALS | {"aggregation": "maximum"} | all_of(IS_WON), text_is("status", "won"),
             **MONEY),
    ),
    "smallest": (plan(DEALS | {"aggregation": "minimum"}, **MONEY),),
    "size": (
        plan(REVENUE | FIELDS | {"aggregation": "average"}, shares=_by_fields, **MONEY),
        plan(REVENUE | {"aggregation": "average"}, **MONEY),
    ),
    "pipeline": (
        plan(PIPELINE, ends=_closed_unless_open, **MONEY),
        plan(PIPELINE | all_of(clause("account", "equals", "acme")), text_is("account", "acme"),
             ends=_closed_unless_open, **MONEY),
        plan(PIPELINE | {"ends": {"date": "closed"}}, ends=_closed, **MONEY),
    ),
    "seats": (
        plan(SEATS, **MONEY),
        plan(SEATS | all_of(clause("account", "equals", "acme")), text_is("account", "acme"),
             **MONEY),
    ),
    "stages": (
        plan(STAGES | {"occurrence": "first"} | all_of(clause("stage", "changed_to", "Proposal")),
             _changed("Proposal")),
        plan(STAGES | all_of(clause("stage", "changed_to", ["Proposal", "Won"])),
             _changed("Proposal", "Won")),
        plan(STAGES | all_of(clause("stage", "changed_from_to", ["New", "Proposal"])), _moved),
    ),
}  # fmt: skip


def _rate(values: Values, *_: Any) -> Fraction | None:
    won, calls = values["won"], values["calls"]
    return won / calls if won is not None and calls else None


def _mix(values: Values, *_: Any) -> Fraction | None:
    largest, calls = values["largest"], values["calls"]
    if largest is None or not calls:
        return None
    revenue, accounts, stands = values["revenue"], values["accounts"], values["pipeline"]
    assert revenue is not None
    assert accounts is not None
    assert stands is not None
    return floor(revenue / 10) + accounts * 2 - largest / calls + stands


def _pace(values: Values, people: int, workdays: Fraction | None) -> Fraction | None:
    calls = values["calls"]
    return calls / people / workdays if calls is not None and people and workdays else None


WORKED: dict[str, Worked] = {
    "rate": Worked(
        {"aggregation": "ratio", "numerator": "won", "denominator": "calls"},
        ("won", "calls"), _rate,
    ),
    "mix": Worked(
        {"aggregation": "formula",
         "expression": "floor(revenue / 10) + accounts * 2 - largest / calls + pipeline"},
        ("revenue", "accounts", "largest", "calls", "pipeline"), _mix,
    ),
    "pace": Worked(
        {"aggregation": "formula", "expression": "calls / people / workdays"}, ("calls",), _pace,
    ),
}  # fmt: skip


def moment_or_none(when: Dated | None) -> datetime | None:
    return when if isinstance(when, datetime) else None
