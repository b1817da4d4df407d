"""Who is calling: the panel above every page (design: component 10).

One call is open, others stand under it as lines. It never takes the focus from whoever types: Alt-C goes to it, Esc back.
"""

from __future__ import annotations

from importlib import resources
from typing import Any

import reflex as rx
from reflex_base.components.component import Component

from club_ui.components.basics import chip_of, go, icon, spacer, stage_mark, submit
from club_ui.components.parts import Form
from club_ui.components.pictures import ruler
from club_ui.i18n.screen import t
from club_ui.state.calls import CallsState
from lifecycle.facts import SOURCES

_CODE = resources.files("club_ui.components").joinpath("calls.js").read_text("utf-8")


class _Part(Component):
    def add_imports(self) -> dict[str, Any]:
        """What they use of React."""
        return {"react": ["Fragment", "useEffect", "useRef", "useState"], "react-dom": ["createPortal"]}

    def add_custom_code(self) -> list[str]:
        """Their code, once a page."""
        return [_CODE]


class Calls(_Part):
    """Where calls stand: above the page, or within the dialog that is open over it; `said` is announced once."""

    tag = "ClubCalls"
    count: rx.Var[int]
    said: rx.Var[str]


class Clock(_Part):
    """Minutes and seconds, counted by itself."""

    tag = "ClubClock"
    seconds: rx.Var[int]
    going: rx.Var[bool]


def calls_panel() -> rx.Component:
    """The panel, wherever the person is."""
    panels = CallsState.panels
    return Calls.create(
        rx.foreach(panels, _call),
        count=panels.length(),
        said=CallsState.said,
        custom_attrs={"role": "alertdialog", "data-testid": "call-panel", "aria-label": t("calls.panel")},
    )


def _call(row: Any) -> rx.Component:
    return rx.el.section(
        _head(row),
        rx.cond(row.small, rx.fragment(), _body(row)),
        class_name="one", key=row.id,
        custom_attrs={"data-call": row.id, "data-phase": row.phase, "aria-label": row.head + ", " + row.number},
    )


def _head(row: Any) -> rx.Component:
    ringing = row.phase == "ringing"
    return rx.el.header(
        rx.el.span(
            icon(rx.cond(row.missed, "phone-missed", rx.cond(ringing, "phone-incoming", "phone"))),
            class_name=rx.cond(ringing, "rg on", "rg"),
        ),
        rx.el.div(
            rx.el.div(row.head, rx.cond(row.phase != "trace", rx.fragment(" · ", Clock.create(seconds=row.elapsed, going=row.going)), rx.fragment()), class_name="hd1"),
            rx.el.div(rx.cond(row.small & (row.name_ != ""), row.name_, row.number), class_name="hd2 ell"),
            class_name="sp",
        ),
        rx.cond(
            row.phase == "trace",
            rx.fragment(),
            rx.cond(
                row.small,
                _small_button("chevron-down", t("calls.unfold"), CallsState.bring(row.id)),
                _small_button("minus", t("calls.fold"), CallsState.fold(row.id)),
            ),
        ),
        rx.cond(ringing, rx.fragment(), _small_button("x", t("calls.close"), CallsState.close(row.id))),
        class_name="hd",
    )


def _small_button(name: str, label: Any, press: Any) -> rx.Component:
    return rx.el.button(icon(name, 20), type="button", class_name="hit", on_click=press, custom_attrs={"aria-label": label, "title": label})


def _body(row: Any) -> rx.Component:
    return rx.el.div(
        rx.cond(
            row.client == "",
            rx.el.p(rx.cond(row.elsewhere, t("calls.elsewhere"), t("calls.unknown")), class_name="says"),
            rx.fragment(
                rx.cond(row.fresh, _stranger(row), _known(row)),
                rx.cond(row.last != "", rx.el.div(icon("history", 15), rx.el.span(row.last), class_name="last"), rx.fragment()),
                _deeds(row),
            ),
        ),
        rx.cond(row.phase == "ringing", rx.fragment(), _note(row)),
        rx.cond(row.others.length() > 0, _others(row), rx.fragment()),
        rx.cond(
            row.may_be_mine != "",
            rx.el.button(
                icon("phone", 16), t("calls.my_phone", extension=row.may_be_mine), type="button", class_name="btn g mine",
                on_click=CallsState.sit_at(row.may_be_mine),
            ),
            rx.fragment(),
        ),
        class_name="bd",
    )


def _known(row: Any) -> rx.Component:
    """Who, where they stand, and the one sentence."""
    return rx.fragment(
        rx.el.div(rx.el.h2(row.name_), stage_mark(row.stage), spacer(), rx.el.span(row.since, class_name="t13 mm nw"), class_name="row g12"),
        rx.el.div(rx.foreach(row.folders, lambda one: chip_of(one, small=False)), class_name="row wrap g6 chips"),
        rx.cond(row.ruler.shown, ruler(row.ruler), rx.fragment()),
        rx.el.p(rx.el.b(row.stands), " ", row.why, " ", rx.el.b(row.offer), class_name="says", custom_attrs={"data-testid": "call-says"}),
    )


def _stranger(row: Any) -> rx.Component:
    """A number that nobody had: the lead is there, the name is missing."""
    return rx.fragment(
        rx.el.div(rx.el.h2(t("calls.new_number")), stage_mark(row.stage), class_name="row g12"),
        rx.el.p(t("calls.lead_made"), class_name="says"),
        Form.create(
            rx.el.input(type="hidden", name="call", value=row.id, read_only=True),
            rx.el.div(
                rx.el.label(
                    rx.el.span(t("calls.name"), class_name="lb"),
                    rx.el.input(name="name", default_value=row.draft_name, class_name="inp", max_length=200, auto_complete="off"),
                ),
                rx.el.label(
                    rx.el.span(t("calls.source"), class_name="lb"),
                    rx.el.select(
                        *(rx.el.option(t(f"source.{code}"), value=code) for code in SOURCES if code != "import"),
                        name="source", default_value=rx.cond(row.draft_source != "", row.draft_source, "call"), class_name="inp",
                    ),
                ),
                class_name="two-f",
            ),
            rx.cond(
                CallsState.errors.contains("name"), rx.el.p(CallsState.errors["name"], class_name="bad", role="alert"), rx.fragment()
            ),
            submit(t("calls.save"), "check", look=""),
            turn=CallsState.turn, on_send=CallsState.name, on_draft=CallsState.keep, class_name="stack g8", custom_attrs={"data-testid": "call-name-form"},
        ),
    )


def _deeds(row: Any) -> rx.Component:
    """Two deeds: to the card (or one is made), to the profile. Either takes the call."""
    return rx.el.div(
        rx.cond(
            row.card != "",
            go(
                icon("square-kanban"), t("calls.open_card"), to="/board?card=" + row.card, class_name="btn p",
                on_click=CallsState.take(row.id), custom_attrs={"data-testid": "deed-open-card"},
            ),
            rx.el.button(
                icon("square-kanban"), t("calls.make_card"), type="button", class_name="btn p", on_click=CallsState.make_card(row.id),
                custom_attrs={"data-testid": "deed-make-card"},
            ),
        ),
        go(
            icon("user-round"), t("calls.profile"), to="/client/" + row.client, class_name="btn",
            on_click=CallsState.take(row.id), custom_attrs={"data-testid": "deed-open"},
        ),
        class_name="deeds",
    )


def _note(row: Any) -> rx.Component:
    return rx.cond(
        row.client != "",
        Form.create(
            rx.el.input(type="hidden", name="call", value=row.id, read_only=True),
            rx.el.label(
                icon("message-square-text"),
                rx.el.input(
                    name="note", default_value=row.draft_note, placeholder=t("calls.note"), max_length=4000, auto_complete="off",
                    custom_attrs={"aria-label": t("calls.note_name")},
                ),
                class_name="inp sp",
            ),
            submit(t("calls.write_down"), None, look=""),
            turn=CallsState.turn, on_send=CallsState.write, on_draft=CallsState.keep, class_name="row g8 note-f",
            custom_attrs={"data-testid": "call-note-form"},
        ),
        rx.fragment(),
    )


def _others(row: Any) -> rx.Component:
    """The others at this number: a press says that it is them."""
    return rx.el.div(
        rx.el.div(icon("users-round", 17), rx.el.span(t("calls.others")), class_name="row g8 t13 mm"),
        rx.foreach(
            row.others,
            lambda one: rx.el.button(
                rx.el.span(one.name_, class_name="b5 ell"), stage_mark(one.stage), spacer(), chip_of(one.folder, small=True), icon("chevron-right", 16),
                type="button", class_name="fam", key=one.id, on_click=CallsState.choose(row.id, one.id),
                title=t("calls.choose", name=one.name_), custom_attrs={"data-client": one.id},
            ),
        ),
        class_name="fams",
    )
