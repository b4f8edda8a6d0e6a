"""What kinds of record and reasons are called on a page."""

from django.utils.translation import gettext_lazy as _

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
    "currency": _("the amount is in another currency"),
    "days": _("its rule did not hold on that day"),
}


def kind_name(kind: str) -> str:
    return str(_KINDS.get(kind, kind))


def reason_text(reason: str) -> str:
    return str(_REASONS[reason])
