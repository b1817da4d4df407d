"""Tables of three languages and several hands come in as their owners meant them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from lifecycle.check import check
from lifecycle.club import Club
from lifecycle.days import iso
from lifecycle.errors import ClubError
from tests.importing.given import (
    a_book,
    a_csv,
    fields,
    history,
    imported,
    names,
    numbers,
    placed,
    refused,
    said,
)

RUSSIAN = """
    ФИО;Телефон;Вид абонемента;Дата продажи;Дата активации;Действует до;Сумма
    Алёна Щукина;8 (916) 123-45-67;Месяц;10.02.2026;12.02.2026;13.03.2026;3 900,50
    Пётр Ёжиков;8 (916) 765-43-21;Месяц;20.02.2026;;;3900
"""


def test_a_russian_table_in_cp1251_with_semicolons_and_decimal_commas(club: Club, tmp_path: Path):
    report = imported(club, a_csv(tmp_path, "абонементы.csv", RUSSIAN, encoding="cp1251"))

    assert refused(report) == []
    assert names(club) == ["Алёна Щукина", "Пётр Ёжиков"]
    assert numbers(club, "Алёна Щукина") == [("8 (916) 123-45-67", "+79161234567")]
    assert fields(club, "Алёна Щукина", "membership_sold")[0]["amount"] == 390050
    assert placed(club, "Алёна Щукина", "2026-03-02").folders == ("active", "to_renew")
    assert placed(club, "Пётр Ёжиков", "2026-03-02").folders == ("not_activated",)
    assert check(club) == []


def test_a_ukrainian_table_with_a_mark_of_utf8_and_old_phone_forms(club: Club, tmp_path: Path):
    table = a_csv(
        tmp_path,
        "клієнти.csv",
        """
        ПІБ,Контактний телефон,Дата народження,Дата реєстрації,Джерело,Примітка
        Їжакевич Ґалина Дем'янівна,8067 123 45 67,01.05.1990,2025-11-03,Друзі,любить ранок
        """,
        encoding="utf-8-sig",
    )
    mapping = a_csv(tmp_path, "ua.toml", 'country = "UA"')

    imported(club, table, mapping=mapping)

    assert numbers(club, "Їжакевич Ґалина Дем'янівна") == [("8067 123 45 67", "+380671234567")]
    assert history(club, "Їжакевич Ґалина Дем'янівна") == [("2025-11-03", "inquiry")]


def test_an_english_table_with_tabs_and_times_of_day(club: Club, tmp_path: Path):
    people = a_csv(tmp_path, "members.tsv", "Member ID\tFull name\tMobile phone\tJoin date\nM-1\tAnn Lee\t+44 20 7946 0958\t2025-12-01")
    came = a_csv(tmp_path, "visits.csv", "Member ID,Check in\nM-1,2026-02-27 18:05\nM-1,2026-02-28 7:30 AM")

    imported(club, people, came)

    assert history(club, "Ann Lee") == [("2025-12-01", "inquiry"), ("2026-02-27", "visit"), ("2026-02-28", "visit")]


def test_a_spreadsheet_keeps_its_dates_and_whole_numbers(club: Club, tmp_path: Path):
    book = a_book(
        tmp_path,
        "Клиенты.xlsx",
        [
            ["Клуб «Ромашка»", None, None, None],
            [None, None, "Знакомство", None],
            ["ФИО", "Телефон", "Дата регистрации", "Комментарий"],
            ["Анна Ким", 79161234567, date(2025, 12, 31), "=1+1"],
            ["Итого", None, 1, None],
        ],
    )

    report = imported(club, book, kind="clients")

    assert numbers(club, "Анна Ким") == [("79161234567", "+79161234567")]
    assert history(club, "Анна Ким") == [("2025-12-31", "inquiry")]
    assert said(report) == [(5, "", "total_row")]


def test_a_serial_number_under_a_heading_of_dates_is_the_day_excel_meant(club: Club, tmp_path: Path):
    imported(club, a_csv(tmp_path, "clients.csv", "ФИО;Телефон;Дата регистрации\nАнна;9161234567;46022"))

    assert history(club, "Анна") == [("2025-12-31", "inquiry")]


def test_two_numbers_in_one_cell_are_two_numbers(club: Club, tmp_path: Path):
    imported(club, a_csv(tmp_path, "clients.csv", 'ФИО;Телефон\nАнна;"8 916 123-45-67, 8 495 123-45-67"'))

    assert [e164 for _typed, e164 in numbers(club, "Анна")] == ["+79161234567", "+74951234567"]


def test_a_number_that_excel_has_cut_is_kept_as_typed_and_flagged(club: Club, tmp_path: Path):
    report = imported(club, a_csv(tmp_path, "clients.csv", "ФИО;Телефон\nАнна;7,91612E+10"))

    assert numbers(club, "Анна") == [("7,91612E+10", None)]
    assert said(report) == [(2, "phone", "phone_damaged")]


def test_what_looks_like_a_formula_is_imported_as_text(club: Club, tmp_path: Path):
    imported(club, a_csv(tmp_path, "clients.csv", "ФИО;Телефон\n=cmd|' /C calc'!A0;9161234567"))

    assert names(club) == ["=cmd|' /C calc'!A0"]


def test_odd_text_is_kept_byte_for_byte_and_found_by_search(club: Club, tmp_path: Path):
    from lifecycle.store import search

    odd = "Zoë 🤸🏽‍♀️ O’Neill — \u202eсправа"
    imported(club, a_csv(tmp_path, "clients.csv", f"ФИО;Телефон\n{odd};9161234567"))

    assert names(club) == [odd]
    with club.reading() as conn:
        assert search.candidates(conn, "zoë o'neill") == search.candidates(conn, "9161234567") != []


def test_a_name_in_three_columns_is_one_name(club: Club, tmp_path: Path):
    imported(club, a_csv(tmp_path, "clients.csv", "Фамилия;Имя;Отчество;Телефон\nКим;Анна;Львовна;9161234567"))

    assert names(club) == ["Ким Анна Львовна"]


def test_a_membership_that_tells_its_last_day_and_length_is_counted_back(club: Club, tmp_path: Path):
    table = "ФИО;Телефон;Абонемент;Дней;Действует до\nАнна;9161234567;Месяц;30;10.03.2026"

    imported(club, a_csv(tmp_path, "абонементы.csv", table))

    assert history(club, "Анна")[1] == ("2026-02-09", "membership_sold")


def test_frozen_days_are_not_counted_twice(club: Club, tmp_path: Path):
    table = (
        "ФИО;Телефон;Абонемент;Дата продажи;Дата активации;Действует до;Заморозка с;Заморозка по\n"
        "Анна;9161234567;Месяц;01.02.2026;01.02.2026;12.03.2026;05.02.2026;14.02.2026"
    )

    imported(club, a_csv(tmp_path, "абонементы.csv", table))

    assert placed(club, "Анна", "2026-03-12").status == "active"
    assert "active" in placed(club, "Анна", "2026-03-12").folders
    assert "not_renewed" in placed(club, "Анна", "2026-03-13").folders


def test_a_membership_with_no_visits_left_is_over(club: Club, tmp_path: Path):
    table = (
        "ФИО;Телефон;Абонемент;Дата продажи;Дата активации;Действует до;Осталось занятий;Последний визит\n"
        "Анна;9161234567;8 занятий;01.02.2026;01.02.2026;30.03.2026;0;20.02.2026"
    )

    report = imported(club, a_csv(tmp_path, "абонементы.csv", table))

    assert "not_renewed" in placed(club, "Анна", "2026-03-02").folders
    assert said(report) == [(2, "visits_left", "used_up")]


def test_talks_come_in_with_their_outcomes_in_the_clubs_words(club: Club, tmp_path: Path):
    people = a_csv(tmp_path, "clients.csv", "ID клиента;ФИО;Телефон\n7;Анна;9161234567")
    talks = a_csv(
        tmp_path,
        "звонки.csv",
        """
        ID клиента;Дата звонка;Направление;Тема;Результат;Причина
        7;01.02.2026 10:00;Исходящий;Приглашение;Не придёт;далеко
        7;02.02.2026 10:00;Входящий;;Думает;
        """,
    )

    imported(club, people, talks)

    assert fields(club, "Анна", "contact") == [
        {"direction": "out", "kind": "invite", "outcome": "wont_come", "reason": "далеко"},
        {"direction": "in", "kind": "other", "outcome": "thinking"},
    ]
    assert "deal_lost" in placed(club, "Анна", "2026-02-01").folders


def test_purchases_and_single_visits_come_in_with_their_money(club: Club, tmp_path: Path):
    people = a_csv(tmp_path, "clients.csv", "ID клиента;ФИО;Телефон\n7;Анна;9161234567")
    bought = a_csv(tmp_path, "покупки.csv", "ID клиента;Дата;Товар;Сумма\n7;20.02.2026;Вода;80")
    came = a_csv(tmp_path, "визиты.csv", "ID клиента;Дата визита;Вид визита;Сумма\n7;25.02.2026;Разовый;700")

    imported(club, people, bought, came)

    assert fields(club, "Анна", "purchase") == [{"amount": 8000, "what": "Вода"}]
    assert fields(club, "Анна", "visit") == [{"kind": "single", "amount": 70000}]
    assert placed(club, "Анна", "2026-03-02").folders == ("active",)


def test_a_day_begins_where_the_client_is_at_home(club: Club, tmp_path: Path):
    mapping = a_csv(
        tmp_path, "far.toml", '[branches]\neast = { name = "Восток", timezone = "Asia/Vladivostok", country = "RU" }'
    )
    imported(club, a_csv(tmp_path, "clients.csv", "ФИО;Телефон;Филиал;Дата регистрации\nАнна;9161234567;восток;2026-01-05"), mapping=mapping)

    with club.reading() as conn:
        from sqlalchemy import text

        at, day = conn.execute(text("SELECT at, day FROM fact")).one()
    assert iso(day) == "2026-01-05"
    assert at == 1_767_535_200_000_000  # 4 January, 14:00 in UTC


@pytest.mark.parametrize(
    "rows, code",
    [
        ("", "import_file_empty"),
        ("яблоки;груши\n1;2", "import_headings_unknown"),
        ("booking_id,member_id,class_id,status,booking_date\n1,2,3,Attended,2024-12-04", "import_kind_unclear"),
    ],
)
def test_a_file_that_is_no_table_of_a_club_is_refused_with_its_name(club: Club, tmp_path: Path, rows: str, code: str):
    with pytest.raises(ClubError) as refusal:
        imported(club, a_csv(tmp_path, "fruit.csv", rows))

    assert (refusal.value.code, refusal.value.values["file"]) == (code, "fruit.csv")


def test_a_table_without_the_column_its_kind_needs_is_refused_whole(club: Club, tmp_path: Path):
    with pytest.raises(ClubError) as refusal:
        imported(club, a_csv(tmp_path, "clients.csv", "ID клиента;Телефон\n1;9161234567"), kind="clients")

    assert (refusal.value.code, refusal.value.values["fields"]) == ("import_column_needed", "company, last_name, name")
    assert names(club) == []


def test_a_damaged_spreadsheet_is_refused_with_its_name(club: Club, tmp_path: Path):
    (tmp_path / "half.xlsx").write_bytes(b"PK\x03\x04 and then nothing")

    with pytest.raises(ClubError) as refusal:
        imported(club, tmp_path / "half.xlsx")

    assert refusal.value.code == "import_file_unreadable"
