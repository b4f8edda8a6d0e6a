"""Deeds to choose from, for lives that are not led step by step by the state machine."""

from typing import Any

from hypothesis import strategies as st

from juara.core.calendar import ALWAYS
from tests.ledger.model import rows
from tests.ledger.model.life import Deed, Life
from tests.ledger.model.plans import PLANS

_plans = st.sampled_from([(metric, each) for metric, plans in PLANS.items() for each in plans])
_days = st.one_of(st.just(ALWAYS), rows.days)
_keys = st.sampled_from(rows.KEYS)

# The name of a deed and what it takes.
deeds: st.SearchStrategy[tuple[str, tuple[Any, ...]]] = st.one_of(
    st.tuples(st.just("deliver"), st.tuples(rows.sources, rows.arrivals)),
    st.tuples(st.just("deliver"), st.tuples(rows.sources, rows.many_arrivals)),
    st.tuples(st.just("match"), st.tuples(rows.sources, _keys, rows.members, rows.spans)),
    st.tuples(st.just("place"), st.tuples(rows.members, rows.places, rows.spans)),
    st.tuples(st.just("leave"), st.tuples(rows.members, rows.spans)),
    st.tuples(st.just("change_rule"), st.tuples(_plans, _days)),
)


def deed_of(life: Life, name: str, given: tuple[Any, ...]) -> Deed:
    match name, given:
        case "deliver", (source, arrived):
            return life.deliver(source, rows.as_edits(life, source, arrived))
        case "match", (source, key, member, span):
            return life.match(source, key, member, *span)
        case "place", (member, place, span):
            return life.place(member, place, *span)
        case "leave", (member, span):
            return life.leave(member, *span)
        case "change_rule", ((metric, plan), day):
            return life.change_rule(metric, plan, day)
    raise ValueError(name)
