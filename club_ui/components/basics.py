"""Icons, links, buttons, pills, notes, fields: the smallest pieces, by the class names of `assets/club.css`."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import reflex as rx
from reflex_components_core.react_router.dom import ReactRouterLink

from club_ui import theme
from club_ui.components.parts import Later, NativeForm
from club_ui.i18n.screen import t, t_of
from club_ui.theme import Look

Text = str | rx.Var[str]
#: Pieces that are looked at; who listens hears the whole as one sentence, `hidden` beside them.
FOR_THE_EYE = {"aria-hidden": "true"}


def sprite() -> rx.Component:
    """All icons, once in the document: each taken from a file would be looked up by the browser anew, a hundred a board."""
    drawn = (Path(__file__).resolve().parents[2] / "assets" / "icons.svg").read_text("utf-8")
    return rx.el.div(rx.html(drawn.replace('<symbol id="', '<symbol id="i-')), hidden=True)


def icon(name: Text, size: int = 18, **props: Any) -> rx.Component:
    """An icon of the sprite by its name; a row may say the name."""
    look = props.pop("class_name", "i")
    href = rx.Var.create("#i-") + name if isinstance(name, rx.Var) else f"#i-{name}"
    return rx.el.svg(
        rx.el.svg.use(href=href), class_name=look, width=str(size), height=str(size),
        custom_attrs={"aria-hidden": "true", **props.pop("custom_attrs", {})}, **props,
    )


def go(*children: Any, to: Text, **props: Any) -> rx.Component:
    """A link inside the club: no page load, and a real address."""
    return ReactRouterLink.create(*children, to=to, **props)


def attrs(**named: Any) -> dict[str, Any]:
    """Attributes with dashes: `data_h=` is `data-h`."""
    return {name.rstrip("_").replace("_", "-"): value for name, value in named.items()}


def hidden(*children: Any) -> rx.Component:
    """Said to screen readers, not shown."""
    return rx.el.span(*children, class_name="vh")


def button(*children: Any, look: str = "", label: Text | None = None, **props: Any) -> rx.Component:
    """A button of 44 pixels; `look`: p primary, g quiet, d danger, ic only an icon."""
    named = props.pop("custom_attrs", {})
    if label is not None:
        named = {**named, "aria-label": label}
    return rx.el.button(
        *children, type=props.pop("type", "button"), class_name=f"btn {look}".strip(), custom_attrs=named, **props
    )


def submit(word: Text, icon_name: str | None = None, look: str = "p", **props: Any) -> rx.Component:
    """The button that sends its form; it waits by itself until the answer is there."""
    return rx.el.button(
        rx.el.span(class_name="wait", custom_attrs={"aria-hidden": "true"}),
        icon(icon_name) if icon_name else rx.fragment(),
        word,
        type="submit", class_name=f"btn {look}", **props,
    )


def hued(hue: Text) -> dict[str, Any]:
    """The attribute that gives a piece its hue."""
    return {"data-h": hue}


def pill(word: Text, look: Look, *, small: bool = False, outlined: bool = False, **props: Any) -> rx.Component:
    """A tinted word with its icon."""
    return pill_of(word, look.hue, look.icon, small=small, outlined=outlined, **props)


def pill_of(
    word: Text, hue: Text, icon_name: Text, *, small: bool = False, outlined: bool = False, **props: Any
) -> rx.Component:
    """As `pill`, where a row says hue and icon."""
    size = " s" if small else ""
    return rx.el.span(
        icon(icon_name, 13 if small else 15), rx.el.span(word),
        class_name=f"pill{size}{' o' if outlined else ''}", custom_attrs={**hued(hue), **props.pop("custom_attrs", {})}, **props,
    )


def chip_of(row: Any, *, small: bool = False, outlined: bool = False) -> rx.Component:
    """The pill of a `rows.Chip`."""
    return pill_of(row.word, row.hue, row.icon, small=small, outlined=outlined)


def folder_pill(code: str, *, small: bool = False) -> rx.Component:
    """The pill of a folder known in code."""
    return pill(t(f"folder.{code}"), theme.FOLDER[code], small=small)


def stage_mark(row: Any) -> rx.Component:
    """The badge beside a name: an icon whose accessible name says the stage."""
    return rx.el.span(
        icon(row.icon, 13), class_name="sb", title=row.word,
        custom_attrs={**hued(row.hue), "role": "img", "aria-label": t("stage.label") + ": " + row.word},
    )


def avatar(letters: Text, *, hue: Text | None = None, small: bool = False) -> rx.Component:
    """Initials in a circle."""
    named: dict[str, Any] = {"aria-hidden": "true"}
    if hue is not None:
        named["data-h"] = hue
    return rx.el.span(letters, class_name=f"av{' s' if small else ''}", custom_attrs=named)


def square(look: Look, size: int = 17, *, kind: str = "") -> rx.Component:
    """An icon on its tint."""
    return rx.el.span(icon(look.icon, size), class_name=f"ist {kind}".strip(), custom_attrs=hued(look.hue))


def note(*children: Any, hue: str = "danger", icon_name: str = "triangle-alert", role: str = "alert") -> rx.Component:
    """A sentence on a tint: what happened, what to do."""
    return rx.el.div(
        icon(icon_name, 18), rx.el.div(*children, class_name="sp pretty"),
        class_name="note", role=role, custom_attrs=hued(hue),
    )


def empty(title: Text, lead: Text, *deeds: rx.Component, look: Look) -> rx.Component:
    """Nothing here: one bold line, one sentence, one deed."""
    return rx.el.div(
        square(look, 22, kind="l"), rx.el.b(title), rx.el.p(lead), *deeds, class_name="empty",
    )


def skeleton_rows(count: int = 6) -> rx.Component:
    """The shape of the rows to come."""
    widths = ("62%", "48%", "70%", "55%", "66%", "44%")
    return rx.el.div(
        hidden(t("shell.loading")),
        *(
            rx.el.div(
                rx.el.span(class_name="sk", style={"width": "32px", "height": "32px", "borderRadius": "50%"}),
                rx.el.span(
                    rx.el.span(class_name="sk", style={"height": "12px", "width": widths[place % 6]}),
                    rx.el.span(class_name="sk", style={"height": "10px", "width": widths[(place + 1) % 6]}),
                    class_name="stack g8 sp",
                ),
                rx.el.span(class_name="sk", style={"width": "84px", "height": "22px"}),
                class_name="sk-row",
            )
            for place in range(count)
        ),
        custom_attrs={"aria-busy": "true"},
    )


def header(
    title: Any,
    *rest: Any,
    back: Text | None = None,
    back_name: Text | None = None,
    mark: rx.Component | None = None,
    look: str = "",
) -> rx.Component:
    """The head of a sheet: the page's one `h1`, a fact, then filters and deeds.

    With the look `dup` the title is not shown on phones, where the top bar says the same.
    """
    back_link = (
        go(icon("chevron-left", 20), to=back, class_name="btn g ic back", custom_attrs={"aria-label": t("nav.back") if back_name is None else back_name})
        if back is not None
        else rx.fragment()
    )
    return rx.el.div(back_link, mark or rx.fragment(), rx.el.h1(title, class_name=look), *rest, class_name="ph")


def spacer() -> rx.Component:
    """Takes the room between."""
    return rx.el.span(class_name="sp")


# --- fields -----------------------------------------------------------------------------------------


def field(name: str, word: Text, control: rx.Component, *, errors: rx.Var[dict[str, str]], hint: Text | None = None) -> rx.Component:
    """A control under its word, with what is wrong with it beneath."""
    return rx.el.div(
        rx.el.label(word, html_for=f"f-{name}"),
        control,
        rx.el.span(hint, class_name="hint", id=f"h-{name}") if hint is not None else rx.fragment(),
        rx.cond(
            errors.contains(name),
            rx.el.span(errors[name], class_name="bad", id=f"e-{name}", role="alert"),
            rx.fragment(),
        ),
        class_name="field",
    )


def _named(name: str, errors: rx.Var[dict[str, str]]) -> dict[str, Any]:
    return {
        "aria-invalid": rx.cond(errors.contains(name), "true", "false"),
        "aria-describedby": f"e-{name} h-{name}",
    }


def text_field(
    name: str, word: Text, *, errors: rx.Var[dict[str, str]], value: Any = "", kind: str = "text",
    hint: Text | None = None, first: bool = False, area: bool = False, **props: Any,
) -> rx.Component:
    """One line of text, or with `area` several. `value` is what it begins with."""
    named = {**_named(name, errors), **props.pop("custom_attrs", {})}
    if first:
        named["data-first"] = "true"
    maker = rx.el.textarea if area else rx.el.input
    given = {} if area else {"type": kind}
    control = maker(
        id=f"f-{name}", name=name, default_value=value, class_name="inp", custom_attrs=named, **given, **props
    )
    return field(name, word, control, errors=errors, hint=hint)


def choice_field(
    name: str, word: Text, family: str, codes: Iterable[str], *, errors: rx.Var[dict[str, str]], value: Any = "", none: str | None = None
) -> rx.Component:
    """One of a few known codes, as buttons; `none` is the key of a word for no answer."""
    shown = [("", t(none))] if none else []
    shown += [(code, t(f"{family}.{code}")) for code in codes]
    return rx.el.fieldset(
        rx.el.legend(word, class_name="lb"),
        rx.el.div(
            *(
                rx.el.label(
                    rx.el.input(type="radio", name=name, value=code, default_checked=value == code), rx.el.span(said),
                    class_name="opt",
                )
                for code, said in shown
            ),
            class_name="opts",
        ),
        rx.cond(errors.contains(name), rx.el.span(errors[name], class_name="bad", role="alert"), rx.fragment()),
        class_name="field",
    )


def checks_field(
    name: str, word: Text, family: str, codes: Iterable[str], *, errors: rx.Var[dict[str, str]], chosen: Any, hint: Text
) -> rx.Component:
    """Any of a few known codes; `chosen` is a var with those that are checked."""
    return rx.el.fieldset(
        rx.el.legend(word, class_name="lb"),
        rx.el.div(
            *(
                rx.el.label(
                    rx.el.input(type="checkbox", name=name, value=code, default_checked=chosen.contains(code)), rx.el.span(t(f"{family}.{code}")),
                    class_name="opt",
                )
                for code in codes
            ),
            class_name="opts",
        ),
        rx.el.span(hint, class_name="hint"),
        rx.cond(errors.contains(name), rx.el.span(errors[name], class_name="bad", role="alert"), rx.fragment()),
        class_name="field",
    )


def pick_field(name: str, word: Text, options: Any, *, errors: rx.Var[dict[str, str]], value: Any = "") -> rx.Component:
    """One of a list that only the row knows: `options` is a var of rows with `value` and `word`."""
    control = rx.el.select(
        rx.foreach(options, lambda one: rx.el.option(one.word, value=one.value)),
        id=f"f-{name}", name=name, default_value=value, class_name="inp", custom_attrs=_named(name, errors),
    )
    return field(name, word, control, errors=errors)


def secret_field(name: str, word: Text, complete: str, errors: rx.Var[dict[str, str]]) -> rx.Component:
    """A password that can be looked at; `complete` tells the browser which one it is."""
    return rx.el.div(
        text_field(name, word, errors=errors, kind="password", auto_complete=complete, required=True),
        rx.el.button(
            icon("eye", 19), type="button", class_name="hit",
            custom_attrs={"data-reveal": f"f-{name}", "aria-pressed": "false", "aria-label": t("signin.reveal")},
        ),
        class_name="pw",
    )


def post(*children: Any, action: Text, **props: Any) -> rx.Component:
    """A native form: the browser posts it and loads the answer as a page."""
    return NativeForm.create(*children, action=action, method="post", **props)


# --- popovers and menus -----------------------------------------------------------------------------


def popover(opener: rx.Component, *children: Any, name: Any, label: Text) -> rx.Component:
    """A small window beside its opener; the opener must be made with `opens(name)`."""
    return rx.fragment(
        opener,
        rx.el.div(*children, id=name, class_name="pop", role="dialog", custom_attrs={"popover": "auto", "aria-label": label}),
    )


def opens(name: Any, kind: str = "dialog") -> dict[str, Any]:
    """The attributes of a button that opens a popover or (kind `menu`) a menu."""
    return {"popoverTarget": name, "aria-haspopup": kind, "aria-expanded": "false"}


def menu(opener: rx.Component, *items: rx.Component, name: Any, label: Text, end: bool = False) -> rx.Component:
    """A list of deeds beside its opener."""
    return rx.fragment(
        opener,
        rx.el.div(
            Later.create(*items), id=name, class_name="menu", role="menu",
            custom_attrs={"popover": "auto", "aria-label": label, "data-end": "true" if end else "false"},
        ),
    )


def menu_item(word: Text, icon_name: Text | None = None, *, checked: Any = None, **props: Any) -> rx.Component:
    """One line of a menu; with `checked` it is one of a choice."""
    named = dict(props.pop("custom_attrs", {}))
    role = "menuitem"
    if checked is not None:
        role, named["aria-checked"] = "menuitemradio", rx.cond(checked, "true", "false")
    return rx.el.button(
        icon(icon_name) if icon_name is not None else rx.fragment(),
        rx.el.span(word),
        icon("check", 16, class_name="i tick") if checked is not None else rx.fragment(),
        type="button", class_name="it", role=role, custom_attrs=named, **props,
    )


def menu_link(word: Text, icon_name: Text, *, to: Text) -> rx.Component:
    """One line of a menu that goes somewhere."""
    return go(icon(icon_name), rx.el.span(word), to=to, class_name="it", role="menuitem")


def code_word(family: str, code: rx.Var[str]) -> rx.Var[str]:
    """The word of a code that only a row knows, of a family of `theme`."""
    return t_of(family, code, theme.FAMILIES[family])
