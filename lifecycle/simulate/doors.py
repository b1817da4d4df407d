"""How each deed comes in: by a form, a call, the desk, a payment provider, a reader. The same deed twice is one.

Everything goes through the doors that a real club has, at the instant on the club's clock.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any, Final

from lifecycle import days, store
from lifecycle.actions import clients, consents, contracts, recording
from lifecycle.club import Club
from lifecycle.desk import CLUB, Desk
from lifecycle.errors import Busy, ClubError
from lifecycle.intake import receiving
from lifecycle.intake.adapter import Incoming
from lifecycle.simulate.lives import PRICE, Deed
from lifecycle.simulate.people import LINES, Place

#: What a receptionist presses before a sale that is not open yet.
_OPENS: Final = {"move_to_guest": "moved_to_guest", "promote": "promoted"}
#: What the manager sees to.
_MANAGES: Final = ("archived", "restored", "marked", "complaint")


def number_of(who: int) -> str:
    """The telephone number of somebody."""
    return f"+7916{who:07d}"


class Doors:
    """The doors of a club, for deeds. `refused` counts by code what the club did not take.

    `deliver` hands a request of an outside system to the club; whoever tries more hands it in several times.
    """

    def __init__(self, club: Club, place: Place) -> None:
        self.club, self.place = club, place
        self.refused: Counter[str] = Counter()
        self.deliver: Callable[[Club, str, Incoming], object] = receiving.receive
        self._ids: dict[int, int] = {}

    def do(self, deed: Deed) -> None:
        """Do it, at the club's present instant."""
        try:
            _WAYS[deed.way](self, deed)
        except Busy:
            raise
        except ClubError as error:
            self.refused[f"{deed.way} {error.code}"] += 1

    def client(self, who: int) -> int:
        """The number that the club knows somebody by."""
        if who not in self._ids:
            with self.club.reading() as conn:
                [self._ids[who]] = store.clients.with_number(conn, [number_of(who)], CLUB)
        return self._ids[who]

    # --- from outside -------------------------------------------------------------------------------

    def form(self, deed: Deed) -> None:
        """The form of the site, or a social network that posts as it does."""
        told = {"id": deed.key, "name": f"Client {deed.who}", "phone": number_of(deed.who), "branch": deed.home, **deed.told}
        self._deliver("site", told)

    def call(self, deed: Deed) -> None:
        """A call: it rings, and it is over."""
        at = self.club.clock.now().isoformat()
        told = {"call": deed.key, "direction": "in", "number": number_of(deed.who), "line": LINES[deed.home], "at": at}
        self._deliver("telephony", {**told, "id": f"{deed.key}-1", "state": "ringing"})
        self._deliver("telephony", {**told, "id": f"{deed.key}-2", "state": "ended", **deed.told})

    def report(self, deed: Deed) -> None:
        """What a payment provider says about a contract."""
        told = {**deed.told, "contract": self._contract(deed), "amount": PRICE}
        self._deliver("payments", {"id": deed.key, **told})

    def visit(self, deed: Deed) -> None:
        """Somebody passes the turnstile."""
        self._deliver("turnstile", {"id": deed.key, "client": str(self.client(deed.who)), "passed": True})

    def till(self, deed: Deed) -> None:
        """Something small is bought."""
        self._deliver("till", {"id": deed.key, "client": str(self.client(deed.who)), "amount": 9000, "what": "water"})

    def _deliver(self, kind: str, told: Mapping[str, Any]) -> None:
        source = self.place.sources[kind]
        headers, body = {"x-club-secret": source.secret}, json.dumps(told).encode()
        self.deliver(self.club, source.code, Incoming(headers=headers, content_type="application/json", body=body))

    # --- at the desk --------------------------------------------------------------------------------

    def walk_in(self, deed: Deed) -> None:
        """Somebody stands at the desk for the first time."""
        name, phone = f"Client {deed.who}", number_of(deed.who)
        clients.add_client(self.club, self._desk(deed), name=name, phone=phone, branch=deed.home, key=deed.key, **deed.told)

    def facts(self, deed: Deed) -> None:
        """What the desk writes down."""
        self._record(deed, deed.told["facts"])

    def sale(self, deed: Deed) -> None:
        """A contract, the gate opened first where it must be."""
        told, client_id, desk = deed.told, self.client(deed.who), self._desk(deed)
        self._open_the_gate(deed, desk, client_id)
        begins = self._date(deed, 0) if told["begins"] else None
        contracts.sell(
            self.club, desk, client_id, key=deed.key, amount=PRICE, title=f"{told['days']} days", billing=told["billing"],
            days=told["days"], paid_by=told["paid_by"], starts_on=begins,
        )  # fmt: skip

    def _open_the_gate(self, deed: Deed, desk: Desk, client_id: int) -> None:
        with self.club.writing() as conn:
            sale = recording.open_request(self.club, desk, conn, client_id, deed.key)
            if recording.done_before(sale):
                return
            while move := _OPENS.get(sale.stands().sale):
                request = recording.open_request(self.club, desk, conn, client_id, f"{deed.key}-{move}")
                recording.record_within(request, [{"type": move}])
                sale = recording.open_request(self.club, desk, conn, client_id, deed.key)

    def cancel(self, deed: Deed) -> None:
        contract = self._contract(deed)
        contracts.cancel(self.club, self._desk(deed), self.client(deed.who), key=deed.key, contract=contract)

    def begin(self, deed: Deed) -> None:
        """The membership of a contract begins today."""
        begun = {"type": "membership_activated", "membership": self._contract(deed), "starts_on": self._date(deed, 0)}
        self._record(deed, [begun])

    def freeze(self, deed: Deed) -> None:
        rests = {"from": self._date(deed, 1), "to": self._date(deed, deed.told["days"])}
        self._record(deed, [{"type": "membership_frozen", "membership": self._contract(deed), **rests}])

    def extend(self, deed: Deed) -> None:
        longer = {"type": "membership_extended", "membership": self._contract(deed), "days": deed.told["days"]}
        self._record(deed, [longer])

    def mistake(self, deed: Deed) -> None:
        """A complaint that was somebody else's, taken back at once."""
        desk, client_id = self.place.managers[deed.home], self.client(deed.who)
        complaint = [{"type": "complaint", "comment": "Not mine"}]
        made = recording.record(self.club, desk, client_id, complaint, key=deed.key)
        recording.undo(self.club, desk, client_id, made.fact_ids, key=f"{deed.key}-undo")

    def no_contact(self, deed: Deed) -> None:
        """They want no calls, or want them again."""
        consents.do_not_contact(self.club, self._desk(deed), self.client(deed.who), on=deed.told["on"])

    # --- common -------------------------------------------------------------------------------------

    def _record(self, deed: Deed, facts: list[dict[str, Any]]) -> None:
        manages = any(fact["type"] in _MANAGES for fact in facts)
        desk = self.place.managers[deed.home] if manages else self._desk(deed)
        recording.record(self.club, desk, self.client(deed.who), facts, key=deed.key)

    def _desk(self, deed: Deed) -> Desk:
        return self.place.desk(deed.home, deed.who + deed.number)

    def _contract(self, deed: Deed) -> str:
        """The name that the club gave the contract: the client's number and its own."""
        return f"{self.client(deed.who)}-{deed.told['contract']}"

    def _date(self, deed: Deed, later: int) -> str:
        today = days.day_of(self.club.clock.now(), self.place.branches[deed.home].zone)
        return days.iso(today + later)


_WAYS: Final[Mapping[str, Callable[[Doors, Deed], None]]] = {
    "begin": Doors.begin,
    "call": Doors.call,
    "cancel": Doors.cancel,
    "extend": Doors.extend,
    "facts": Doors.facts,
    "form": Doors.form,
    "freeze": Doors.freeze,
    "mistake": Doors.mistake,
    "no_contact": Doors.no_contact,
    "report": Doors.report,
    "sale": Doors.sale,
    "till": Doors.till,
    "visit": Doors.visit,
    "walk_in": Doors.walk_in,
}
