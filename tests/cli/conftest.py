"""The command line on the test database."""

import pytest

from juara.ops import server


@pytest.fixture(autouse=True)
def given_database(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let commands use the test's own connection, as they use any database they are given."""
    monkeypatch.setenv(server.APP_URL, "postgresql://the-test-database/itself")
