"""One's own password, changed on one's own page."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.e2e.people import PASSWORD, found, served_at, signs_in

NEW = "three quiet evenings"


def test_a_person_changes_their_password_and_the_other_tablet_is_signed_out(serve, person, tmp_path):
    served = served_at(serve, found(tmp_path / "data"))
    office, tablet = (
        signs_in(person(served, locale="en"), "dina", path, anew=True) for path in ("/settings/sessions", "/folders")
    )
    form = office.get_by_test_id("password-form")

    form.locator("[name=current]").fill("not this one")
    form.locator("[name=password]").fill(NEW)
    form.locator("button[type=submit]").click()
    expect(form.get_by_role("alert")).to_contain_text("That is not your present password.")

    form.locator("[name=current]").fill(PASSWORD)
    form.locator("[name=password]").fill(NEW)
    form.locator("button[type=submit]").click()
    expect(form.get_by_role("status")).to_contain_text("The password is changed.")

    tablet.reload()
    expect(tablet.locator("[name=login]")).to_be_visible()
