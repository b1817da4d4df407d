"""The boxes of a profile about reaching the client: open cards, privacy and notifications, the cards of readers."""

from __future__ import annotations

from typing import Any

import reflex as rx

from club_ui.components.basics import avatar, button, chip_of, go, hued, icon
from club_ui.i18n.screen import t


def cards_box(state: Any) -> rx.Component:
    """What is to be done about the client, each a way to its sheet."""
    return rx.el.section(
        rx.el.div(
            rx.el.h2(t("card.open_cards"), class_name="t14 sp"),
            rx.cond(state.open_cards.length() > 0, rx.el.span(state.open_cards.length(), class_name="badge"), rx.fragment()),
            class_name="row",
        ),
        rx.cond(
            state.open_cards.length() > 0,
            rx.el.ul(rx.foreach(state.open_cards, _open_card), class_name="lis"),
            rx.el.p(t("card.open_cards_empty"), class_name="t13 m", style={"marginTop": "4px"}),
        ),
        rx.cond(
            state.may_make_card,
            rx.el.div(
                button(icon("plus", 16), t("deed.make_card"), look="g", on_click=state.begin("make_card", state.number, ""), custom_attrs={"data-testid": "deed-make_card"}),
                class_name="row foot-l",
            ),
            rx.fragment(),
        ),
        class_name="box in", custom_attrs={"aria-label": t("card.open_cards"), "data-testid": "client-cards"},
    )


def _open_card(one: Any) -> rx.Component:
    return rx.el.li(
        go(
            rx.el.span(icon(one.icon, 15), class_name="ist s", custom_attrs=hued(one.hue)),
            rx.el.span(
                rx.el.b(one.cause, class_name="b5"),
                rx.cond(one.says != "", rx.el.span(one.says, class_name="t13 m two-l"), rx.fragment()),
                rx.el.span(
                    chip_of(one.column, small=True),
                    rx.cond(one.due != "", rx.el.span(one.due, class_name=rx.cond(one.late, "t13 late", "t13 mm")), rx.fragment()),
                    class_name="row g6 wrap",
                ),
                class_name="stack sp g4",
            ),
            rx.cond(one.who != "", rx.el.span(avatar(one.who, small=True), rx.el.span(one.responsible, class_name="vh"), title=one.responsible), rx.fragment()),
            to="/board?card=" + one.id, class_name="li tall top-a",
        ),
        key=one.id, custom_attrs={"data-testid": "open-card", "data-card": one.id, "data-column": one.column.code},
    )


# --- privacy and notifications ----------------------------------------------------------------------


def privacy_box(state: Any) -> rx.Component:
    """What the client agreed to, given and withdrawn here; and whether they want to be contacted at all."""
    box, keeps = state.privacy, state.may_keep_consent
    return rx.el.section(
        rx.el.h2(t("consent.title"), class_name="t14"),
        shut_note(
            box,
            rx.cond(
                keeps,
                button(t("consent.contact_again"), on_click=state.contact_again, custom_attrs={"data-testid": "contact-again"}),
                rx.fragment(),
            ),
        ),
        rx.el.ul(rx.foreach(box.purposes, lambda one: _purpose(state, one)), class_name="lis"),
        rx.cond(
            keeps & ~box.shut,
            rx.el.div(
                button(icon("ban", 16), t("deed.do_not_contact"), look="g", on_click=state.begin("do_not_contact", state.number, ""), custom_attrs={"data-testid": "deed-do_not_contact"}),
                class_name="row foot-l",
            ),
            rx.fragment(),
        ),
        class_name="box in", custom_attrs={"aria-label": t("consent.title"), "data-testid": "privacy"},
    )


def shut_note(box: Any, *deeds: rx.Component) -> rx.Component:
    """That nobody is to contact the client; nothing where they may be contacted."""
    return rx.cond(
        box.shut,
        rx.el.div(
            icon("ban", 18),
            rx.el.div(
                rx.el.b(t("card.no_contact")),
                rx.cond(box.why != "", rx.el.div(box.why, class_name="pretty"), rx.fragment()),
                rx.el.div(box.since, class_name="t13"),
                *deeds,
                class_name="stack g4 sp",
            ),
            class_name="note", custom_attrs={**hued("danger"), "data-testid": "no-contact"}, style={"margin": "8px 0"},
        ),
        rx.fragment(),
    )


def _purpose(state: Any, one: Any) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            purpose_head(one),
            rx.cond(
                state.may_keep_consent,
                button(icon("plus", 16), look="g ic", label=t("deed.give_consent") + ": " + one.word, on_click=state.begin("give_consent", state.number, one.code), custom_attrs={"data-testid": rx.Var.create("give-") + one.code}),
                rx.fragment(),
            ),
            class_name="row",
        ),
        rx.foreach(
            one.consents,
            lambda given: rx.el.div(
                consent_words(given),
                rx.cond(
                    state.may_keep_consent,
                    button(t("consent.withdraw"), look="g s", label=t("consent.withdraw") + ": " + one.word + ", " + given.channel, on_click=state.withdraw_consent(given.id), custom_attrs={"data-testid": "withdraw"}),
                    rx.fragment(),
                ),
                class_name="row inset", key=given.id,
            ),
        ),
        key=one.code, custom_attrs={"data-testid": rx.Var.create("consent-") + one.code, "data-state": one.state},
    )


def purpose_head(one: Any) -> rx.Component:
    """A purpose and whether it is agreed to."""
    return rx.el.div(
        rx.el.span(icon(one.icon, 15), class_name="ist s", custom_attrs=hued(one.hue)),
        rx.el.span(
            rx.el.span(one.word, class_name="b5"),
            rx.cond(one.consents.length() > 0, rx.fragment(), rx.el.span(one.state_word, rx.cond(one.last != "", ": " + one.last, ""), class_name="t13 mm")),
            class_name="stack sp tight",
        ),
        class_name="row sp", style={"minHeight": "44px"},
    )


def consent_words(given: Any) -> rx.Component:
    """By which way, and when, by whom and how it was given."""
    return rx.el.span(rx.el.span(given.channel), rx.el.span(given.says, class_name="t12 mm pretty"), class_name="stack sp tight t13")


def privacy_part(state: Any) -> rx.Component:
    """The same as a part of an opened card, to be read; it is changed on the client's page."""
    box = state.privacy
    return rx.fragment(
        rx.cond(
            box.shut,
            shut_note(box),
            rx.el.div(icon("check", 18), rx.el.span(t("card.contact_allowed")), class_name="note", custom_attrs=hued("active")),
        ),
        rx.el.dl(
            rx.cond(box.phones != "", rx.fragment(rx.el.dt(t("card.phones")), rx.el.dd(box.phones)), rx.fragment()),
            rx.cond(box.email != "", rx.fragment(rx.el.dt(t("card.email")), rx.el.dd(box.email)), rx.fragment()),
            class_name="kv",
        ),
        rx.el.ul(
            rx.foreach(
                box.purposes,
                lambda one: rx.el.li(
                    purpose_head(one),
                    rx.foreach(one.consents, lambda given: rx.el.div(consent_words(given), class_name="row inset", key=given.id)),
                    key=one.code, custom_attrs={"data-testid": rx.Var.create("consent-") + one.code, "data-state": one.state},
                ),
            ),
            class_name="lis",
        ),
        go(icon("user-round", 16), t("consent.change"), to="/client/" + state.sheet.client, class_name="btn g", custom_attrs={"data-testid": "to-consents"}),
    )


# --- the cards of readers ---------------------------------------------------------------------------


def access_box(state: Any) -> rx.Component:
    """The cards and bracelets that the turnstile knows the client by."""
    return rx.el.section(
        rx.el.h2(t("access.title"), class_name="t14"),
        rx.cond(
            state.access.length() > 0,
            rx.el.ul(rx.foreach(state.access, lambda one: _access(state, one)), class_name="lis"),
            rx.el.p(t("access.none"), class_name="t13 m", style={"marginTop": "4px"}),
        ),
        rx.cond(
            state.may_give_access,
            rx.el.div(
                button(icon("id-card", 16), t("deed.give_access_card"), look="g", on_click=state.begin("give_access_card", state.number, ""), custom_attrs={"data-testid": "deed-give_access_card"}),
                class_name="row foot-l",
            ),
            rx.fragment(),
        ),
        class_name="box in", custom_attrs={"aria-label": t("access.title"), "data-testid": "access-cards"},
    )


def _access(state: Any, one: Any) -> rx.Component:
    return rx.el.li(
        rx.el.span(
            rx.el.b(one.number, class_name=rx.cond(one.gone, "b5 m struck", "b5"), style={"overflowWrap": "anywhere"}),
            rx.el.span(one.says, class_name="t12 mm"),
            class_name="stack sp tight",
        ),
        rx.cond(
            state.may_give_access,
            rx.cond(
                one.gone,
                button(t("access.again"), look="g s", label=t("access.again") + ": " + one.number, on_click=state.give_access_again(one.number), custom_attrs={"data-testid": "access-again"}),
                button(t("access.block"), look="g s", label=t("access.block") + ": " + one.number, on_click=state.block_access(one.number), custom_attrs={"data-testid": "access-block"}),
            ),
            rx.fragment(),
        ),
        class_name="row", key=one.number, custom_attrs={"data-testid": "access-card", "data-gone": rx.cond(one.gone, "true", "false")}, style={"minHeight": "52px"},
    )
