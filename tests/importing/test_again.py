"""The same rows twice add nothing, and the same person is known again."""

from __future__ import annotations

from pathlib import Path

from lifecycle.actions import clients
from lifecycle.actions.recording import record
from lifecycle.check import check
from lifecycle.club import Club
from tests.importing.given import OWNER, a_csv, everything, history, id_of, imported, names, placed, said

PEOPLE = "ID клиента;ФИО;Телефон;Дата регистрации\n1;Анна Ким;9161234567;01.12.2025\n2;Борис Ли;9161234568;02.12.2025"
CAME = "ID клиента;Дата визита\n1;20.02.2026 10:00\n2;21.02.2026 11:00"


def test_the_same_files_twice_add_nothing(club: Club, tmp_path: Path):
    files = a_csv(tmp_path, "clients.csv", PEOPLE), a_csv(tmp_path, "visits.csv", CAME)
    first = imported(club, *files)
    before = everything(club)

    second = imported(club, *files)

    assert everything(club) == before
    assert (first.total("clients_new"), first.total("facts_new")) == (2, 4)
    assert (second.total("clients_new"), second.total("facts_new")) == (0, 0)
    assert (second.total("clients_known"), second.total("facts_known")) == (2, 4)


def test_the_same_rows_under_another_name_and_in_another_order_add_nothing(club: Club, tmp_path: Path):
    imported(club, a_csv(tmp_path, "clients.csv", PEOPLE), a_csv(tmp_path, "visits.csv", CAME))
    before = everything(club)
    heading, *rows = CAME.splitlines()

    imported(club, a_csv(tmp_path, "визиты март.csv", "\n".join([heading, *reversed(rows)])))

    assert everything(club) == before


def test_a_longer_table_adds_what_it_has_more(club: Club, tmp_path: Path):
    imported(club, a_csv(tmp_path, "clients.csv", PEOPLE), a_csv(tmp_path, "visits.csv", CAME))

    report = imported(club, a_csv(tmp_path, "visits.csv", f"{CAME}\n1;22.02.2026 10:00"))

    assert report.total("facts_new") == 1
    assert [day for day, type_ in history(club, "Анна Ким") if type_ == "visit"] == ["2026-02-20", "2026-02-22"]
    assert check(club) == []


def test_a_table_without_ids_twice_adds_nothing(club: Club, tmp_path: Path):
    table = a_csv(
        tmp_path,
        "абонементы.csv",
        """
        ФИО;Телефон;Абонемент;Дата продажи;Дата активации;Действует до
        Анна Ким;8 916 123-45-67;Месяц;01.01.2026;01.01.2026;30.01.2026
        КИМ АННА;+7 (916) 123-45-67;Месяц;05.02.2026;05.02.2026;06.03.2026
        """,
    )
    imported(club, table)
    before = everything(club)

    imported(club, table)

    assert names(club) == ["Анна Ким"]
    assert everything(club) == before
    assert len(history(club, "Анна Ким")) == 5


def test_somebody_met_at_the_desk_is_known_by_number_and_name(club: Club, tmp_path: Path):
    client_id = clients.add_client(club, OWNER, name="Ким Анна", phone="+7 916 123-45-67", key="desk").client_id

    report = imported(club, a_csv(tmp_path, "clients.csv", PEOPLE), a_csv(tmp_path, "visits.csv", CAME))

    assert (report.total("clients_new"), report.total("clients_known")) == (1, 1)
    assert names(club) == ["Ким Анна", "Борис Ли"]
    assert ("2026-02-20", "visit") in history(club, "Ким Анна")
    assert id_of(club, "Ким Анна") == client_id
    assert check(club) == []


def test_a_family_shares_a_number_and_stays_a_family(club: Club, tmp_path: Path):
    imported(club, a_csv(tmp_path, "clients.csv", "ФИО;Телефон\nАнна Ким;9161234567\nОлег Ким;9161234567"))

    assert names(club) == ["Анна Ким", "Олег Ким"]


def test_one_person_under_two_ids_is_two_clients_and_named(club: Club, tmp_path: Path):
    table = a_csv(tmp_path, "clients.csv", "ID клиента;ФИО;Телефон\n1;Анна Ким;9161234567\n5;Анна Ким;8 916 123 45 67")

    first, second = imported(club, table), imported(club, table)

    assert names(club) == ["Анна Ким", "Анна Ким"]
    assert said(first) == said(second) == [(3, "", "same_person")]


def test_visits_that_name_their_client_by_number_and_name_find_who_came_with_an_id(club: Club, tmp_path: Path):
    people = a_csv(tmp_path, "clients.csv", PEOPLE)
    came = a_csv(tmp_path, "visits.csv", "ФИО;Телефон;Дата визита\nКим Анна;8 916 123-45-67;20.02.2026\nКто-то;8 916 123-45-67;20.02.2026")

    report = imported(club, people, came)

    assert said(report) == [(3, "client", "client_unknown")]
    assert ("2026-02-20", "visit") in history(club, "Анна Ким")


def test_history_stands_on_its_own_days(club: Club, tmp_path: Path):
    """Past folders are right from the first day, though no gate was asked."""
    table = a_csv(
        tmp_path,
        "абонементы.csv",
        "ФИО;Телефон;Абонемент;Дата продажи;Дата активации;Действует до\nАнна;9161234567;Месяц;01.11.2025;01.11.2025;30.11.2025",
    )

    imported(club, table)

    assert placed(club, "Анна", "2025-11-10").folders == ("active",)
    assert placed(club, "Анна", "2025-11-20").folders == ("active", "to_renew")
    assert placed(club, "Анна", "2025-12-10").folders == ("active", "not_renewed")
    assert placed(club, "Анна", "2026-01-10").folders == ("lost", "churn")
    assert placed(club, "Анна", "2026-03-02").folders == ("lost",)


def test_what_the_desk_records_and_what_the_import_brings_stand_in_one_history(club: Club, tmp_path: Path):
    client_id = clients.add_client(club, OWNER, name="Анна Ким", phone="9161234567", key="desk").client_id
    record(club, OWNER, client_id, [{"type": "contact", "direction": "in", "kind": "other"}], key="talk")

    imported(club, a_csv(tmp_path, "clients.csv", PEOPLE), a_csv(tmp_path, "visits.csv", CAME))

    assert [type_ for _day, type_ in history(club, "Анна Ким")] == ["inquiry", "visit", "inquiry", "contact"]
    assert check(club) == []


def test_who_came_with_an_id_long_before_is_found_by_a_number_that_is_none(club: Club, tmp_path: Path):
    """The number cannot be read and the two rows stand many chunks apart: it is one client all the same."""
    others = "\n".join(f"{number};Клиент {number};9{number:09d}" for number in range(2, 900))
    people = a_csv(tmp_path, "clients.csv", f"ID клиента;ФИО;Телефон\n1;Анна Ким;123\n{others}")
    sold = a_csv(tmp_path, "абонементы.csv", "ФИО;Телефон;Абонемент;Дата продажи\nКим Анна;123;Месяц;20.02.2026")

    would = imported(club, people, sold, dry_run=True)
    did = imported(club, people, sold)

    assert would.files == did.files
    assert len(names(club)) == 899
    assert ("2026-02-20", "membership_sold") in history(club, "Анна Ким")
    assert check(club) == []
