"""Ready metrics: what a sales team measures first, as data.

Names are stored in English and translated where they are shown.
"""

from typing import Any

from django.utils.translation import gettext_noop

_WON = {"field": "status", "operator": "equals", "value": "won"}
_CLOSED = {"field": "status", "operator": "in", "value": ["won", "lost"]}
_OWNER = [{"role": "owner", "field": "owner"}]


def _activity(*conditions: dict[str, Any]) -> dict[str, Any]:
    return {
        "aggregation": "count",
        "kinds": ["activity"],
        "where": {"all": list(conditions)},
        "date": "occurred",
        "credit": _OWNER,
    }


def _of_type(*types: str) -> dict[str, Any]:
    return {"field": "type", "operator": "in", "value": list(types)}


def _deal(aggregation: str, date: str, *conditions: dict[str, Any], value: Any = None) -> Any:
    body = {
        "aggregation": aggregation,
        "kinds": ["deal"],
        "where": {"all": list(conditions)},
        "date": date,
        "credit": _OWNER,
    }
    return body if value is None else {**body, "value": value}


CATALOGUE: tuple[dict[str, Any], ...] = (
    {
        "key": "calls",
        "name": gettext_noop("Calls"),
        "description": gettext_noop("Every call, on the day it was made."),
        "definition": _activity(_of_type("call")),
    },
    {
        "key": "connected_calls",
        "name": gettext_noop("Connected calls"),
        "description": gettext_noop("Calls that reached somebody."),
        "definition": _activity(
            _of_type("call"), {"field": "outcome", "operator": "equals", "value": "connected"}
        ),
    },
    {
        "key": "emails",
        "name": gettext_noop("E-mails"),
        "description": gettext_noop("E-mails sent."),
        "definition": _activity(_of_type("email")),
    },
    {
        "key": "meetings_held",
        "name": gettext_noop("Meetings held"),
        "description": gettext_noop("Meetings that took place; a no-show does not count."),
        "definition": _activity(
            _of_type("meeting"), {"field": "outcome", "operator": "equals", "value": "held"}
        ),
    },
    {
        "key": "demos",
        "name": gettext_noop("Demos"),
        "description": gettext_noop("Demonstrations that took place."),
        "definition": _activity(
            _of_type("demo"), {"field": "outcome", "operator": "equals", "value": "held"}
        ),
    },
    {
        "key": "opportunities_created",
        "name": gettext_noop("Opportunities created"),
        "description": gettext_noop("Deals by the day they were created."),
        "definition": _deal("count", "created"),
    },
    {
        "key": "pipeline_created",
        "name": gettext_noop("Pipeline created"),
        "description": gettext_noop("Amount of deals by the day they were created."),
        "unit": "currency",
        "definition": _deal("sum", "created", value="amount"),
    },
    {
        "key": "deals_won",
        "name": gettext_noop("Deals won"),
        "description": gettext_noop("Won deals by the day they closed."),
        "definition": _deal("count", "closed", _WON),
    },
    {
        "key": "revenue_won",
        "name": gettext_noop("Revenue won"),
        "description": gettext_noop("Amount of won deals by the day they closed."),
        "unit": "currency",
        "definition": _deal("sum", "closed", _WON, value="amount"),
    },
    {
        "key": "deals_closed",
        "name": gettext_noop("Deals closed"),
        "description": gettext_noop("Deals decided either way, by the day they closed."),
        "definition": _deal("count", "closed", _CLOSED),
    },
    {
        "key": "average_deal_size",
        "name": gettext_noop("Average deal size"),
        "description": gettext_noop("Mean amount of won deals."),
        "unit": "currency",
        "definition": _deal("average", "closed", _WON, value="amount"),
    },
    {
        "key": "win_rate",
        "name": gettext_noop("Win rate"),
        "description": gettext_noop("Deals won out of deals decided in the same period."),
        "unit": "percent",
        "decimals": 1,
        "definition": {
            "aggregation": "ratio",
            "numerator": "deals_won",
            "denominator": "deals_closed",
        },
    },
    {
        "key": "sales_cycle",
        "name": gettext_noop("Sales cycle"),
        "description": gettext_noop("Mean time from creation to winning a deal."),
        "unit": "duration",
        "is_higher_better": False,
        "definition": _deal(
            "average", "closed", _WON, value={"time_between": ["created", "closed"]}
        ),
    },
    {
        "key": "accounts_touched",
        "name": gettext_noop("Accounts touched"),
        "description": gettext_noop(
            "Different accounts somebody called, wrote to, met or showed something; each once."
        ),
        "definition": {
            **_activity(_of_type("call", "email", "meeting", "demo")),
            "aggregation": "distinct",
            "value": "account",
        },
    },
    {
        "key": "open_pipeline",
        "name": gettext_noop("Open pipeline"),
        "description": gettext_noop(
            "Amount of the deals that are open at the end of the period: from the day they were"
            " created until they are won or lost."
        ),
        "unit": "currency",
        "definition": {
            **_deal("latest", "created", value="amount"),
            "ends": {"date": "closed", "where": {"all": [_CLOSED]}},
        },
    },
    {
        "key": "largest_deal",
        "name": gettext_noop("Largest deal"),
        "description": gettext_noop("The largest amount among won deals."),
        "unit": "currency",
        "definition": _deal("maximum", "closed", _WON, value="amount"),
    },
    {
        "key": "proposals",
        "name": gettext_noop("Proposals"),
        "description": gettext_noop(
            "Deals by the day they came to the stage Proposal for the first time."
        ),
        "definition": {
            "aggregation": "count",
            "kinds": ["change"],
            "where": {"all": [{"field": "stage", "operator": "changed_to", "value": "Proposal"}]},
            "date": "occurred",
            "credit": _OWNER,
            "occurrence": "first",
        },
    },
    {
        "key": "calls_per_day",
        "name": gettext_noop("Calls per working day"),
        "description": gettext_noop("Calls of a person on a working day; of a team, the mean."),
        "decimals": 1,
        "definition": {"aggregation": "formula", "expression": "calls / people / workdays"},
    },
)
