"""Payments of all providers, shuffled and doubled, end in the same ledger as in order (failures: F2, F3).

A thousand in the suite, ten thousand by `make faults`.
"""

from __future__ import annotations

import os
from random import Random

from lifecycle.intake import receiving
from lifecycle.intake.adapter import Answer
from tests.intake.conftest import Connected, Doors
from tests.intake.money import KINDS, begin, incoming, ledger, lives, posts
from tests.intake.providers import PROVIDERS
from tests.intake.recorded import Post

DELIVERIES = int(os.environ.get("DELIVERIES", "1000"))
#: Each life has about so many reports, each comes twice.
A_LIFE = 7
#: Of so many deliveries one goes the whole way through the server.
BY_HTTP = 20


def take(source: Connected, post: Post) -> Answer | None:
    """Straight to where the server hands it; None where it was refused for now."""
    try:
        return receiving.receive(source.club, source.code, incoming(post))
    except receiving.BadInput:
        return None


async def test_payments_shuffled_and_doubled_end_in_the_ledger_of_the_ordered_ones(connect: Doors):
    rng, club = Random(20260302), connect.api.club
    told = lives(rng, DELIVERIES // A_LIFE)
    calm, stormy = begin(club, len(told)), begin(club, len(told))
    sources = {kind: [connect(kind, secret=PROVIDERS[kind].secret) for _ in range(2)] for kind in KINDS}
    now = club.clock.now()

    for number, (life, name) in enumerate(zip(told, calm, strict=True)):
        source = sources[life.kind][0]
        assert all(take(source, post) for post in posts(life, name, number, source.secret, now))
    sent = [
        (sources[life.kind][1], post)
        for number, (life, name) in enumerate(zip(told, stormy, strict=True))
        for post in posts(life, name, number, sources[life.kind][1].secret, now) * 2
    ]
    rng.shuffle(sent)
    for number, (source, post) in enumerate(sent):
        if number % BY_HTTP:
            take(source, post)
        else:
            assert (await post.to(source)).status_code in {200, 422, 429}
    connect.api.later(seconds=10)
    while receiving.finish_waiting(club):
        pass

    assert len(sent) >= DELIVERIES * 0.9
    assert ledger(club, stormy) == ledger(club, calm)
    assert {row.state for pair in sources.values() for source in pair for row in source.deliveries()} == {"done"}
    assert connect.api.is_sound()
