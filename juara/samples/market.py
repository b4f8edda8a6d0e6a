"""The market: products, the accounts of each team, and the people who answer there."""

from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate
from random import Random

from juara.samples.chance import generator, log_normal
from juara.samples.types import Team

_ACCOUNTS_PER_TEAM = 260


@dataclass(frozen=True, slots=True)
class Product:
    """What is sold: the median deal in USD, and how long it takes against the average."""

    name: str
    median: float
    pace: float
    weight: float


PRODUCTS = (
    Product("Sense Sensors", 7_000, 0.85, 30),
    Product("Fleet Monitoring", 13_000, 1.0, 28),
    Product("Vault Warehouse", 19_000, 1.1, 22),
    Product("Insight Analytics", 9_500, 0.9, 12),
    Product("Complete Chain", 42_000, 1.35, 8),
)
SMALL_PRODUCTS = (PRODUCTS[0], PRODUCTS[3])
_SHARES = tuple(accumulate(product.weight for product in PRODUCTS))

# The word pools of account names by country: beginnings, middles, endings.
_ACCOUNT_WORDS = {
    "ID": (
        (
            "PT Lintang", "PT Segara", "PT Embun", "PT Randu", "PT Cakrawala", "PT Saujana",
            "PT Kencana", "PT Puspa", "CV Tirta", "CV Melati", "PT Nawasena", "PT Arunika",
        ),
        (
            "Beku", "Niaga", "Pangan", "Samudra", "Lestari", "Farma", "Sejuk", "Boga",
            "Mina", "Tani", "Rasa", "Karya",
        ),
        ("Nusa", "Utama", "Sentosa", "Persada", "Raya", "Jaya", "Bersama", "Timur"),
    ),
    "AU": (
        (
            "Wattle Ridge", "Banksia", "Southern Cross Bay", "Coolabah", "Kurrajong", "Bluegum",
            "Ironbark", "Saltbush", "Murray Bend", "Tidewater", "Jacaranda", "Currawong",
        ),
        (
            "Seafood", "Dairy", "Produce", "Vaccines", "Berries", "Meats", "Cold Storage",
            "Florists", "Bakehouse", "Freight", "Wholesale Foods", "Pathology",
        ),
        ("Pty Ltd", "Group", "Co-op", "Holdings", "Partners", "& Sons", "Australia", "Trading"),
    ),
    "US": (
        (
            "Harbor & Pine", "Cedar Hollow", "Blue Heron", "Prairie Lantern", "Granite Creek",
            "Magnolia Row", "Copper Kettle", "Juniper Flats", "Stone Orchard", "Sycamore Bend",
            "Larkspur", "Old Mill",
        ),
        (
            "Produce", "Creamery", "Biologics", "Provisions", "Poultry", "Distribution",
            "Pharmacy Supply", "Grocers", "Cold Freight", "Catering", "Seafood", "Farms",
        ),
        ("Inc.", "LLC", "Co.", "Group", "Partners", "Brothers", "Holdings", "Collective"),
    ),
    "HI": (
        (
            "Kai Malu", "Pali Breeze", "Nani Reef", "Makai", "Ulu Grove", "Coral Gate",
            "Trade Wind", "Koa Ridge", "Plumeria", "Lanai Light", "Pacific Lei", "Taro Valley",
        ),
        (
            "Seafood", "Poke", "Orchards", "Hotels", "Shave Ice", "Medical Supply", "Dairy",
            "Markets", "Freight", "Catering", "Florals", "Fisheries",
        ),
        ("LLC", "Inc.", "Hawaii", "Group", "& Co.", "Islands", "Partners", "Ohana"),
    ),
}  # fmt: skip

_CONTACT_WORDS = {
    "ID": (
        (
            "Ayu", "Rudi", "Nina", "Tono", "Lina", "Arif", "Wulan", "Dedi", "Mega", "Iwan", "Ratih",
            "Yusuf",
        ),
        (
            "Hartono", "Lubis", "Wibisono", "Sutanto", "Maulida", "Ginting", "Kusnadi", "Pranoto",
            "Sasmita", "Halim", "Tarigan", "Puspita",
        ),
    ),
    "AU": (
        (
            "Jodie", "Craig", "Mei", "Trent", "Fiona", "Arjun", "Kylie", "Dimitri", "Shane",
            "Leila", "Bridget", "Thanh",
        ),
        (
            "Hargreaves", "Nguyen", "Pappas", "Thornton", "Mehta", "McKinnon", "Rossi", "Barlow",
            "Farrugia", "Lowe", "Kovac", "Whelan",
        ),
    ),
    "US": (
        (
            "Dana", "Marcus", "Elena", "Todd", "Keisha", "Raj", "Monica", "Greg", "Sofia", "Curtis",
            "Paige", "Hector",
        ),
        (
            "Lindgren", "Patel", "Ramirez", "Bledsoe", "Kowalski", "Freeman", "Choi", "Haskins",
            "Delgado", "Stroud", "Eubanks", "Novak",
        ),
    ),
    "HI": (
        ("Kimo", "Lani", "Grant", "Naomi", "Pua", "Derek", "Mahina", "Ron"),
        ("Kahale", "Tanaka", "Santos", "Akana", "Higa", "Medeiros", "Ching", "Kealoha"),
    ),
}  # fmt: skip


class Market:
    """Who can be sold to. The same seed gives every team the same accounts."""

    def __init__(self, seed: int, teams: tuple[Team, ...]) -> None:
        self._accounts: dict[str, list[str]] = {}
        self._contacts: dict[str, list[str]] = {}
        whole: dict[str, list[str]] = {}
        for team in teams:
            culture = _culture(team)
            if culture not in whole:
                whole[culture] = _every_account(generator(seed, "accounts", culture), culture)
            # Slices of one shuffled list, so two teams never sell to the same account.
            self._accounts[team.name] = [whole[culture].pop() for _ in range(_ACCOUNTS_PER_TEAM)]
            self._contacts[team.name] = _every_contact(culture)

    def account(self, rng: Random, team: Team) -> str:
        """Pick an account of the team; a few are large and heard from often."""
        accounts = self._accounts[team.name]
        return accounts[int(rng.random() ** 1.6 * len(accounts))]

    def contact(self, rng: Random, team: Team) -> str:
        contacts = self._contacts[team.name]
        return contacts[int(rng.random() * len(contacts))]


def _culture(team: Team) -> str:
    return "HI" if team.name == "Honolulu" else team.country


def _every_account(rng: Random, culture: str) -> list[str]:
    begins, middles, ends = _ACCOUNT_WORDS[culture]
    every = [f"{b} {m} {e}" for b in begins for m in middles for e in ends]
    rng.shuffle(every)
    return every


def _every_contact(culture: str) -> list[str]:
    given, family = _CONTACT_WORDS[culture]
    return [f"{first} {last}" for first in given for last in family]


def pick_product(rng: Random, *, is_small: bool = False) -> Product:
    if is_small:
        return SMALL_PRODUCTS[int(rng.random() * len(SMALL_PRODUCTS))]
    point = rng.random() * _SHARES[-1]
    return next(product for product, share in zip(PRODUCTS, _SHARES, strict=True) if point < share)


def price(rng: Random, product: Product, factor: float) -> Decimal:
    """Draw the amount of a deal, in steps people write in offers."""
    amount = log_normal(rng, product.median * factor, 0.5)
    step = 10 if amount < 10_000 else 50
    return Decimal(max(500, round(amount / step) * step))
