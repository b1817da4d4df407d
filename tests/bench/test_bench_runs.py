"""The benchmark runs at the smallest size and says everything it is there to say. Never that it is fast."""

import json

import pytest

from lifecycle.facts import check_history
from lifecycle.placement import FOLDERS, placement
from lifecycle.policy import Policies
from tests.bench.__main__ import ORDER, main
from tests.bench.club_of import NOW
from tests.bench.histories import person
from tests.bench.importing import ZONES
from tests.bench.table import Row

GOALS = {
    "agreement": {14},
    "recomputing": {1, 2, 3},
    "midnight": {4},
    "deeds": {7},
    "looking": {8, 10},
    "searching": {9},
    "board": {12},
    "importing": {11},
    "browsers": {6},
    "calls": {6},
    "turnstile": {15},
}


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """What one run with a few hundred clients prints, and the JSON it leaves."""
    folder = tmp_path_factory.mktemp("bench")
    printed = []
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("builtins.print", lambda *words, **_where: printed.append(" ".join(map(str, words))))
        code = main(["--clients", "400", "--rounds", "1", "--browsers", "3", "--folder", str(folder)])
    return code, "\n".join(printed), json.loads((folder / "result-400.json").read_text())


def test_every_goal_has_its_rows(told):
    _, printed, result = told

    assert {row["goal"] for row in result["rows"]} == set().union(*GOALS.values())
    assert set(GOALS) == set(ORDER)
    assert all(row["figure"] in printed for row in result["rows"])


def test_all_ways_to_know_where_a_client_stands_agree(told):
    code, _, result = told

    different = {row["figure"]: row["value"] for row in result["rows"] if row["unit"] == "different"}
    assert code == 0
    assert len(different) >= 8
    assert set(different.values()) == {0}


def test_a_goal_that_is_missed_is_said_to_be_missed():
    slow, fast = Row(1, "f", "o", value=10.0, least=500), Row(1, "f", "o", value=501.0, least=500)

    assert (slow.met, slow.cells()[-1], fast.met, fast.cells()[-1]) == (False, "NOT MET", True, "met")


def test_what_no_goal_speaks_of_is_not_judged():
    assert Row(1, "f", "o", value=10.0).met is None


def test_the_people_of_the_benchmark_have_legal_histories_and_stand_in_every_folder():
    people = [person(number, ZONES, NOW, iter(range(1, 1000))) for number in range(1500)]
    policies, standing_in = Policies.always(), set()
    for one in people:
        check_history(one.facts)
        standing_in |= set(placement(one.facts, policies, NOW.toordinal()).folders)

    assert standing_in == set(FOLDERS)
    assert all(fact.at < NOW for one in people for fact in one.facts)
