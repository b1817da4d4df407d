"""How what the rules found is written: cards, what happened to them, and when to look next, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Any, Final, cast

from sqlalchemy import Connection

from lifecycle import automation, cards, store
from lifecycle.automation import BY_CODE, Difference, Life, Own, Stage, Tuning
from lifecycle.days import Day, day_of, iso
from lifecycle.keeping.choosing import Choosing
from lifecycle.keeping.placing import place_anew, place_in_day
from lifecycle.store.agenda import Subject
from lifecycle.store.cards import CardRow

#: Who acts where nobody did.
CLUB: Final = "club"


@dataclass(frozen=True)
class Kept:
    """What is to be done about one client at an instant, and why: the facts behind it, where there are some.

    With `counts` the cards that the client's state calls for are counted; `spread` gives a card another due.
    """

    subject: Subject
    life: Life
    found: Difference
    because: str
    fact_ids: tuple[int, ...] = ()
    counts: bool = False
    spread: Mapping[str, Day] = field(default_factory=dict)


@dataclass
class _Told:
    """What everybody else hears once all is written: the card as it was and is, by what, and its true time."""

    after: list[tuple[CardRow, str, datetime, CardRow | None]] = field(default_factory=list)


def write(conn: Connection, kept: Sequence[Kept], choosing: Choosing | None = None) -> dict[int, Subject]:
    """Write all of it, client by client in their order; what everybody waits for comes last.

    Gives those whose cards changed, as they are now.
    """
    told, choose = _Told(), choosing or Choosing(conn)
    for one in kept:
        if one.found:
            _Writer(conn, one, told, choose).write()
    place_anew(conn, [one.life for one in kept if one.found.moved])
    for card, reason, at, before in told.after:
        store.cards.tell(conn, card, reason, at=at, by=CLUB, before=before)
    return _plan(conn, kept)


def _plan(conn: Connection, kept: Sequence[Kept]) -> dict[int, Subject]:
    """Note when each client is looked at next, and what is counted of them; what did not change is not written."""
    rows, counted = [], dict[int, dict[str, str]]()
    changed = [one.subject.client_id for one in kept if one.found]
    fresh = store.agenda.subjects(conn, changed) if changed else {}
    for one in kept:
        subject = fresh.get(one.subject.client_id, one.subject)
        life = one.life.with_cards(subject.cards)
        next_at = automation.next_moment(life)
        if subject.seen_at is None or subject.quiet or next_at != subject.next_at:
            rows.append({"client_id": subject.client_id, "seen_at": life.now, "next_at": next_at})
        if one.counts or subject.counted:
            counted[subject.client_id] = {wanted.key: wanted.rule for wanted in automation.called_for(life)}
    store.agenda.put(conn, rows)
    store.counted.keep(conn, counted)
    return fresh


class _Writer:
    """Writes what was found about one client."""

    def __init__(self, conn: Connection, kept: Kept, told: _Told, choosing: Choosing) -> None:
        self.conn, self.kept, self.told, self.choosing = conn, kept, told, choosing
        self.now, self.zone = kept.life.now, kept.life.zone
        self.last: dict[int, CardRow] = {}

    def write(self) -> None:
        found = self.kept.found
        if found.credit is not None:
            self._credit(found.credit)
        if found.discredit is not None:
            self._discredit(found.discredit)
        for card, what, values in self._turned(found):
            self._change(card, values, what)
        for card in found.withdraw:
            self._withdraw(card)
        for added in found.add:
            self._add(added.card, added.stages)
        for planned in found.plan:
            self._plan(planned)
        for one in found.make:
            self._make(one.wanted, one.stages)
        for card in found.hand:
            self._hand(card)

    def _turned(self, found: Difference) -> Iterator[tuple[Own, str, dict[str, Any]]]:
        """What is only noted on a card."""
        yield from ((card, "gone", {"gone_at": self.now}) for card in found.gone)
        yield from ((card, "back", {"gone_at": None}) for card in found.back)
        yield from ((card, "back", self._opened(card)) for card in found.reopen)
        yield from ((card, "shown", {"shown_at": self.now}) for card in found.show)

    def _opened(self, card: Own) -> dict[str, Any]:
        """A card that is there again, due today where its day went by meanwhile: nobody was late with it."""
        opened: dict[str, Any] = dict.fromkeys(("closed_at", "closed_by", "closed_staff_id", "result", "gone_at"))
        # While it was closed it did not follow its client.
        opened["priority"] = place_in_day(self.kept.life, store.playbooks.priorities(self.conn))
        late = card.ends_at is not None and card.closed_at is not None and card.closed_at < card.ends_at <= self.now
        return opened | ({"due_on": self.kept.life.day, "due_at": None} if late else {})

    # --- one thing each ---------------------------------------------------------------------------

    def _make(self, wanted: automation.Wanted, stages: Sequence[Stage]) -> None:
        before = next((one for one in self.kept.subject.cards if one.key == wanted.after), None)
        rule, subject = stages[-1].rule, self.kept.subject
        due_on, due_at = _earliest(stages, self.zone)
        if wanted.key in self.kept.spread:
            due_on, due_at = max(self.kept.spread[wanted.key], self.kept.life.day), None
        cause = {"due": due_on, "warmth": wanted.warmth, "plan": wanted.plan}
        row = {
            "key": wanted.key,
            "client_id": subject.client_id,
            "branch_id": subject.branch_id,
            "rule": rule,
            "episode": wanted.episode,
            "number": wanted.number,
            "fact_id": _fact_of(stages),
            "cause": {name: value for name, value in cause.items() if value is not None},
            "stages": [_flat(stage) for stage in stages],
            "step": BY_CODE[rule].step,
            "due_on": due_on,
            "due_at": due_at,
            "status": self._status(rule) if before is None else before.status,
            "responsible_id": self.choosing.whose(self._who(rule), subject, before.responsible_id if before else None),
            "priority": place_in_day(self.kept.life, store.playbooks.priorities(self.conn)),
            "created_at": self.now,
            "created_by": CLUB,
        }
        card_id = store.cards.add(self.conn, row)
        if card_id is None:
            return
        self._note(card_id, "made", {"rule": rule})
        self._tell(wanted.key, "made", None)

    def _who(self, rule: str) -> str:
        return (self.kept.life.tuning(rule) or Tuning()).who or BY_CODE[rule].who

    def _status(self, rule: str) -> str | None:
        tuned = self.kept.life.tuning(rule) or Tuning()
        if tuned.status is None:
            return None
        known = {line.code for line in store.choices.active(self.conn, "contact_status")}
        return tuned.status if tuned.status in known else None

    def _add(self, card: Own, stages: Sequence[Stage]) -> None:
        """One more reason: its sentence is appended, the due comes forward and never goes back."""
        row, values = self._row(card), dict[str, Any]()
        due_on, due_at = _earliest(stages, self.zone)
        ends = cards.ends_at(due_on, due_at, self.zone)
        if row.ends_at is None or (ends is not None and ends < row.ends_at):
            values = {"due_on": due_on, "due_at": due_at}
        values |= {"stages": [*row.stages, *map(_flat, stages)], "rule": stages[-1].rule, "fact_id": _fact_of(stages) or row.fact_id}
        self._change(card, values, "stage", rule=stages[-1].rule)

    def _plan(self, planned: automation.ToPlan) -> None:
        row = self._row(planned.card)
        cause = {**row.cause, "due": planned.due_on, "plan": planned.plan, "warmth": planned.warmth}
        self._change(
            planned.card, {"due_on": planned.due_on, "cause": cause}, "changed", due_on=[row.due_on, planned.due_on], warmth=planned.warmth
        )

    def _withdraw(self, card: Own) -> None:
        row = self._row(card)
        store.cards.close(self.conn, row, result="not_needed", reason=None, by=CLUB, staff_id=None, at=self.now)
        self._note(row.id, "closed", {"result": "not_needed", "because": self.kept.because, "facts": list(self.kept.fact_ids)})
        self._tell(row.key, "not_needed", row)

    def _hand(self, card: Own) -> None:
        row = self._row(card)
        chosen = self.choosing.another(self.kept.subject, row.responsible_id)
        if chosen is None:
            return
        detail = {"before": row.responsible_id, "after": chosen}
        self._change(card, {"responsible_id": chosen, "handed_at": self.now}, "handed", **detail)

    def _credit(self, card: Own) -> None:
        row = self._row(card)
        cause = {**row.cause, "returned": iso(self.kept.life.day), "credited": row.responsible_id}
        self._change(card, {"cause": cause}, "returned", staff=row.responsible_id)

    def _discredit(self, card: Own) -> None:
        cause = {name: value for name, value in card.cause.items() if name not in ("returned", "credited")}
        self._change(card, {"cause": cause}, "return_undone")

    # --- common -------------------------------------------------------------------------------------

    def _change(self, card: Own, values: dict[str, Any], what: str, **detail: Any) -> None:
        row = self._row(card)
        store.cards.change(self.conn, row, {**values, "changed_at": self.now})
        self._note(row.id, what, detail)
        self._tell(row.key, what, row)

    def _row(self, card: Own) -> CardRow:
        """The card as it is by now: what was written to it in this very transaction is known."""
        return self.last.get(card.id, cast(CardRow, card))

    def _note(self, card_id: int, what: str, detail: dict[str, Any]) -> None:
        client_id, at = self.kept.subject.client_id, self.now
        store.cards.note(self.conn, card_id, client_id, what, at=at, by=CLUB, staff_id=None, detail=detail)

    def _tell(self, key: str, reason: str, before: CardRow | None) -> None:
        after = store.cards.by_key(self.conn, key)
        assert after is not None
        self.last[after.id] = after
        self.told.after.append((after, reason, self.now, before))


def _earliest(stages: Sequence[Stage], zone: tzinfo) -> tuple[Day | None, datetime | None]:
    """The due that comes first."""
    first = min(stages, key=lambda stage: cast(datetime, cards.ends_at(stage.due_on, stage.due_at, zone)))
    return (first.due_on if first.due_at is None else day_of(first.due_at, zone)), first.due_at


def _fact_of(stages: Sequence[Stage]) -> int | None:
    fact = stages[-1].fact
    return fact if isinstance(fact, int) else None


def _flat(stage: Stage) -> dict[str, Any]:
    """A reason as a card keeps it: the rule, what makes it once, the values of its sentence."""
    told = {name: value for name, value in stage.values.items() if value is not None}
    return {"rule": stage.rule, "once": stage.name, "fact": stage.fact, **told}

