"""The demo club is believable, the same every time, and somebody stands at every edge."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from lifecycle import backup, demo, store
from lifecycle.actions import signing_in, staff
from lifecycle.check import check
from lifecycle.clock import FixedClock
from lifecycle.club import Club, open_engine
from lifecycle.demo.life import Life
from lifecycle.demo.making import everybody
from lifecycle.desk import CLUB, Desk
from lifecycle.errors import IllegalMove, Refused
from lifecycle.placement import FOLDERS, RELATIONS, STAGES, STATUSES, WARMTHS, folders_of
from tests.lives import OWNER, added

ROOT = Path(__file__).resolve().parent.parent.parent
#: Not noon: of today less than half has passed, and the branches have different days at this hour.
LATE = datetime(2026, 3, 10, 20, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def made(tmp_path_factory, _sqlite_template):
    """The demo, made once for this file."""
    folder = tmp_path_factory.mktemp("demo")
    shutil.copy(_sqlite_template, folder / "club.sqlite3")
    club = Club(open_engine(f"sqlite:///{folder / 'club.sqlite3'}"), FixedClock(LATE), folder)
    assert demo.make(club)
    yield club
    club.close()


@pytest.fixture
def copied(made, tmp_path):
    """A copy of the demo to change."""
    file = backup.make(made, tmp_path / "copy.sqlite3").path
    club = Club(open_engine(f"sqlite:///{file}"), FixedClock(LATE), tmp_path)
    yield club
    club.close()


def people(club):
    with club.reading() as conn:
        return {client.name: client for client in store.clients.page(conn, CLUB, limit=1000)}


def stands(club, client_id):
    with club.reading() as conn:
        row = store.standings.of(conn, [client_id])[client_id]
    return set(folders_of(row.mask)), STAGES[row.stage], RELATIONS[row.relation], WARMTHS[row.warmth]


def folder_counts(club):
    with club.reading() as conn:
        counters = store.standings.counters(conn).items()
    return {code: sum(count for (_, what), count in counters if what == f"folder:{code}") for code in FOLDERS}


@pytest.mark.parametrize("regular", demo.REGULARS, ids=lambda one: one.edge)
def test_every_regular_stands_at_their_edge(made, regular):
    client = people(made)[regular.name]

    assert stands(made, client.id) == (set(regular.folders.split()), regular.stage, regular.relation, regular.warmth)


def test_everything_stored_is_what_the_facts_say(made):
    assert check(made) == []


def test_the_club_is_full_of_people_of_every_kind(made):
    with made.reading() as conn:
        counters = store.standings.counters(conn)
        branches = store.branches.every(conn)

    for branch in branches:
        assert counters[branch.id, "clients"] > 150
        assert all(counters.get((branch.id, f"folder:{code}"), 0) for code in FOLDERS)
        assert all(counters.get((branch.id, f"status:{code}"), 0) > 30 for code in STATUSES)
    assert sum(counters[branch.id, "clients"] for branch in branches) == demo.CLIENTS
    assert len({branch.timezone for branch in branches}) == 2


def test_the_change_log_tells_two_years(made):
    with made.reading() as conn:
        moves = [row for row in store.changes.after(conn, 0, desk=CLUB, limit=50_000) if row.what == "placement"]

    assert (LATE - min(row.at for row in moves)).days > 700
    assert sum(row.reason == "time" for row in moves) > 1000
    assert all(row.at <= LATE for row in moves)


def test_the_same_people_live_the_same_lives_every_time():
    assert everybody() == everybody()
    assert len({life.name for life in everybody()}) > 350


def test_a_demo_made_on_another_day_differs_in_its_dates_only(sqlite_url, open_club_at, tmp_path, monkeypatch):
    monkeypatch.setattr("lifecycle.demo.making.CLIENTS", 150)
    once = open_club_at(sqlite_url)
    other = open_club_at(f"sqlite:///{shutil.copy(tmp_path / 'club.sqlite3', tmp_path / 'other.sqlite3')}")
    other.clock = FixedClock(datetime(2027, 8, 1, 5, tzinfo=UTC))

    demo.make(once)
    demo.make(other)

    assert folder_counts(other) == folder_counts(once)


def test_a_demo_is_made_once(copied):
    assert not demo.make(copied)
    assert len(people(copied)) <= demo.CLIENTS


def test_a_demo_that_was_cut_off_is_made_anew(copied, monkeypatch):
    monkeypatch.setattr("lifecycle.demo.making.CLIENTS", 100)
    with copied.writing() as conn:
        store.settings.put(conn, "demo", "making")

    assert demo.make(copied)
    with copied.reading() as conn:
        assert store.clients.count(conn) == 100
    assert check(copied) == []


def test_a_club_of_real_people_never_becomes_a_demo_nor_empty(club):
    added(club, "Анна")

    with pytest.raises(IllegalMove):
        demo.make(club)
    with pytest.raises(IllegalMove):
        demo.start_empty(club, OWNER)

    assert list(people(club)) == ["Анна"]


def test_one_deed_begins_with_an_empty_club(copied):
    token = demo.start_empty(copied, OWNER)
    staff.set_up(copied, token, login="boss", name="Boss", password="a long and plain sentence")

    assert people(copied) == {}
    assert not demo.is_demo(copied)
    assert not demo.make(copied)
    with copied.reading() as conn:
        assert [branch.timezone for branch in store.branches.every(conn)] == ["Europe/Moscow"]
        assert [person.login for person in store.staff.every(conn)] == ["boss"]
    assert check(copied) == []


def test_no_cursor_runs_back_when_the_club_begins_anew(copied):
    with copied.reading() as conn:
        before = store.changes.latest(conn)
    demo.start_empty(copied, OWNER)

    with copied.reading() as conn:
        assert store.changes.latest(conn) > before


@pytest.mark.parametrize("role", ["manager", "front_desk", "trainer", "auditor"])
def test_only_the_owner_empties_the_demo(copied, role):
    with pytest.raises(Refused):
        demo.start_empty(copied, Desk(staff_id=1, name="Mila", role=role))

    assert demo.is_demo(copied)


@pytest.mark.parametrize("person", demo.PEOPLE, ids=lambda one: one.login)
def test_everybody_named_can_sign_in_while_a_demo_is_served(copied, person):
    signed_in = signing_in.sign_in(copied, person.login, demo.PASSWORD, address="127.0.0.1", agent="", demo=True)

    assert signed_in.token


def test_the_documentation_lists_every_regular_and_every_sign_in():
    written = (ROOT / "docs" / "demo.md").read_text()

    for one in demo.REGULARS:
        assert f"| {one.name} | {one.branch} | {one.edge} | {one.folders} |" in written
    for one in demo.PEOPLE:
        assert f"| `{one.login}` | {one.name} | {one.role} | {', '.join(one.branches) or 'all'} |" in written


def test_a_life_is_told_in_any_order_and_happens_in_its_own():
    life = Life("Анна").inquired(-9).visited(-1).toured(-8).visited(3)

    assert [step.day for step in life.in_order()] == [-8, -1]
