"""What all cards of a club came to, in words that are the same wherever the same happened.

Two clubs in which the same happened have other numbers for the same client, fact, person and card: here each is told
by what it is. So a calm run and one that was killed again and again can be compared line by line.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection

from lifecycle import store
from lifecycle.facts import Fact
from lifecycle.store import staff as staff_rows
from lifecycle.store.cards import CardRow, EventRow

_AT_ONCE: Final = 500


def told(conn: Connection) -> list[str]:
    """Every client's facts in short, every card with all it says, all that happened to it; in the order of the clients."""
    return sorted(line for one in _clients(conn) for line in one.lines())


def digest_of(lines: Iterable[str]) -> str:
    """A short name for what was told: equal where all is equal."""
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


def sums(conn: Connection) -> dict[str, Any]:
    """How many cards each rule's reasons stand on, how many cards are open, and the digest of all that is told."""
    cards = [card for one in _clients(conn) for card in one.cards]
    rules = Counter(rule for card in cards for rule in {stage["rule"] for stage in card.stages})
    opened = sum(card.closed_at is None for card in cards)
    return {"cards": len(cards), "open": opened, "rules": dict(sorted(rules.items())), "digest": digest_of(told(conn))}


def _clients(conn: Connection) -> Iterator[_Told]:
    staff = {one.id: one.login for one in staff_rows.every(conn)}
    last = 0
    while ids := store.clients.ids(conn, after=last, limit=_AT_ONCE):
        last = ids[-1]
        numbers = store.clients.phones_of(conn, ids)
        histories = store.facts.of_clients(conn, ids)
        cards, events = store.cards.of_clients(conn, ids), store.cards.events_of_clients(conn, ids)
        for client_id in ids:
            shown = numbers.get(client_id, ())
            name = (shown[0].e164 if shown else None) or f"client {client_id}"
            yield _Told(client_id, name, histories[client_id], cards.get(client_id, []), events.get(client_id, []), staff)


class _Told:
    """One client's cards, told."""

    def __init__(
        self, client_id: int, name: str, facts: list[Fact], cards: list[CardRow], events: list[EventRow],
        staff: Mapping[int, str],
    ) -> None:  # fmt: skip
        self.client_id, self.name, self.cards, self.staff = client_id, name, cards, staff
        self.facts = _named(facts)
        self.happened: dict[int, list[EventRow]] = defaultdict(list)
        for event in events:
            self.happened[event.card_id].append(event)
        self.own: dict[int, str] = {}
        for card in cards:
            self.own[card.id] = self._key(card)

    def lines(self) -> Iterator[str]:
        yield f"{self.name} facts {' '.join(sorted(self.facts.values()))}"
        for card in self.cards:
            yield f"{self.name} {_json(self._card(card))}"

    def _card(self, card: CardRow) -> dict[str, Any]:
        said = {name: self._plain(getattr(card, name)) for name in CardRow._fields if name not in _BY_NUMBER}
        said |= {name: self.staff.get(getattr(card, name) or 0) for name in ("responsible_id", "closed_staff_id")}
        said |= {"key": self._key(card), "episode": self._episode(card.episode), "stages": [self._stage(one) for one in card.stages]}
        return said | {"fact": self.facts.get(card.fact_id), "events": [self._event(one) for one in self.happened[card.id]]}

    def _key(self, card: CardRow) -> str:
        """The key by the client, the episode and the number; of a card made by hand by the one before it."""
        family, _, rest = card.key.partition(":")
        if card.rule == "manual":
            return f"{family}:{self.own.get(int(rest), rest)}" if rest.isdigit() else card.key
        return f"{family}:{self._episode(card.episode)}:{card.number}"

    def _episode(self, episode: str) -> str:
        """By the fact, or the contract, that it is named after."""
        if episode.isdigit():
            return self.facts.get(int(episode), episode)
        return episode.removeprefix(f"{self.client_id}-")

    def _stage(self, stage: Mapping[str, Any]) -> dict[str, Any]:
        fact = self.facts.get(stage.get("fact"))
        once = stage["once"]
        return {**self._plain(stage), "fact": fact, "once": f"fact {fact}" if once == f"fact {stage.get('fact')}" else once}

    def _event(self, event: EventRow) -> dict[str, Any]:
        said = {name: self._plain(getattr(event, name)) for name in ("what", "at", "by", "text")}
        detail = dict(event.detail)
        if "facts" in detail:
            detail["facts"] = sorted(self.facts.get(one, "?") for one in detail["facts"])
        if "after" in detail and event.what == "made":
            detail["after"] = self.own.get(detail["after"])
        for name in ("before", "after", "staff"):
            if isinstance(detail.get(name), int):
                detail[name] = self.staff.get(detail[name])
        return {**said, "staff": self.staff.get(event.staff_id or 0), "detail": self._plain(detail)}

    def _plain(self, value: Any) -> Any:
        if isinstance(value, datetime):
            return value.isoformat()
        if isinstance(value, Mapping):
            return {name: self._plain(one) for name, one in value.items()}
        if isinstance(value, list | tuple):
            return [self._plain(one) for one in value]
        return value


#: What a database numbers; each is told by what it is.
_BY_NUMBER: Final = frozenset({"id", "client_id", "fact_id", "responsible_id", "closed_staff_id", "key", "episode", "stages"})


def _named(facts: Iterable[Fact]) -> dict[Any, str]:
    """Each fact by its type and instant; of several such by which it is."""
    seen: Counter[str] = Counter()
    named = {}
    for fact in facts:
        name = f"{fact.type}@{fact.at.isoformat()}"
        seen[name] += 1
        named[fact.id] = f"{name}#{seen[name]}" if seen[name] > 1 else name
    return named


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)
