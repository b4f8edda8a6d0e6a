"""What is said of every tenant table when its wall goes up."""

import pytest

from juara.core import db


@pytest.mark.usefixtures("db")
def test_the_planner_keeps_no_statistics_of_the_organization() -> None:
    # PostgreSQL 17 turned "no say" from -1 into NULL; 0 means none on every version.
    found = db.rows(
        "SELECT c.relname, a.attstattarget FROM pg_class c"
        " JOIN pg_attribute a ON a.attrelid = c.oid"
        " WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND c.relrowsecurity"
        " AND a.attname = 'organization_id'"
    )

    assert len(found) > 10
    assert [name for name, target in found if target != 0] == []
