"""Who of several people a record credits: shares, owners of the time, and what came next.

Pieces of SQL over a version called ``v``, like metrics.fragments.
"""

from collections.abc import Sequence

from juara.connect.types import PARENT_KINDS, RecordKind
from juara.core import db
from juara.metrics import calc, fragments
from juara.metrics.fragments import Fragment, Ground
from juara.metrics.types import Split

# What is left of a record whose shares come to less than the whole is nobody's, as this part.
REST = -1

# Only to these can anything belong: a call may well have the id of a deal.
_IS_PARENT = "b.kind IN (" + ", ".join(f"'{kind}'" for kind in PARENT_KINDS) + ")"

# A percentage nobody can have is as good as any that is over the whole.
_SHARE = (
    "CASE WHEN {percent} IS NOT NULL"
    " THEN round(LEAST(GREATEST({percent}, -1000), 1000) * 100)::integer END"
)


def parts(
    split: Split, owner: Fragment, amount: Fragment, decimals: int, ground: Ground
) -> Fragment:
    """Return the query for a version's shares: part, owner_key, value, share.

    Each value is rounded to `decimals`, and what rounding leaves goes to the largest share, of
    equal ones to the first, so that the values come to the amount exactly (core.money.split). A
    rest of less than the whole is nobody's; without any share all of it is the owner's.
    """
    given = _given(split, ground)
    return Fragment(
        "SELECT g.part::smallint AS part, g.owner_key,"
        " g.rounded + CASE WHEN g.place = 1 THEN g.amount - sum(g.rounded) OVER () ELSE 0 END"
        " AS value, g.share"
        " FROM (SELECT w.*, a.amount,"
        f" round(a.amount * w.share / {calc.WHOLE_SHARE}, {decimals}) AS rounded,"
        " row_number() OVER (ORDER BY w.share DESC, w.part < 0, w.part) AS place"
        f" FROM (SELECT {amount.sql} AS amount) a CROSS JOIN ("
        f"WITH given AS ({given.sql})"
        " SELECT part, owner_key, share FROM given WHERE share > 0"
        f" UNION ALL SELECT {REST}, '', {calc.WHOLE_SHARE} - sum(share)::integer FROM given"
        f" HAVING sum(share) BETWEEN 1 AND {calc.WHOLE_SHARE - 1}"
        f" UNION ALL SELECT 0, {owner.sql}, {calc.WHOLE_SHARE}"
        " WHERE NOT EXISTS (SELECT 1 FROM given WHERE share > 0)) w) g",
        (*amount.params, *given.params, *owner.params),
    )


def is_whole_or_less(split: Split, ground: Ground) -> Fragment:
    """Return the condition that a version's shares come to no more than the whole."""
    given = _given(split, ground)
    return Fragment(
        "(SELECT COALESCE(sum(g.share), 0) <= "
        f"{calc.WHOLE_SHARE} AND COALESCE(min(g.share), 0) >= 0 FROM ({given.sql}) g)",
        given.params,
    )


def _given(split: Split, ground: Ground) -> Fragment:
    """Return the shares a version has, as part, owner_key and share in ten-thousandths."""
    if not split.parts:
        return _of_records(split.type, ground)
    rows, params = [], list[object]()
    for index, part in enumerate(split.parts, 1):
        owner = fragments.text(part.field, ground)
        percent = fragments.number(part.percent, ground)
        rows.append(f"({index}, {owner.sql}, {_SHARE.format(percent=percent.sql)})")
        params += [*owner.params, *percent.params, *percent.params]
    return Fragment(
        f"SELECT * FROM (VALUES {', '.join(rows)}) AS g (part, owner_key, share)"
        " WHERE g.share IS NOT NULL",
        tuple(params),
    )


def _of_records(split_type: str, ground: Ground) -> Fragment:
    percent = "CASE WHEN jsonb_typeof(c.attributes -> 'percent') = 'number'"
    percent += " THEN (c.attributes ->> 'percent')::numeric ELSE 0 END"
    of_type = " AND lower(c.type) = lower(%s)" if split_type else ""
    return Fragment(
        "SELECT row_number() OVER (ORDER BY c.record_id) AS part, c.owner_key,"
        f" {_SHARE.format(percent=percent)} AS share"
        " FROM record b JOIN record_version c ON c.organization_id = b.organization_id"
        f" AND c.source_id = b.source_id AND c.parent = b.external_id AND c.parent <> ''"
        f" AND {ground.known('c')} AND NOT c.is_deleted AND c.kind = '{RecordKind.SPLIT}'{of_type}"
        f" WHERE b.organization_id = v.organization_id AND b.id = v.record_id AND {_IS_PARENT}",
        (split_type,) if split_type else (),
    )


def owner_at_event(field: str, date: str, ground: Ground) -> Fragment:
    """Return who owned a record when it happened (or what it belongs to, for ``parent.owner``).

    By the source's own history, its changes of type ``owner``, where it has any; else whoever
    the version known at that moment names, and of a record that was known only later the first
    version there is.
    """
    at = fragments.moment(date, ground)
    record = fragments.column(field, "{v}.record_id", (), ground).sql
    name = (
        "(SELECT b.external_id FROM record b WHERE b.organization_id = v.organization_id"
        f" AND b.id = {record} AND {_IS_PARENT})"
    )
    changed = fragments.moment("occurred", ground, "o")
    history = (
        "FROM record_version o WHERE o.organization_id = v.organization_id"
        f" AND o.source_id = v.source_id AND o.parent = {name} AND o.parent <> ''"
        f" AND {ground.known('o')} AND NOT o.is_deleted"
        f" AND o.kind = '{RecordKind.CHANGE}' AND lower(o.type) = 'owner' AND {changed.sql}"
    )
    order = f"ORDER BY {changed.sql}"
    known = (
        "FROM record_version k LEFT JOIN batch t ON t.organization_id = k.organization_id"
        f" AND t.number = k.known_from WHERE k.organization_id = v.organization_id"
        f" AND k.record_id = {record} AND k.known_from <= {ground.batch}"
    )
    return Fragment(
        "COALESCE("
        "(SELECT COALESCE(NULLIF(o.new_value, ''), o.owner_key)"
        f" {history} <= {at.sql} {order} DESC, o.record_id DESC LIMIT 1),"
        f" (SELECT NULLIF(o.old_value, '') {history} > {at.sql} {order}, o.record_id LIMIT 1),"
        f" (SELECT k.owner_key {known} AND COALESCE(t.committed_at, {db.MOMENT}) <= {at.sql}"
        " ORDER BY k.known_from DESC LIMIT 1),"
        f" (SELECT k.owner_key {known} ORDER BY k.known_from LIMIT 1), '')",
        (
            *changed.params, *at.params, *changed.params,
            *changed.params, *at.params, *changed.params,
            *at.params,
        ),
    )  # fmt: skip


def following_day(kinds: Sequence[str], date: str, ground: Ground) -> Fragment:
    """Return the day of the next record of these kinds that belongs to the same thing."""
    here, there = (fragments.moment(date, ground, alias) for alias in ("v", "n"))
    day = fragments.organization_day(date, ground, "n")
    return Fragment(
        f"(SELECT {day.sql} FROM record_version n WHERE n.organization_id = v.organization_id"
        " AND n.source_id = v.source_id AND n.parent = v.parent AND n.parent <> ''"
        f" AND {ground.known('n')} AND NOT n.is_deleted AND n.kind = ANY(%s)"
        f" AND ({there.sql}, n.record_id) > ({here.sql}, v.record_id)"
        f" ORDER BY {there.sql}, n.record_id LIMIT 1)",
        (*day.params, list(kinds), *there.params, *here.params, *there.params),
    )
