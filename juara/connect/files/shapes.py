"""What the shape of a text says about how a column writes its numbers and dates.

One cell seldom decides: `1,234` and `03/04/2017` can be read two ways. The other cells of the
column do, so these functions answer what one cell *proves*, and the callers count.
"""

import re

_CODES = """
    AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP
    BYN BZD CAD CDF CHF CLF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP
    GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS
    KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR
    MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF
    SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD
    TZS UAH UGX USD UYU UZS VED VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWG
"""
# Letters that stand for money beside a number. Anything else is refused: `5M` is not 5.
CURRENCY_CODES = frozenset(_CODES.split())
SIGN_CURRENCIES = {
    "€": "EUR", "£": "GBP", "₹": "INR", "₩": "KRW", "₽": "RUB", "₫": "VND", "฿": "THB",
    "₺": "TRY", "₴": "UAH", "₪": "ILS", "₱": "PHP", "₦": "NGN", "Rp": "IDR", "R$": "BRL",
    "zł": "PLN", "Kč": "CZK", "RM": "MYR", "S$": "SGD", "A$": "AUD", "C$": "CAD", "HK$": "HKD",
    "US$": "USD",
}  # fmt: skip
# Signs more than one currency uses: no warning can be drawn from them.
_SHARED_SIGNS = ("$", "¥", "kr", "Kr", "kr.", "Fr", "Fr.", "Rp.")

_SPACES = " \u00a0\u202f\u2009"
_SIGN = "|".join(
    re.escape(sign)
    for sign in sorted([*SIGN_CURRENCIES, *_SHARED_SIGNS], key=len, reverse=True)
)  # fmt: skip
_MONEY = rf"(?:{_SIGN}|[A-Z]{{3}})"
_WRAPPED = re.compile(
    rf"(?P<open>\()?(?P<minus>[+\-−])?[{_SPACES}]?(?P<before>{_MONEY})?[{_SPACES}]?"
    rf"(?P<minus2>[\-−])?(?P<core>[.,]?\d[\d.,'’{_SPACES}]*?)[{_SPACES}]?"
    rf"(?P<after>{_MONEY}|%)?[{_SPACES}]?(?P<minus3>[\-−])?(?P<close>\))?",
    re.ASCII,
)
_APART = {".": f",'’{_SPACES}", ",": f".'’{_SPACES}"}
_GROUPED = {
    mark: re.compile(
        rf"\d{{1,3}}(?:([{apart}])\d{{3}}(?:\1\d{{3}})*)?"
        # Lakhs and crores: groups of two before the last three.
        rf"|\d{{1,2}}([{apart}])\d{{2}}(?:\2\d{{2}})*\2\d{{3}}",
        re.ASCII,
    )
    for mark, apart in _APART.items()
}
LONGEST_NUMBER = 60
_NOT_DIGITS = re.compile(r"\D+")
_DATE = re.compile(r"(\d{1,4})([/.\-])(\d{1,2})\2(\d{1,4})(?!\d)", re.ASCII)


class Bare:
    """A number freed of its sign, its money sign and its per cent sign."""

    __slots__ = ("core", "is_negative", "is_percent", "money")

    def __init__(self, *, core: str, is_negative: bool, is_percent: bool, money: str) -> None:
        self.core = core
        self.is_negative = is_negative
        self.is_percent = is_percent
        self.money = money


def bare_number(text: str) -> Bare | None:
    """Take what surrounds a number away; None where the text is no number in any style."""
    found = _WRAPPED.fullmatch(text) if len(text) <= LONGEST_NUMBER else None
    if found is None or bool(found["open"]) != bool(found["close"]):
        return None
    minuses = [found[name] for name in ("minus", "minus2", "minus3") if found[name]]
    after = found["after"] or ""
    money = found["before"] or ("" if after == "%" else after)
    if len(minuses) + bool(found["open"]) > 1 or (found["before"] and after):
        return None
    if money and not _is_money(money):
        return None
    negative = bool(found["open"]) or (bool(minuses) and minuses[0] != "+")
    return Bare(core=found["core"], is_negative=negative, is_percent=after == "%", money=money)


def _is_money(sign: str) -> bool:
    return sign in CURRENCY_CODES or sign in SIGN_CURRENCIES or sign in _SHARED_SIGNS


def digits_of(core: str, mark: str) -> str | None:
    """Write a number's core plainly (``1234.56``), its decimal mark given; None if it is not one.

    What groups thousands must stand where groups of digits end, and be the same throughout.
    """
    whole, found, fraction = core.partition(mark)
    if found and (not fraction.isdecimal() or not fraction.isascii()):
        return None
    if not whole and found:
        return f"0.{fraction}"
    if not (whole.isascii() and whole.isdecimal()):
        if _GROUPED[mark].fullmatch(whole) is None:
            return None
        whole = _NOT_DIGITS.sub("", whole)
    return f"{whole}.{fraction}" if found else whole


def decimal_evidence(text: str) -> str:
    """Say which decimal mark a cell proves: ``.`` or ``,``; ``?.`` or ``?,`` where three digits
    follow its one mark and it could be either; empty where it says nothing.
    """
    bare = bare_number(text)
    if bare is None:
        return ""
    core = bare.core
    dots, commas = core.count("."), core.count(",")
    if not dots and not commas:
        return ""
    if dots and commas:
        mark = "." if core.rfind(".") > core.rfind(",") else ","
    elif dots + commas > 1:
        mark = "," if dots else "."
    else:
        own = "." if dots else ","
        whole, _, fraction = core.partition(own)
        if whole.isdecimal() and len(whole) <= 3 and whole[0] != "0" and len(fraction) == 3:
            return f"?{own}"
        mark = own
    return mark if digits_of(core, mark) is not None else ""


def date_evidence(text: str) -> str:
    """Say which order a date proves: ``ymd``, ``dmy``, ``mdy``; ``?`` where day and month could
    change places; empty where it says nothing, because it is no such date or both are the same.
    """
    found = _DATE.match(text)
    if found is None:
        return ""
    first, middle, last = found[1], int(found[3]), found[4]
    if len(first) == 4 or (len(first) <= 2 and int(first) > 31 and len(last) == 2):
        return "ymd"
    if len(first) == 3 or len(last) not in (2, 4):
        return ""
    return _day_or_month_first(int(first), middle, found[2])


def _day_or_month_first(first: int, second: int, separator: str) -> str:
    if max(first, second) > 31 or min(first, second) > 12 or first == second:
        return ""
    if first > 12:
        return "dmy"
    if second > 12:
        return "mdy"
    # Nobody writes month.day.year with full stops.
    return "dmy" if separator == "." else "?"
