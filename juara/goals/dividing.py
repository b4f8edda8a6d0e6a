"""Dividing a target over people so that nothing is lost: pure, exact."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from math import floor


def parts(total: Decimal, weights: Sequence[Decimal | int], *, decimals: int) -> list[Decimal]:
    """Return what of a total each weight gets, in whole steps of so many decimals.

    Shares are cut down to the step; the steps left over go one each to the largest remainders,
    the first of equals. What of the total is smaller than a step goes to the first that has a
    share, so that the parts always add up. Without any weight above 0 all get the same.
    """
    if not weights:
        return []
    heavy = [Fraction(max(each, 0)) for each in weights]
    if not any(heavy):
        heavy = [Fraction(1)] * len(weights)
    step = Fraction(1, 10**decimals)
    shares = [Fraction(total) * each / sum(heavy) for each in heavy]
    steps = [floor(share / step) for share in shares]
    left = floor(Fraction(total) / step) - sum(steps)
    order = sorted(range(len(shares)), key=lambda at: (steps[at] * step - shares[at], at))
    for at in order[:left]:
        steps[at] += 1
    cut = [(Decimal(each) / 10**decimals) for each in steps]
    rest = total - sum(cut, Decimal())
    if rest:
        cut[next(at for at, each in enumerate(heavy) if each)] += rest
    return cut


def added(amounts: Mapping[int, Decimal], lines: Mapping[int, Sequence[int]]) -> dict[int, Decimal]:
    """Return what each team comes to, with those below it: `amounts` by member, `lines` the teams
    above each member, their own included.
    """
    found: dict[int, Decimal] = {}
    for member_id, amount in amounts.items():
        for team_id in lines[member_id]:
            found[team_id] = found.get(team_id, Decimal()) + amount
    return found
