"""Doors for cards: made, commented, planned, moved, finished (spec: board, sections 1, 3, 4 and 5).

Each is one transaction: the card, what happened to it, and a change that tells everybody else. `version` is
that of the card as it was read: whoever comes second is refused with the present card, and nothing is lost.
`key` names a request: the same twice on a card is one deed. A due is a date, or a date with a time; a time
without an offset is one of the card's own branch.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from lifecycle import automation, cards, keeping, phones, rights, store
from lifecycle.actions.card_input import bad_choice, check_text, checked, reason_of, refuse_unknown
from lifecycle.actions.card_writing import (
    CardChanged,
    branch_of,
    close,
    done_before,
    key_of,
    request,
    say,
    told,
    write,
)
from lifecycle.actions.clients import add_within
from lifecycle.club import Club
from lifecycle.desk import Desk
from lifecycle.errors import BadInput, Conflict, IllegalMove
from lifecycle.store.cards import CardRow

COMMENT_MOST: Final = 4000
#: Where somebody known by a number alone comes from, unless said.
BY_NUMBER: Final = "call"


class SeveralClients(Conflict):
    """Several people share the number: choose one of `clients`."""

    def __init__(self, clients: tuple[int, ...]) -> None:
        super().__init__("several_clients", count=len(clients))
        self.clients = clients


@dataclass(frozen=True, slots=True)
class Made:
    """The card of a request, and whether this request made it."""

    card: CardRow
    new: bool


def make(
    club: Club,
    desk: Desk,
    *,
    key: str,
    client_id: int | None = None,
    phone: str | None = None,
    name: str = "",
    source: str = BY_NUMBER,
    branch: str | None = None,
    comment: str = "",
    step: str | None = None,
    due: str | None = None,
    status: str | None = None,
    responsible_id: int | None = None,
) -> Made:
    """Make a card by hand, about a client or about whoever has a number; an unknown number makes the client first.

    `branch` is a code; the client's home branch if absent. Raises Refused, NotFound, BadInput,
    SeveralClients where the number is shared.
    """
    given = {"comment": comment, "step": step, "due": due, "status": status, "responsible_id": responsible_id}
    try:
        with club.writing() as conn:
            if (known := store.cards.by_key(conn, key_of("manual", key))) is not None:
                return Made(store.cards.get(conn, desk, known.id), new=False)
            rights.check(desk, "make_card")
            whose = client_id
            if whose is None:
                whose = _by_number(club, desk, conn, key, phone, {"name": name, "source": source, "branch": branch})
            return _make(club, desk, conn, whose, key=key_of("manual", key), branch=branch, given=given)
    except IntegrityError:
        # Another server took the same key in the same moment: its card is the answer.
        with club.reading() as conn:
            known = store.cards.by_key(conn, key_of("manual", key))
            if known is None:
                raise
            return Made(store.cards.get(conn, desk, known.id), new=False)


def comment(club: Club, desk: Desk, card_id: int, *, text: str, key: str | None = None) -> CardRow:
    """Say something about a card; nobody's version grows old by it. Raises Refused, NotFound, BadInput, IllegalMove."""
    check_text("comment", text, COMMENT_MOST, needed=True)
    with club.writing() as conn:
        card = _held(club, conn, desk, card_id)
        if not done_before(conn, card, key):
            _refuse_closed(card)
            say(conn, desk, card, text, at=club.clock.now(), key=request(card, key))
            return told(conn, desk, card, "comment", club.clock.now())
        return card


def edit(club: Club, desk: Desk, card_id: int, *, version: int, key: str | None = None, **values: Any) -> CardRow:
    """Plan a card: `step`, `due`, `status`, `responsible_id`; what is not named stays, None empties.

    Raises Refused, NotFound, BadInput, CardChanged, IllegalMove for a closed one.
    """
    refuse_unknown(values)
    with club.writing() as conn:
        card = _held(club, conn, desk, card_id)
        if done_before(conn, card, key):
            return card
        _refuse_old(card, version)
        changed = _differing(card, checked(conn, card.branch_id, values, card))
        if not changed:
            return card
        if "responsible_id" in changed:
            rights.check(desk, "hand_card", card.branch_id)
        return _planned(conn, desk, card, changed, "changed", at=club.clock.now(), key=request(card, key))


def move(club: Club, desk: Desk, card_id: int, *, to: str, version: int, key: str | None = None) -> CardRow:
    """Drop a card on a column; on its own nothing changes.

    Raises Refused, NotFound, BadInput, CardChanged, ColumnClosed with the reason.
    """
    with club.writing() as conn:
        card = _held(club, conn, desk, card_id)
        if done_before(conn, card, key):
            return card
        _refuse_old(card, version)
        now, zone = club.clock.now(), branch_of(conn, card).zone
        placing = _dropped(conn, card, to, now)
        changed = _differing(card, placing._asdict())
        if not changed:
            return card
        way = {"from": card.column(now, zone), "to": to}
        return _planned(conn, desk, card, changed, "moved", at=now, key=request(card, key), detail=way)


def no_answer_again_tomorrow(
    club: Club, desk: Desk, card_id: int, *, version: int, key: str | None = None
) -> CardRow:
    """Nobody answered: the same step once more tomorrow, at the same time of day. Raises as `move`."""
    with club.writing() as conn:
        card = _held(club, conn, desk, card_id)
        if done_before(conn, card, key):
            return card
        _refuse_old(card, version)
        now = club.clock.now()
        placing = _dropped(conn, card, "tomorrow", now)
        return _planned(conn, desk, card, placing._asdict(), "no_answer", at=now, key=request(card, key))


def finish(
    club: Club,
    desk: Desk,
    card_id: int,
    *,
    result: str,
    version: int,
    reason: str | None = None,
    text: str = "",
    then: Mapping[str, Any] | None = None,
    key: str | None = None,
) -> tuple[CardRow, CardRow | None]:
    """Close a card with a result; with `then` (`step`, `due`, `status`, `comment`) the next one of the client is made.

    `refused` needs a reason of the list `refusing`, `done` may name one of the list `leaving`; the reason
    `other` needs a text. Where the rules make the next card by themselves (win-back), `then` plans that one. `not_needed` is for the rules, and for a card whose cause has gone. Gives the closed
    card and the next. Raises Refused, NotFound, BadInput, CardChanged, IllegalMove.
    """
    check_text("text", text, COMMENT_MOST)
    with club.writing() as conn:
        card = _held(club, conn, desk, card_id)
        follower = key_of("then", str(card.id))
        if done_before(conn, card, key):
            return card, store.cards.by_key(conn, follower) or store.cards.by_key(conn, automation.key_after(card.key))
        _refuse_old(card, version)
        _refuse_result(conn, card, result, reason, text)
        now = club.clock.now()
        closed = close(conn, desk, card, result=result, reason=reason, text=text, at=now, key=request(card, key))
        following = keeping.after_card(conn, card, now)
        if then is None:
            return closed, following
        if following is not None:
            return closed, _as_agreed(conn, desk, following, then, now)
        return closed, _next(club, desk, conn, card, follower, then)


def _as_agreed(conn: Connection, desk: Desk, card: CardRow, then: Mapping[str, Any], now: datetime) -> CardRow:
    """The card that the rules made next, planned as the person said; what they did not say stays as the rules planned it."""
    planned = {name: value for name, value in then.items() if name != "comment" and value not in (None, "")}
    refuse_unknown(planned)
    changed = _differing(card, checked(conn, card.branch_id, planned, card))
    if "responsible_id" in changed:
        rights.check(desk, "hand_card", card.branch_id)
    if words := (then.get("comment") or "").strip():
        check_text("comment", words, COMMENT_MOST)
        say(conn, desk, card, words, at=now)
    if changed:
        return _planned(conn, desk, card, changed, "changed", at=now, key=None)
    return store.cards.by_key(conn, card.key) or card


def _next(
    club: Club, desk: Desk, conn: Connection, card: CardRow, key: str, then: Mapping[str, Any]
) -> CardRow:
    """The card after this one: for the same client, in the same hands and with the same status unless said."""
    given = {"status": card.status, "responsible_id": card.responsible_id, "comment": "", **then}
    branch = branch_of(conn, card).code
    return _make(club, desk, conn, card.client_id, key=key, branch=branch, given=given, after=card).card


def _make(
    club: Club,
    desk: Desk,
    conn: Connection,
    client_id: int,
    *,
    key: str,
    branch: str | None,
    given: Mapping[str, Any],
    after: CardRow | None = None,
) -> Made:
    """`after` is the card that this one follows: whoever may work that one may go on with it."""
    home = after.branch_id if after is not None else store.clients.hold(conn, desk, client_id).branch_id
    if branch is not None:
        home = store.branches.by_code(conn, desk, branch).id
    rights.check(desk, "make_card" if after is None else "work_card", home)
    if after is not None and given["responsible_id"] != after.responsible_id:
        rights.check(desk, "hand_card", home)
    words = given.get("comment") or ""
    check_text("comment", words, COMMENT_MOST)
    planned = {name: value for name, value in given.items() if name != "comment"}
    refuse_unknown(planned)
    now = club.clock.now()
    values = {
        "key": key,
        "client_id": client_id,
        "branch_id": home,
        "created_at": now,
        "created_by": desk.name,
        "priority": keeping.place_of(conn, client_id, now),
        **checked(conn, home, planned, after),
    }
    card_id = store.cards.add(conn, values)
    if card_id is None:
        known = store.cards.by_key(conn, key)
        assert known is not None
        return Made(store.cards.get(conn, desk, known.id), new=False)
    detail = {} if after is None else {"after": after.id}
    store.cards.note(
        conn, card_id, client_id, "made", at=now, by=desk.name, staff_id=desk.staff_id, detail=detail
    )
    made = store.cards.by_key(conn, key)
    assert made is not None
    if words.strip():
        say(conn, desk, made, words, at=now)
        made = store.cards.by_key(conn, key)
        assert made is not None
    store.cards.tell(conn, made, "made", at=now, by=desk.name)
    return Made(made, new=True)


def _by_number(
    club: Club, desk: Desk, conn: Connection, key: str, phone: str | None, who: Mapping[str, Any]
) -> int:
    """Whoever has the number; where nobody has, a new client under the name given or the number half hidden."""
    if phone is None or not phone.strip():
        raise BadInput.of("client", "missing_field", field="client")
    check_text("phone", phone, 500)
    home = store.branches.by_code(conn, desk, who["branch"])
    numbers = phones.several(phone, home.country)
    for number in sorted({one.e164 for one in numbers if one.e164}):
        # Two who type the same unknown number at once make one client.
        store.clients.stand_in_line_for(conn, number)
    known = store.clients.with_number(conn, [one.e164 for one in numbers if one.e164], desk)
    if len(known) > 1:
        raise SeveralClients(tuple(known))
    if known:
        return known[0]
    if not phones.digits_of(phone):
        raise BadInput.of("phone", "no_number")
    name = who["name"].strip() or phones.masked(numbers[0].e164, numbers[0].typed, home.country)
    given = {"name": name, "source": who["source"], "branch": home.code, "phone": phone}
    return add_within(club, desk, conn, key=key_of("card", key), **given).client_id


def _held(club: Club, conn: Connection, desk: Desk, card_id: int) -> CardRow:
    card = store.cards.hold(conn, desk, card_id)
    rights.check(desk, "work_card", card.branch_id)
    if automation.is_of_a_rule(card.key):
        keeping.catch_up(conn, card.client_id, club.clock.now())
        return store.cards.get(conn, desk, card_id)
    return card


def _planned(
    conn: Connection,
    desk: Desk,
    card: CardRow,
    values: Mapping[str, Any],
    what: str,
    *,
    at: datetime,
    key: str | None,
    detail: Mapping[str, Any] | None = None,
) -> CardRow:
    """Write what a person planned; the rules hear of it."""
    after = write(conn, desk, card, values, what, at=at, key=key, detail=detail)
    keeping.after_card(conn, card, at)
    return after


def _refuse_old(card: CardRow, version: int) -> None:
    if card.version != version:
        raise CardChanged(card)
    _refuse_closed(card)


def _refuse_closed(card: CardRow) -> None:
    if card.closed_at is not None:
        raise IllegalMove("card_closed")


def _refuse_result(conn: Connection, card: CardRow, result: str, reason: str | None, text: str) -> None:
    if result not in cards.RESULTS:
        raise bad_choice("result", result, cards.RESULTS)
    if result == "not_needed" and card.gone_at is None:
        raise IllegalMove("not_needed_is_for_rules")
    reason_of(conn, result, reason, text)


def _differing(card: CardRow, values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if getattr(card, name) != value}


def _dropped(conn: Connection, card: CardRow, to: str, now: datetime) -> cards.Placing:
    return cards.dropped(
        to,
        status=card.status,
        due_on=card.due_on,
        due_at=card.due_at,
        now=now,
        zone=branch_of(conn, card).zone,
        first_status=store.choices.active(conn, "contact_status")[0].code,
    )
