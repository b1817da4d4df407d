"""The profile: place, why and what next, deeds, life line, history; at the side what is held and who it is."""

from __future__ import annotations

from typing import Any

import reflex as rx

from club_ui import theme
from club_ui.components.basics import (
    avatar,
    button,
    chip_of,
    empty,
    go,
    header,
    hued,
    icon,
    menu,
    menu_link,
    opens,
    pill_of,
    popover,
    skeleton_rows,
    spacer,
)
from club_ui.components.deeds import deed_buttons, deed_sheet, explanation
from club_ui.components.pictures import big_ruler, life_line, ruler
from club_ui.components.playbook import playbook_box
from club_ui.components.states import loaded
from club_ui.i18n.screen import t
from club_ui.page import page
from club_ui.profile_rows import SHOWS
from club_ui.state.client import ClientState


def _title() -> rx.Var[str]:
    return rx.cond(ClientState.title != "", ClientState.title, t("nav.client")).to(str)


@page("/client/[client]", "nav.client", state=ClientState, need="see_client", under="folders", title=_title)
def client() -> Any:
    """One client whole."""
    return (
        rx.cond(
            ClientState.missing,
            rx.fragment(
                header(t("nav.client"), back="/folders"),
                empty(
                    t("client.missing_title"), t("client.missing"), go(t("missing.go"), to="/folders", class_name="btn p"),
                    look=theme.STATUS["lost"],
                ),
            ),
            rx.fragment(_head(), loaded(ClientState, _content(), skeleton_rows())),
        ),
        deed_sheet(ClientState),
    )


def _head() -> rx.Component:
    return rx.el.div(
        go(icon("chevron-left", 20), to="/folders", class_name="btn g ic back", custom_attrs={"aria-label": t("list.back")}),
        avatar(ClientState.letters, hue=ClientState.stage.hue),
        rx.el.div(
            rx.el.h1(ClientState.title),
            rx.el.div(
                rx.foreach(ClientState.phones, lambda one: rx.el.span(one.shown, class_name="nw")),
                rx.cond(ClientState.sub != "", rx.el.span(ClientState.sub, class_name="hide-p"), rx.fragment()),
                class_name="t13 mm row dots",
            ),
            style={"minWidth": "0"},
        ),
        rx.cond(
            ClientState.ready,
            rx.el.span(
                pill_of(ClientState.stage.word, ClientState.stage.hue, ClientState.stage.icon, outlined=True),
                class_name="hide-p", custom_attrs={"aria-label": t("stage.label")}, role="group",
            ),
            rx.fragment(),
        ),
        spacer(),
        rx.foreach(
            ClientState.phones,
            lambda one, place: rx.cond(
                (place == 0) & (one.tel != ""),
                rx.el.a(icon("phone"), href=one.tel, class_name="btn ic", custom_attrs={"aria-label": t("deed.call")}),
                rx.fragment(),
            ),
        ),
        class_name="ph",
    )


def _content() -> rx.Component:
    return rx.el.div(
        rx.el.div(
            rx.el.div(
                _place(),
                deed_buttons(ClientState.main_steps, ClientState.more_steps, ClientState.number, ClientState, name="deeds"),
                explanation(ClientState, ClientState.number),
                _life(),
                _processes(),
                _history(),
            ),
            rx.el.div(_memberships(), _relation(), playbook_box(ClientState.playbook), _about(), class_name="sd"),
            class_name="cg",
        ),
        class_name="pad",
    )


def _place() -> rx.Component:
    return rx.el.section(
        rx.el.ul(
            rx.foreach(ClientState.places, _folder_line),
            class_name="pl", custom_attrs={"data-testid": "client-folders", "data-folders": ClientState.folder_codes, "aria-label": t("client.folders")},
        ),
        big_ruler(ClientState.ruler),
        rx.el.div(
            rx.el.span(icon("corner-down-right", 17), rx.el.span(ClientState.next_says, class_name="pretty"), class_name="says"),
            rx.foreach(ClientState.next_chips, lambda one: chip_of(one, small=True)),
            _absent(),
            class_name="nx full", custom_attrs={"data-testid": "next-change"},
        ),
        class_name="box place", custom_attrs={"aria-label": t("client.place")},
    )


def _folder_line(line: Any) -> rx.Component:
    name = rx.Var.create("why-window-") + line.chip.code
    return rx.el.li(
        popover(
            rx.el.button(
                chip_of(line.chip), type="button", class_name="chip",
                custom_attrs={**opens(name), "data-testid": rx.Var.create("why-") + line.chip.code},
            ),
            rx.el.div(rx.el.b(t("why.title"), class_name="sp"), chip_of(line.chip, small=True), class_name="row"),
            ruler(line.ruler),
            rx.el.ul(
                rx.el.li(icon("check", 16), rx.el.span(line.why)),
                rx.el.li(icon("circle-dot", 16), rx.el.span(t("client.status"), ": ", ClientState.status.word)),
                class_name="conds",
            ),
            rx.cond(
                line.then != "",
                rx.el.div(rx.el.span(icon("corner-down-right", 16), rx.el.span(line.then, class_name="pretty"), class_name="says"), class_name="nx rule"),
                rx.fragment(),
            ),
            name=name, label=t("why.title"),
        ),
        rx.el.span(line.why, class_name="t14 m pretty"),
    )


def _absent() -> rx.Component:
    return popover(
        rx.el.button(
            icon("circle-help"), type="button", class_name="hit", title=t("why.absent"),
            custom_attrs={**opens("absent"), "aria-label": t("why.absent"), "data-testid": "why-not"},
        ),
        rx.el.b(t("why.absent")),
        rx.el.ul(
            rx.foreach(
                ClientState.absent,
                lambda line: rx.el.li(
                    rx.el.span(
                        chip_of(line.chip, small=True),
                        rx.el.br(),
                        rx.el.span(line.why, class_name="t13 m"),
                        rx.cond(line.then != "", rx.el.span(" ", line.then, class_name="t13 mm"), rx.fragment()),
                    )
                ),
            ),
            class_name="conds",
        ),
        name="absent", label=t("why.absent"),
    )


def _life() -> rx.Component:
    return rx.el.section(
        rx.el.header(
            rx.el.h2(t("life.title")),
            rx.el.span(
                rx.el.span(rx.el.i(class_name="lg-v"), t("life.visit"), class_name="lg"),
                rx.el.span(rx.el.i(class_name="lg-f"), t("life.freeze"), class_name="lg"),
                rx.el.span(rx.el.i(class_name="lg-c"), t("life.contact"), class_name="lg"),
                class_name="row g12 hide-p",
            ),
            spacer(),
            rx.cond(
                ClientState.as_table,
                go(icon("activity", 16), t("life.picture"), to="?", replace=True, class_name="btn g"),
                go(icon("table-2", 16), t("life.table"), to="?life=table", replace=True, class_name="btn g"),
            ),
        ),
        rx.el.div(
            rx.cond(
                ClientState.as_table,
                rx.el.table(
                    rx.el.thead(rx.el.tr(rx.el.th(t("life.day"), scope="col"), rx.el.th(t("client.folders"), scope="col"))),
                    rx.el.tbody(
                        rx.foreach(
                            ClientState.life_facts,
                            lambda one: rx.el.tr(
                                rx.el.td(one.day, class_name="nw"),
                                rx.el.td(
                                    rx.el.span(
                                        rx.el.i(class_name="dot"), one.what,
                                        rx.cond(one.ahead, rx.el.span(t("life.ahead"), class_name="tag"), rx.fragment()),
                                        class_name="row wrap", custom_attrs=hued(one.hue),
                                    )
                                ),
                            ),
                        )
                    ),
                    class_name="tb",
                ),
                life_line(ClientState.life),
            ),
            class_name="cb",
        ),
        class_name="chart",
    )


def _processes() -> rx.Component:
    """The life as a row of processes: what the club did with this client, and how each ended."""
    return rx.cond(
        ClientState.processes.length() > 0,
        rx.el.section(
            rx.el.h2(t("process.title")),
            rx.el.ol(
                rx.foreach(
                    ClientState.processes,
                    lambda one: rx.el.li(
                        chip_of(one.chip, small=True),
                        rx.el.span(one.when, ", ", one.took, class_name="t12 m"),
                        rx.cond(one.talks != "", rx.el.span(one.talks, class_name="t12 mm"), rx.fragment()),
                        rx.el.b(one.outcome, class_name="t13 b5"),
                        class_name=rx.cond(one.now, "prc now", "prc"), key=one.key,
                    ),
                ),
                class_name="prcs",
            ),
            class_name="box in", custom_attrs={"data-testid": "processes"},
        ),
        rx.fragment(),
    )


def _history() -> rx.Component:
    return rx.el.section(
        rx.el.header(
            rx.el.h2(t("client.history")),
            spacer(),
            menu(
                button(
                    icon("filter", 16), rx.match(ClientState.show, *((code, t(f"history.{code}")) for code in SHOWS), ""), icon("chevron-down", 15),
                    look="g", custom_attrs=opens("history-shows", "menu"),
                ),
                *(menu_link(t(f"history.{code}"), _SHOW_ICONS[code], to="?" if code == "all" else f"?show={code}") for code in SHOWS),
                name="history-shows", label=t("client.history"), end=True,
            ),
        ),
        rx.el.div(
            rx.cond(
                ClientState.history.length() > 0,
                rx.el.ul(rx.foreach(ClientState.history, _event), class_name="tl"),
                rx.el.p(t("client.history_empty"), class_name="t14 m"),
            ),
            rx.cond(
                ClientState.older != "",
                go(t("client.show_more"), to=ClientState.older, replace=True, prevent_scroll_reset=True, class_name="btn"),
                rx.fragment(),
            ),
            class_name="cb",
        ),
        class_name="chart",
    )


_SHOW_ICONS = {"all": "list", "talks": "messages-square", "visits": "footprints", "money": "banknote", "moves": "folders"}


def _event(line: Any) -> rx.Component:
    return rx.el.li(
        rx.el.span(icon(line.icon, 15), class_name="ist", custom_attrs=hued(line.hue)),
        rx.el.p(
            rx.el.span(line.says, class_name=rx.cond(line.void, "void", "")),
            rx.cond(line.void, rx.el.span(" ", t("history.voided"), class_name="tag"), rx.fragment()),
            rx.cond(line.more != "", rx.el.span(rx.el.br(), rx.el.span(line.more, class_name="m"), class_name="pretty"), rx.fragment()),
            rx.el.br(),
            rx.el.span(line.who, class_name="t12 mm"),
        ),
        rx.el.span(
            rx.el.time(line.when),
            rx.cond(
                line.can_void,
                rx.el.button(
                    icon("undo-2", 16), type="button", class_name="hit", on_click=ClientState.take_back(line.key), title=t("deed.void"),
                    custom_attrs={"aria-label": t("deed.void") + ": " + line.says},
                ),
                rx.fragment(),
            ),
            class_name="row g4 top-a",
        ),
        key=line.key,
    )


def _memberships() -> rx.Component:
    return rx.el.section(
        rx.el.div(rx.el.h2(t("membership.title"), class_name="t14 sp"), rx.el.span(ClientState.memberships.length(), class_name="badge"), class_name="row"),
        rx.cond(
            ClientState.memberships.length() > 0,
            rx.el.div(rx.foreach(ClientState.memberships, _membership), class_name="stack g8", style={"marginTop": "8px"}),
            rx.el.p(t("membership.empty"), class_name="t13 m", style={"marginTop": "6px"}),
        ),
        class_name="box in",
    )


def _membership(one: Any) -> rx.Component:
    name = rx.Var.create("membership-") + one.key
    return rx.el.div(
        rx.el.div(rx.el.span(one.title, class_name="b5 sp pretty"), chip_of(one.state, small=True), class_name="row top-a"),
        rx.el.div(one.period, rx.cond(one.freeze != "", rx.el.span(", ", one.freeze), rx.fragment()), class_name="t13 m"),
        rx.cond(
            one.share != "",
            rx.el.span(rx.el.i(style={"width": one.share}), class_name="bar", custom_attrs={**hued(one.hue), "aria-hidden": "true"}),
            rx.fragment(),
        ),
        rx.el.div(
            rx.el.span(one.visits, class_name="sp"),
            rx.el.b(one.price),
            rx.cond(
                one.deeds.length() > 0,
                menu(
                    rx.el.button(icon("ellipsis"), type="button", class_name="hit", custom_attrs={**opens(name, "menu"), "aria-label": t("membership.actions", name=one.title)}),
                    rx.foreach(
                        one.deeds,
                        lambda deed: rx.el.button(
                            icon(deed.icon), rx.el.span(deed.word), type="button", class_name="it", role="menuitem",
                            on_click=ClientState.begin(deed.code, ClientState.number, one.key),
                            custom_attrs={"data-testid": rx.Var.create("membership-") + deed.code},
                        ),
                    ),
                    name=name, label=t("membership.actions", name=one.title), end=True,
                ),
                rx.fragment(),
            ),
            class_name="row t13 m",
        ),
        class_name="mem", key=one.key,
        custom_attrs={"data-testid": "membership", "data-state": one.state.code},
    )


def _relation() -> rx.Component:
    return rx.el.section(
        rx.el.div(
            chip_of(ClientState.relation, small=True, outlined=True), rx.el.span(t("relation.label"), class_name="t13 mm sp"),
            rx.cond(ClientState.warmth.code != "", chip_of(ClientState.warmth, small=True), rx.fragment()),
            class_name="row",
        ),
        rx.el.div(
            icon("banknote", 16), rx.el.span(ClientState.sale, class_name="pretty"),
            class_name="row t13 m", style={"marginTop": "8px"},
        ),
        rx.el.div(
            button(icon("flag", 16), t("deed.mark"), look="g", on_click=ClientState.begin("mark", ClientState.number, "")),
            rx.cond(
                ClientState.warmth.code != "",
                button(icon("flame", 16), t("deed.set_warmth"), look="g", on_click=ClientState.begin("set_warmth", ClientState.number, "")),
                rx.fragment(),
            ),
            button(icon("message-square-warning", 16), t("deed.complain"), look="g", on_click=ClientState.begin("complain", ClientState.number, "")),
            class_name="row wrap", style={"margin": "6px -12px -4px"},
        ),
        class_name="box in",
    )


def _about() -> rx.Component:
    return rx.el.section(
        rx.el.dl(
            rx.el.dt(t("form.responsible")),
            rx.el.dd(rx.cond(ClientState.responsible != "", ClientState.responsible, t("shell.nobody"))),
            rx.el.dt(t("form.branch")),
            rx.el.dd(ClientState.branch_name),
            rx.el.dt(t("form.source")),
            rx.el.dd(ClientState.source),
            rx.cond(ClientState.email != "", rx.fragment(rx.el.dt(t("form.email")), rx.el.dd(ClientState.email)), rx.fragment()),
            rx.cond(ClientState.comment != "", rx.fragment(rx.el.dt(t("form.comment")), rx.el.dd(ClientState.comment)), rx.fragment()),
            rx.cond(
                ClientState.same_phone.length() > 0,
                rx.fragment(
                    rx.el.dt(t("client.same_phone")),
                    rx.el.dd(rx.foreach(ClientState.same_phone, lambda one: go(one.shown, to=one.tel, class_name="link")), class_name="wrap"),
                ),
                rx.fragment(),
            ),
            class_name="kv",
        ),
        rx.el.div(
            rx.el.span(ClientState.since, class_name="t12 mm sp"),
            button(icon("pencil", 16), t("deed.change_client"), look="g", on_click=ClientState.begin("change_client", ClientState.number, ""), custom_attrs={"data-testid": "deed-change_client"}),
            class_name="row", style={"marginRight": "-12px"},
        ),
        class_name="box in", custom_attrs={"aria-label": t("client.about")},
    )
