"""The raw tables of a club that nobody here wrote, dirt included, against a count by hand.

The count reads the CSV files with nothing but the standard library (and libphonenumber for the phones), and
knows none of our rules but their text: what was paid for runs from the day paid for so many days; 16 days of
grace; 90 days of churn; 14 days before the end it is to be renewed. Negative payments are left out.
"""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import phonenumbers
import pytest
from sqlalchemy import text

from lifecycle import store
from lifecycle.check import check
from lifecycle.club import Club
from lifecycle.importing.report import Report
from lifecycle.placement import FOLDERS, placement
from tests.importing.given import everything, imported

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "pulsefit"
MAPPING = Path(__file__).resolve().parents[2] / "docs" / "examples" / "pulsefit.toml"
LAST = date(2025, 12, 31)
DAYS = {"monthly": 30, "student": 30, "vip": 30, "6-month": 182, "annual": 365}
PRICE = {"monthly": 80, "student": 60, "vip": 120, "6-month": 450, "annual": 800}

pytestmark = pytest.mark.skipif(
    not DATA.is_dir(), reason="the PulseFit tables lie beside this folder (shared/data/pulsefit) and are not there"
)

Rows = list[tuple[int, dict[str, str]]]


@pytest.fixture
def club(sqlite_url: str, open_club_at: Callable[..., Club]) -> Club:
    return open_club_at(sqlite_url)


@pytest.fixture
def report(club: Club) -> Report:
    return imported(club, DATA, mapping=MAPPING)


def rows_of(table: str) -> Rows:
    """Every row with its line in the file."""
    with (DATA / f"{table}_raw.csv").open(encoding="utf-8", newline="") as source:
        return list(enumerate(csv.DictReader(source), 2))


def covered_by_hand() -> dict[str, list[tuple[date, date]]]:
    """For each member the first and last days of what they paid for."""
    found: dict[str, list[tuple[date, date]]] = defaultdict(list)
    for _line, row in rows_of("payments"):
        if int(row["amount"]) > 0:
            paid = date.fromisoformat(row["date"])
            found[row["member_id"]].append((paid, paid + timedelta(days=DAYS[row["membership_type"].lower()] - 1)))
    return found


def folders_by_hand() -> Counter[str]:
    """How many members stand in each folder on the last day of 2025."""
    covered, counts = covered_by_hand(), Counter[str]()
    for _line, member in rows_of("members"):
        ends = [last for _first, last in covered[member["member_id"]]]
        if not ends:
            counts["potential"] += 1
            continue
        left, idle = (max(ends) - LAST).days, (LAST - max(ends)).days
        counts["active"] += left >= 0 or idle <= 16
        counts["to_renew"] += 0 <= left <= 14
        counts["not_renewed"] += 0 < idle <= 16
        counts["lost"] += idle > 16
        counts["churn"] += 16 < idle <= 90
    return counts


def lines(report: Report, file: str, *codes: str) -> list[int]:
    """The lines of a file that these sentences were said of."""
    place = [one.file for one in report.files].index(f"{file}_raw.csv")
    return [one.line for one in report.problems if one.file == place and one.code in codes]


def alike(table: str, *columns: str) -> Iterator[int]:
    """The lines that repeat an earlier one in these columns."""
    seen = set()
    for line, row in rows_of(table):
        what = tuple(row[column].lower() for column in columns)
        if what in seen:
            yield line
        seen.add(what)


def test_the_folders_on_the_last_day_of_2025_are_those_counted_by_hand(club: Club, report: Report):
    counts = Counter[str]()
    with club.reading() as conn:
        ids = [row[0] for row in conn.execute(text("SELECT id FROM client"))]
        policies = store.policies.all_versions(conn)
        for facts in store.facts.of_clients(conn, ids).values():
            counts.update(placement(facts, policies, LAST.toordinal()).folders)

    by_hand = folders_by_hand()
    assert {code: counts[code] for code in FOLDERS} == {code: by_hand[code] for code in FOLDERS}
    assert by_hand["active"] > 0 < by_hand["churn"]
    assert check(club) == []


def test_the_second_run_adds_nothing(club: Club, report: Report):
    before = everything(club)

    second = imported(club, DATA, mapping=MAPPING)

    assert everything(club) == before
    assert (second.total("clients_new"), second.total("facts_new")) == (0, 0)
    assert second.problems == report.problems


def test_every_member_payment_and_visit_is_there_or_named(report: Report):
    taken = {one.file: (one.rows, one.clients_new, one.facts_new, one.refused) for one in report.files}

    bad = sum(int(row["amount"]) <= 0 for _line, row in rows_of("payments"))
    assert taken == {
        "members_raw.csv": (500, 500, 500, 0),
        "payments_raw.csv": (1500, 0, (1500 - bad) * 2, bad),
        "visits_raw.csv": (1998, 0, 1998, 0),
    }
    assert report.skipped == ("bookings_raw.csv", "classes_raw.csv", "trainers_raw.csv")


def test_every_duplicate_is_named(report: Report):
    """Nobody's row is there twice under one id; what is told twice under two ids is named with its twin's line."""
    digits = Counter[tuple[str, str]]()
    twice = []
    for line, row in rows_of("members"):
        who = row["full_name"], "".join(sign for sign in row["phone_number"] if sign.isdigit())[-8:]
        digits[who] += 1
        if digits[who] > 1:
            twice.append(line)

    assert lines(report, "members", "same_person", "client_twice", "duplicate_row") == twice
    assert len(twice) == 9
    assert lines(report, "payments", "looks_twice") == list(alike("payments", "member_id", "date", "amount", "membership_type"))
    assert lines(report, "visits", "looks_twice") == list(alike("visits", "member_id", "check_in_time"))


def test_every_phone_that_is_none_is_named(report: Report):
    def is_one(typed: str) -> bool:
        return phonenumbers.is_valid_number(phonenumbers.parse(typed, "TN"))

    none = [line for line, row in rows_of("members") if not is_one(row["phone_number"])]
    assert lines(report, "members", "phone_unreadable", "phone_doubtful", "phone_damaged") == none
    assert len(none) == 91


def test_every_odd_amount_is_named(report: Report):
    negative = [line for line, row in rows_of("payments") if int(row["amount"]) <= 0]
    unusual = [
        line for line, row in rows_of("payments")
        if int(row["amount"]) > 0 and int(row["amount"]) != PRICE[row["membership_type"].lower()]
    ]

    assert lines(report, "payments", "amount_negative") == negative
    assert lines(report, "payments", "amount_unusual") == unusual
    assert (len(negative), len(unusual)) == (19, 10)


def test_every_status_that_contradicts_the_payments_is_named(report: Report):
    covered = covered_by_hand()
    contradicting = [
        line for line, row in rows_of("members")
        if (row["status"] == "Active") != any(first <= LAST <= last for first, last in covered[row["member_id"]])
    ]

    assert lines(report, "members", "stated_without", "stated_despite") == contradicting


def test_every_visit_that_ends_before_it_begins_and_every_broken_address_is_named(report: Report):
    before = [line for line, row in rows_of("visits") if row["check_out_time"] and row["check_out_time"] < row["check_in_time"]]
    broken = [line for line, row in rows_of("members") if row["email"] and "@" not in row["email"]]

    assert lines(report, "visits", "left_before_coming") == before
    assert lines(report, "members", "email_unreadable") == broken


def test_ten_spellings_are_five_branches(club: Club, report: Report):
    with club.reading() as conn:
        homes = dict(conn.execute(text("SELECT b.code, count(*) FROM client c JOIN branch b ON b.id = c.branch_id GROUP BY b.code")).all())

    by_hand = Counter(row["home_branch"][:4].lower() for _line, row in rows_of("members"))
    assert {code[:4]: count for code, count in homes.items()} == dict(by_hand)
