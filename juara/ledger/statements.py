"""The set-based statements that make credits of records and tallies of credits.

Each names its organization, since they run in the role that row-level security lets through.
Temporary tables: ``touched`` (records to look at, from records), ``candidate`` (credits the rules
call for), ``fresh`` (the same with the person and day worked out), ``standing`` (the open credits
they are compared with, and where they lie), ``cell`` (metric × role × assignment × day whose
credits changed).

A row is changed where it lies (ctid), which the ledger's lock holds still: looked up by its id, the
planner would take an organization's part of a table for small and read all of it. So that there is
no such way, the organization is named there in a form no index serves (``+ 0``).
"""

from juara.core.calendar import FOREVER
from juara.core.db import OPEN
from juara.metrics import calc
from juara.metrics.compile import COLUMNS
from juara.metrics.sharing import REST

CREATE_TABLES = """
    CREATE TEMPORARY TABLE IF NOT EXISTS candidate (
        metric_id bigint, role smallint, part smallint, record_id bigint, source_id bigint,
        owner_key text, organization_day date, ends_on date, occurred_at timestamptz,
        value numeric(20,4), share integer, item text, rate_id bigint,
        from_day date, until_day date
    );
    CREATE TEMPORARY TABLE IF NOT EXISTS fresh (
        metric_id bigint, role smallint, part smallint, record_id bigint, source_id bigint,
        owner_key text, member_id bigint, assignment_id bigint, day date, occurred_at timestamptz,
        value numeric(20,4), share integer, item text, rate_id bigint, reason varchar(20)
    );
    CREATE TEMPORARY TABLE IF NOT EXISTS cell (
        metric_id bigint, role smallint, assignment_id bigint, member_id bigint, day date
    );
    CREATE TEMPORARY TABLE IF NOT EXISTS standing (
        place tid, metric_id bigint, role smallint, part smallint, record_id bigint,
        member_id bigint, assignment_id bigint, day date, occurred_at timestamptz,
        value numeric(20,4), share integer, item text, rate_id bigint, owner_key text,
        reason varchar(20)
    );
"""
TABLES = ("candidate", "fresh", "cell", "standing")

FILL_CANDIDATES = f"INSERT INTO candidate ({COLUMNS}) "

_FRESH = (
    "metric_id, role, part, record_id, source_id, owner_key, member_id, assignment_id, day,"
    " occurred_at, value, share, item, rate_id, reason"
)
# No line of managers is longer than this: credits along one are told apart by their place in it.
_LINE_LENGTH = 20

# Who: the match and then the place that hold on the organization's day of the moment. When: the
# day in that place's zone, kept inside the place's span, so that a moment counts exactly once
# and a change of zone never doubles an hour. Rules hold on the day so found.
RESOLVE = f"""
    INSERT INTO fresh ({_FRESH})
    SELECT c.metric_id, c.role, c.part, c.record_id, c.source_id, c.owner_key,
           CASE WHEN a.assignment_id IS NULL THEN 0 ELSE a.member_id END,
           COALESCE(a.assignment_id, 0), d.day, c.occurred_at, c.value, c.share, c.item, c.rate_id,
           CASE WHEN a.assignment_id IS NOT NULL THEN ''
                WHEN c.part = {REST} THEN 'split_rest'
                WHEN c.owner_key = '' THEN 'owner_empty'
                WHEN m.member_id IS NULL THEN 'owner_unknown'
                ELSE 'not_assigned' END
    FROM candidate c
    LEFT JOIN source_user s ON s.organization_id = %(organization)s
        AND s.source_id = c.source_id AND s.key = c.owner_key
    LEFT JOIN owner_match m ON m.organization_id = %(organization)s
        AND m.source_user_id = s.id AND m.known_until = {OPEN}
        AND c.organization_day >= m.valid_from AND c.organization_day < m.valid_until
    LEFT JOIN assignment a ON a.organization_id = %(organization)s
        AND a.member_id = m.member_id AND a.known_until = {OPEN}
        AND c.organization_day >= a.valid_from AND c.organization_day < a.valid_until
    CROSS JOIN LATERAL (
        SELECT CASE
            WHEN c.occurred_at IS NULL OR a.assignment_id IS NULL THEN c.organization_day
            ELSE LEAST(GREATEST((c.occurred_at AT TIME ZONE a.zone)::date, a.valid_from),
                       a.valid_until - 1)
        END AS day
    ) d
    WHERE c.ends_on IS NULL AND d.day >= c.from_day AND d.day < c.until_day
"""

# A balance: what stands from a day until a day is added where it begins and taken away where it
# ends, for each place of whoever it belongs to in between; what of it is nobody's, to nobody. Here
# a day is the organization's, since the balance of a day is what stands at its end.
RESOLVE_BALANCES = f"""
    INSERT INTO fresh ({_FRESH})
    WITH held AS (
        SELECT c.*, GREATEST(c.organization_day, c.from_day) AS first,
               LEAST(c.ends_on, c.until_day) AS until
        FROM candidate c WHERE c.ends_on IS NOT NULL
    ), piece AS (
        SELECT h.metric_id, h.role, h.record_id, h.from_day, a.member_id, a.assignment_id,
               GREATEST(h.first, m.valid_from, a.valid_from) AS first,
               LEAST(h.until, m.valid_until, a.valid_until) AS until
        FROM held h
        JOIN source_user s ON s.organization_id = %(organization)s
            AND s.source_id = h.source_id AND s.key = h.owner_key
        JOIN owner_match m ON m.organization_id = %(organization)s
            AND m.source_user_id = s.id AND m.known_until = {OPEN}
        JOIN assignment a ON a.organization_id = %(organization)s
            AND a.member_id = m.member_id AND a.known_until = {OPEN}
        WHERE GREATEST(h.first, m.valid_from, a.valid_from)
            < LEAST(h.until, m.valid_until, a.valid_until)
    ), edge AS (
        SELECT metric_id, role, record_id, from_day, member_id, assignment_id, day,
               sum(sign)::integer AS sign
        FROM (
            SELECT p.metric_id, p.role, p.record_id, p.from_day, w.member_id, w.assignment_id,
                   e.day, e.sign * w.sign AS sign
            FROM piece p
            CROSS JOIN LATERAL (VALUES (p.member_id, p.assignment_id, 1), (0, 0, -1))
                AS w (member_id, assignment_id, sign)
            CROSS JOIN LATERAL (VALUES (p.first, 1), (p.until, -1)) AS e (day, sign)
            UNION ALL
            SELECT h.metric_id, h.role, h.record_id, h.from_day, 0, 0, e.day, e.sign
            FROM held h
            CROSS JOIN LATERAL (VALUES (h.first, 1), (h.until, -1)) AS e (day, sign)
            WHERE h.first < h.until
        ) every
        WHERE day < '{FOREVER}'
        GROUP BY metric_id, role, record_id, from_day, member_id, assignment_id, day
        HAVING sum(sign) <> 0
    )
    SELECT h.metric_id, h.role,
           row_number() OVER (PARTITION BY h.metric_id, h.role, h.record_id
                              ORDER BY e.day, h.from_day, e.assignment_id),
           h.record_id, h.source_id, h.owner_key, e.member_id, e.assignment_id, e.day,
           CASE WHEN e.day = h.organization_day AND e.sign > 0 THEN h.occurred_at END,
           h.value * e.sign, h.share * e.sign, h.item, h.rate_id,
           CASE WHEN e.assignment_id > 0 THEN ''
                WHEN h.owner_key = '' THEN 'owner_empty'
                WHEN EXISTS (
                    SELECT 1 FROM source_user s JOIN owner_match m
                        ON m.organization_id = %(organization)s AND m.source_user_id = s.id
                        AND m.known_until = {OPEN}
                    WHERE s.organization_id = %(organization)s AND s.source_id = h.source_id
                      AND s.key = h.owner_key) THEN 'not_assigned'
                ELSE 'owner_unknown' END
    FROM held h
    JOIN edge e ON e.metric_id = h.metric_id AND e.role = h.role AND e.record_id = h.record_id
        AND e.from_day = h.from_day
"""

# The managers above whoever is credited, each once, in roles of their own: beside every total. Only
# on the days of the rules that say so.
RESOLVE_MANAGERS = f"""
    INSERT INTO fresh ({_FRESH})
    WITH RECURSIVE line AS (
        SELECT f.*, a.manager_id AS above, 1 AS depth, ARRAY[f.member_id] AS seen
        FROM unnest(%(overlaid)s::bigint[], %(from_days)s::date[], %(until_days)s::date[])
            AS o (metric_id, from_day, until_day)
        JOIN fresh f ON f.metric_id = o.metric_id
            AND f.day >= o.from_day AND f.day < o.until_day
        JOIN assignment a ON a.organization_id = %(organization)s
            AND a.assignment_id = f.assignment_id AND a.known_until = {OPEN}
        WHERE f.member_id > 0
        UNION ALL
        SELECT {", ".join("l." + name for name in _FRESH.split(", "))},
               a.manager_id, l.depth + 1, l.seen || l.above
        FROM line l
        JOIN assignment a ON a.organization_id = %(organization)s AND a.member_id = l.above
            AND a.known_until = {OPEN} AND l.day >= a.valid_from AND l.day < a.valid_until
        WHERE NOT l.above = ANY(l.seen)
    )
    SELECT l.metric_id, l.role + {calc.INDIRECT}, l.part * {_LINE_LENGTH} + l.depth, l.record_id,
           l.source_id, l.owner_key, a.member_id, a.assignment_id, l.day, l.occurred_at, l.value,
           l.share, l.item, l.rate_id, ''
    FROM line l
    JOIN assignment a ON a.organization_id = %(organization)s AND a.member_id = l.above
        AND a.known_until = {OPEN} AND l.day >= a.valid_from AND l.day < a.valid_until
    WHERE NOT l.above = ANY(l.seen) AND l.depth < {_LINE_LENGTH}
"""

# Records whose credit in some metrics is somebody's of a source whose identity or place changed,
# wherever the record got their key from: a share, what it belongs to, its history.
TOUCH_NAMED = f"""
    INSERT INTO touched
    SELECT DISTINCT c.record_id FROM credit c
    JOIN source_user s ON s.organization_id = c.organization_id AND s.source_id = c.source_id
        AND s.key = c.owner_key
    JOIN owner_match m ON m.organization_id = s.organization_id AND m.source_user_id = s.id
    WHERE c.organization_id = %(organization)s AND c.known_until = {OPEN}
      AND c.metric_id = ANY(%(metrics)s)
      AND (m.member_id = ANY(%(members)s) OR m.known_from > %(since)s
           OR (m.known_until > %(since)s AND m.known_until < {OPEN}))
    ON CONFLICT DO NOTHING
"""
# Records credited to whoever works, or worked, below members whose place changed.
TOUCH_BELOW = f"""
    INSERT INTO touched
    WITH RECURSIVE below AS (
        SELECT unnest(%(members)s::bigint[]) AS member_id
        UNION
        SELECT a.member_id FROM assignment a JOIN below b ON a.manager_id = b.member_id
        WHERE a.organization_id = %(organization)s
    )
    SELECT DISTINCT c.record_id FROM credit c
    WHERE c.organization_id = %(organization)s AND c.known_until = {OPEN}
      AND c.metric_id = ANY(%(metrics)s) AND c.member_id IN (SELECT member_id FROM below)
    ON CONFLICT DO NOTHING
"""

SAME = """
    f.metric_id = c.metric_id AND f.role = c.role AND f.record_id = c.record_id
    AND f.part = c.part
    AND f.member_id = c.member_id AND f.assignment_id = c.assignment_id AND f.day = c.day
    AND f.value = c.value AND f.share = c.share
    AND f.owner_key = c.owner_key AND f.reason = c.reason
    AND f.occurred_at IS NOT DISTINCT FROM c.occurred_at
    AND f.item = c.item AND f.rate_id IS NOT DISTINCT FROM c.rate_id
"""

# The open credits under review: of the touched records for metrics that have rules (an archived
# metric keeps what it had). OFFSET 0 keeps the look-ups one by one through their index
# (see records.operations).
FILL_STANDING = f"""
    INSERT INTO standing
    SELECT c.place, c.metric_id, c.role, c.part, c.record_id, c.member_id, c.assignment_id, c.day,
           c.occurred_at, c.value, c.share, c.item, c.rate_id, c.owner_key, c.reason
    FROM touched t CROSS JOIN LATERAL (
        SELECT c.ctid AS place, c.* FROM credit c
        WHERE c.organization_id = %(organization)s AND c.record_id = t.record_id OFFSET 0) c
    WHERE c.known_until = {OPEN} AND c.metric_id = ANY(%(ruled)s)
"""
# The same where whole metrics are worked out again: read in place, since there may be millions.
STANDING_OF_METRICS = f"""(
    SELECT r.ctid AS place, r.* FROM credit r
    WHERE r.organization_id = %(organization)s AND r.known_until = {OPEN}
      AND (r.metric_id = ANY(%(metrics)s) OR (r.metric_id = ANY(%(ruled)s)
           AND r.record_id IN (SELECT record_id FROM touched))))
"""

HAS_CREDITS = f"""
    SELECT EXISTS (SELECT 1 FROM credit WHERE organization_id = %(organization)s
        AND metric_id = ANY(%(metrics)s) AND known_until = {OPEN})
"""

# Make the credits that are missing and end those that no longer hold; {standing} is the table
# `standing` or the query above. Both halves see what stood before. Cells of metrics that are
# counted as a whole afterwards are not noted.
AWARD = f"""
    WITH made AS (
        INSERT INTO credit (organization_id, id, metric_id, role, part, member_id, assignment_id,
            day, occurred_at, value, share, item, rate_id, record_id, source_id, owner_key, reason,
            known_from, known_until)
        SELECT %(organization)s, %(base)s + row_number() OVER (), f.metric_id, f.role, f.part,
               f.member_id, f.assignment_id, f.day, f.occurred_at, f.value, f.share, f.item,
               f.rate_id, f.record_id, f.source_id, f.owner_key, f.reason, %(batch)s, {OPEN}
        FROM fresh f
        WHERE NOT EXISTS (SELECT 1 FROM {{standing}} c WHERE {SAME})
        RETURNING metric_id, role, assignment_id, member_id, day
    ), ended AS (
        UPDATE credit e SET known_until = %(batch)s
        WHERE e.organization_id + 0 = %(organization)s AND e.ctid = ANY (ARRAY(
            SELECT c.place FROM {{standing}} c
            WHERE NOT EXISTS (SELECT 1 FROM fresh f WHERE {SAME})))
        RETURNING e.metric_id, e.role, e.assignment_id, e.member_id, e.day
    ), noted AS (
        INSERT INTO cell
        SELECT * FROM made WHERE metric_id <> ALL (%(counted_whole)s::bigint[])
        UNION SELECT * FROM ended
        RETURNING metric_id
    )
    SELECT (SELECT count(*) FROM made), (SELECT count(*) FROM ended), (SELECT count(*) FROM noted),
           ARRAY(SELECT metric_id FROM noted
                 UNION
                 SELECT w.metric_id FROM unnest(%(counted_whole)s::bigint[]) AS w (metric_id)
                 WHERE EXISTS (SELECT 1 FROM made m WHERE m.metric_id = w.metric_id)
                 ORDER BY 1)
"""

# Two open credits for one thing each look right, so superseding leaves both: all but one end.
END_DOUBLED = f"""
    UPDATE credit e SET known_until = %(batch)s
    FROM (
        SELECT id, row_number() OVER (
            PARTITION BY metric_id, role, part, record_id, day ORDER BY id) AS place
        FROM credit WHERE organization_id = %(organization)s AND known_until = {OPEN}
          AND metric_id = ANY(%(metrics)s)) d
    WHERE e.organization_id = %(organization)s AND e.id = d.id AND d.place > 1
"""

# Store the tallies a query counted, and throw away those that have become empty: a row of zeros is
# never kept.
_STORE = """
    WITH counted AS MATERIALIZED ({counted}), stored AS (
        INSERT INTO tally (organization_id, metric_id, role, grain, from_day, assignment_id,
                           member_id, credits, shares, total, lowest, highest)
        SELECT %(organization)s, metric_id, role, '{grain}', from_day, assignment_id, member_id,
               credits, shares, total, lowest, highest
        FROM counted WHERE credits > 0
        ON CONFLICT (organization_id, metric_id, role, grain, from_day, assignment_id) DO UPDATE
        SET credits = excluded.credits, shares = excluded.shares, total = excluded.total,
            lowest = excluded.lowest, highest = excluded.highest
    ), emptied AS (
        DELETE FROM tally t USING counted k
        WHERE k.credits = 0
          AND t.organization_id = %(organization)s AND t.metric_id = k.metric_id
          AND t.role = k.role AND t.grain = '{grain}' AND t.from_day = k.from_day
          AND t.assignment_id = k.assignment_id
    )
    SELECT count(*) FROM counted
"""
# Count each touched cell from its credits …
_DAYS = f"""
    SELECT k.metric_id, k.role, k.assignment_id, k.member_id, k.day AS from_day,
           n.credits, n.shares, n.total, n.lowest, n.highest
    FROM cell k
    CROSS JOIN LATERAL (
        SELECT count(*) AS credits, sum(c.share) AS shares, sum(c.value) AS total,
               min(c.value) AS lowest, max(c.value) AS highest
        FROM credit c
        WHERE c.organization_id = %(organization)s AND c.known_until = {OPEN}
          AND c.metric_id = k.metric_id AND c.role = k.role
          AND c.assignment_id = k.assignment_id AND c.day = k.day) n
"""
COUNT_DAYS = _STORE.format(grain="d", counted=_DAYS)
# … and each month they lie in from its days, in the order these stand in their index.
_MONTHS = """
    SELECT k.metric_id, k.role, k.assignment_id, k.member_id, k.month AS from_day,
           n.credits, n.shares, n.total, n.lowest, n.highest
    FROM (SELECT DISTINCT metric_id, role, assignment_id, member_id,
                 date_trunc('month', day::timestamp)::date AS month
          FROM cell ORDER BY 1, 2, 3, 5 OFFSET 0) k
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(t.credits), 0) AS credits, sum(t.shares) AS shares,
               sum(t.total) AS total, min(t.lowest) AS lowest, max(t.highest) AS highest
        FROM tally t
        WHERE t.organization_id = %(organization)s AND t.metric_id = k.metric_id
          AND t.role = k.role AND t.grain = 'd' AND t.assignment_id = k.assignment_id
          AND t.from_day >= k.month AND t.from_day < (k.month + interval '1 month')::date) n
"""
COUNT_MONTHS = _STORE.format(grain="m", counted=_MONTHS)

# Everything counted again from the credits, in the shape of the tally; with {which} a condition.
_TALLY_FROM_CREDITS = f"""
    SELECT c.metric_id, c.role, g.grain, g.from_day, c.assignment_id, c.member_id,
           count(*) AS credits, sum(c.share) AS shares, sum(c.value) AS total,
           min(c.value) AS lowest, max(c.value) AS highest
    FROM credit c
    CROSS JOIN LATERAL (VALUES
        ('d'::"char", c.day), ('m', date_trunc('month', c.day::timestamp)::date)
    ) AS g (grain, from_day)
    WHERE c.organization_id = %(organization)s AND c.known_until = {OPEN} {{which}}
    GROUP BY c.metric_id, c.role, g.grain, g.from_day, c.assignment_id, c.member_id
"""
TALLY_FROM_CREDITS = _TALLY_FROM_CREDITS.format(which="")

# All of some metrics' tallies anew.
DROP_TALLIES = (
    "DELETE FROM tally WHERE organization_id = %(organization)s AND metric_id = ANY(%(metrics)s)"
)
REBUILD_TALLIES = f"""
    INSERT INTO tally (organization_id, metric_id, role, grain, from_day, assignment_id,
                       member_id, credits, shares, total, lowest, highest)
    SELECT %(organization)s, * FROM (
        {_TALLY_FROM_CREDITS.format(which="AND c.metric_id = ANY(%(metrics)s)")}) n
"""
