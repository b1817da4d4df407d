"""Which commits wait for the disk: all, but for what is stored just before the deed that waits."""

from __future__ import annotations

from lifecycle.club import Club


def waits(club: Club, *, asked: bool) -> bool:
    with club.writing(announce=False, waits=asked) as conn:
        if club.on_sqlite:
            # 2 is FULL.
            return bool(conn.exec_driver_sql("PRAGMA synchronous").scalar() == 2)
        return bool(conn.exec_driver_sql("SHOW synchronous_commit").scalar() != "off")


def test_a_commit_waits_unless_it_is_asked_not_to_and_so_does_the_next(club: Club) -> None:
    usual = waits(club, asked=True)
    before = waits(club, asked=False)
    after = waits(club, asked=True)

    assert (usual, before, after) == (True, False, True)
