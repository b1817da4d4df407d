"""The day of every card, reckoned a second time: slowly, from the facts alone, with the numbers of the spec (board, section 7).

Nothing here knows the rules of the club. For each reason of each card it says from when on it may be there, and looks whether it
came then: at that very instant, or later only together with a fact that made it so. And what had to make a card must have made one.
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from statistics import median

from lifecycle import store
from lifecycle.desk import CLUB

MINUTES = timedelta(minutes=15)
RENEW, EXPIRES, GRACE, ACTIVATE, DEBT, WARN, PERIOD = 14, 1, 16, 30, 30, 10, 28
#: Reasons that a fact brings at once.
AT_ONCE = ("incoming_call", "site_lead", "complaint", "company_liquidated", "payment_failed", "sale_past_gate")


def faults_of(conn, client_id):
    """What is wrong with the cards of a client, in words."""
    past = Past(conn, client_id)
    for card in past.cards:
        yield from past.early(card)
    yield from past.missing()


class Past:
    """A client's facts and cards, and the arithmetic of a patient person."""

    def __init__(self, conn, client_id):
        self.recorded = store.facts.history(conn, client_id, limit=10**6)[::-1]
        gone = {one.fields["fact"] for one in self.recorded if one.type == "voided"}
        self.facts = [one for one in self.recorded if one.id not in gone and one.type != "voided"]
        self.by_id = {one.id: one for one in self.recorded}
        self.cards = store.cards.of_client(conn, client_id)
        self.events = {card.id: store.cards.events(conn, card.id) for card in self.cards}
        branch = store.branches.by_id(conn)[store.clients.get(conn, CLUB, client_id).branch_id]
        self.zone, self.name = branch.zone, f"client {client_id}"

    # --- no card before its day ---------------------------------------------------------------------

    def early(self, card):
        """Each reason of a card, and when it came."""
        if card.rule == "manual":
            return
        added = [event.at for event in self.events[card.id] if event.what == "stage"]
        came = [card.created_at, *added] if len(added) == len(card.stages) - 1 else [card.created_at]
        for stage, at in zip(card.stages, came, strict=False):
            due = self.due(card, stage, at)
            if at < due:
                yield f"{self.name}: {stage['rule']} came at {at}, before {due}"
            elif at > due and not self.happened(card, at):
                yield f"{self.name}: {stage['rule']} came at {at}, after {due}, and nothing had happened"

    def due(self, card, stage, at):
        """The instant from which a reason may be there."""
        rule, fact = stage["rule"], self.by_id.get(stage.get("fact"))
        if rule in AT_ONCE:
            return fact.recorded_at
        if rule == "missed_call":
            return fact.at + MINUTES
        if rule == "unpaid_contract":
            return self.started(card.episode).at + MINUTES
        return self.midnight(self.day_of(rule, card, stage, fact, at))

    def day_of(self, rule, card, stage, fact, at):
        """The local day from which a reason may be there."""
        if rule == "debt":
            return self.owed_since(card.episode, at) + timedelta(days=DEBT - WARN)
        if rule in ("renewal", "contract_expiring", "not_renewed"):
            until = self.covered_until(card.episode.rpartition("@")[0], at)
            assert until.isoformat() == stage["until"], (until, stage)
            return until + timedelta(days={"renewal": -RENEW, "contract_expiring": -EXPIRES, "not_renewed": 1}[rule])
        if rule == "activate":
            return self.day(fact) + timedelta(days=ACTIVATE)
        if rule == "guest_follow_up":
            return self.day(fact) + timedelta(days=GRACE + 1 if fact.type == "promoted" else 1)
        if rule == "rhythm":
            return self.pause_over(stage, at)
        assert rule == "win_back", rule
        return date.fromisoformat(stage["since"]) + timedelta(days=GRACE + 1)

    def started(self, contract):
        return next(one for one in self.facts if one.type == "contract_started" and one.fields["contract"] == contract)

    def owed_since(self, episode, at):
        """The due day of the first charge without its money: the contract is charged every four weeks from its first day."""
        contract, _, since = episode.partition("@")
        paid = [one for one in self.of(contract, at) if one.type == "payment" and one.fields["state"] == "paid"]
        owed = self.day(self.started(contract)) + timedelta(days=PERIOD * len(paid))
        assert owed.isoformat() == since, (owed, since)
        return owed

    def covered_until(self, membership, at):
        """The first day and the length, and what was added to it by then."""
        known = [one for one in self.known(at) if one.type == "visit" or one.fields.get("membership") == membership]
        ended = [one for one in known if one.type == "membership_ended"]
        if ended:
            return date.fromordinal(ended[-1].fields["on"])
        sold = next(one for one in known if one.type == "membership_sold")
        if sold.fields["billing"] == "recurring":
            return date.max
        first = min(self.begun(membership, known), default=None)
        if first is None:
            return date.min
        longer = sum(one.fields["days"] for one in known if one.type == "membership_extended")
        longer += sum(one.fields["to"] - one.fields["from"] + 1 for one in known if one.type == "membership_frozen")
        return first + timedelta(days=sold.fields["days"] - 1 + longer)

    def begun(self, membership, known):
        """By hand; or by the first visit after the sale."""
        by_hand = [date.fromordinal(one.fields["starts_on"]) for one in known if one.type == "membership_activated"]
        sold = next(one for one in known if one.type == "membership_sold")
        came = [one for one in known if one.type == "visit" and one.at >= sold.at]
        # A visit on a day that another membership covers is of that one.
        return by_hand or [self.day(one) for one in came if not self.covered(one, sold)][:1]

    def covered(self, visit, but):
        """Whether a membership sold before covers that visit."""
        before = [one.fields["membership"] for one in self.facts if one.type == "membership_sold" and one.at < but.at]
        return any(self.day(visit) <= self.covered_until(one, visit.at) for one in before)

    def pause_over(self, stage, at):
        """The day on which somebody who comes every so often has been away too long."""
        came = sorted({self.day(one) for one in self.facts if one.type == "visit" and one.recorded_at <= at})[-24:]
        assert came[-1].isoformat() == stage["last"], (came[-1], stage)
        usual = median([(after - before).days for before, after in pairwise(came)])
        rested = [one.fields["to"] for one in self.known(at) if one.type == "membership_frozen" and one.fields["from"] <= at.astimezone(self.zone).toordinal()]
        rested += [one.fields["starts_on"] for one in self.known(at) if one.type == "membership_activated"]
        last = max([came[-1], *map(date.fromordinal, rested)])
        return last + timedelta(days=max(7, -int(-usual * 2.5 // 1)) + 1)

    def happened(self, card, at):
        """Whether something that can make a card later than its day happened right then."""
        told = any(one.recorded_at == at for one in self.recorded)
        closed = any(one.closed_at == at for one in self.cards if one.id != card.id)
        # Who may be called again is won back again; that is no fact.
        return told or closed or card.rule == "win_back"

    # --- nothing forgotten --------------------------------------------------------------------------

    def missing(self):
        """What had to make a card, or be added to one, and is on none."""
        told = Counter(stage["fact"] for card in self.cards for stage in card.stages if stage.get("fact"))
        for fact in self.facts:
            if self.calls_for_a_card(fact) and told[fact.id] != 1 and not self.is_nobody(fact):
                yield f"{self.name}: {fact.type} of {fact.at} is told on {told[fact.id]} cards"
        unpaid = Counter(card.episode for card in self.cards if card.rule == "unpaid_contract")
        for fact in self.facts:
            if fact.type == "contract_started" and self.waited(fact) and unpaid[fact.fields["contract"]] != 1 and not self.is_nobody(fact):
                yield f"{self.name}: {fact.fields['contract']} was not paid and has {unpaid[fact.fields['contract']]} cards"

    def calls_for_a_card(self, fact):
        said = fact.fields
        if fact.type == "inquiry":
            return said["source"] in ("site", "social")
        if fact.type == "payment":
            return said["state"] == "failed"
        return fact.type == "complaint"

    def waited(self, started):
        """Whether nothing became of a contract within a quarter of an hour."""
        after = [one for one in self.of(started.fields["contract"]) if one.type in ("payment", "contract_cancelled")]
        return not any(one.at < started.at + MINUTES for one in after)

    def is_nobody(self, fact):
        """Whether the club automates nothing about this client any more."""
        return any(one.type == "marked" and one.fields.get("relation") == "not_target" and one.at <= fact.at + MINUTES for one in self.facts)

    # --- common -------------------------------------------------------------------------------------

    def of(self, contract, at=datetime.max.replace(tzinfo=UTC)):
        return [one for one in self.facts if one.fields.get("contract") == contract and one.recorded_at <= at]

    def known(self, at):
        return [one for one in self.facts if one.recorded_at <= at]

    def day(self, fact):
        return fact.at.astimezone(self.zone).date()

    def midnight(self, day):
        return datetime.combine(day, time(), self.zone).astimezone(UTC)
