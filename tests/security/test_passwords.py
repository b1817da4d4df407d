"""What a password must be, and how it is kept."""

import pytest

from lifecycle import passwords


def test_it_is_kept_as_argon2id_with_at_least_46_mib():
    kept = passwords.hashed("seven quiet moons")
    assert kept.startswith("$argon2id$v=19$m=47104,t=1,p=1$")
    assert not passwords.is_outdated(kept)


def test_only_the_whole_password_matches_however_long():
    long = "x1 " * 100
    kept = passwords.hashed(long)
    assert passwords.matches(kept, long)
    assert not passwords.matches(kept, long[:-1])


def test_the_same_letters_from_another_keyboard_match():
    assert passwords.matches(passwords.hashed("й" + "x" * 9), "и\u0306" + "x" * 9)


def test_nobodys_password_never_matches():
    assert not passwords.matches(None, "")


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("seven77", "password_short"), ("a" * 1025, "password_long"),
        ("password", "password_obvious"), ("Password123!", "password_obvious"), ("P@ssw0rd1", "password_obvious"),
        ("12345678", "password_obvious"), ("87654321", "password_obvious"), ("qwertyui", "password_obvious"),
        ("1qaz2wsx", "password_obvious"), ("йцукенгш", "password_obvious"), ("aaaaaaaa", "password_obvious"),
        ("12121212", "password_obvious"), ("passwordpassword", "password_obvious"), ("anna.petrova", "password_obvious"),
        ("Petrova2026", "password_obvious"), ("1234anna", "password_obvious"), ("Фитнес2026", "password_obvious"),
        ("seven quiet moons", None), ("k9#vTz!mQ2", None), ("Кто-то идёт домой", None), ("🦊 на крыше", None),
        ("xq7 " * 16, "password_obvious"), ("The 64 characters of this sentence are all counted, none is cut off.", None),
    ],
)  # fmt: skip
def test_which_passwords_are_taken(password, code):
    assert passwords.weakness(password, ("anna.petrova", "Anna Petrova")) == code


def test_tokens_differ():
    assert len({passwords.new_token() for _ in range(1000)}) == 1000
