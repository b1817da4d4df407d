"""The tables: what the steps make is what is declared, and nothing that a deed reads is looked for among everybody."""

from __future__ import annotations

from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import event
from sqlmodel import SQLModel

from lifecycle import keeping, recompute, store
from lifecycle.check import check
from lifecycle.club import Club
from lifecycle.migrations import config_for
from tests.lives import member, recorded, walk
from tests.store.test_doors import OWNER, a_guest, counts

#: Few rows whatever the size of the club: read whole, and kept so.
SMALL = {"branch", "policy_version", "setting", "leader", "rule_setting", "staff", "staff_branch", "playbook"}


def test_the_steps_make_the_tables_that_are_declared(club: Club) -> None:
    with club.reading() as conn:
        differing = compare_metadata(MigrationContext.configure(conn), SQLModel.metadata)

    # The search index is each database's own and declared nowhere.
    assert [one for one in differing if "client_search" not in str(one)] == []


def test_folders_are_kept_where_a_step_is_taken_back_and_again(club: Club) -> None:
    member(club, "Анна")
    a_guest(club)
    before = counts(club)

    with club.writing() as conn:
        command.downgrade(config_for(conn), "0002")
        command.upgrade(config_for(conn), "head")

    assert counts(club) == before
    assert check(club) == []
    with club.reading() as conn:
        assert len(store.folders.page(conn, OWNER, 0, [1])) == 1


def test_no_deed_and_no_pass_looks_for_a_client_among_everybody(sqlite_url: str, open_club_at: Any) -> None:
    club = open_club_at(sqlite_url)
    anna = member(club, "Анна")
    asked: set[str] = set()
    club.engine.dispose()

    @event.listens_for(club.engine, "connect")
    def _note(driver: Any, _record: Any) -> None:
        driver.set_trace_callback(asked.add)

    recorded(club, anna, "visit", {"type": "visit", "kind": "membership"})
    walk(club, club.clock.now().replace(month=4, day=1))
    recompute.move_due(club)
    keeping.keep_due(club)
    with club.reading() as conn:
        plans = {statement: _plan(conn, statement) for statement in set(asked)}

    walked = {(statement, table) for statement, plan in plans.items() for table in plan if table not in SMALL}
    assert len(plans) > 10
    assert walked == set()


def _plan(conn: Any, statement: str) -> set[str]:
    """The tables that this statement goes through from end to end, not led by an index to what it wants."""
    if not statement.lstrip().upper().startswith(("SELECT", "INSERT", "UPDATE", "DELETE")):
        return set()
    lines = [row[3] for row in conn.connection.driver_connection.execute(f"EXPLAIN QUERY PLAN {statement}")]
    return {line.split()[1] for line in lines if line.startswith("SCAN")} & set(SQLModel.metadata.tables)
