"""What the buttons of the editor do to a draft."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from juara.web.metrics.drafts import (
    ENDS,
    MOST_SHARES,
    ROOTS,
    ClauseDraft,
    CreditDraft,
    Draft,
    GroupDraft,
    Part,
    ShareDraft,
)

# So deep groups can be put into each other by the form; a stored rule may go deeper.
DEPTH = 4


def acted(draft: Draft, action: str) -> Draft:
    """Return the draft after a button: ``add:w-0``, ``group:w``, ``remove:…``, ``up:…`` …

    What names nothing there changes nothing.
    """
    verb, _, target = action.partition(":")
    if verb in ("credit", "uncredit", "lead"):
        return replace(draft, credit=_credit_acted(draft.credit, verb, target))
    if verb in ("share", "unshare"):
        return replace(draft, shares=_shares_acted(draft.shares, verb, target))
    if verb == "put":
        return replace(draft, expression=f"{draft.expression.rstrip()} {target}".strip())
    root, _, _ = target.partition("-")
    steps = _steps(target)
    if steps is None:
        return draft
    if root == ENDS:
        return replace(draft, ends_where=_filter_acted(draft.ends_where, verb, steps))
    return replace(draft, where=_filter_acted(draft.where, verb, steps))


def _filter_acted(group: GroupDraft, verb: str, steps: Sequence[int]) -> GroupDraft:
    if verb == "add":
        return _appended(group, steps, ClauseDraft())
    if verb == "group" and len(steps) < DEPTH:
        joined_by = "any" if _joint_at(group, steps) != "any" else "all"
        return _appended(group, steps, GroupDraft(joined_by, (ClauseDraft(),)))
    if verb in ("remove", "up", "down") and steps:
        return _moved(group, steps, verb)
    return group


def _shares_acted(shares: tuple[ShareDraft, ...], verb: str, target: str) -> tuple[ShareDraft, ...]:
    if verb == "share":
        return (*shares, ShareDraft()) if len(shares) < MOST_SHARES else shares
    index = int(target) if target.isdecimal() and len(target) < 3 else -1
    return tuple(each for place, each in enumerate(shares) if place != index)


def _credit_acted(
    credit: tuple[CreditDraft, ...], verb: str, target: str
) -> tuple[CreditDraft, ...]:
    if verb == "credit":
        return (*credit, CreditDraft("", "")) if len(credit) < 10 else credit
    index = int(target) if target.isdecimal() and len(target) < 3 else -1
    if not 0 <= index < len(credit):
        return credit
    rest = credit[:index] + credit[index + 1 :]
    if verb == "uncredit":
        return rest or credit
    return (*rest[: max(index - 1, 0)], credit[index], *rest[max(index - 1, 0) :])


def _steps(path: str) -> tuple[int, ...] | None:
    root, *indexes = path.split("-")
    if root not in ROOTS or not all(each.isdecimal() and len(each) < 4 for each in indexes):
        return None
    return tuple(map(int, indexes))


def _joint_at(group: GroupDraft, steps: Sequence[int]) -> str:
    for step in steps:
        inner = group.parts[step] if step < len(group.parts) else None
        if not isinstance(inner, GroupDraft):
            break
        group = inner
    return group.joined_by


def _appended(group: GroupDraft, steps: Sequence[int], made: Part) -> GroupDraft:
    if not steps:
        return replace(group, parts=(*group.parts, made))
    return _with_inner(group, steps[0], lambda inner: _appended(inner, steps[1:], made))


def _moved(group: GroupDraft, steps: Sequence[int], verb: str) -> GroupDraft:
    if len(steps) > 1:
        return _with_inner(group, steps[0], lambda inner: _moved(inner, steps[1:], verb))
    index, parts = steps[0], list(group.parts)
    if index >= len(parts):
        return group
    part = parts.pop(index)
    if verb != "remove":
        parts.insert(max(index - 1, 0) if verb == "up" else index + 1, part)
    return replace(group, parts=tuple(parts))


def _with_inner(
    group: GroupDraft, index: int, change: Callable[[GroupDraft], GroupDraft]
) -> GroupDraft:
    parts = list(group.parts)
    inner = parts[index] if index < len(parts) else None
    if not isinstance(inner, GroupDraft):
        return group
    parts[index] = change(inner)
    return replace(group, parts=tuple(parts))
