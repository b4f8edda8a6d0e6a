"""The set-based statements that make credits of records and tallies of credits.

Each names its organization, since they run in the role that row-level security lets through.
Temporary tables: ``touched`` (records to look at, from records), ``candidate`` (credits the rules
call for), ``fresh`` (the same with the person and day worked out), ``standing`` (the open credits
they are compared with), ``cell`` (metric × role × assignment × day whose credits changed),
``counted`` (those cells and their months, counted again).
"""

from juara.core.db import OPEN

CREATE_TABLES = """
    CREATE TEMPORARY TABLE IF NOT EXISTS candidate (
        metric_id bigint, role smallint, record_id bigint, source_id bigint, owner_key text,
        organization_day date, occurred_at timestamptz, value numeric(20,4), share integer,
        from_day date, until_day date
    ) ON COMMIT DELETE ROWS;
    CREATE TEMPORARY TABLE IF NOT EXISTS fresh (
        metric_id bigint, role smallint, record_id bigint, source_id bigint, owner_key text,
        member_id bigint, assignment_id bigint, day date, occurred_at timestamptz,
        value numeric(20,4), share integer, reason varchar(20)
    ) ON COMMIT DELETE ROWS;
    CREATE TEMPORARY TABLE IF NOT EXISTS cell (
        metric_id bigint, role smallint, assignment_id bigint, member_id bigint, day date
    ) ON COMMIT DELETE ROWS;
    CREATE TEMPORARY TABLE IF NOT EXISTS standing (
        id bigint, metric_id bigint, role smallint, record_id bigint, member_id bigint,
        assignment_id bigint, day date, occurred_at timestamptz, value numeric(20,4),
        share integer, owner_key text, reason varchar(20)
    ) ON COMMIT DELETE ROWS;
    CREATE TEMPORARY TABLE IF NOT EXISTS counted (
        grain char(1), metric_id bigint, role smallint, assignment_id bigint, member_id bigint,
        from_day date, credits bigint, shares bigint, total numeric(24,4)
    ) ON COMMIT DELETE ROWS;
"""
EMPTY_TABLES = "TRUNCATE candidate, fresh, cell, standing, counted"

FILL_CANDIDATES = (
    "INSERT INTO candidate (metric_id, role, record_id, source_id, owner_key, organization_day,"
    " occurred_at, value, share, from_day, until_day) "
)

# Who: the match and then the place that hold on the organization's day of the moment. When: the
# day in that place's zone, kept inside the place's span, so that a moment counts exactly once
# and a change of zone never doubles an hour. Rules hold on the day so found.
RESOLVE = f"""
    INSERT INTO fresh (metric_id, role, record_id, source_id, owner_key, member_id,
                       assignment_id, day, occurred_at, value, share, reason)
    SELECT c.metric_id, c.role, c.record_id, c.source_id, c.owner_key,
           CASE WHEN a.assignment_id IS NULL THEN 0 ELSE a.member_id END,
           COALESCE(a.assignment_id, 0), d.day, c.occurred_at, c.value, c.share,
           CASE WHEN a.assignment_id IS NOT NULL THEN ''
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
    WHERE d.day >= c.from_day AND d.day < c.until_day
"""

SAME = """
    f.metric_id = c.metric_id AND f.role = c.role AND f.record_id = c.record_id
    AND f.member_id = c.member_id AND f.assignment_id = c.assignment_id AND f.day = c.day
    AND f.value = c.value AND f.share = c.share
    AND f.owner_key = c.owner_key AND f.reason = c.reason
    AND f.occurred_at IS NOT DISTINCT FROM c.occurred_at
"""

# The open credits under review: of the touched records for metrics that have rules (an archived
# metric keeps what it had). OFFSET 0 keeps the look-ups one by one through their index
# (see records.operations).
FILL_STANDING = f"""
    INSERT INTO standing
    SELECT c.id, c.metric_id, c.role, c.record_id, c.member_id, c.assignment_id, c.day,
           c.occurred_at, c.value, c.share, c.owner_key, c.reason
    FROM touched t CROSS JOIN LATERAL (
        SELECT * FROM credit c
        WHERE c.organization_id = %(organization)s AND c.record_id = t.record_id OFFSET 0) c
    WHERE c.known_until = {OPEN} AND c.metric_id = ANY(%(ruled)s)
"""
# The same where whole metrics are worked out again: read in place, since there may be millions.
# Without those this very batch has just made: they need no review, and the planner, who has not
# heard of them yet, would compare each with each.
STANDING_OF_METRICS = f"""(
    SELECT * FROM credit r
    WHERE r.organization_id = %(organization)s AND r.known_until = {OPEN}
      AND r.known_from < %(batch)s
      AND (r.metric_id = ANY(%(metrics)s) OR (r.metric_id = ANY(%(ruled)s)
           AND r.record_id IN (SELECT record_id FROM touched))))
"""

# {standing} is the table `standing` or the query above.
SUPERSEDE = f"""
    WITH ended AS (
        UPDATE credit e SET known_until = %(batch)s
        FROM {{standing}} c
        WHERE e.organization_id = %(organization)s AND e.id = c.id
          AND NOT EXISTS (SELECT 1 FROM fresh f WHERE {SAME})
        RETURNING e.metric_id, e.role, e.assignment_id, e.member_id, e.day
    ), noted AS (
        INSERT INTO cell SELECT DISTINCT * FROM ended
    )
    SELECT count(*) FROM ended
"""

AWARD = f"""
    WITH made AS (
        INSERT INTO credit (organization_id, id, metric_id, role, member_id, assignment_id, day,
            occurred_at, value, share, record_id, source_id, owner_key, reason,
            known_from, known_until)
        SELECT %(organization)s, %(base)s + row_number() OVER (), f.metric_id, f.role,
               f.member_id, f.assignment_id, f.day, f.occurred_at, f.value, f.share,
               f.record_id, f.source_id, f.owner_key, f.reason, %(batch)s, {OPEN}
        FROM fresh f
        WHERE NOT EXISTS (SELECT 1 FROM {{standing}} c WHERE {SAME})
        RETURNING metric_id, role, assignment_id, member_id, day
    ), noted AS (
        INSERT INTO cell SELECT DISTINCT * FROM made
    )
    SELECT count(*) FROM made
"""

# Two open credits for one thing each look right, so superseding leaves both: all but one end.
END_DOUBLED = f"""
    UPDATE credit e SET known_until = %(batch)s
    FROM (
        SELECT id, row_number() OVER (
            PARTITION BY metric_id, role, record_id, day ORDER BY id) AS place
        FROM credit WHERE organization_id = %(organization)s AND known_until = {OPEN}) d
    WHERE e.organization_id = %(organization)s AND e.id = d.id AND d.place > 1
"""

# Count each touched cell from its credits, and each month they lie in from its days …
COUNT_DAYS = f"""
    INSERT INTO counted (grain, metric_id, role, assignment_id, member_id, from_day,
                         credits, shares, total)
    SELECT 'd', k.metric_id, k.role, k.assignment_id, k.member_id, k.day,
           n.credits, n.shares, n.total
    FROM (SELECT DISTINCT * FROM cell) k
    CROSS JOIN LATERAL (
        SELECT count(*) AS credits, sum(c.share) AS shares, sum(c.value) AS total
        FROM credit c
        WHERE c.organization_id = %(organization)s AND c.known_until = {OPEN}
          AND c.metric_id = k.metric_id AND c.role = k.role
          AND c.assignment_id = k.assignment_id AND c.day = k.day) n
"""
COUNT_MONTHS = """
    INSERT INTO counted (grain, metric_id, role, assignment_id, member_id, from_day,
                         credits, shares, total)
    SELECT 'm', k.metric_id, k.role, k.assignment_id, k.member_id, k.month,
           n.credits, n.shares, n.total
    FROM (SELECT DISTINCT metric_id, role, assignment_id, member_id,
                 date_trunc('month', day)::date AS month FROM cell) k
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(t.credits), 0) AS credits, sum(t.shares) AS shares,
               sum(t.total) AS total
        FROM tally t
        WHERE t.organization_id = %(organization)s AND t.metric_id = k.metric_id
          AND t.role = k.role AND t.grain = 'd' AND t.assignment_id = k.assignment_id
          AND t.from_day >= k.month AND t.from_day < (k.month + interval '1 month')::date) n
"""
# … store what was counted, and throw away what has become empty: a row of zeros is never kept.
STORE_COUNTED = """
    INSERT INTO tally (organization_id, metric_id, role, grain, from_day, assignment_id,
                       member_id, credits, shares, total)
    SELECT %(organization)s, metric_id, role, grain, from_day, assignment_id, member_id,
           credits, shares, total
    FROM counted WHERE grain = %(grain)s AND credits > 0
    ON CONFLICT (organization_id, metric_id, role, grain, from_day, assignment_id) DO UPDATE
    SET credits = excluded.credits, shares = excluded.shares, total = excluded.total
"""
DROP_EMPTY = """
    DELETE FROM tally t USING counted k
    WHERE k.grain = %(grain)s AND k.credits = 0
      AND t.organization_id = %(organization)s AND t.metric_id = k.metric_id
      AND t.role = k.role AND t.grain = k.grain AND t.from_day = k.from_day
      AND t.assignment_id = k.assignment_id
"""
HAS_EMPTY = "SELECT EXISTS (SELECT 1 FROM counted WHERE grain = %(grain)s AND credits = 0)"

CELL_METRICS = "SELECT DISTINCT metric_id FROM cell ORDER BY metric_id"

# Everything counted again from the credits, in the shape of the tally.
TALLY_FROM_CREDITS = f"""
    SELECT c.metric_id, c.role, g.grain, g.from_day, c.assignment_id, c.member_id,
           count(*) AS credits, sum(c.share) AS shares, sum(c.value) AS total
    FROM credit c
    CROSS JOIN LATERAL (VALUES ('d', c.day), ('m', date_trunc('month', c.day)::date))
        AS g (grain, from_day)
    WHERE c.organization_id = %(organization)s AND c.known_until = {OPEN}
    GROUP BY c.metric_id, c.role, g.grain, g.from_day, c.assignment_id, c.member_id
"""

REBUILD_TALLIES = f"""
    INSERT INTO tally (organization_id, metric_id, role, grain, from_day, assignment_id,
                       member_id, credits, shares, total)
    SELECT %(organization)s, * FROM ({TALLY_FROM_CREDITS}) n
"""
