"""Why a client stands in a folder, or does not, and why the gate answers as it does (spec: lifecycle, section 11).

Whether the client stands there is read from the placement and never decided here; the reason only says which
of the rule's words made it so, from the same terms. A reason is a code with values; the screens have the words
(`reason.<code>`). To add one: return it below, and name its values in REASONS.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from typing import Any, Final

from lifecycle.days import LAST_DAY, NEVER, OPEN, Day, iso
from lifecycle.facts import Fact
from lifecycle.folders import BITS, deal_lost, folders_of, guest
from lifecycle.placement import SALES, Placed, changes, place, words
from lifecycle.policy import Policies
from lifecycle.status import Terms, terms
from lifecycle.summary import Summary, summarise

# Every code with the names of its values: days are ISO dates, `day` of `of` counts days, ids are facts' ids.
REASONS: Final[dict[str, tuple[str, ...]]] = {
    # in
    "covered": ("membership", "until", "fact"),
    "recently_here": ("since", "day", "of", "fact"),
    "sale_window": ("promoted_on", "day", "of", "fact"),
    "waits_for_activation": ("membership", "fact"),
    "ends_soon": ("membership", "until", "days_left", "of", "fact"),
    "not_renewed": ("membership", "ended_on", "since", "day", "of", "fact"),
    "not_yet_here": (),
    "been_guest": ("fact",),
    "came_back": ("moved_on", "since", "fact"),
    "refused": ("fact",),
    "long_gone": ("since", "day", "of", "fact"),
    "gone_lately": ("since", "day", "of", "fact"),
    "archived": ("fact",),
    # out
    "stands_in_archive": ("fact",),
    "not_archived": (),
    "only_bought": ("membership", "fact"),
    "never_here": (),
    "too_long_ago": ("since", "day", "of", "fact"),
    "nothing_waits": (),
    "not_covered": (),
    "no_end": ("membership", "fact"),
    "ends_later": ("membership", "until", "days_left", "of", "fact"),
    "still_covered": ("membership", "until", "fact"),
    "never_member": (),
    "in_an_earlier_time": ("ended_on", "stretch_on", "fact"),
    "is_active": (),
    "is_lost": (),
    "is_guest": ("fact",),
    "never_guest": (),
    "no_refusal": (),
    # the gate
    "sells_to_active": (),
    "sells_to_gone_lately": ("since", "day", "of", "fact"),
    "gone_too_long": ("since", "day", "of", "fact"),
    "sells_after_refusal": ("fact",),
    "sells_to_former": ("since", "fact"),
    "guest_to_promote": ("fact",),
    "first_a_guest": (),
}

Reason = dict[str, Any]


class _Why:
    """One client on one day, with what its reasons are made of."""

    __slots__ = ("placed", "summary", "t")

    def __init__(self, summary: Summary, t: Terms, placed: Placed) -> None:
        self.summary = summary
        self.t = t
        self.placed = placed

    def fact(self, name: str) -> Any:
        """The id of the fact behind a number, as it can be sent."""
        return sendable(self.summary.origins.get(name))

    def stands(self, status: str) -> bool:
        """By the rules, whatever the status reads where a lost deal counts as lost."""
        return bool({"active": self.t.active, "potential": self.t.potential, "lost": self.t.lost}[status])


def sendable(id: Hashable) -> Any:
    """A fact's id as JSON can carry it."""
    return id if id is None or isinstance(id, str | int) else str(id)


def _day(day: Day) -> str | None:
    return iso(day) if 1 <= day <= LAST_DAY else None


def _reason(code: str, **values: Any) -> Reason:
    return {"code": code, **values}


def _idle(why: _Why, code: str, of: int) -> Reason:
    """A reason that counts the days since the client was last engaged."""
    since = why.summary.engaged_on
    return _reason(code, since=_day(since), day=why.t.day - since, of=of, fact=why.fact("engaged_on"))


def _member(why: _Why, code: str, **values: Any) -> Reason:
    """A reason about the membership that ends last."""
    return _reason(code, membership=why.fact("member"), **values, fact=why.fact("covered_until"))


def _bought(why: _Why, code: str) -> Reason:
    return _reason(code, membership=why.fact("bought_member"), fact=why.fact("bought"))


def _in_active(why: _Why) -> Reason:
    if why.t.covered:
        return _member(why, "covered", until=_day(why.summary.covered_until))
    if why.t.recent:
        return _idle(why, "recently_here", why.t.policy.grace_days)
    on = why.summary.promoted_on
    return _reason(
        "sale_window",
        promoted_on=_day(on),
        day=why.t.day - on,
        of=why.t.policy.grace_days,
        fact=why.fact("promoted"),
    )


def _out_active(why: _Why) -> Reason:
    if why.stands("active"):
        return _bought(why, "only_bought")
    if not why.t.former:
        return _reason("never_here")
    return _idle(why, "too_long_ago", why.t.policy.grace_days)


def _in_not_activated(why: _Why) -> Reason:
    return _bought(why, "waits_for_activation")


def _out_not_activated(why: _Why) -> Reason:
    return _reason("nothing_waits")


def _days_left(why: _Why, code: str) -> Reason:
    until = why.summary.covered_until
    left = until - why.t.day
    return _member(why, code, until=_day(until), days_left=left, of=why.t.policy.renew_before_days)


def _in_to_renew(why: _Why) -> Reason:
    return _days_left(why, "ends_soon")


def _out_to_renew(why: _Why) -> Reason:
    if not why.t.covered:
        return _reason("not_covered")
    return _member(why, "no_end") if why.summary.covered_until == OPEN else _days_left(why, "ends_later")


def _in_not_renewed(why: _Why) -> Reason:
    counted = _idle(why, "not_renewed", why.t.policy.grace_days)
    ended_on = _day(why.summary.covered_until)
    return {
        **counted,
        "membership": why.fact("member"),
        "ended_on": ended_on,
        "fact": why.fact("covered_until"),
    }


def _out_not_renewed(why: _Why) -> Reason:
    if why.t.covered:
        return _member(why, "still_covered", until=_day(why.summary.covered_until))
    if why.summary.covered_until == NEVER:
        return _reason("never_member")
    if not why.t.recent:
        return _idle(why, "too_long_ago", why.t.policy.grace_days)
    return _reason(
        "in_an_earlier_time",
        ended_on=_day(why.summary.covered_until),
        stretch_on=_day(why.summary.stretch_on),
        fact=why.fact("stretch_on"),
    )


def _in_potential(why: _Why) -> Reason:
    return _reason("not_yet_here")


def _out_potential(why: _Why) -> Reason:
    return _other_status(why, "potential") or _reason("is_guest", fact=why.fact("guest"))


def _other_status(why: _Why, *statuses: str) -> Reason | None:
    """The status the client has instead, where it is none of these."""
    for status, code in (("active", "is_active"), ("lost", "is_lost")):
        if why.stands(status) and status not in statuses:
            return _reason(code)
    return None


def _in_guest(why: _Why) -> Reason:
    if why.t.former:
        s = why.summary
        return _reason(
            "came_back", moved_on=_day(s.moved_on), since=_day(s.engaged_on), fact=why.fact("moved")
        )
    return _reason("been_guest", fact=why.fact("guest"))


def _out_guest(why: _Why) -> Reason:
    return _other_status(why, "potential") or _reason("never_guest")


def _in_deal_lost(why: _Why) -> Reason:
    return _reason("refused", fact=why.fact("refusal"))


def _out_deal_lost(why: _Why) -> Reason:
    return _other_status(why, "potential") or _reason("no_refusal")


def _in_lost(why: _Why) -> Reason:
    return _idle(why, "long_gone", why.t.policy.grace_days)


def _out_lost(why: _Why) -> Reason:
    if why.stands("active"):
        return _reason("is_active")
    return _in_guest(why) if why.t.former else _reason("never_here")


def _in_churn(why: _Why) -> Reason:
    return _idle(why, "gone_lately", why.t.policy.churn_days)


def _out_churn(why: _Why) -> Reason:
    if not why.stands("lost"):
        return _out_lost(why)
    return _idle(why, "too_long_ago", why.t.policy.churn_days)


def _in_archive(why: _Why) -> Reason:
    return _reason("archived", fact=why.fact("archived"))


def _out_archive(why: _Why) -> Reason:
    return _reason("not_archived")


Say = Callable[[_Why], Reason]

# For every folder: why in, why out.
_FOLDERS: Final[dict[str, tuple[Say, Say]]] = {
    "active": (_in_active, _out_active),
    "not_activated": (_in_not_activated, _out_not_activated),
    "to_renew": (_in_to_renew, _out_to_renew),
    "not_renewed": (_in_not_renewed, _out_not_renewed),
    "potential": (_in_potential, _out_potential),
    "guest": (_in_guest, _out_guest),
    "deal_lost": (_in_deal_lost, _out_deal_lost),
    "lost": (_in_lost, _out_lost),
    "churn": (_in_churn, _out_churn),
    "archive": (_in_archive, _out_archive),
}


def reasons(client: Summary | Iterable[Fact], policies: Policies, day: Day) -> dict[str, Any]:
    """Why the client stands where it stands on that day; ready for JSON.

    Takes the summary as of that day, or the facts in order (a stored row knows no facts to name).
    `folders`: for each code of FOLDERS a reason with `in`; with time alone a folder left has `leaves_on`
    and `to`, one entered has `enters_on`. `sale`: the answer and its reason, and `changes_on`, `then`.
    `next`: the next change, with the words that change (`from`, `to`) and the folders entered and left.
    """
    summary = client if isinstance(client, Summary) else summarise(client, policies, day)
    policy = policies.on(day)
    placed = place(summary, policy, day)
    why = _Why(summary, terms(summary, policy, day), placed)
    ahead = list(changes(summary, policies, day))
    return {
        "on": iso(day),
        "folders": {code: _folder(why, code, ahead) for code in BITS},
        "sale": _sale(why, ahead),
        "next": _next(placed, ahead),
    }


def _folder(why: _Why, code: str, ahead: list[tuple[Day, Placed]]) -> Reason:
    stands = bool(why.placed.mask & BITS[code])
    return {"in": stands, **_said(why, code, stands=stands), **_moves(why.placed.mask, code, ahead)}


def _said(why: _Why, code: str, *, stands: bool) -> Reason:
    if code != "archive" and why.summary.archived:
        return _reason("stands_in_archive", fact=why.fact("archived"))
    why_in, why_out = _FOLDERS[code]
    return why_in(why) if stands else why_out(why)


def _moves(mask: int, code: str, ahead: list[tuple[Day, Placed]]) -> Reason:
    """When time alone takes the client out of the folder and where to, or in."""
    bit, before = BITS[code], mask
    for on, then in ahead:
        if then.mask & bit != mask & bit:
            if not mask & bit:
                return {"enters_on": iso(on)}
            # Where nothing is entered the client stays in what is left (Churn ends, Lost goes on).
            return {"leaves_on": iso(on), "to": list(folders_of(then.mask & ~before or then.mask))}
        before = then.mask
    return {}


def _sale(why: _Why, ahead: list[tuple[Day, Placed]]) -> Reason:
    answer = why.placed.sale
    told: Reason = {"answer": SALES[answer], **_gate(why)}
    for on, then in ahead:
        if then.sale != answer:
            return {**told, "changes_on": iso(on), "then": SALES[then.sale]}
    return told


def _gate(why: _Why) -> Reason:
    """The row of section 8 that holds."""
    t = why.t
    if why.stands("active"):
        return _reason("sells_to_active")
    if why.stands("lost"):
        return _idle(why, "sells_to_gone_lately" if t.warm else "gone_too_long", t.policy.churn_days)
    if deal_lost(t):
        return _reason("sells_after_refusal", fact=why.fact("refusal"))
    if not guest(t):
        return _reason("first_a_guest")
    if t.former:
        return _reason("sells_to_former", since=_day(why.summary.engaged_on), fact=why.fact("engaged_on"))
    return _reason("guest_to_promote", fact=why.fact("guest"))


def _next(placed: Placed, ahead: list[tuple[Day, Placed]]) -> Reason | None:
    """What the next change does."""
    if not ahead:
        return None
    on, then = ahead[0]
    before, after = words(placed), words(then)
    return {
        "on": iso(on),
        "enters": list(folders_of(then.mask & ~placed.mask)),
        "leaves": list(folders_of(placed.mask & ~then.mask)),
        "changes": {
            name: {"from": before[name], "to": after[name]}
            for name in before
            if name != "folders" and before[name] != after[name]
        },
    }
