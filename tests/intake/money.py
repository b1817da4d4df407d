"""Lives of contracts as the five providers report them: the recorded requests, each life with names of its own."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Any, Final

from lifecycle import store
from lifecycle.actions import contracts
from lifecycle.club import Club
from lifecycle.desk import CLUB
from lifecycle.intake.adapter import Incoming
from tests.intake.providers import PROVIDERS
from tests.intake.recorded import Post, recorded
from tests.store.test_contracts import a_buyer

#: What in the recorded requests names a movement of money; in each life it is another.
NAMES: Final = {
    "yookassa": ("22e12f66-000f-5000-8000-18db3512", "216749f7-0016-50be-b000-078d43a6"),
    "cloudpayments": ("8977280", "sc_8cf8a9338fb8ebf7202b08d0"),
    "liqpay": ("5400",),
    "stripe": ("_1Qabc", "_3Qabc", "cs_live_a"),
    "payments": ("b-",),
}
KINDS: Final = tuple(NAMES)
CONTRACTS_EACH: Final = 5


@dataclass(frozen=True)
class Life:
    """One contract and which of its provider's reports come about it."""

    kind: str
    reports: tuple[int, ...]


def lives(rng: Random, count: int) -> list[Life]:
    """So many lives of all providers: paid or not, failed before or not, given back or not."""
    return [Life(kind, tuple(_some(rng, len(recorded(kind))))) for kind in (KINDS[number % len(KINDS)] for number in range(count))]


def _some(rng: Random, count: int) -> Iterator[int]:
    for number in range(count):
        # The third of each is the payment itself; what goes back without it would be nobody's.
        if number == 2 or rng.random() < 0.75:
            yield number


def begin(club: Club, count: int) -> list[str]:
    """So many contracts over 4500, begun at the desk and not paid, five a client; gives their names."""
    names: list[str] = []
    for number in range(-(-count // CONTRACTS_EACH)):
        client_id = a_buyer(club, f"Клиент {len(names)} {number}")
        for contract in range(1, CONTRACTS_EACH + 1):
            contracts.sell(club, CLUB, client_id, key=f"s{contract}", title="Year", amount=450000, days=365, paid_by="later")
            names.append(f"{client_id}-{contract}")
    return names[:count]


def posts(life: Life, contract: str, number: int, secret: str, at: datetime) -> list[Post]:
    """The requests about one contract, signed."""
    provider, made = PROVIDERS[life.kind], []
    for report in life.reports:
        post = recorded_once(life.kind)[report]
        text = json.dumps(provider.read(post)).replace("1-1", contract).replace('"UAH"', '"RUB"')
        for name in NAMES[life.kind]:
            text = text.replace(name, f"{name}{number:05d}")
        made.append(provider.seal(provider.write(post, json.loads(text)), secret, at))
    return made


_READ: dict[str, list[Post]] = {}


def recorded_once(kind: str) -> list[Post]:
    return _READ.setdefault(kind, recorded(kind))


def incoming(post: Post) -> Incoming:
    """The request as the server hands it on."""
    headers = {name.lower(): value for name, value in post.headers.items()}
    tail = post.target.partition("?")[0].removeprefix("/")
    return Incoming(post.method, headers, post.query(), headers["content-type"], post.body, "10.0.0.1", tail)


def ledger(club: Club, names: Sequence[str]) -> list[dict[str, Any]]:
    """What is stored about each of these contracts: how it stands, its money, what was sold and ended; without ids."""
    found = []
    with club.reading() as conn:
        ids = sorted({int(name.partition("-")[0]) for name in names})
        rows, histories = store.contracts.of_clients(conn, ids), store.facts.of_clients(conn, ids)
    for name in names:
        client_id = int(name.partition("-")[0])
        void = {fact.fields["fact"] for fact in histories[client_id] if fact.type == "voided"}
        own = [fact for fact in histories[client_id] if fact.fields.get("contract") == name and fact.id not in void]
        said = ("state", "amount", "attempt", "why_code", "means", "why")
        found.append({
            **{what: rows[client_id][name][what] for what in ("state", "open_amount", "debt")},
            "money": sorted((fact.type, str(fact.at), *(str(fact.fields.get(what)) for what in said)) for fact in own if fact.type != "contract_started"),
        })  # fmt: skip
    return found
