"""Server time, queries and weight of every page, on a year of the sample company."""

import os
import re
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench import ground
from juara.accounts import first_run, removal
from juara.accounts.models import User
from juara.connect import mappings
from juara.core import clock, db
from juara.people import invitations, squads
from juara.people import operations as people
from juara.people import queries as people_queries
from juara.samples import load
from juara.samples import operations as samples
from juara.samples.load import DemoLoaded
from juara.tenancy import operations as tenancy
from juara.tenancy import scope
from juara.tenancy.models import Organization
from tools import every_page, weight
from tools.every_page import EVERY_PAGE, Page, Stage

ROOT = Path(__file__).resolve().parents[1]
_DOCUMENT = ROOT / "docs" / "performance.md"
_EXAMPLE = ROOT / "docs" / "example"
_ACTOR = "bench"
_SEED = 7
# As long as it may take the database to come round to its statistics.
_MOST_SECONDS = 90


@dataclass(frozen=True, slots=True)
class Measured:
    """What one page takes. Sizes in thousands of bytes, before they are packed for the way."""

    name: str
    role: str
    milliseconds: float
    queries: int
    html: float
    loaded: float


def run(repeats: int) -> list[dict[str, Any]]:
    """Return the figures of every page, in the order of the list."""
    settings.ALLOWED_HOSTS = ["testserver"]
    # As a demo, so that the gallery is there.
    settings.IS_DEMO = True
    with tempfile.TemporaryDirectory(prefix="juara-bench-files-") as files, ground.database():
        os.environ["JUARA_HOME"] = files
        found = {each.name: each for each in _measured(repeats)}
    return [asdict(found[each.name]) for each in EVERY_PAGE]


def write(figures: list[dict[str, Any]]) -> None:
    """Put the figures into the table of the document, in place of those before."""
    rows = "\n".join(
        f"| {each['name']} | {each['role'] or 'anybody'} | {each['milliseconds']:.0f} ms"
        f" | {each['queries']} | {each['html']:.0f} kB | {each['loaded']:.0f} kB |"
        for each in figures
    )
    table = (
        "| page | seen by | server time | queries | HTML | script and style |\n"
        f"|---|---|---|---|---|---|\n{rows}\n"
    )
    before, heading, after = _DOCUMENT.read_text().partition("## Every page\n")
    told, _, old = after.partition("| page |")
    rest = re.search(r"\n## .*", old, re.DOTALL)
    _DOCUMENT.write_text(before + heading + told + table + (rest[0] if rest else ""))


def _measured(repeats: int) -> Iterator[Measured]:
    known = {"begin": first_run.token()}
    for each in EVERY_PAGE:
        if each.stage is Stage.EMPTY:
            yield _measure(each, Client(), each.below("", known), repeats)
    loaded = load.load(seed=_SEED, until=clock.now(), progress=lambda _rows, _expected: None)
    _settle()
    organization = Organization.objects.get(slug=loaded.company.slug)
    clients = _clients(loaded)
    known = _furnish(organization, loaded, clients["admin"])

    def read(role: str, address: str) -> str:
        return clients[role].get(address).content.decode()

    for each in EVERY_PAGE:
        if each.stage is not Stage.EMPTY:
            slug = known["sample"] if each.name == "sample" else organization.slug
            address = every_page.find(each, slug, known, read)
            yield _measure(each, clients[each.role], address, repeats)


def _settle() -> None:
    """Wait until PostgreSQL has looked at what came in, as it does by itself within a minute."""
    unseen = (
        "SELECT count(*) FROM pg_stat_user_tables WHERE n_mod_since_analyze > 50 + 0.1 * n_live_tup"
    )
    deadline = time.monotonic() + _MOST_SECONDS
    while db.one(unseen)[0] and time.monotonic() < deadline:
        time.sleep(1)


def _clients(loaded: DemoLoaded) -> dict[str, Client]:
    clients = {"": Client()}
    for each in loaded.accounts:
        clients[each.role] = Client()
        clients[each.role].force_login(User.objects.get(email=each.email))
    return clients


def _furnish(organization: Organization, loaded: DemoLoaded, admin: Client) -> dict[str, str]:
    """Do what a year of work does not leave behind; return what addresses take."""
    moment = clock.now()
    with scope.enter(organization):
        guest = people.ensure_member(
            name="Nia", email="nia@example.com", role="rep", moment=moment, actor=_ACTOR
        )
        invited = invitations.invite([guest.public_id], moment=moment, actor=_ACTOR)
        squads.create_squad("Hunters", moment=moment, actor=_ACTOR)
        mappings.save(
            source_key=load.SOURCE,
            name="Example",
            text=(_EXAMPLE / "mapping.toml").read_text().replace('"example"', f'"{load.SOURCE}"'),
            moment=moment,
            actor=_ACTOR,
        )
        face = next(each for each in loaded.accounts if each.role == "admin")
        member = people_queries.member(face.email)
    draft = _prepared(organization, admin)
    begun = _prepared(organization, admin)
    run = admin.post(f"/o/{organization.slug}/sources/import/{begun}/begin/")["Location"]
    sample = samples.ask_for_sample(member, moment=moment)
    return {
        "token": loaded.screen_token,
        "welcome": invited.links[0].token,
        "draft": draft,
        "run": run.rstrip("/").rpartition("/")[2],
        "sample": sample,
        "ticket": _removed(moment),
    }


def _prepared(organization: Organization, admin: Client) -> str:
    """Bring files and look at every step as a person does; return the id of the draft."""
    where = f"/o/{organization.slug}/sources/import/"
    files = [
        SimpleUploadedFile(name, (_EXAMPLE / name).read_bytes())
        for name in ("people.csv", "deals.csv")
    ]
    answer = admin.post(where, {"files": files})
    draft = answer["Location"].removeprefix(where).partition("/")[0]
    for step in ("reading", "meaning", "check"):
        admin.get(f"{where}{draft}/{step}/")
    return draft


def _removed(moment: datetime) -> str:
    """Begin to remove an organization; return the ticket its progress is seen with."""
    gone = tenancy.create_organization(slug="gone", name="Gone", moment=moment)
    with scope.enter(gone):
        return removal.ask(gone, typed="Gone", moment=moment, actor=_ACTOR)


def _measure(page: Page, client: Client, address: str, repeats: int) -> Measured:
    def ask() -> str:
        answer = client.get(address)
        if answer.status_code != 200:
            raise RuntimeError(f"{page.name} ({address}) answered {answer.status_code}")
        return answer.content.decode()

    markup = ask()
    with CaptureQueriesContext(connection) as queries:
        ask()
    count = len(queries)
    return Measured(
        name=page.name,
        role=page.role,
        milliseconds=ground.median_seconds(ask, repeats) * 1000,
        queries=count,
        html=len(markup.encode()) / 1000,
        loaded=weight.loaded_bytes(markup) / 1000,
    )
