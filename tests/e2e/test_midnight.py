"""At midnight every due client moves on every open screen, by itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tests.e2e.people import counts, found, never_reloads, served_at, signs_in, was_never_reloaded

#: Moscow's midnight between the tenth and the eleventh of March 2026.
MIDNIGHT = datetime(2026, 3, 10, 21, 0, tzinfo=UTC)
MEMBERS = 12


def test_who_is_due_moves_at_midnight_on_both_screens_without_a_reload(serve, person, tmp_path):
    club = found(tmp_path / "data", at=MIDNIGHT - timedelta(hours=6))
    for number in range(MEMBERS):
        # Thirty days from 24 February: the eleventh of March is the fourteenth day before the end.
        club.member(f"Member {number}", "2026-02-24")
    served = served_at(serve, club, CLUB_CLOCK_START=(MIDNIGHT - timedelta(seconds=20)).isoformat())
    olga, dina = signs_in(person(served), "olga"), signs_in(person(served), "dina", "/folder/to_renew")
    for page in (olga, dina):
        counts(page, "to_renew", 0)
        never_reloads(page)

    counts(olga, "to_renew", MEMBERS, timeout=30_000)
    counts(dina, "to_renew", MEMBERS)

    assert dina.get_by_test_id("client-row").count() == MEMBERS
    assert was_never_reloaded(olga)
    assert was_never_reloaded(dina)
