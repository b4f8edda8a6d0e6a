"""What kinds of record and reasons are called on a page."""

from django.utils.translation import gettext_lazy as _

from juara.ledger.types import Difference

_KINDS = {
    "deal": _("Deals"),
    "activity": _("Activities"),
    "lead": _("Leads"),
    "account": _("Accounts"),
    "change": _("Stage changes"),
}
_REASONS = {
    "filter": _("its conditions are not met"),
    "date": _("the date it counts on is missing"),
    "value": _("the value it adds is missing"),
    "currency": _("the amount is in another currency, and its day has no exchange rate"),
    "days": _("its rule did not hold on that day"),
}
# What a verification can find, by table and problem; what is dated by the problem alone.
_DIFFERENCES = {
    ("credit", "missing"): _("credit missing"),
    ("credit", "surplus"): _("credit too many"),
    ("credit", "doubled"): _("credit counted twice"),
    ("credit", "without a record"): _("credit whose record was not there yet"),
    ("tally", "missing"): _("total missing"),
    ("tally", "surplus"): _("total of nothing that is there"),
    ("tally", "different"): _("total that is not the sum of its credits"),
    ("batch", "gap"): _("gap in what was known when"),
    ("batch", "back in time"): _("moment before the one it followed"),
    ("record_version", "history torn"): _("record with a torn history"),
    ("ledger_position", "ahead"): _("change marked as counted that never came"),
    ("topic_version", "missing"): _("number that open pages do not follow"),
}


def difference_text(each: Difference) -> str:
    """Say what kind of difference it is."""
    if each.problem == "overlap":
        return str(_("two facts about one thing on one day (%(table)s)")) % {"table": each.table}
    return str(_DIFFERENCES.get((each.table, each.problem), f"{each.table}: {each.problem}"))


def kind_name(kind: str) -> str:
    return str(_KINDS.get(kind, kind))


def reason_text(reason: str) -> str:
    return str(_REASONS[reason])
