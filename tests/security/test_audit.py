"""The audit chain: what was written stays what it was, or it shows."""

import pytest
from sqlalchemy import text

from lifecycle.actions import audit
from lifecycle.desk import CLUB, Desk
from lifecycle.errors import Refused

ANNA = Desk(staff_id=None, name="Анна O'Neil", role="owner")


@pytest.fixture
def written(club):
    for n in range(5):
        with club.writing() as conn:
            audit.append(conn, ANNA, "see_client", at=club.clock.now(), client_id=n, detail={"why": "opened", "n": n})
    return club


def check(club):
    with club.reading() as conn:
        return audit.verify(conn)


def meddle(club, statement):
    with club.writing() as conn:
        conn.execute(text(statement))


def test_an_empty_chain_holds(club):
    assert check(club) == audit.ChainCheck(holds=True, rows=0)


def test_what_was_only_added_to_holds(written):
    assert check(written) == audit.ChainCheck(holds=True, rows=5)


@pytest.mark.parametrize(
    "change",
    ["\"by\" = 'Boris'", "deed = 'export'", "outcome = 'refused'", "client_id = 9", "client_id = NULL", "at = at + 1",
     "detail = '{\"why\": \"export\", \"n\": 2}'", "address = '10.0.0.1'", "via = 'api'", "staff_id = 1", "branch_id = 1",
     "hash = previous_hash"],
)  # fmt: skip
def test_a_row_edited_is_found(written, change):
    meddle(written, f"UPDATE audit SET {change} WHERE id = 3")
    assert (check(written).holds, check(written).broken_at) == (False, 3)


def test_a_row_taken_out_of_the_middle_is_found_at_the_one_after(written):
    meddle(written, "DELETE FROM audit WHERE id = 3")
    assert check(written).broken_at == 4


def test_rows_cut_off_the_end_are_missed(written):
    meddle(written, "DELETE FROM audit WHERE id >= 4")
    assert check(written) == audit.ChainCheck(holds=False, rows=3)


def test_the_whole_audit_thrown_away_is_missed(written):
    meddle(written, "DELETE FROM audit")
    assert not check(written).holds


def test_a_row_put_in_is_found(written):
    meddle(
        written,
        'INSERT INTO audit (id, at, "by", via, deed, outcome, address, detail, previous_hash, hash) '
        'SELECT 6, at, "by", via, deed, outcome, address, detail, hash, hash FROM audit WHERE id = 5',
    )
    assert check(written).broken_at == 6


def test_two_rows_exchanged_are_found(written):
    meddle(written, "UPDATE audit SET id = 99 WHERE id = 2")
    meddle(written, "UPDATE audit SET id = 2 WHERE id = 3")
    meddle(written, "UPDATE audit SET id = 3 WHERE id = 99")
    assert check(written).broken_at == 2


def test_writers_at_the_same_moment_make_one_chain(club):
    from concurrent.futures import ThreadPoolExecutor

    def note(n):
        audit.refusal(club, None, f"deed {n}", address="10.0.0.1")

    with ThreadPoolExecutor(6) as threads:
        list(threads.map(note, range(24)))
    assert check(club) == audit.ChainCheck(holds=True, rows=24)


def test_a_deed_that_was_not_done_leaves_no_row(club):
    def breaks():
        with club.writing() as conn:
            audit.append(conn, ANNA, "export", at=club.clock.now())
            raise RuntimeError

    with pytest.raises(RuntimeError):
        breaks()
    assert check(club).rows == 0


def test_only_who_may_reads_it(club):
    with pytest.raises(Refused):
        audit.page(club, Desk(staff_id=1, name="Vera", role="front_desk", branches=frozenset({1})))


def test_it_is_read_from_the_latest_on_page_by_page(written):
    first = audit.page(written, CLUB, limit=2)
    second = audit.page(written, CLUB, limit=2, before=first[-1].id)
    assert [row.client_id for row in (*first, *second)] == [4, 3, 2, 1]
    assert [row.client_id for row in audit.page(written, CLUB, client_id=1)] == [1]
