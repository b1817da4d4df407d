"""Scenario files: one answer a line, and a sentence where there is none (spec: lifecycle, section 12)."""

from __future__ import annotations

import io
import json
import subprocess
import sys

import pytest

from lifecycle.__main__ import main
from lifecycle.replay import answer, run

AT = "2026-01-05T10:00:00+03:00"


def scenario(*facts, **more):
    return {"id": "s", "timezone": "Europe/Moscow", "facts": list(facts), "on": ["2026-01-05"], **more}


def fact(type, **fields):
    return {"at": AT, "type": type, **fields}


def sale(key="m", **fields):
    return fact("membership_sold", membership=key, billing="term", amount=1, **fields)


def without(raw, key):
    return {name: value for name, value in raw.items() if name != key}


MALFORMED = {
    "no JSON": "{",
    "half a line": '{"id": "s", "facts": [',
    "no number JSON knows": '{"id": "s", "x": NaN}',
    "an endless number": '{"id": ' + "9" * 5000 + "}",
    "brackets without end": "[" * 100_000,
    "no object": "[]",
    "a number": "3",
    "null": "null",
    "bytes that are no text": b'{"id": "\xff"}',
    "no id": without(scenario(), "id"),
    "a list for an id": scenario(id=["s"]),
    "no facts": without(scenario(), "facts"),
    "facts in an object": scenario(facts={}),
    "a fact that is none": scenario("visit"),
    "no days": without(scenario(), "on"),
    "one day": scenario(on="2026-01-05"),
    "a day that is none": scenario(on=["2026-02-30"]),
    "a day with an hour": scenario(on=[AT]),
    "a number for a day": scenario(on=[20260105]),
    "no time zone": without(scenario(), "timezone"),
    "an unknown time zone": scenario(timezone="Mars/Olympus"),
    "a folder of time zones": scenario(timezone="Europe"),
    "an unknown policy key": scenario(policy={"grace": 3}),
    "a bad policy": scenario(policy={"grace_days": 90}),
    "a policy of zero": scenario(policy={"churn_days": 0}),
    "a policy in a list": scenario(policy=[3]),
    "an unknown type": scenario(fact("sold")),
    "no type": scenario({"at": AT}),
    "an unknown value": scenario(fact("inquiry", source="sky")),
    "a missing field": scenario(fact("inquiry")),
    "a refusal without a reason": scenario(
        fact("contact", direction="out", kind="invite", outcome="wont_come")
    ),
    "no instant": scenario({"type": "archived"}),
    "an instant without zone": scenario({"at": "2026-01-05T10:00:00", "type": "archived"}),
    "a freeze that ends before it begins": scenario(
        fact("membership_frozen", membership="m", **{"from": "2026-01-05", "to": "2026-01-04"})
    ),
    "an activation that ends before it begins": scenario(
        sale(), fact("membership_activated", membership="m", starts_on="2026-01-05", ends_on="2026-01-04")
    ),
    "no days sold": scenario(sale(days=0)),
    "no visits sold": scenario(sale(visits=0)),
    "days that are true": scenario(sale(days=True)),
    "an extension of none": scenario(fact("membership_extended", membership="m", days=0)),
    "a negative amount": scenario(fact("purchase", amount=-1, what="water")),
    "an amount in parts": scenario(fact("purchase", amount=1.5, what="water")),
    "a text without end": scenario(fact("complaint", comment="x" * 5000)),
    "half a character": scenario(fact("complaint", comment="\ud800")),
    "a repeated id": scenario(fact("archived", id="a"), fact("restored", id="a")),
    "an id that is another's number": scenario(fact("archived"), fact("restored", id="0")),
    "a fact's id in a list": scenario(fact("archived", id=[])),
    "a void of nothing": scenario(fact("voided", fact="9")),
    "a void of itself": scenario(fact("voided", fact="0")),
    "a void of what comes later": scenario(fact("voided", fact="1"), fact("archived")),
    "a void of a void": scenario(fact("archived"), fact("voided", fact="0"), fact("voided", fact="1")),
    "a second sale": scenario(sale(), sale()),
    "a second sale where the first is voided": scenario(sale(), fact("voided", fact="0"), sale()),
    "an activation without end or sale": scenario(
        fact("membership_activated", membership="m", starts_on="2026-01-05")
    ),
    "an expectation that is none": scenario(expect={}),
    "an expectation without a day": scenario(expect=[{"status": "lost"}]),
}


@pytest.mark.parametrize("line", MALFORMED.values(), ids=MALFORMED)
def test_a_malformed_line_is_answered_with_a_sentence(line):
    shown = answer(line if isinstance(line, str | bytes) else json.dumps(line)).shown

    assert set(shown) == {"id", "error"}
    assert shown["error"][0].isupper()
    assert shown["error"].endswith(".")
    assert "{" not in shown["error"].replace('"{"', "")


def test_a_refusal_says_whose_it_is_and_what_was_refused():
    shown = answer(json.dumps(scenario(fact("archived"), fact("purchase", amount=-1, what="x")))).shown

    assert shown == {
        "id": "s",
        "error": "Fact number 1: amount is '-1', but must be a whole number from 0 to 1000000000000000.",
    }


def test_keys_nobody_asked_for_are_ignored():
    assert "placements" in answer(json.dumps(scenario(fact("archived", colour="red"), weather="fine"))).shown


def test_a_fact_without_an_id_is_called_by_its_number_as_given():
    later = {"at": "2026-01-06", "type": "purchase", "amount": 1, "what": "x"}
    void = {"at": "2026-01-07", "type": "voided", "fact": 1}
    raw = scenario(later, fact("purchase", amount=1, what="y"), void, on=["2026-01-07"])

    placements = answer(json.dumps(raw)).shown["placements"]

    assert placements[0]["next_change"] == "2026-01-23"


def test_placements_have_the_keys_of_the_contract_in_their_order():
    shown = answer(json.dumps(scenario(fact("inquiry", source="site")))).shown

    assert list(shown["placements"][0].items()) == [
        ("on", "2026-01-05"),
        ("status", "potential"),
        ("folders", ["potential"]),
        ("stage", "lead"),
        ("relation", "new"),
        ("warmth", None),
        ("sale", "move_to_guest"),
        ("next_change", None),
    ]


def test_days_are_answered_in_the_order_asked_also_twice():
    days = ["2026-03-01", "2026-01-05", "2026-03-01"]

    shown = answer(json.dumps(scenario(fact("purchase", amount=1, what="x"), on=days))).shown

    assert [(one["on"], one["status"]) for one in shown["placements"]] == [
        ("2026-03-01", "lost"),
        ("2026-01-05", "active"),
        ("2026-03-01", "lost"),
    ]


def test_a_day_is_judged_at_its_end_in_the_zone_of_the_branch():
    late = {"at": "2026-01-05T20:59:59Z", "type": "purchase", "amount": 1, "what": "x"}

    shown = answer(json.dumps(scenario(late, on=["2026-01-04", "2026-01-05"]))).shown

    assert [one["status"] for one in shown["placements"]] == ["potential", "active"]


def test_the_last_day_there_is_can_be_asked_about():
    raw = scenario(fact("purchase", amount=1, what="x"), on=["9999-12-31", "0001-01-01"])

    assert [one["next_change"] for one in answer(json.dumps(raw)).shown["placements"]] == [None, None]


def test_the_run_goes_on_after_a_malformed_line():
    out = io.StringIO()

    well = run(["{", "", json.dumps(scenario())], out)

    assert not well
    assert [list(json.loads(line)) for line in out.getvalue().splitlines()] == [
        ["id", "error"],
        ["id", "placements"],
    ]


def test_a_check_prints_every_difference_and_nothing_else():
    raw = scenario(
        fact("inquiry", source="site"),
        expect=[
            {"on": "2026-01-05", "status": "lost", "folders": ["potential"], "stage": "new", "mood": "good"}
        ],
    )
    out = io.StringIO()

    well = run([json.dumps(raw)], out, check=True)

    assert not well
    assert [json.loads(line) for line in out.getvalue().splitlines()] == [
        {"id": "s", "on": "2026-01-05", "key": "status", "expected": "lost", "found": "potential"},
        {"id": "s", "on": "2026-01-05", "key": "stage", "expected": "new", "found": "lead"},
    ]


def test_a_check_is_silent_where_all_is_as_expected():
    out = io.StringIO()

    assert run([json.dumps(scenario(expect=[{"on": "2026-01-05", "status": "potential"}]))], out, check=True)
    assert out.getvalue() == ""


@pytest.mark.parametrize(
    ("line", "options", "status"),
    [
        (scenario(), [], 0),
        (scenario(expect=[{"on": "2026-01-05", "status": "lost"}]), [], 0),
        (scenario(expect=[{"on": "2026-01-05", "status": "lost"}]), ["--check"], 1),
        (scenario(expect=[{"on": "2026-01-05", "status": "potential"}]), ["--check"], 0),
        (scenario(facts=3), [], 1),
    ],
)
def test_the_exit_status_says_whether_all_was_well(tmp_path, capsys, line, options, status):
    path = tmp_path / "scenarios.jsonl"
    path.write_text(json.dumps(line), "utf-8")

    assert main(["replay", *options, str(path)]) == status


def test_a_file_that_is_not_there_is_said_and_the_next_one_is_read(tmp_path, capsys):
    path = tmp_path / "scenarios.jsonl"
    path.write_text(json.dumps(scenario()), "utf-8")

    status = main(["replay", str(tmp_path / "none.jsonl"), str(path)])

    printed = capsys.readouterr()
    assert (status, "none.jsonl" in printed.err, '"placements"' in printed.out) == (1, True, True)


def test_the_command_reads_what_comes_in_and_loads_neither_screens_nor_storage():
    program = (
        "import sys, lifecycle.__main__ as club; status = club.main(['replay', '-']);"
        "sys.stderr.write(' '.join({name.split('.')[0] for name in sys.modules})); sys.exit(status)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        input=("\ufeff" + json.dumps(scenario())).encode(),
        capture_output=True,
        check=False,
    )

    assert (done.returncode, json.loads(done.stdout)["id"]) == (0, "s")
    assert not {"reflex", "sqlalchemy", "sqlmodel", "fastapi", "pydantic"} & set(done.stderr.decode().split())


def test_a_reader_that_leaves_early_is_no_error():
    lines = (json.dumps(scenario()) + "\n") * 2000
    first = subprocess.run(
        ["/bin/sh", "-c", f"{sys.executable} -m lifecycle replay - | head -n 1"],
        input=lines.encode(),
        capture_output=True,
        check=True,
    )

    assert json.loads(first.stdout)["id"] == "s"
    assert first.stderr == b""
