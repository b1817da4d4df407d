"""The command line: what it prints for people and programs, and how it refuses."""

from __future__ import annotations

import json
import socket
import stat
from collections.abc import Callable
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import typer

from club_ui import __main__ as commands
from lifecycle import occupied
from lifecycle.actions import keys
from lifecycle.actions.clients import add_client
from lifecycle.clock import Clock
from lifecycle.club import Club, open_club
from lifecycle.settings import Settings

Said = tuple[int, str, str]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def run(data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Said]:
    """Run `club …` on this test's folder; gives the exit code and what was printed and complained."""
    monkeypatch.setenv("LC_ALL", "C")

    def runs(*words: str) -> Said:
        monkeypatch.setattr("sys.argv", ["club", *words, "--data", str(data)])
        with pytest.raises(SystemExit) as ended:
            commands.main()
        printed = capsys.readouterr()
        complaint = "" if isinstance(ended.value.code, int | None) else str(ended.value.code)
        return (1 if complaint else ended.value.code or 0), printed.out, printed.err + complaint

    return runs


def opened(data: Path) -> Club:
    return open_club(Settings(data=data))


def test_every_command_takes_the_data_folder():
    found = [each for each in every_command(typer.main.get_command(commands.cli)) if "data" not in each[1]]

    assert found == []


def test_a_new_key_is_printed_for_programs_and_lets_in(run, data):
    code, printed, _ = run("key", "create", "--name", "site", "--role", "manager", "--json")

    desk = keys.desk_of(opened(data), json.loads(printed)["key"])

    assert (code, desk and desk.role) == (0, "manager")


def test_a_revoked_key_lets_nobody_in(run, data):
    made = run("key", "create", "--name", "site", "--role", "owner")[1].strip()

    run("key", "revoke", "1")

    assert keys.desk_of(opened(data), made) is None


def test_instants_are_printed_for_programs_as_the_api_writes_them(run, data):
    run("key", "create", "--name", "site", "--role", "owner")

    [key] = json.loads(run("key", "list", "--json")[1])["keys"]

    assert datetime.fromisoformat(key["created_at"]).isoformat() == key["created_at"]


def test_a_source_is_connected_rotated_and_revoked(run, data):
    made = json.loads(run("source", "create", "--kind", "site", "--name", "our site", "--option", "source=promo", "--json")[1])
    rotated = json.loads(run("source", "rotate", str(made["id"]), "--json")[1])
    listed = run("source", "list")[1]
    run("source", "revoke", str(made["id"]))
    after = json.loads(run("source", "list", "--json")[1])["sources"]

    assert made["address"].endswith(made["path"])
    assert made["whole_address"] == made["address"]
    assert len({made["secret"], rotated["secret"]}) == 2
    assert "our site" in listed
    assert made["secret"] not in json.dumps(after)
    assert (after[0]["options"], after[0]["revoked_at"] is not None) == ({"source": "promo"}, True)


def test_where_a_provider_can_set_nothing_but_the_address_the_secret_stands_in_it(run, data):
    made = json.loads(run("source", "create", "--kind", "tilda", "--name", "our site", "--json")[1])

    assert made["whole_address"] == f"{made['address']}?key={made['secret']}"
    assert run("source", "rotate", str(made["id"]))[1].startswith(f"Address: {made['address']}?key=")


def test_the_options_of_a_source_are_changed_one_by_one_and_a_hidden_one_stays(run, data):
    words = ("--option", "shop_id=1", "--option", "api_key=live_secret", "--option", "networks=10.0.0.0/8")
    number = str(json.loads(run("source", "create", "--kind", "yookassa", "--name", "shop", *words, "--json")[1])["id"])

    changed = json.loads(run("source", "change", number, "--option", "shop_id=2", "--option", "networks=", "--name", "Our shop", "--json")[1])
    refused = run("source", "change", number, "--option", "networks=nowhere/99")

    assert (changed["name"], changed["options"]) == ("Our shop", {"shop_id": "2", "api_key": ""})
    assert refused[0] != 0
    assert "nowhere/99" in refused[2]
    assert run("source", "change", "77")[0] != 0


@pytest.mark.parametrize("words", [("--kind", "fax"), ("--kind", "site", "--option", "x"), ("--kind", "site", "--branch", "moon")])
def test_a_source_that_cannot_be_is_refused_in_words(run, words):
    ended, _, complaint = run("source", "create", "--name", "n", *words)

    assert ended == 1
    assert complaint


def test_a_receiver_is_added_listed_and_stopped(run, data):
    refused = run("hook", "create", "--name", "w", "--url", "http://127.0.0.1:1/")[0]
    run("hook", "private", "--on")
    made = json.loads(run("hook", "create", "--name", "w", "--url", "http://127.0.0.1:1/", "--json")[1])
    run("hook", "stop", str(made["id"]))

    assert refused == 1
    assert json.loads(run("hook", "list", "--json")[1])["hooks"][0]["active"] is False
    assert json.loads(run("hook", "messages", str(made["id"]), "--json")[1]) == {"messages": []}


def test_a_receiver_may_hear_of_cards_alone_and_of_nothing_that_is_not_told(run):
    taken = run("hook", "create", "--name", "w", "--url", "https://books.example/", "--event", "card")[0]
    ended, _, complaint = run("hook", "create", "--name", "w", "--url", "https://books.example/", "--event", "weather")

    assert (taken, ended) == (0, 1)
    assert complaint


def test_a_card_is_given_once_and_taken_back(run, data):
    club = opened(data)
    anna = add_client(club, commands.OPERATOR, name="Anna", key="anna").client_id
    club.close()

    assert run("card", "give", str(anna), "A1")[0] == 0
    assert run("card", "take", str(anna), "A1")[0] == 0
    assert run("card", "take", str(anna), "A1")[0] == 1


@pytest.mark.parametrize(("language", "begins"), [("en_GB.UTF-8", "Nobody signs in"), ("ru_RU.UTF-8", "Никто"), ("uk_UA.UTF-8", "Ніхто")])
def test_a_refusal_is_a_sentence_in_the_language_of_the_terminal(run, monkeypatch, language, begins):
    monkeypatch.setenv("LC_ALL", language)
    monkeypatch.setenv("CLUB_PASSWORD", "nine long words")

    code, _, complaint = run("staff", "password", "nobody")

    assert code == 1
    assert complaint.startswith(begins)


def mode(path: Path) -> int:
    """Who may do what with it."""
    return stat.S_IMODE(path.stat().st_mode)


def test_a_sound_club_has_no_differences(run, data):
    opened(data).close()

    assert run("check", "--json")[:2] == (0, '{"differences": []}\n')


@pytest.mark.parametrize("begun", [nullcontext, occupied.served], ids=["by a command", "by being served"])
def test_a_new_folder_is_the_clubs_own(run, data, begun):
    with begun(data):
        assert run("key", "list")[0] == 0

    assert (mode(data), mode(data / "club.sqlite3")) == (0o700, 0o600)


def test_a_folder_in_which_others_keep_things_stays_open_but_for_the_club(run, data):
    data.mkdir(mode=0o755)
    (data / "letter.txt").write_text("Dear all")

    assert run("key", "list")[0] == 0

    assert (mode(data), mode(data / "club.sqlite3")) == (0o755, 0o600)


@pytest.mark.parametrize("words", [("check",), ("recompute",), ("backup",)])
def test_a_slip_in_the_folders_name_is_no_club_in_which_all_is_well(run, data, words):
    code, _, complaint = run(*words)

    assert (code, str(data) in complaint) == (1, True)
    assert not data.exists()


@pytest.mark.parametrize("words", [("key", "list"), ("restore", "kept.sqlite3"), ("simulate", "--days", "1"), ("serve", "--port", "18974")])
def test_what_is_no_folder_is_said_in_a_sentence(run, data, words):
    data.write_text("a letter")

    code, _, complaint = run(*words)

    assert (code, str(data) in complaint, data.read_text()) == (1, True, "a letter")


@pytest.mark.parametrize("holds", [b"no database, whatever its name says", None])
def test_a_file_that_is_no_club_of_this_version_is_said_in_a_sentence(run, data, holds):
    club = opened(data)
    with club.writing() as conn:
        conn.exec_driver_sql("UPDATE alembic_version SET version_num = '9999_later'")
    club.close()
    if holds:
        (data / "club.sqlite3").write_bytes(holds)

    code, _, complaint = run("check")

    assert (code, "club.sqlite3" in complaint) == (1, True)


@pytest.mark.parametrize("url", ["mysql://club:mystery@127.0.0.1:1/club", "postgresql://club:mystery@127.0.0.1:1/club", "club"])
def test_a_database_that_cannot_be_opened_is_said_without_its_password(run, monkeypatch, url):
    monkeypatch.setenv("CLUB_DATABASE_URL", url)

    code, _, complaint = run("check")

    assert (code, "postgresql://" in complaint, "mystery" in complaint) == (1, True, False)


@pytest.mark.parametrize("url", ["club.example.org", "https://", "ftp://club.example.org", "https://club.example.org/crm", "http://club:x"])
def test_an_address_that_nobody_could_open_is_not_served(run, data, url):
    code, _, complaint = run("serve", "--public-url", url)

    assert (code, url in complaint) == (1, True)
    assert not data.exists()


def test_a_backup_that_is_none_is_spoken_of_by_its_own_name(run, tmp_path):
    letter = tmp_path / "letter.sqlite3"
    letter.write_text("a letter")

    assert str(letter) in run("restore", str(letter))[2]


def test_tables_of_an_unknown_kind_are_refused_in_words(run, tmp_path):
    table = tmp_path / "clients.csv"
    table.write_text("Name,Phone\nAnna,+7 921 111-22-33\n", "utf-8")

    assert "memberships" in run("import", str(table), "--as", "nonsense")[2]


def test_scenarios_are_answered_as_the_engine_alone_does(run, tmp_path):
    odd = tmp_path / "odd.jsonl"
    odd.write_bytes(b'\xff\n{"id": "a\xe2\x80\xa8b", "timezone": "UTC", "facts": [], "on": []}\n')

    code, printed, complaint = run("replay", str(odd), str(tmp_path / "none.jsonl"))

    assert (code, [json.loads(line)["id"] for line in printed.splitlines()]) == (1, [None, "a\u2028b"])
    assert "none.jsonl" in complaint


def test_a_tampered_club_is_told_and_the_exit_code_says_so(run, data):
    club = opened(data)
    add_client(club, commands.OPERATOR, name="Anna", key="a")
    with club.writing() as conn:
        conn.exec_driver_sql("UPDATE counter SET count = count + 1 WHERE what = 'folder:potential'")

    code, printed, _ = run("check")

    assert code == 1
    assert "counter folder:potential" in printed


def test_recomputing_a_sound_club_moves_nobody(run, data):
    add_client(opened(data), commands.OPERATOR, name="Anna", key="a")

    assert json.loads(run("recompute", "--json")[1]) == {"moved": 0, "called_for": {}}


def test_an_import_a_recompute_and_a_restore_end_with_the_cards_that_are_called_for(run, data, tmp_path):
    table = tmp_path / "people.csv"
    table.write_text("name;phone;product;sold;activated;days\nAnna;+79160000000;Month;2020-01-01;2020-01-01;30\n", "utf-8")

    imported = run("import", str(table))[1]
    kept = json.loads(run("backup", str(tmp_path / "kept.sqlite3"), "--json")[1])["path"]

    assert "The present state calls for: Win back 1." in imported
    assert "The present state calls for: Win back 1." in run("recompute")[1]
    assert json.loads(run("restore", kept, "--force", "--json")[1])["called_for"] == {"win_back": 1}


def test_a_backup_comes_back_as_a_club_in_another_folder(run, data, tmp_path):
    add_client(opened(data), commands.OPERATOR, name="Anna", key="a")
    made = json.loads(run("backup", str(tmp_path / "kept.sqlite3"), "--json")[1])

    back = json.loads(run("restore", made["path"], "--force", "--json")[1])

    assert back["digest"] == made["digest"]


def test_a_club_is_not_restored_while_it_is_served(run, data, tmp_path):
    run("backup", str(tmp_path / "kept.sqlite3"))
    with occupied.served(data):
        code, _, complaint = run("restore", str(tmp_path / "kept.sqlite3"), "--force")

    assert (code, str(data) in complaint) == (1, True)


def test_an_import_tells_programs_what_became_of_each_row(run, tmp_path):
    table = tmp_path / "clients.csv"
    table.write_text("Name,Phone\nAnna,+7 921 111-22-33\n,+7 921 111-22-34\n", "utf-8")

    told = json.loads(run("import", str(table), "--json")[1])

    assert (told["files"][0]["clients_new"], [one["line"] for one in told["problems"]]) == (1, [3])


def test_simulated_days_move_the_clock_of_the_folder_for_good(run, data):
    run("simulate", "--days", "10")

    assert opened(data).clock.now() - datetime.now(UTC) > timedelta(days=9)


def test_a_club_that_lived_through_simulated_days_is_sound(run, data):
    add_client(opened(data), commands.OPERATOR, name="Anna", key="a")

    run("simulate", "--days", "400")

    assert run("check")[0] == 0


def test_people_of_chance_live_in_an_empty_club_and_once_they_have_nothing_is_done_again(run, data):
    words = ("simulate", "--days", "4", "--clients", "8", "--json")

    first, again = json.loads(run(*words)[1]), json.loads(run(*words)[1])

    assert first["deeds"] > 8
    assert (again["deeds"], again["digest"], again["cards"]) == (0, first["digest"], first["cards"])
    assert (opened(data).clock.now() - datetime.now(UTC)).days == 4


@pytest.mark.parametrize("before", [("simulate", "--days", "1", "--clients", "2"), ("staff",)])
def test_people_of_chance_do_not_come_to_a_club_of_others(run, data, before):
    if before == ("staff",):
        add_client(opened(data), commands.OPERATOR, name="Anna", key="a")
    else:
        run(*before)

    code, _, complaint = run("simulate", "--days", "1", "--clients", "3")

    assert code == 1
    assert "--data" in complaint


def test_days_are_not_simulated_on_a_served_club(run, data):
    with occupied.served(data):
        code, _, complaint = run("simulate", "--days", "1")

    assert (code, str(data) in complaint) == (1, True)
    assert not Clock(None, data).shifted


def test_a_folder_in_repair_is_not_served(run, data):
    with occupied.alone(data), pytest.raises(occupied.IllegalMove), occupied.served(data):
        pass


def test_a_busy_port_is_named_before_anything_is_written(run, data):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, _, complaint = run("serve", "--port", str(port))

    assert (code, f"Port {port} is taken" in complaint) == (1, True)
    assert not data.exists()


def test_several_workers_without_their_servers_are_refused(run, data):
    code, _, complaint = run("serve", "--workers", "2")

    assert (code, "CLUB_REDIS_URL" in complaint) == (1, True)
    assert not data.exists()


def every_command(group: typer.core.TyperGroup | object, path: str = "") -> list[tuple[str, set[str]]]:
    """Each command of the line with the names of what it takes."""
    found = getattr(group, "commands", None)
    if found is None:
        return [(path, {each.name for each in group.params})]  # type: ignore[attr-defined]
    return [one for name, inner in found.items() for one in every_command(inner, f"{path} {name}")]
