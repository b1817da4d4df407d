"""The deeds of the profile, each by its name: what the desk does with a client, one door a deed.

They say what may be done from the screen in the words of the club, refuse what makes no sense
there, and lead through `recording.record`, which judges rights, gate and legal moves.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lifecycle import days, store
from lifecycle.actions.recording import Recorded, record, undo
from lifecycle.club import Club
from lifecycle.days import Day
from lifecycle.desk import Desk
from lifecycle.errors import BadInput, IllegalMove
from lifecycle.summary import Membership, memberships_of


def sell_membership(
    club: Club,
    desk: Desk,
    client_id: int,
    *,
    key: str,
    amount: int,
    days: int | None = None,
    visits: int | None = None,
    product: str | None = None,
    billing: str = "term",
    starts_on: str | None = None,
) -> Recorded:
    """Sell a membership; with `starts_on` (a date) it is activated in the same moment. `amount` in minor units."""
    name = f"m-{key}"[:200]
    facts: list[dict[str, Any]] = [
        {
            "type": "membership_sold",
            "membership": name,
            "product": product,
            "billing": billing,
            "days": days,
            "visits": visits,
            "amount": amount,
        }
    ]
    if starts_on is not None:
        facts.append({"type": "membership_activated", "membership": name, "starts_on": starts_on})
    return record(club, desk, client_id, facts, key=key)


def activate_membership(
    club: Club,
    desk: Desk,
    client_id: int,
    *,
    key: str,
    membership: str,
    starts_on: str,
    ends_on: str | None = None,
) -> Recorded:
    """Activate one that was bought. Raises IllegalMove for any other."""
    _require(club, desk, client_id, membership, ("bought",), "not_to_activate")
    fact = {
        "type": "membership_activated",
        "membership": membership,
        "starts_on": starts_on,
        "ends_on": ends_on,
    }
    return record(club, desk, client_id, [fact], key=key)


def freeze_membership(
    club: Club, desk: Desk, client_id: int, *, key: str, membership: str, first: str, last: str
) -> Recorded:
    """Freeze a membership from one date to another, both included; within what it covers."""
    found = _require(club, desk, client_id, membership, ("held", "frozen", "future"), "not_to_freeze")
    if found.last_on is not None and _day("from", first) > found.last_on:
        raise IllegalMove("freeze_after_end", ended_on=days.iso(found.last_on))
    fact = {"type": "membership_frozen", "membership": membership, "from": first, "to": last}
    return record(club, desk, client_id, [fact], key=key)


def extend_membership(
    club: Club, desk: Desk, client_id: int, *, key: str, membership: str, by_days: int
) -> Recorded:
    """Move the last covered day later by some days."""
    _require(club, desk, client_id, membership, ("held", "frozen", "future", "over"), "not_to_extend")
    return record(
        club,
        desk,
        client_id,
        [{"type": "membership_extended", "membership": membership, "days": by_days}],
        key=key,
    )


def end_membership(
    club: Club, desk: Desk, client_id: int, *, key: str, membership: str, on: str, why: str
) -> Recorded:
    """End a membership: terminated, refunded or cancelled; its last covered day becomes `on` if that is earlier."""
    _require(club, desk, client_id, membership, ("bought", "held", "frozen", "future"), "not_to_end")
    fact = {"type": "membership_ended", "membership": membership, "on": on, "why": why}
    return record(club, desk, client_id, [fact], key=key)


def record_visit(
    club: Club,
    desk: Desk,
    client_id: int,
    *,
    key: str,
    kind: str = "membership",
    membership: str | None = None,
    amount: int | None = None,
) -> Recorded:
    """Record one visit now; a single one is a sale and passes the gate."""
    fact = {"type": "visit", "kind": kind, "membership": membership, "amount": amount}
    return record(club, desk, client_id, [fact], key=key)


def record_guest_visit(club: Club, desk: Desk, client_id: int, *, key: str, kind: str = "tour") -> Recorded:
    """Came to look, or to a free session; who was lost for long is moved to Guest by it."""
    return record(club, desk, client_id, [{"type": "guest_visit", "kind": kind}], key=key)


def record_purchase(club: Club, desk: Desk, client_id: int, *, key: str, amount: int, what: str) -> Recorded:
    """Goods or a service were sold; `amount` in minor units."""
    return record(club, desk, client_id, [{"type": "purchase", "amount": amount, "what": what}], key=key)


def record_contact(
    club: Club,
    desk: Desk,
    client_id: int,
    *,
    key: str,
    direction: str = "out",
    kind: str = "other",
    outcome: str | None = None,
    reason: str | None = None,
    comment: str | None = None,
) -> Recorded:
    """One conversation with a client. A refusal (`wont_come`, `wont_buy`) needs its reason."""
    fact = {
        "type": "contact",
        "direction": direction,
        "kind": kind,
        "outcome": outcome or None,
        "reason": reason or None,
        "comment": comment or None,
    }
    return record(club, desk, client_id, [fact], key=key)


def refuse(
    club: Club, desk: Desk, client_id: int, *, key: str, outcome: str, reason: str, comment: str | None = None
) -> Recorded:
    """The client said no to coming or to buying; the deal counts as lost (spec: lifecycle, section 7)."""
    kind = "invite" if outcome == "wont_come" else "sell_to_potential"
    return record_contact(
        club, desk, client_id, key=key, kind=kind, outcome=outcome, reason=reason, comment=comment
    )


def book_trial(club: Club, desk: Desk, client_id: int, *, key: str, session: str) -> Recorded:
    """A first class was booked."""
    return record(club, desk, client_id, [{"type": "trial_booked", "session": session}], key=key)


def complain(club: Club, desk: Desk, client_id: int, *, key: str, comment: str) -> Recorded:
    """The client complained."""
    return record(club, desk, client_id, [{"type": "complaint", "comment": comment}], key=key)


def inquire(club: Club, desk: Desk, client_id: int, *, key: str, source: str) -> Recorded:
    """The client asked again."""
    return record(club, desk, client_id, [{"type": "inquiry", "source": source}], key=key)


def mark(
    club: Club, desk: Desk, client_id: int, *, key: str, relation: str | None, reason: str | None = None
) -> Recorded:
    """Set a relation by hand, or take it away with none."""
    return record(
        club, desk, client_id, [{"type": "marked", "relation": relation or None, "reason": reason}], key=key
    )


def warm(club: Club, desk: Desk, client_id: int, *, key: str, warmth: str) -> Recorded:
    """Say by hand whether a lost client is warm or cold."""
    return record(club, desk, client_id, [{"type": "warmth_set", "warmth": warmth}], key=key)


def move_to_guest(club: Club, desk: Desk, client_id: int, *, key: str) -> Recorded:
    """From Potential, or from Lost beyond the churn days (spec: lifecycle, section 8)."""
    return record(club, desk, client_id, [{"type": "moved_to_guest"}], key=key)


def promote(club: Club, desk: Desk, client_id: int, *, key: str) -> Recorded:
    """Open the sale window of a Guest."""
    return record(club, desk, client_id, [{"type": "promoted"}], key=key)


def archive(club: Club, desk: Desk, client_id: int, *, key: str) -> Recorded:
    """Put a client into the Archive."""
    return record(club, desk, client_id, [{"type": "archived"}], key=key)


def restore(club: Club, desk: Desk, client_id: int, *, key: str) -> Recorded:
    """Take a client out of the Archive."""
    return record(club, desk, client_id, [{"type": "restored"}], key=key)


def void(club: Club, desk: Desk, client_id: int, *, key: str, fact_ids: Sequence[int]) -> Recorded:
    """Cancel facts from today on; on earlier days they still count, because that is how the club stood."""
    return undo(club, desk, client_id, fact_ids, key=key)


def _require(
    club: Club, desk: Desk, client_id: int, name: str, states: tuple[str, ...], code: str
) -> Membership:
    """The membership of this name, if it is in one of these states today. Raises IllegalMove otherwise.

    It is a courtesy to the desk and judged before the transaction: the rules take any history.
    """
    with club.reading() as conn:
        client = store.clients.get(conn, desk, client_id)
        zone = store.branches.by_id(conn)[client.branch_id].zone
        today = days.day_of(club.clock.now(), zone)
        facts, policies = store.facts.of_client(conn, client_id), store.policies.all_versions(conn)
    for membership in memberships_of(facts, policies, today):
        if membership.key == name and membership.state in states:
            return membership
    raise IllegalMove(code)


def _day(field: str, text: str) -> Day:
    try:
        return days.parse_day(text)
    except ValueError:
        raise BadInput.of(field, "bad_day", value=text[:60]) from None
