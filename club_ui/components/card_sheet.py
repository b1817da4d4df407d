"""The opened card: a sheet over the board with its parts, what is planned edited in place, and its end."""

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
    hidden,
    hued,
    icon,
    menu,
    menu_item,
    menu_link,
    opens,
    pill_of,
    skeleton_rows,
    stage_mark,
    submit,
)
from club_ui.components.card_forms import finish_form, plan_form
from club_ui.components.card_parts_view import PART_VIEWS, card_address, talk_line
from club_ui.components.parts import Dialog, Form
from club_ui.components.pictures import ruler
from club_ui.components.playbook import playbook_list
from club_ui.i18n.screen import t
from club_ui.state.card import PARTS


def card_sheet(state: Any) -> rx.Component:
    """The sheet, shut while the address names no card."""
    return Dialog.create(
        rx.cond(
            state.card_ready & ~state.card_missing,
            rx.el.div(
                _head(state),
                rx.cond(state.sheet.whole, _tabs(state), rx.fragment()),
                rx.el.div(
                    _news(state),
                    rx.match(state.part, *((part, build(state)) for part, build in PART_VIEWS.items()), _general(state)),
                    # It scrolls, so whoever has no mouse must be able to come to it.
                    class_name="bd cbd", tab_index=0, role="group", custom_attrs={"aria-label": t("card.parts")},
                ),
                _foot(state),
                class_name="fill",
            ),
            _not_here(state),
        ),
        open=state.card != "", on_shut=state.shut, class_name="shet card-sheet",
        custom_attrs={"aria-label": t("card.title") + ": " + state.sheet.name, "data-testid": "card-sheet", "data-card-id": state.card},
    )


def _not_here(state: Any) -> rx.Component:
    return rx.el.div(
        rx.el.div(rx.el.h2(t("card.title"), class_name="sp"), _shut(state), class_name="sh"),
        rx.cond(
            state.card_missing,
            empty(t("card.missing_title"), rx.cond(state.trouble != "", state.trouble, t("card.missing")), look=theme.STATUS["lost"]),
            skeleton_rows(4),
        ),
        class_name="fill",
    )


def _shut(state: Any) -> rx.Component:
    return button(icon("x", 20), look="g ic", label=t("shell.close"), on_click=state.shut)


def _head(state: Any) -> rx.Component:
    one = state.sheet
    return rx.el.div(
        avatar(one.letters, hue=one.cause.hue),
        rx.el.div(
            rx.el.div(rx.el.h2(one.name), stage_mark(one.stage), class_name="nmr"),
            rx.el.div(
                rx.cond(one.phone != "", rx.fragment(rx.el.span(one.phone, class_name="nw"), " · "), rx.fragment()),
                rx.el.span(one.sub, class_name="nw"),
                class_name="t13 mm",
            ),
            class_name="sp",
        ),
        rx.cond(
            one.tel != "",
            rx.el.a(
                icon("phone"), rx.el.span(t("deed.call"), class_name="hide-p"), href=one.tel, class_name="btn p",
                custom_attrs={"aria-label": t("deed.call"), "data-first": "true"},
            ),
            rx.fragment(),
        ),
        _shut(state),
        class_name="sh tall",
    )


def _tabs(state: Any) -> rx.Component:
    return rx.el.nav(
        *(
            go(
                t(f"card.{part}"), to=card_address(state, f"&part={part}" if part != "general" else ""), replace=True, prevent_scroll_reset=True,
                custom_attrs={"aria-current": rx.cond(state.part == part, "page", "false"), "data-testid": f"part-{part}"},
            )
            for part in PARTS
        ),
        class_name="tabs", custom_attrs={"aria-label": t("card.parts")},
    )


def _news(state: Any) -> rx.Component:
    """What must be read first: closed, its cause gone, or two people at once."""
    return rx.fragment(
        rx.cond(
            state.sheet.closed != "",
            rx.el.div(
                icon("check", 18), rx.el.span(rx.el.b(state.sheet.closed), rx.el.br(), state.sheet.closed_by, class_name="t14"),
                class_name="note", role="status", custom_attrs={**hued("archive"), "data-testid": "card-closed"},
            ),
            rx.fragment(),
        ),
        rx.cond(
            state.sheet.quiet != "",
            rx.el.div(icon("phone-off", 18), rx.el.b(state.sheet.quiet, class_name="pretty"), class_name="note", role="status", custom_attrs={**hued("danger"), "data-testid": "card-quiet"}),
            rx.fragment(),
        ),
        rx.cond(
            state.sheet.gone,
            rx.el.div(icon("info", 18), rx.el.span(t("card.gone"), class_name="pretty"), class_name="note", role="status", custom_attrs=hued("to_renew")),
            rx.fragment(),
        ),
        _clash(state),
    )


def _clash(state: Any) -> rx.Component:
    return rx.cond(
        state.clash.field != "",
        rx.el.div(
            icon("triangle-alert", 18),
            rx.el.div(
                rx.el.b(t("card.clash")),
                rx.el.dl(
                    rx.el.dt(state.clash.word),
                    rx.el.dd(t("card.clash_theirs", value=state.clash.theirs), custom_attrs={"data-testid": "clash-theirs"}),
                    rx.cond(
                        state.clash.mine != "",
                        rx.el.dd(t("card.clash_mine", value=state.clash.mine), custom_attrs={"data-testid": "clash-mine"}),
                        rx.fragment(),
                    ),
                ),
                rx.el.div(
                    button(t("card.take_mine"), on_click=state.take_mine, custom_attrs={"data-testid": "take-mine"}),
                    button(t("card.take_theirs"), on_click=state.take_theirs, custom_attrs={"data-testid": "take-theirs"}),
                    class_name="row wrap",
                ),
                class_name="stack g8 sp",
            ),
            class_name="note clash", role="alert", custom_attrs={**hued("to_renew"), "data-testid": "card-clash"},
        ),
        rx.fragment(),
    )


# --- general ----------------------------------------------------------------------------------------


def _general(state: Any) -> rx.Component:
    return rx.fragment(
        rx.cond(state.sheet.whole, _place(state), rx.el.p(t("card.only_card"), class_name="t13 mm")),
        _why(state),
        rx.cond(state.playbook.aim != "", _playbook(state.playbook), rx.fragment()),
        rx.el.div(
            _row(t("card.status"), _status(state)),
            _row(t("card.step"), _step(state)),
            _row(t("card.responsible"), _who(state)),
            class_name="eds",
        ),
        rx.el.ul(rx.foreach(state.talks, talk_line), class_name="tl", custom_attrs={"data-testid": "card-talks"}),
    )


def _place(state: Any) -> rx.Component:
    stands = state.standing
    return rx.el.section(
        rx.el.div(
            rx.foreach(stands.folders, lambda one: chip_of(one, small=False)),
            pill_of(stands.relation.word, stands.relation.hue, stands.relation.icon, outlined=True),
            rx.cond(
                stands.warmth.code != "", pill_of(stands.warmth.word, stands.warmth.hue, stands.warmth.icon, outlined=True), rx.fragment()
            ),
            class_name="row wrap g6",
        ),
        rx.el.div(
            rx.cond(stands.ruler.shown, rx.el.span(ruler(stands.ruler), class_name="rulw"), rx.fragment()),
            rx.el.span(stands.why, rx.cond(stands.then != "", rx.fragment(". ", rx.el.span(stands.then, class_name="m")), rx.fragment()), class_name="t14 pretty beside"),
            class_name="row g12 wrap",
        ),
        class_name="stack g8", custom_attrs={"aria-label": t("card.place"), "data-testid": "card-place"},
    )


def _why(state: Any) -> rx.Component:
    """Why the card is there: each stage of its cause in its sentence, and how far it was raised."""
    one = state.sheet
    return rx.el.div(
        icon(one.cause.icon, 18),
        rx.el.div(
            rx.el.b(one.cause.word),
            rx.el.ul(rx.foreach(one.says, rx.el.li), class_name="rsn", custom_attrs={"aria-label": t("card.reasons")}),
            rx.cond(
                one.raised != "",
                rx.el.p(icon("megaphone", 15), rx.el.span(one.raised), class_name="row g6 late", custom_attrs={"data-testid": "card-raised"}),
                rx.fragment(),
            ),
            class_name="sp pretty",
        ),
        class_name="note", custom_attrs={**hued(one.cause.hue), "data-testid": "card-why"},
    )


def _playbook(row: Any) -> rx.Component:
    """What to reach with this client, and under it how."""
    return rx.el.details(
        rx.el.summary(icon("target", 16), rx.el.span(row.aim, class_name="sp pretty"), icon("chevron-down", 15, class_name="i end")),
        playbook_list(t("playbook.steps"), row.steps, "list-checks"),
        rx.cond(row.questions.length() > 0, playbook_list(t("playbook.questions"), row.questions, "message-circle"), rx.fragment()),
        class_name="pbk fold", custom_attrs={"data-testid": "card-playbook"},
    )


def _row(word: Any, control: rx.Component) -> rx.Component:
    return rx.el.div(rx.el.span(word, class_name="k"), control, class_name="edr")


def _opener(name: str, word: Any, *shown: Any, shut: Any, kind: str = "menu") -> rx.Component:
    """What is planned, as a line that opens its choice, called by `word` and what it shows; on a closed card it is only read."""
    return rx.cond(
        shut,
        rx.el.span(*shown, class_name="ed"),
        rx.el.button(
            hidden(t("card.edit", what=word), ": "), *shown, icon("chevron-down", 15, class_name="i end"), type="button", class_name="ed",
            custom_attrs={**opens(name, kind), "data-testid": name},
        ),
    )


def _status(state: Any) -> rx.Component:
    one = state.sheet
    return menu(
        _opener(
            "card-status", t("card.status"), rx.el.span(class_name="dot", custom_attrs=hued(rx.cond(one.status != "", "to_renew", "archive"))),
            rx.el.span(one.status_word, class_name=rx.cond(one.status != "", "", "m")), shut=_is_shut(state),
        ),
        rx.foreach(
            state.statuses,
            lambda choice: menu_item(choice.word, checked=choice.on, on_click=state.put_status(choice.value), custom_attrs={"data-value": choice.value}),
        ),
        name="card-status", label=t("card.status"),
    )


def _who(state: Any) -> rx.Component:
    one = state.sheet
    return menu(
        _opener(
            "card-who", t("card.responsible"),
            rx.cond(one.who != "", avatar(one.who_letters, small=True), rx.el.span(class_name="av s none", custom_attrs={"aria-hidden": "true"})),
            rx.el.span(one.who_name, class_name=rx.cond(one.who != "", "", "m")), shut=_is_shut(state) | ~state.may_hand,
        ),
        rx.foreach(
            state.people,
            lambda choice: menu_item(choice.word, checked=choice.on, on_click=state.put_who(choice.value), custom_attrs={"data-value": choice.value}),
        ),
        name="card-who", label=t("card.responsible"),
    )


def _step(state: Any) -> rx.Component:
    one = state.sheet
    shown = (
        icon(one.step_icon, 16),
        rx.el.span(one.step_word, " ", rx.cond(one.late != "", rx.el.span(one.late, class_name="late"), rx.fragment()), class_name="pretty"),
    )
    return rx.cond(
        state.doing == "step",
        plan_form(state),
        rx.cond(
            _is_shut(state),
            rx.el.span(*shown, class_name="ed"),
            go(
                *shown, icon("chevron-down", 15, class_name="i end"), to=card_address(state, "&do=step"), replace=True, prevent_scroll_reset=True,
                class_name="ed", role="button",
                custom_attrs={"aria-label": t("card.edit", what=t("card.step") + ": " + one.step_word + " " + one.late), "data-testid": "card-step"},
            ),
        ),
    )


def _is_shut(state: Any) -> Any:
    return (state.sheet.closed != "") | ~state.may_work


# --- the foot ---------------------------------------------------------------------------------------


def _foot(state: Any) -> rx.Component:
    return rx.cond(
        _is_shut(state),
        rx.fragment(),
        rx.cond(
            (state.doing == "then") | (state.doing == "done") | (state.doing == "refuse"),
            finish_form(state),
            rx.el.div(_comment(state), _deeds(state), class_name="cfl"),
        ),
    )


def _comment(state: Any) -> rx.Component:
    return Form.create(
        rx.el.textarea(
            name="comment", default_value=state.given["comment"], placeholder=t("card.comment"), rows=1, max_length=4000, class_name="inp grow",
            custom_attrs={"aria-label": t("card.comment_name"), "data-testid": "card-comment"},
        ),
        submit(rx.el.span(t("card.send"), class_name="vh"), "send", look="ic", title=t("card.send"), custom_attrs={"data-testid": "card-send"}),
        turn=state.turn, on_send=state.comment, on_draft=state.keep, class_name="row top-a", key=state.form_key, auto_complete="off",
        custom_attrs={"data-testid": "comment-form"},
    )


def _deeds(state: Any) -> rx.Component:
    return rx.el.div(
        button(icon("phone-off", 17), t("card.again"), on_click=state.again, custom_attrs={"data-testid": "card-again"}),
        go(
            icon("check", 17), t("card.then"), to=card_address(state, "&do=then"), replace=True, prevent_scroll_reset=True, class_name="btn", role="button",
            custom_attrs={"data-testid": "card-then"},
        ),
        menu(
            button(icon("ellipsis"), look="g ic", label=t("card.more"), custom_attrs={**opens("card-more", "menu"), "data-testid": "card-more"}),
            rx.cond(
                state.sheet.asks_why,
                go(icon("check"), rx.el.span(t("card.done_next")), to=card_address(state, "&do=done"), replace=True, class_name="it", role="menuitem", custom_attrs={"data-testid": "close-why"}),
                menu_item(t("card.done"), "check", on_click=state.close("done"), custom_attrs={"data-testid": "close-done"}),
            ),
            go(icon("circle-x"), rx.el.span(t("card.refuse")), to=card_address(state, "&do=refuse"), replace=True, class_name="it", role="menuitem", custom_attrs={"data-testid": "close-refused"}),
            rx.cond(
                state.sheet.gone,
                menu_item(t("card.not_needed"), "minus", on_click=state.close("not_needed")),
                rx.fragment(),
            ),
            rx.cond(state.sheet.whole, menu_link(t("card.profile"), "user-round", to="/client/" + state.sheet.client), rx.fragment()),
            name="card-more", label=t("card.more"), end=True,
        ),
        class_name="row deeds",
    )

