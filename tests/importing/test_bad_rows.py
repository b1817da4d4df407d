"""Bad rows never stop good ones: each is named with its line, its field and a sentence, and can be mended."""

from __future__ import annotations

import ast
import csv
from pathlib import Path

import pytest

from club_ui import i18n
from lifecycle.check import check
from lifecycle.club import Club
from lifecycle.desk import Desk
from lifecycle.errors import Refused
from lifecycle.facts import FACT_TYPES
from lifecycle.importing.problems import Problem
from lifecycle.importing.report import write_mending
from tests.importing.given import OWNER, a_csv, everything, fields, history, imported, names, refused, said

PEOPLE = "ID клиента;ФИО;Телефон\n1;Анна;9161234567\n2;Борис;9161234568"


def test_each_bad_row_is_named_and_the_good_ones_are_in(club: Club, tmp_path: Path):
    people = a_csv(tmp_path, "clients.csv", PEOPLE)
    sold = a_csv(
        tmp_path,
        "абонементы.csv",
        """
        ID клиента;Номер договора;Абонемент;Дата продажи;Дата активации;Действует до;Сумма
        1;A;Месяц;01.02.2026;01.02.2026;02.03.2026;3900
        1;B;Месяц;32.02.2026;;;3900
        1;C;Месяц;01.02.2026;10.02.2026;09.02.2026;3900
        1;D;Месяц;01.02.2026;;;-3900
        1;E;Месяц;01.02.2026;;;NaN
        9;F;Месяц;01.02.2026;;;3900
        1;G;Месяц;;;;3900
        1;H;Месяц;01.04.2026;;;3900
        ;I;Месяц;01.02.2026;;;3900
        1;J;Месяц;01.02.2026;;;3900,005
        2;K;Месяц;01.02.2026;01.02.2026;02.03.2026;3900
        """,
    )

    report = imported(club, people, sold)

    assert [(line, field, code) for line, field, code in refused(report)] == [
        (3, "sold", "date_unreadable"),
        (4, "ends", "ends_before_start"),
        (5, "amount", "amount_negative"),
        (6, "amount", "amount_unreadable"),
        (7, "client", "client_unknown"),
        (8, "sold", "date_missing"),
        (9, "sold", "in_future"),
        (10, "", "client_not_named"),
        (11, "amount", "amount_odd"),
    ]
    assert [(one["membership"], one["amount"]) for name in ("Анна", "Борис") for one in fields(club, name, "membership_sold")] == [
        ("table:A", 390000),
        ("table:K", 390000),
    ]
    assert check(club) == []


def test_visits_of_somebody_unknown_are_refused(club: Club, tmp_path: Path):
    people = a_csv(tmp_path, "clients.csv", PEOPLE)
    came = a_csv(tmp_path, "визиты.csv", "ID клиента;Дата визита\n1;20.02.2026\n77;20.02.2026")

    report = imported(club, people, came)

    assert refused(report) == [(3, "client", "client_unknown")]
    assert history(club, "Анна")[-1] == ("2026-02-20", "visit")


def test_a_row_that_a_lost_quote_has_torn_takes_no_other_with_it(club: Club, tmp_path: Path):
    table = a_csv(tmp_path, "clients.csv", 'ФИО;Телефон\n"Анна;9161234567\nБорис;9161234568\nООО "Ромашка";9161234569')

    report = imported(club, table)

    assert refused(report) == [(2, "", "row_unreadable")]
    assert names(club) == ["Борис", 'ООО "Ромашка"']


def test_a_row_cut_by_a_sign_within_a_text_is_refused(club: Club, tmp_path: Path):
    report = imported(club, a_csv(tmp_path, "clients.csv", "ФИО,Телефон\nКим, Анна,9161234567\nБорис,9161234568"))

    assert refused(report) == [(2, "", "row_too_wide")]
    assert names(club) == ["Борис"]


def test_a_detail_that_cannot_be_read_leaves_the_client_certain(club: Club, tmp_path: Path):
    table = a_csv(
        tmp_path,
        "clients.csv",
        """
        ФИО;Телефон;E-mail;Дата рождения;Источник;Ответственный
        Анна;12;anna.mail.ru;31.02.1990;Марс;Никто
        """,
    )

    report = imported(club, table)

    assert refused(report) == []
    assert {code for _line, _field, code in said(report)} == {
        "phone_unreadable", "email_unreadable", "date_unreadable", "source_unknown", "responsible_unknown",
    }
    assert names(club) == ["Анна"]


def test_a_date_of_joining_that_cannot_be_read_keeps_the_client_out(club: Club, tmp_path: Path):
    report = imported(club, a_csv(tmp_path, "clients.csv", "ФИО;Телефон;Дата регистрации\nАнна;9161234567;31.02.2025"))

    assert refused(report) == [(2, "joined", "date_unreadable")]
    assert names(club) == []


def test_identical_rows_are_one_fact_and_the_second_is_named(club: Club, tmp_path: Path):
    people = a_csv(tmp_path, "clients.csv", PEOPLE)
    bought = a_csv(tmp_path, "покупки.csv", "ID клиента;Дата;Товар;Сумма\n1;20.02.2026;Вода;80\n1;20.02.2026;Вода;80")

    report = imported(club, people, bought)

    assert [(one.line, one.code, one.values) for one in report.problems] == [
        (3, "duplicate_row", {"line": 2, "file": "покупки.csv"})
    ]
    assert len(fields(club, "Анна", "purchase")) == 1


def test_one_id_for_two_deeds_is_refused(club: Club, tmp_path: Path):
    people = a_csv(tmp_path, "clients.csv", PEOPLE)
    bought = a_csv(tmp_path, "покупки.csv", "ID клиента;Чек;Дата;Товар;Сумма\n1;5;20.02.2026;Вода;80\n2;5;21.02.2026;Сок;90")

    report = imported(club, people, bought)

    assert refused(report) == [(3, "", "id_twice")]


def test_two_deeds_that_look_like_one_are_taken_and_named(club: Club, tmp_path: Path):
    people = a_csv(tmp_path, "clients.csv", PEOPLE)
    bought = a_csv(tmp_path, "покупки.csv", "ID клиента;Чек;Дата;Товар;Сумма\n1;5;20.02.2026;Вода;80\n1;6;20.02.2026;Вода;80")

    report = imported(club, people, bought)

    assert said(report) == [(3, "", "looks_twice")]
    assert len(fields(club, "Анна", "purchase")) == 2


def test_a_status_that_contradicts_the_memberships_is_named(club: Club, tmp_path: Path):
    table = a_csv(
        tmp_path,
        "clients.csv",
        """
        ФИО;Телефон;Статус;Абонемент;Дата продажи;Дата активации;Действует до
        Анна;9161234567;Активный;Месяц;01.02.2026;01.02.2026;20.02.2026
        Борис;9161234568;Истёк;Месяц;01.02.2026;01.02.2026;20.03.2026
        Вера;9161234569;Активный;Месяц;01.02.2026;01.02.2026;20.03.2026
        """,
    )

    report = imported(club, table, kind="clients")

    assert said(report) == [(2, "status", "stated_without"), (3, "status", "stated_despite")]


def test_the_bad_rows_can_be_mended_and_imported(club: Club, tmp_path: Path):
    people = a_csv(tmp_path, "clients.csv", PEOPLE)
    bought = a_csv(tmp_path, "покупки.csv", "ID клиента;Дата;Товар;Сумма\n1;20.02.2026;=Вода;восемь\n2;20.02.2026;Сок;90")
    report = imported(club, people, bought)
    (path,) = write_mending(report, tmp_path / "mend", lambda one: i18n.text("ru", f"import.{one.code}", **one.values))

    rows = list(csv.reader(path.read_text("utf-8-sig").splitlines(), delimiter=";"))
    assert rows == [
        ["ID клиента", "Дата", "Товар", "Сумма", "club: line", "club: why"],
        ["1", "20.02.2026", "'=Вода", "восемь", "2", "восемь — не сумма."],
    ]

    path.write_text(path.read_text("utf-8-sig").replace(";восемь;", ";80;"), "utf-8-sig")
    mended = imported(club, path, kind="purchases")
    assert refused(mended) == []
    assert fields(club, "Анна", "purchase") == [{"amount": 8000, "what": "=Вода"}]


def test_a_dry_run_says_what_would_happen_and_writes_nothing(club: Club, tmp_path: Path):
    table = a_csv(tmp_path, "clients.csv", "ФИО;Телефон;Филиал\nАнна;9161234567;Север\nБорис;9161234568;Юг")
    mapping = a_csv(tmp_path, "m.toml", '[branches]\nnorth = { name = "Север" }')
    before = everything(club)

    would = imported(club, table, mapping=mapping, dry_run=True)

    assert everything(club) == before
    assert would.run_ids == ()
    did = imported(club, table, mapping=mapping)
    assert (would.files, would.problems) == (did.files, did.problems)
    assert (did.total("clients_new"), refused(did)) == (1, [(3, "branch", "branch_unknown")])


def test_rows_of_other_peoples_branches_are_refused(club: Club, tmp_path: Path):
    mapping = a_csv(tmp_path, "m.toml", '[branches]\nnorth = { name = "Север" }')
    imported(club, a_csv(tmp_path, "a.csv", "ФИО;Телефон\nЗинаида;9161234500"), mapping=mapping, kind="clients")
    manager = Desk(None, "Mara", "manager", frozenset({1}))

    report = imported(club, a_csv(tmp_path, "clients.csv", "ФИО;Телефон;Филиал\nАнна;9161234567;Север\nБорис;9161234568;"), desk=manager)

    assert refused(report) == [(2, "branch", "branch_not_yours")]
    assert names(club) == ["Зинаида", "Борис"]


@pytest.mark.parametrize("role", ["front_desk", "trainer", "auditor"])
def test_who_may_not_import_is_refused_and_nothing_is_read(club: Club, tmp_path: Path, role: str):
    with pytest.raises(Refused):
        imported(club, tmp_path / "never-there.csv", desk=Desk(None, "Dina", role))


def test_what_an_import_records_would_pass_the_front_door(club: Club, tmp_path: Path):
    """The fields are those of the schema: nothing unknown, nothing required left out."""
    people = a_csv(tmp_path, "clients.csv", PEOPLE)
    sold = a_csv(tmp_path, "абонементы.csv", "ID клиента;Абонемент;Дата продажи;Дата активации;Действует до;Занятий;Заморозка с;Заморозка по;Дата расторжения\n1;8;01.02.2026;02.02.2026;10.03.2026;8;03.02.2026;04.02.2026;20.02.2026")
    came = a_csv(tmp_path, "визиты.csv", "ID клиента;Дата визита;Вид визита;Сумма\n1;20.02.2026;разовый;5\n1;21.02.2026;;")
    imported(club, people, sold, came)

    for type_ in ("inquiry", "membership_sold", "membership_activated", "membership_frozen", "membership_ended", "visit"):
        told = fields(club, "Анна", type_)
        schema = {field.name: field.required for field in FACT_TYPES[type_].fields}
        assert told, type_
        for one in told:
            assert {*one} <= {*schema}
            assert {name for name, required in schema.items() if required} <= {*one}


#: Which argument of a call is the code of a sentence.
CODE_AT = {"BadCell": 0, "BadRow": 1, "remark": 2, "_remark": 1, "_refuse": 2}


def codes_said() -> set[str]:
    """Every code that the import can say."""
    room = Path(__file__).parents[2] / "lifecycle" / "importing"
    calls = [node for path in room.glob("*.py") for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call)]
    told = set()
    for call in calls:
        place = CODE_AT.get(call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", ""))
        if place is not None and len(call.args) > place and isinstance(code := call.args[place], ast.Constant):
            told.add(code.value)
    return told


def test_every_sentence_stands_in_every_language():
    told = codes_said() | {"stated_without", "stated_despite"}

    assert len(told) > 40
    for language in i18n.LANGUAGES:
        said_in = {key.removeprefix("import.") for key in i18n.catalogue(language) if key.startswith("import.")}
        assert told == said_in, language


def test_a_hundred_bad_rows_are_a_hundred_sentences(club: Club, tmp_path: Path):
    rows = "\n".join(f"Имя {number};9161234567;{'01.01.2026' if number % 2 else 'вчера'}" for number in range(200))

    report = imported(club, a_csv(tmp_path, "clients.csv", f"ФИО;Телефон;Дата регистрации\n{rows}", encoding="cp1251"))

    assert len(refused(report)) == 100
    assert len(names(club)) == 100
    assert all(isinstance(one, Problem) and one.line % 2 == 0 for one in report.problems)


def test_the_import_is_on_the_audit_chain(club: Club, tmp_path: Path):
    from sqlalchemy import text

    imported(club, a_csv(tmp_path, "clients.csv", PEOPLE))

    with club.reading() as conn:
        deeds = [tuple(row) for row in conn.execute(text('SELECT "by", deed, outcome FROM audit ORDER BY id'))]
    assert deeds == [(OWNER.name, "import", "done")] * 2
