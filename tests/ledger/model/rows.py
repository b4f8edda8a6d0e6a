"""Rows as a CRM might send them, and days and moments around every midnight that matters."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from juara.connect.types import Dated, RecordKind, RecordRow
from juara.core.calendar import ALWAYS, FOREVER
from tests.ledger.model.life import MEMBERS, ROOT, SOURCES, START, TEAMS, Life
from tests.ledger.model.plans import PLANS
from tests.ledger.model.world import Place

# Both ends of the world, and New York, where the clocks change on 9 March.
ZONES = (
    "UTC", "Asia/Jakarta", "America/New_York", "Pacific/Kiritimati", "Pacific/Pago_Pago",
)  # fmt: skip
KEYS = ("ana", "budi", "citra", "dewi", "seat", "ghost")
_OWNERS = ("ana", "ana", "budi", "budi", "citra", "citra", "dewi", "seat", "seat", "ghost", "")
_NUMBERS = tuple("01234567")
# Much belongs to few, so that neighbours meet.
_PARENTS = (*"000111234567", "")
_AMOUNTS = tuple(map(Decimal, ("0", "0.0001", "49.99", "50", "120.5", "-7", "100.01", "1000.03")))
_PERCENTS = tuple(map(Decimal, ("0", "33.33", "40", "50", "50", "60", "100", "-1")))
_HALF_HOURS = (0, 1, 8, 9, 10, 19, 20, 21, 22, 33, 34, 46, 47)

_one_of = st.sampled_from
days = _one_of([START + timedelta(days=number) for number in range(29)])
owners = _one_of(_OWNERS)
members = _one_of(MEMBERS)
sources = _one_of((SOURCES[0],) * 4 + (SOURCES[1],))


def _moment(day: date, half_hours: int) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(minutes=30 * half_hours)


moments: st.SearchStrategy[Dated] = st.one_of(
    days, st.builds(_moment, days, _one_of(_HALF_HOURS)), st.builds(_moment, days, _one_of((0, 47)))
)
spans = st.one_of(
    st.just((ALWAYS, FOREVER)),
    days.map(lambda day: (day, FOREVER)),
    st.builds(lambda day, count: (day, day + timedelta(count)), days, st.integers(1, 14)),
)
short_spans = st.builds(lambda day, count: (day, day + timedelta(count)), days, st.integers(1, 6))
places = st.builds(
    Place, _one_of((*TEAMS, ROOT)), _one_of(ZONES), _one_of(("", *MEMBERS[2:], *MEMBERS[3:]))
)

_texts: dict[RecordKind, st.SearchStrategy[dict[str, str]]] = {
    RecordKind.DEAL: st.fixed_dictionaries({
        "status": _one_of(("won", "won", "Won", "lost", "open", "open")),
        "account": _one_of(("Acme", "ACME ", "acme", "Globex", "")),
        "currency": _one_of(("", "USD", "USD", "USD", "EUR", "EUR", "JPY")),
    }),
    RecordKind.ACTIVITY: st.fixed_dictionaries({
        "outcome": _one_of(("connected", "Connected", "no_answer", "")),
        "account": _one_of(("Acme", " acme", "Globex", "Initech", "")),
        "parent": _one_of(_PARENTS),
    }),
    RecordKind.SPLIT: st.fixed_dictionaries({"parent": _one_of(_PARENTS)}),
    RecordKind.SNAPSHOT: st.fixed_dictionaries({
        "parent": _one_of(("x", "x", "x", "y", "")),
        "account": _one_of(("acme", "globex")),
        "currency": _one_of(("", "USD", "USD", "EUR")),
    }),
}  # fmt: skip
_texts[RecordKind.LEAD] = _texts[RecordKind.DEAL]
_change_texts = st.one_of(
    st.fixed_dictionaries({
        "type": st.just("stage"), "parent": _one_of(_PARENTS),
        "old_value": _one_of(("", "", "New", "Won")),
        "new_value": _one_of(("New", "Proposal", "proposal", "Won")),
    }),
    st.fixed_dictionaries({
        "type": st.just("owner"), "parent": _one_of(_PARENTS),
        "old_value": _one_of(("", "ana", "citra", "ghost")),
        "new_value": _one_of(("", "ana", "budi", "citra", "seat")),
    }),
)  # fmt: skip
_texts[RecordKind.CHANGE] = _change_texts

_DATES = {
    RecordKind.DEAL: ("closed", "created"),
    RecordKind.LEAD: ("closed", "created"),
    RecordKind.SPLIT: (),
}
_KINDS = (
    *(RecordKind.DEAL,) * 4, *(RecordKind.ACTIVITY,) * 3, *(RecordKind.CHANGE,) * 3,
    *(RecordKind.SPLIT,) * 2, *(RecordKind.SNAPSHOT,) * 3, RecordKind.LEAD,
)  # fmt: skip
# Mostly a CRM row changes in one field only.
_CHANGED = (
    "everything", "texts", "texts", "texts", "amount", "dates", "users", "attributes", "is_deleted",
)  # fmt: skip


def _row(kind: RecordKind) -> st.SearchStrategy[RecordRow]:
    dates = dict.fromkeys(_DATES.get(kind, ("occurred",)), moments)
    is_deal = kind is RecordKind.DEAL
    users: dict[str, Any] = {"owner": owners}
    attributes: dict[str, Any] = {}
    if is_deal:
        users |= {"sdr": owners, "second": owners}
        attributes = dict.fromkeys(("first", "second"), _one_of(_PERCENTS))
    if kind is RecordKind.SPLIT:
        attributes = {"percent": _one_of(_PERCENTS)}
    has_amount = kind in (RecordKind.DEAL, RecordKind.LEAD, RecordKind.SNAPSHOT)
    return st.builds(
        RecordRow,
        row_number=st.just(1),
        kind=st.just(kind),
        external_id=_one_of(_NUMBERS),
        texts=_texts[kind],
        amount=_one_of((None, *_AMOUNTS)) if has_amount else st.none(),
        dates=_mostly(dates),
        users=st.fixed_dictionaries(users),
        attributes=st.fixed_dictionaries({}, optional=attributes),
        is_deleted=_one_of((False,) * 11 + (True,)),
    )


def _mostly(fields: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Return all of them nine times of ten; otherwise any."""
    return st.integers(0, 9).flatmap(
        lambda number: (
            st.fixed_dictionaries(fields) if number else st.fixed_dictionaries({}, optional=fields)
        )
    )


_rows = {kind: _row(kind) for kind in RecordKind if kind in _texts}
_arrival = st.tuples(_one_of(_KINDS).flatmap(_rows.__getitem__), _one_of(_CHANGED))
arrivals = st.lists(_arrival, min_size=1, max_size=6)
many_arrivals = st.lists(_arrival, min_size=8, max_size=16)
first_arrivals = st.lists(_arrival, min_size=70, max_size=80)

# By which rule each metric counts to begin with.
first_plans = st.tuples(*map(_one_of, PLANS.values()))


def as_edits(life: Life, source: str, arrived: list[tuple[RecordRow, str]]) -> list[RecordRow]:
    """Return the rows that arrive: what is known already mostly changes in one field."""
    rows = []
    for row, changed in arrived:
        known = life.current((source, row.kind.value, row.external_id))
        if known is None or changed == "everything":
            rows.append(row)
        else:
            rows.append(replace(known, **{changed: getattr(row, changed)}))
    return rows
