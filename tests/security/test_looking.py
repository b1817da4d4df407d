"""Opening clients: audited, and for the front desk limited, so that nobody copies the club's telephone book."""

import pytest

from club_ui.state import deeds
from lifecycle.actions import audit, clients, looking
from lifecycle.desk import CLUB
from lifecycle.errors import Refused
from tests.security.conftest import ROLES


@pytest.fixture
def few(monkeypatch):
    """A limit that a test reaches soon."""
    monkeypatch.setattr(looking, "OPENED_MOST", 3)


def opens(house, role, number):
    """This person opens the client of that number, made known where nobody is yet."""
    added = clients.add_client(house.club, house.desk("owner"), name=f"Client {number}", key=f"client-{number}", branch="main")
    with house.club.reading() as conn:
        client = looking.store.clients.get(conn, CLUB, added.client_id)
    looking.note_opened(house.club, house.desk(role), client, address="10.0.0.1")


def outcomes(house):
    return [row.outcome for row in reversed(audit.page(house.club, CLUB, deed="open_client"))]


@pytest.mark.parametrize("role", ROLES)
def test_the_address_of_a_form_shows_a_client_only_to_whom_clients_are_shown(house, role):
    here, there = (
        clients.add_client(house.club, house.desk("owner"), name="Anna", key=code, branch=code, phone="+79160000001").client_id
        for code in ("main", "south")
    )

    seen = [deeds._read_row(house.club, house.desk(role), str(number)) is not None for number in (here, there)]

    assert seen == [role != "trainer", role == "owner"]


def test_the_front_desk_opens_so_many_clients_in_an_hour_and_no_more(house, few):
    for number in range(3):
        opens(house, "front_desk", number)

    with pytest.raises(Refused) as refused:
        opens(house, "front_desk", 3)

    assert refused.value.code == "too_many_opened"
    assert outcomes(house) == ["done", "done", "done", "refused"]


def test_whom_one_has_open_one_may_see_again(house, few):
    for number in (0, 1, 2, 1, 0):
        opens(house, "front_desk", number)
    assert outcomes(house) == ["done"] * 5


def test_the_next_hour_begins_anew(house, few):
    for number in range(3):
        opens(house, "front_desk", number)
    house.later(hours=1, seconds=1)
    opens(house, "front_desk", 3)
    assert outcomes(house)[-1] == "done"


def test_a_manager_opens_as_many_as_they_need(house, few):
    for number in range(5):
        opens(house, "manager", number)
    assert outcomes(house) == ["done"] * 5
