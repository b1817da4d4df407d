"""The words: the same keys in every language, the forms each language needs, and none of another's letters."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from babel import Locale

from club_ui import i18n, theme
from club_ui.i18n import LANGUAGES, catalogue, holes, text
from lifecycle.cards import COLUMNS, RESULTS, STEPS
from lifecycle.facts import FACT_TYPES
from lifecycle.placement import FOLDERS, RELATIONS, SALES, STAGES, STATUSES, WARMTHS
from lifecycle.policy import SETTINGS
from lifecycle.reasons import REASONS
from lifecycle.rights import ROLES
from lifecycle.store.cards import EVENTS

ROOT = Path(__file__).resolve().parents[2]
SCREENS = [*(ROOT / "club_ui" / "pages").glob("*.py"), *(ROOT / "club_ui" / "components").glob("*.py")]
#: What is the same in every language: names, keys and signs.
SAME_EVERYWHERE = {"Club", " · Club", "Unknown"}
ONLY_RUSSIAN, ONLY_UKRAINIAN = set("ёыъэЁЫЪЭ"), set("іїєґІЇЄҐ")


def said(language: str) -> list[tuple[str, str]]:
    words = catalogue(language).items()
    return [(key, form) for key, word in words for form in ([word] if isinstance(word, str) else word.values())]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_every_key(language):
    assert catalogue(language).keys() == catalogue("en").keys()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_waits_for_the_same_values(language):
    differing = {key for key, word in catalogue(language).items() if holes(word) != holes(catalogue("en")[key])}

    assert not differing


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_word_that_counts_has_every_form_of_its_language(language):
    needed = {*Locale.parse(language).plural_form.tags, "other"}
    lacking = {key for key, word in catalogue(language).items() if not isinstance(word, str) and needed - word.keys()}

    assert not lacking


def test_english_words_have_no_cyrillic_letters():
    assert not [key for key, form in said("en") if re.search("[а-яё]", form, re.IGNORECASE)]


def test_russian_words_have_no_ukrainian_letters():
    assert not [key for key, form in said("ru") if ONLY_UKRAINIAN & set(form)]


def test_ukrainian_words_have_no_russian_letters():
    assert not [key for key, form in said("uk") if ONLY_RUSSIAN & set(form)]


@pytest.mark.parametrize("language", ["ru", "uk"])
def test_a_sentence_is_not_left_in_english(language):
    left = [key for key, form in said(language) if len(form) > 25 and form == dict(said("en")).get(key)]

    assert not left


@pytest.mark.parametrize("code", FACT_TYPES)
def test_every_type_of_fact_has_its_sentence_and_its_look(code):
    assert i18n.known(f"fact.{code}")
    assert code in theme.FACT


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("what", EVENTS)
def test_every_event_of_a_card_has_its_words_and_its_look(what, language):
    assert text(language, f"card_event.{what}")
    assert what in theme.CARD_EVENT


@pytest.mark.parametrize("code", REASONS)
def test_every_reason_has_its_sentence_with_values_it_is_given(code):
    given = {*REASONS[code], "count"}

    assert holes(catalogue("en")[f"reason.{code}"]) <= given


@pytest.mark.parametrize("name", SETTINGS)
def test_every_number_of_the_rules_has_its_word(name):
    assert i18n.known(f"number.{name}")


@pytest.mark.parametrize("role", ROLES)
def test_every_role_has_its_word(role):
    assert i18n.known(f"role.{role}")


@pytest.mark.parametrize(
    ("family", "codes"),
    [
        ("folder", FOLDERS), ("status", STATUSES), ("stage", STAGES), ("relation", RELATIONS), ("warmth", WARMTHS), ("sale", SALES),
        ("column", COLUMNS), ("step", STEPS), ("result", RESULTS),
    ],
)
def test_every_code_of_the_rules_has_a_word_a_hue_and_an_icon(family, codes):
    shown = {code for code in codes if code is not None}

    assert shown == theme.FAMILIES[family].keys()
    assert all(i18n.known(f"{family}.{code}") for code in shown)


@pytest.mark.parametrize("family", theme.FAMILIES)
def test_every_look_is_one_that_is_there(family):
    sprite = (ROOT / "assets" / "icons.svg").read_text("utf-8")

    for look in theme.FAMILIES[family].values():
        assert look.hue in theme.HUES
        assert f'id="{look.icon}"' in sprite


def test_every_code_that_the_club_refuses_with_has_its_sentence():
    found = re.compile(
        r'(?:ClubError|Refused|NotFound|IllegalMove|Conflict|Busy)\(\s*"([a-z_]+)"'
        r'|(?:FieldError|BadInput\.of)\(\s*[^,()]+,\s*"([a-z_]+)"'
    )
    codes = {
        code
        for file in (ROOT / "lifecycle").rglob("*.py")
        for pair in found.findall(file.read_text("utf-8"))
        for code in pair
        if code
    }

    assert not {code for code in codes if not i18n.known(f"error.{code}")}


def test_every_icon_that_a_screen_names_is_in_the_sprite():
    sprite = (ROOT / "assets" / "icons.svg").read_text("utf-8")
    named = {
        name
        for file in (*SCREENS, ROOT / "club_ui" / "theme.py")
        for name in re.findall(r'icon(?:_name)?(?:=|\()"([a-z0-9-]+)"', file.read_text("utf-8"))
    }

    assert not {name for name in named if f'id="{name}"' not in sprite}


def literals(file: Path) -> list[str]:
    """The texts that a component is given as children."""
    found = []
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Call) and _makes_an_element(node.func):
            found += [one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]
    return found


def _makes_an_element(maker: ast.expr) -> bool:
    return isinstance(maker, ast.Attribute) and "rx.el" in ast.unparse(maker)


@pytest.mark.parametrize("file", SCREENS, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_no_word_is_written_into_a_screen(file):
    assert [word for word in literals(file) if re.search(r"\w{2,}", word) and word not in SAME_EVERYWHERE] == []


@pytest.mark.parametrize("file", SCREENS, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_no_letter_of_the_cyrillic_alphabet_is_in_the_code_of_a_screen(file):
    assert not re.search("[а-яё]", file.read_text("utf-8"), re.IGNORECASE)


@pytest.mark.parametrize(
    ("language", "count", "written"),
    [
        ("ru", 1, "1 клиент"), ("ru", 3, "3 клиента"), ("ru", 11, "11 клиентов"), ("ru", 1284600, "1 284 600 клиентов"),
        ("uk", 1, "1 клієнт"), ("uk", 2, "2 клієнти"), ("uk", 12, "12 клієнтів"),
        ("en", 1, "1 client"), ("en", 1284600, "1,284,600 clients"),
    ],
)  # fmt: skip
def test_a_count_is_written_as_its_language_counts(language, count, written):
    assert text(language, "count.clients", count=count).replace(i18n.NO_BREAK, " ") == written


@pytest.mark.parametrize(
    ("language", "minor", "written"),
    [("ru", 2490000, "24 900 ₽"), ("ru", 2490050, "24 900,50 ₽"), ("en", 2490000, "24,900 ₽"), ("uk", -500, "−5 ₽")],
)
def test_money_never_breaks_from_its_sign(language, minor, written):
    assert i18n.money(language, minor) == written.replace(" ", i18n.NO_BREAK)


@pytest.mark.parametrize(
    ("accepted", "language"),
    [("uk-UA,uk;q=0.9,en;q=0.5", "uk"), ("en;q=0.3,ru;q=0.8", "ru"), ("de,fr;q=0.8", "en"), ("", "en"), ("ru;q=x,uk", "uk")],
)
def test_a_browser_is_answered_in_the_first_language_it_asks_for(accepted, language):
    assert i18n.language_of(accepted) == language


def test_values_that_a_person_typed_are_no_templates():
    assert text("en", "search.add", query="{count} {0}") == "Add “{count} {0}”"
