"""Goals 1 to 3: everybody judged anew, from disk, from columns, for ninety days ahead, for other numbers.

Contenders: objects with lazy loads, one SQL statement on the same summary, and adding up the same columns,
which is as fast as memory is read.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
from sqlalchemy import func, select

from lifecycle import days, store
from lifecycle.club import Club
from lifecycle.days import OPEN, Day
from lifecycle.desk import CLUB
from lifecycle.everybody import refresh_all
from lifecycle.placement import FOLDERS, place_mask_status
from lifecycle.policy import Policy
from lifecycle.store.columns import Everybody
from lifecycle.summary import SUMMARY_COLUMNS, Columns
from lifecycle.tables import standing
from tests.bench import naive, one_statement
from tests.bench.club_of import NOW
from tests.bench.rounds import each, repeated, rounds
from tests.bench.run import Run
from tests.bench.table import Row, rate, seconds

ORM_CLIENTS = 1_000
FORECAST = 90
#: What a folder mask and a status are made of.
READ = ("covered_until", "engaged_on", "promoted_on", "moved_on", "stretch_on", "bought", "been_guest", "refused", "archived")


def rows(run: Run) -> Iterator[Row]:
    """One interleaved run of all contenders."""
    club, written = run.clubs.kept(run.size), run.clubs.copy(run.size)
    with club.reading() as conn:
        policies, everybody = store.policies.all_versions(conn), store.columns.load(conn, CLUB)
        day = days.day_of(NOW, store.branches.every(conn)[0].zone)
    policy, columns, plain = policies.on(day), everybody.summaries, naive.engine_for(written.engine)
    some = everybody.ids[:: max(1, run.size // ORM_CLIENTS)][:ORM_CLIENTS].tolist()
    statement = one_statement.added_up(policy, day)

    def from_disk() -> None:
        with club.reading() as conn:
            stored = store.columns.load(conn, CLUB)
            masks, statuses = place_mask_status(stored.summaries, policy, day)
            assert not (masks != stored.masks).any()
            assert not (statuses != stored.statuses).any()

    def in_sql() -> None:
        with club.reading() as conn:
            conn.exec_driver_sql(statement).one()

    changed = policy.but({"renew_before_days": 21, "churn_days": 60})
    times = rounds(
        run.rounds,
        orm=each(lambda: naive.recompute(plain, some, policies, day), len(some)),
        disk=each(from_disk, run.size),
        sql=each(in_sql, run.size),
        columns=repeated(lambda: place_mask_status(columns, policy, day), run.size),
        sums=repeated(lambda: _sums(columns), run.size),
        preview=repeated(lambda: _preview(columns, policy, changed, day), run.size),
    )
    nexts = _next_changes(club)
    forecast = rounds(min(run.rounds, 3), days=each(lambda: _forecast(columns, nexts, policy, day)))
    ahead = _forecast(columns, nexts, policy, day)
    wrong = sum(ahead[number] != _counts(columns, policy, day + number) for number in range(FORECAST))
    facts = rounds(1, all=each(lambda: refresh_all(written, because="recompute", by="club"), run.size))
    plain.dispose()

    orm, contender = rate(times.of("orm"), "clients"), "ORM loop, lazy loads"
    yield Row(1, "everybody from disk, compared with what is stored", rate(times.of("disk"), "clients"), contender, orm,
              value=times.ratio("orm", "disk"), least=500)  # fmt: skip
    yield Row(1, "everybody from columns", rate(times.of("columns"), "clients"), contender, orm,
              value=times.ratio("orm", "columns"), least=100_000)  # fmt: skip
    yield Row(1, "everybody from facts, durable (club recompute)", rate(facts.of("all"), "clients"), contender, orm,
              value=times.of("orm") / facts.of("all"))  # fmt: skip
    yield Row(2, "columns and one SQL statement agree", f"{run.size:,} clients", value=_differences(everybody, run, policy, day),
              most=0, unit="different")  # fmt: skip
    yield Row(2, "everybody from columns", rate(times.of("columns"), "clients"), "one SQL statement (SQLite)",
              rate(times.of("sql"), "clients"), value=times.ratio("sql", "columns"), least=50)  # fmt: skip
    yield Row(2, "everybody from columns, of the speed of reading them", rate(times.of("columns"), "clients"),
              "np.sum of the same columns", rate(times.of("sums"), "clients"),
              value=100 * times.ratio("sums", "columns"), least=50, unit="%")  # fmt: skip
    yield Row(3, "forecast and each of its days by itself agree", f"{FORECAST} days", value=wrong, most=0, unit="different")
    fits = run.size >= 1_000_000
    for figure, spent, most in (
        ("mask and status of 1 M clients", times.of("columns") * 1e6, 0.010),
        ("90-day forecast of all folders, 1 M", run.per_million(forecast.of("days")), 0.5),
        ("preview of changed day limits, 1 M", times.of("preview") * 1e6, 0.016),
    ):
        yield Row(3, figure, seconds(spent), value=spent * 1000, most=most * 1000, unit="ms", fits=fits)


def _sums(columns: Columns) -> list[int]:
    return [getattr(columns, name).sum() for name in READ]


def _counts(columns: Columns, policy: Policy, day: Day) -> list[int]:
    """How many in each folder on that day."""
    masks, _statuses = place_mask_status(columns, policy, day)
    alike = np.bincount(masks, minlength=1 << len(FOLDERS))
    return [int(alike[_HAVING[bit]].sum()) for bit in range(len(FOLDERS))]


_HAVING = [np.flatnonzero(np.arange(1 << len(FOLDERS)) >> bit & 1) for bit in range(len(FOLDERS))]


def _next_changes(club: Club) -> npt.NDArray[np.int64]:
    """The day of each client's next change, in the order of their ids; where there is none, a day that never comes."""
    with club.reading() as conn:
        found = conn.execute(select(func.coalesce(standing.c.next_change_on, OPEN)).order_by(standing.c.client_id))
        return np.fromiter((row[0] for row in found.cursor), np.int64)


def _forecast(columns: Columns, nexts: npt.NDArray[np.int64], policy: Policy, day: Day) -> list[list[int]]:
    """The counts of all folders on each of the coming days: only who changes at all by then is judged again."""
    restless = nexts < day + FORECAST
    moving = Columns({name: getattr(columns, name)[restless] for name in SUMMARY_COLUMNS})
    today = np.array(_counts(columns, policy, day))
    still = today - _counts(moving, policy, day)
    return [(still + _counts(moving, policy, day + number)).tolist() for number in range(FORECAST)]


def _preview(columns: Columns, before: Policy, after: Policy, day: Day) -> int:
    """How many would move."""
    stood, stands = place_mask_status(columns, before, day), place_mask_status(columns, after, day)
    return int(np.count_nonzero((stood[0] != stands[0]) | (stood[1] != stands[1])))


def _differences(everybody: Everybody, run: Run, policy: Policy, day: Day) -> int:
    """Clients for whom the statement says something else than `place`, on SQLite and on PostgreSQL."""
    masks, statuses = place_mask_status(everybody.summaries, policy, day)
    ours = np.stack([everybody.ids, masks, statuses], axis=1)
    differences = 0
    for kind in ("sqlite", "postgresql"):
        with run.clubs.kept(run.size, kind).reading() as conn:
            theirs = np.array([tuple(row) for row in conn.exec_driver_sql(one_statement.everybody(policy, day))])
        differences += int((ours != theirs).any(axis=1).sum())
    return differences
