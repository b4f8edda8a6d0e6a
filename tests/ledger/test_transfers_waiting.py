"""The effect of a transfer while an import holds the ledger: it waits, but not for ever."""

from datetime import date

import psycopg
import pytest

from juara.core import db
from juara.core.calendar import FOREVER
from juara.core.errors import LimitError
from juara.ledger import transfers
from juara.people.types import PlaceChange
from juara.tenancy import scope
from tests import cast
from tests.ledger import reading


def test_an_effect_that_takes_too_long_is_given_up_in_words(
    committed: None, owner_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transfers, "_PATIENCE_SECONDS", 1)
    organization = cast.organization()
    with scope.enter(organization):
        ana, south = cast.member("Ana", "North"), cast.team("South")
    change = PlaceChange(ana.id, south.id, None, None, "UTC", date(2025, 3, 5), FOREVER)
    with psycopg.connect(owner_url) as importing:
        importing.execute(
            "SELECT pg_advisory_xact_lock(%s, hashint8(%s))", [0x4A75, organization.id]
        )
        with scope.enter(organization):
            before = reading.contents()

            with pytest.raises(LimitError) as refused:
                transfers.effect([change], moment=cast.NOW, actor=cast.ACTOR)

            assert refused.value.code == "effect.slow"
            assert reading.contents() == before
            assert db.one("SHOW statement_timeout")[0] == "0"
