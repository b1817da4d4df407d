"""A client with a history, told in sentences: `a_client().bought(days=30, on="2026-01-01").activated(on="2026-01-05")`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lifecycle.days import parse_day, zone_of
from lifecycle.facts import Fact, check_history, in_order, parse_fact
from lifecycle.placement import Placement, placement
from lifecycle.policy import Policies, Policy
from lifecycle.reasons import reasons
from lifecycle.summary import Membership, memberships_of


def a_client(zone: str = "Europe/Moscow", **overrides: Any) -> Client:
    """Somebody the club knows nothing about yet; keywords change the policy."""
    return Client(zone, Policies.always(Policy.of(overrides)))


class Client:
    """Facts of one day stand in the order told, at its first instant."""

    def __init__(self, zone: str, policies: Policies) -> None:
        self.zone = zone_of(zone)
        self.policies = policies
        self._told: list[Fact] = []
        self._memberships = 0

    def under(self, *versions: tuple[str, dict[str, Any]]) -> Client:
        """By these policies, each from its day on."""
        self.policies = Policies([(parse_day(on), Policy.of(numbers)) for on, numbers in versions])
        return self

    def told(self, type: str, on: str, fields: Mapping[str, Any] | None = None, **more: Any) -> Client:
        """Any fact; `fields` where a name is no word of Python or means something here."""
        raw = {"type": type, "at": on, **(fields or {}), **more}
        self._told.append(parse_fact(raw, zone=self.zone, id=str(len(self._told))))
        return self

    def inquired(self, on: str, source: str = "site") -> Client:
        return self.told("inquiry", on, source=source)

    def toured(self, on: str) -> Client:
        return self.told("guest_visit", on, kind="tour")

    def moved_to_guest(self, on: str) -> Client:
        return self.told("moved_to_guest", on)

    def promoted(self, on: str) -> Client:
        return self.told("promoted", on)

    def bought(
        self, *, on: str, days: int | None = 30, visits: int | None = None, key: str | None = None
    ) -> Client:
        """A membership, called m1, m2 and so on unless named."""
        self._memberships += 1
        billing = "term" if days or visits else "recurring"
        terms = {
            "membership": key or f"m{self._memberships}",
            "billing": billing,
            "days": days,
            "visits": visits,
        }
        return self.told("membership_sold", on, amount=450000, **terms)

    def activated(
        self, *, on: str, starts_on: str | None = None, ends_on: str | None = None, key: str | None = None
    ) -> Client:
        """The membership bought last, unless named."""
        return self.told(
            "membership_activated", on, membership=self._key(key), starts_on=starts_on or on, ends_on=ends_on
        )

    def extended(self, *, on: str, days: int, key: str | None = None) -> Client:
        return self.told("membership_extended", on, membership=self._key(key), days=days)

    def froze(self, *, first: str, last: str, on: str | None = None, key: str | None = None) -> Client:
        return self.told(
            "membership_frozen", on or first, {"membership": self._key(key), "from": first, "to": last}
        )

    def ended(self, *, on: str, last: str | None = None, key: str | None = None) -> Client:
        return self.told(
            "membership_ended", on, {"membership": self._key(key), "on": last or on, "why": "terminated"}
        )

    def visited(self, *days: str, key: str | None = None) -> Client:
        for on in days:
            self.told("visit", on, kind="membership", membership=key)
        return self

    def came_once(self, on: str) -> Client:
        """A paid single visit."""
        return self.told("visit", on, kind="single", amount=50000)

    def tried(self, on: str) -> Client:
        """A free trial, recorded as a visit."""
        return self.told("visit", on, kind="trial")

    def purchased(self, on: str) -> Client:
        return self.told("purchase", on, amount=30000, what="water")

    def refused(self, on: str, kind: str = "invite") -> Client:
        return self.told("contact", on, direction="out", kind=kind, outcome="wont_come", reason="price")

    def called(self, on: str) -> Client:
        return self.told("contact", on, direction="out", kind="other", outcome="no_answer")

    def complained(self, on: str) -> Client:
        return self.told("complaint", on, comment="cold water")

    def archived(self, on: str) -> Client:
        return self.told("archived", on)

    def voided(self, fact: str, *, on: str) -> Client:
        return self.told("voided", on, fact=fact)

    def _key(self, key: str | None) -> str:
        return key or f"m{self._memberships}"

    @property
    def facts(self) -> list[Fact]:
        """In order, checked."""
        facts = in_order(self._told)
        check_history(facts)
        return facts

    def on(self, day: str) -> Placement:
        """Where the client stands on that day."""
        return placement(self.facts, self.policies, parse_day(day))

    def folders(self, day: str) -> str:
        """The folders of that day in one line."""
        return " ".join(self.on(day).folders)

    def memberships(self, day: str) -> list[Membership]:
        """All memberships as of that day."""
        return memberships_of(self.facts, self.policies, parse_day(day))

    def membership(self, day: str, key: str = "m1") -> Membership:
        """One membership as of that day."""
        return next(one for one in self.memberships(day) if one.key == key)

    def reasons(self, day: str) -> dict[str, Any]:
        """Why the client stands where it stands on that day."""
        return reasons(self.facts, self.policies, parse_day(day))
