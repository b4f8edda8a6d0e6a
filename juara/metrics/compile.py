"""From a definition to SQL: the one meaning of a metric.

The incremental path, the full recompute, the preview and `verify` all run what stands here.
Every value travels as a parameter; only names from closed lists become SQL text.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from juara.connect.types import RecordKind
from juara.core.calendar import FOREVER
from juara.core.db import OPEN
from juara.metrics import calc, clauses, fragments, sharing
from juara.metrics.conditions import condition
from juara.metrics.fragments import Fragment, Ground, joined
from juara.metrics.types import (
    Aggregation,
    Clause,
    Counting,
    CreditTo,
    Ends,
    Group,
    Relative,
    Rule,
    TimeBetween,
)


@dataclass(frozen=True, slots=True)
class Step:
    """One condition a record must meet to count; `where` names its place in the definition.

    Places are those a DefinitionError names (``where.all[0]``, ``date``, ``value``, ``split``,
    ``parent``), and ``currency`` for amounts that cannot be told in the organization's. `part` is
    the condition asked.
    """

    where: str
    test: Fragment
    part: Clause | Group | None = None


# A batch's versions are fetched once for all rules, each through its index (OFFSET 0 keeps it
# so); of the whole history nothing is copied.
_TOUCHED_VERSIONS = (
    "MATERIALIZED (SELECT v.* FROM touched t CROSS JOIN LATERAL (SELECT v.* FROM record_version v"
    " WHERE v.organization_id = %s AND v.record_id = t.record_id OFFSET 0) v"
    f" WHERE v.known_until = {OPEN} AND NOT v.is_deleted)"
)
_ALL_VERSIONS = (
    "NOT MATERIALIZED (SELECT v.* FROM record_version v"
    f" WHERE v.organization_id = %s AND v.known_until = {OPEN} AND NOT v.is_deleted)"
)

# What `candidates` returns, in this order.
COLUMNS = (
    "metric_id, role, part, record_id, source_id, owner_key, organization_day, ends_on,"
    " occurred_at, value, share, item, rate_id, from_day, until_day"
)
_NO_CANDIDATES = (
    "SELECT 0::bigint, 0::smallint, 0::smallint, 0::bigint, 0::bigint, '', NULL::date, NULL::date,"
    " NULL::timestamptz, 0::numeric, 0, '', NULL::bigint, NULL::date, NULL::date"
    " WHERE false"
)

# Rounded to four places it would need 17 digits before them; credits hold 16.
_TOO_LARGE = "9999999999999999.99995"


def candidates(rules: Sequence[Rule], ground: Ground, *, touched: bool) -> Fragment:
    """Return the query for every credit the rules call for, before it is known who earned it.

    Columns as in `COLUMNS`: `share` in ten-thousandths, `ends_on` only for balances (the day from
    which the record no longer stands). Reads the open version of each record; with `touched` only
    of the records in the temporary table ``touched``. A rule that reads no records adds nothing;
    no rule at all gives an empty result of the same shape.
    """
    parts = [
        _of_role(rule, definition, role, credit, ground)
        for rule in rules
        if isinstance(definition := rule.definition, Counting)
        for role, credit in enumerate(definition.credit)
    ]
    if not parts:
        return Fragment(_NO_CANDIDATES)
    if (entries := _entries(rules, ground)) is not None:
        parts.append(entries)
    source = _TOUCHED_VERSIONS if touched else _ALL_VERSIONS
    return Fragment(
        f"WITH v AS {source} " + " UNION ALL ".join(part.sql for part in parts),
        (ground.organization_id, *(value for part in parts for value in part.params)),
    )


def _of_role(
    rule: Rule, definition: Counting, role: int, credit: CreditTo, ground: Ground
) -> Fragment:
    day = fragments.organization_day(definition.date, ground)
    ends = _ends_on(definition, day, ground)
    item = _item(definition, ground)
    rate = _rate(definition, ground)
    versions = _versions(definition, ground)
    if definition.split is not None and role == 0:
        owner = fragments.text(credit.field, ground)
        amount, decimals = _value(definition, ground), _decimals(definition, ground)
        shared = sharing.parts(definition.split, owner, amount, decimals, ground)
        versions = Fragment(
            f"{versions.sql} CROSS JOIN LATERAL ({shared.sql}) s",
            (*versions.params, *shared.params),
        )
        part, holder, value, share = (
            Fragment(f"s.{name}") for name in ("part", "owner_key", "value", "share")
        )
    else:
        part, share = Fragment("0::smallint"), Fragment(f"{calc.WHOLE_SHARE}")
        holder, value = _holder(definition, role, credit, ground), _value(definition, ground)
    before = (part, holder, day, ends)
    after = (value, share, item, rate)
    return Fragment(
        f"SELECT %s::bigint, %s::smallint, {part.sql}, v.record_id, v.source_id, {holder.sql},"
        f" {day.sql}, {ends.sql}, v.{definition.date}_at,"
        f" {value.sql}, {share.sql}, {item.sql}, {rate.sql}, %s::date, %s::date"
        f" FROM {versions.sql}",
        (
            rule.metric_id, role,
            *(value for each in before for value in each.params),
            *(value for each in after for value in each.params),
            rule.from_day, rule.until_day, *versions.params,
        ),
    )  # fmt: skip


def _versions(definition: Counting, ground: Ground) -> Fragment:
    """Return the versions that count, as ``v``; of each thing only the first, where so chosen."""
    where = counts(definition, ground)
    if not definition.is_first_only:
        return Fragment(f"(SELECT v.* FROM v WHERE {where.sql}) v", where.params)
    moment = fragments.moment(definition.date, ground)
    return Fragment(
        "(SELECT n.* FROM (SELECT v.*, row_number() OVER (PARTITION BY v.source_id,"
        " COALESCE(NULLIF(v.parent, ''), v.record_id::text)"
        f" ORDER BY {moment.sql}, v.record_id) AS place FROM v WHERE {where.sql}) n"
        " WHERE n.place = 1) v",
        (*moment.params, *where.params),
    )


def _holder(definition: Counting, role: int, credit: CreditTo, ground: Ground) -> Fragment:
    """Return whom a record names in a role: now, or when it happened."""
    if definition.owner_at == "event" and role == 0:
        return sharing.owner_at_event(credit.field, definition.date, ground)
    return fragments.text(credit.field, ground)


def _ends_on(definition: Counting, day: Fragment, ground: Ground) -> Fragment:
    """Return from which day a record no longer stands in a balance; NULL where it is none."""
    if definition.is_series:
        following = sharing.following_day(definition.kinds, definition.date, ground)
        return Fragment(f"COALESCE({following.sql}, %s::date)", (*following.params, FOREVER))
    if definition.ends is None:
        return Fragment("NULL::date")
    end, where = _end(definition.ends, ground)
    return Fragment(
        f"CASE WHEN {where.sql} THEN GREATEST({end.sql}, {day.sql}) ELSE %s::date END",
        (*where.params, *end.params, *day.params, FOREVER),
    )


def _end(ends: Ends, ground: Ground) -> tuple[Fragment, Fragment]:
    day = fragments.organization_day(ends.date, ground)
    holds = condition(ends.where, ground)
    return day, Fragment(f"({day.sql} IS NOT NULL AND {holds.sql})", (*day.params, *holds.params))


def _entries(rules: Sequence[Rule], ground: Ground) -> Fragment | None:
    """Return the query for what was entered by hand: it names its metric, which adds it up.

    Of a count an entry is so many at once, hence its share; of a sum it is one amount. Only the
    leading role takes entries, and only metrics whose values add up. An entry made under another
    rule or currency of its metric may no longer mean anything: then it is not counted.
    """
    wanted = [
        (rule, definition.aggregation is Aggregation.COUNT, is_money(definition))
        for rule in rules
        if isinstance(definition := rule.definition, Counting)
        and definition.aggregation.is_additive
    ]
    if not wanted:
        return None
    places = "(%s::bigint, %s::text, %s::boolean, %s::boolean, %s::date, %s::date)"
    return Fragment(
        "SELECT e.metric_id, 0::smallint, 0::smallint, v.record_id, v.source_id, v.owner_key,"
        " v.occurred_on, NULL::date, NULL::timestamptz, v.amount,"
        f" (CASE WHEN e.is_count THEN v.amount ELSE 1 END * {calc.WHOLE_SHARE})::integer,"
        " '', NULL::bigint, e.from_day, e.until_day"
        f" FROM v JOIN (VALUES {', '.join([places] * len(wanted))})"
        " AS e (metric_id, type, is_count, is_money, from_day, until_day)"
        f" ON v.type = e.type WHERE v.kind = '{RecordKind.ENTRY}'"
        # What no share can hold would be the end of every absorption.
        f" AND (NOT e.is_count OR abs(v.amount) <= {calc.MOST_AT_ONCE}"
        " AND v.amount = trunc(v.amount))"
        " AND (NOT e.is_money OR v.currency IN ('', %s))",
        (
            *(
                value
                for rule, is_count, is_amount in wanted
                for value in (
                    rule.metric_id, str(rule.metric_id), is_count, is_amount,
                    rule.from_day, rule.until_day,
                )
            ),
            ground.currency,
        ),
    )  # fmt: skip


def counts(definition: Counting, ground: Ground) -> Fragment:
    """Return the condition under which a version counts: kind, filter, date, value, currency."""
    every = (of_kinds(definition.kinds), *(step.test for step in steps(definition, ground)))
    return joined(every, " AND ")


def of_kinds(kinds: Sequence[str]) -> Fragment:
    """Return the condition that a version is of one of these kinds."""
    return Fragment("v.kind = ANY(%s)", (list(kinds),))


def steps(definition: Counting, ground: Ground) -> tuple[Step, ...]:
    """Return what a record of the kinds must meet to count, in the order it is asked.

    All of them together are `counts`, so the first one a record fails is why it does not count.
    """
    name = definition.date
    found = [
        *_steps_of(definition.where, "where", ground),
        Step("date", Fragment(f"(v.{name}_at IS NOT NULL OR v.{name}_on IS NOT NULL)")),
    ]
    if definition.is_series:
        found.append(Step("parent", Fragment("v.parent <> ''")))
    if definition.value is not None:
        found.append(Step("value", _has_value(definition, ground)))
    if is_money(definition):
        found.append(Step("currency", _has_currency(definition, ground)))
    if definition.split is not None:
        found.append(Step("split", sharing.is_whole_or_less(definition.split, ground)))
    return tuple(found)


def _steps_of(part: Group | Clause, where: str, ground: Ground) -> list[Step]:
    """Take a filter apart where all of several conditions must hold; else it is one step."""
    if isinstance(part, Clause) or part.joined_by != "all":
        return [Step(where, condition(part, ground), part)]
    return [
        step
        for index, child in enumerate(part.parts)
        for step in _steps_of(child, f"{where}.all[{index}]", ground)
    ]


def is_money(definition: Counting) -> bool:
    """Say whether values are amounts, which have a currency."""
    return (
        definition.aggregation is not Aggregation.DISTINCT
        and isinstance(definition.value, str)
        and definition.value.removeprefix(clauses.PARENT) == "amount"
    )


def _has_value(definition: Counting, ground: Ground) -> Fragment:
    if definition.aggregation is Aggregation.DISTINCT:
        item = _item(definition, ground)
        return Fragment(f"{item.sql} <> ''", item.params)
    value = _measured(definition, ground)
    return Fragment(f"{value.sql} IS NOT NULL", value.params)


def _has_currency(definition: Counting, ground: Ground) -> Fragment:
    """Amounts of different currencies are never added: without a rate one does not count."""
    currency = fragments.text(_currency_field(definition), ground)
    if not ground.has_rates:
        return Fragment(f"{currency.sql} IN ('', %s)", (*currency.params, ground.currency))
    rate = _looked_up(definition, "x.rate_id", ground)
    return Fragment(
        f"({currency.sql} IN ('', %s) OR {rate.sql} IS NOT NULL)",
        (*currency.params, ground.currency, *rate.params),
    )


def _currency_field(definition: Counting) -> str:
    is_parents = str(definition.value).startswith(clauses.PARENT)
    return f"{clauses.PARENT if is_parents else ''}currency"


def _looked_up(definition: Counting, what: str, ground: Ground) -> Fragment:
    """Return something of the exchange rate for a version's currency on its day; NULL if none."""
    currency = fragments.text(_currency_field(definition), ground)
    day = fragments.organization_day(definition.date, ground)
    return Fragment(
        f"(SELECT {what} FROM exchange_rate x WHERE x.organization_id = v.organization_id"
        f" AND x.currency = {currency.sql} AND x.currency <> %s AND {ground.known('x')}"
        f" AND {day.sql} >= x.valid_from AND {day.sql} < x.valid_until)",
        (*currency.params, ground.currency, *day.params, *day.params),
    )


def _rate(definition: Counting, ground: Ground) -> Fragment:
    if not (ground.has_rates and is_money(definition)):
        return Fragment("NULL::bigint")
    return _looked_up(definition, "x.rate_id", ground)


def _decimals(definition: Counting, ground: Ground) -> int:
    """Return how many decimals a shared value is rounded to: money to its minor unit."""
    return ground.minor_units if is_money(definition) else -calc.VALUE_PLACES.as_tuple().exponent  # type: ignore[operator]


def _item(definition: Counting, ground: Ground) -> Fragment:
    """Return what a distinct count tells apart, without regard to case; '' for the others."""
    if definition.aggregation is not Aggregation.DISTINCT:
        return Fragment("''::text")
    field = fragments.text(str(definition.value), ground)
    return Fragment(f"lower(btrim({field.sql}))", field.params)


def _value(definition: Counting, ground: Ground) -> Fragment:
    """Return the value of a version that counts, converted where it is in another currency."""
    value = _measured(definition, ground)
    if not (ground.has_rates and is_money(definition)):
        return value
    rate = _looked_up(definition, "x.rate", ground)
    return Fragment(
        f"COALESCE(round({value.sql} * {rate.sql}, {ground.minor_units}), {value.sql})",
        (*value.params, *rate.params, *value.params),
    )


def _measured(definition: Counting, ground: Ground) -> Fragment:
    """Return what a version measures, in its own currency; NULL where it has no value."""
    value = definition.value
    if value is None or definition.aggregation is Aggregation.DISTINCT:
        return Fragment("1::numeric")
    if isinstance(value, TimeBetween):
        start = fragments.organization_day(value.from_date, ground)
        end = fragments.organization_day(value.until_date, ground)
        return Fragment(
            f"round(COALESCE(extract(epoch FROM v.{value.until_date}_at - v.{value.from_date}_at),"
            f" ({end.sql} - {start.sql}) * 86400), 4)",
            (*end.params, *start.params),
        )
    inner = fragments.number(value, ground)
    if clauses.field_type(value) == "number":
        return inner
    # A number no credit can hold is no value, rather than the end of every absorption.
    return Fragment(
        f"CASE WHEN abs({inner.sql}) < {_TOO_LARGE} THEN round({inner.sql}, 4) END",
        (*inner.params, *inner.params),
    )


@lru_cache(maxsize=256)
def told_from_today(rules: tuple[Rule, ...]) -> frozenset[int]:
    """Return the metrics whose rules answer differently on another day: dates relative to it."""
    return frozenset(
        rule.metric_id
        for rule in rules
        if isinstance(rule.definition, Counting)
        for group in rule.definition.filters
        for clause in clauses.clauses(group)
        for value in clause.values
        if isinstance(value, Relative) and not value.field
    )
