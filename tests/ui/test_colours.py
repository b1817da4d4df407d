"""Every colour can be read: contrast computed from the stylesheet itself, by WCAG's formula, in both themes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from club_ui.theme import HUES

CSS = (Path(__file__).resolve().parents[2] / "assets" / "club.css").read_text("utf-8")
THEMES = {"light": ":root", "dark": ".dark"}
GROUNDS = ("canvas", "surface", "sunken", "hover")


def tokens(theme: str) -> dict[str, str]:
    block = re.search(rf"(?m)^{re.escape(THEMES[theme])} \{{(.*?)^\}}", CSS, re.DOTALL)
    return dict(re.findall(r"--([\w-]+): (#[0-9A-F]{6})", block[1]))


def luminance(colour: str) -> float:
    parts = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def css_name(hue: str) -> str:
    return hue.replace("_", "-")


@pytest.fixture(params=THEMES)
def colours(request: pytest.FixtureRequest) -> dict[str, str]:
    return tokens(request.param)


def test_black_on_white_has_the_contrast_that_the_standard_says():
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)


@pytest.mark.parametrize("ink", ["ink", "ink2", "ink3"])
@pytest.mark.parametrize("ground", GROUNDS)
def test_ink_is_read_on_every_ground(colours, ink, ground):
    assert contrast(colours[ink], colours[ground]) >= 4.5


@pytest.mark.parametrize("hue", HUES)
@pytest.mark.parametrize("ground", [*GROUNDS, "own tint"])
def test_the_word_of_a_hue_is_read_on_every_ground(colours, hue, ground):
    behind = colours[f"{css_name(hue)}-bg"] if ground == "own tint" else colours[ground]

    assert contrast(colours[f"{css_name(hue)}-fg"], behind) >= 4.75


@pytest.mark.parametrize("hue", HUES)
def test_the_edge_of_a_fill_is_seen(colours, hue):
    assert contrast(colours[f"{css_name(hue)}-sd"], colours["surface"]) >= 3


@pytest.mark.parametrize("hue", HUES)
def test_words_on_a_fill_are_read(colours, hue):
    assert contrast(colours["on-vv"], colours[f"{css_name(hue)}-vv"]) >= 4.5


@pytest.mark.parametrize(("word", "ground"), [("on-accent", "accent"), ("on-accent", "accent-hover"), ("on-inv", "inv"), ("accent", "surface"), ("accent", "canvas")])
def test_what_can_be_pressed_is_read(colours, word, ground):
    assert contrast(colours[word], colours[ground]) >= 4.5


@pytest.mark.parametrize("ground", ["surface", "sunken"])
def test_the_edge_of_a_field_is_seen(colours, ground):
    assert contrast(colours["field"], colours[ground]) >= 3


def test_both_themes_name_the_same_colours():
    assert tokens("light").keys() == tokens("dark").keys()


@pytest.mark.parametrize("hue", HUES)
def test_every_hue_is_asked_for_by_its_attribute(hue):
    assert f'[data-h="{hue}"]' in CSS
