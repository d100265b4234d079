"""What a guesser tries early is no password; what a person makes up is one."""

from __future__ import annotations

from hashlib import sha1
from pathlib import Path

import pytest
from typer.testing import CliRunner

from hie.cli.__main__ import app
from hie.exchange.signing.new_passwords import SHORTEST
from hie.hub.breach_list import write_list
from hie.hub.guessable import MAGIC, BreachedFile, Guessable
from hie.hub.settings import Settings
from hie.hub.wiring import proofs
from hie.record.errors import Misconfigured

GOOD = (
    "correct horse battery staple",
    "夕焼けの坂を三毛猫と歩いて帰る日",
    "maple kettle orbit sandal",
    "Xk3v9-qLm27-zPw",
    "ぶらんこ すいか てがみ ろうそく",
)
"""Fifteen characters and more of nothing in particular."""


@pytest.mark.parametrize(
    "password",
    [
        "passwordpassword",
        "P@ssw0rdP@ssw0rd!",
        "sakura1234567890",
        "Sakura-2026-0401",
        "123456789012345",
        "098765432109876",
        "qwertyuiopasdfgh",
        "1qaz2wsx3edc4rfv",
        "yamadatarou19700115",
        "aaaaaaaaaaaaaaaa",
        "abcabcabcabcabcabc",
        "xk3!xk3!xk3!xk3!",
        "さくらさくらさくらさくらさくら",
        "パスワード１２３４５６７８９０",
        "tsunagu-network-2026",
        "welcome-hospital-1!",
    ],
)
def test_words_walks_years_and_repetitions_are_guessed(password: str) -> None:
    assert Guessable().has(password)


@pytest.mark.parametrize("password", GOOD)
def test_a_few_unrelated_words_are_not(password: str) -> None:
    assert len(password) >= SHORTEST
    assert not Guessable().has(password)


def test_a_password_of_the_list_is_found_in_any_of_its_forms(tmp_path: Path) -> None:
    plain, hashed, many = GOOD[0], GOOD[1], [f"made up number {number}" for number in range(1000)]
    lines = [
        plain,
        sha1(hashed.encode(), usedforsecurity=False).hexdigest().upper() + ":17",
        *many,
        plain,
        "",
    ]
    (tmp_path / "list.txt").write_text("\r\n".join(lines), encoding="utf-8")
    assert write_list(tmp_path / "list.txt", tmp_path / "list", run=64) == 1002
    breached = BreachedFile(tmp_path / "list")
    assert all(map(breached.has, (plain, plain.upper(), hashed, *many)))
    assert not any(map(breached.has, (GOOD[2], GOOD[3], "", f"{plain} ")))
    assert [path.name for path in sorted(tmp_path.iterdir())] == ["list", "list.txt"]


def test_the_ends_of_the_list_are_found(tmp_path: Path) -> None:
    for count in (0, 1, 2, 3):
        words = [f"made up number {number}" for number in range(count)]
        (tmp_path / "list.txt").write_text("\n".join(words))
        assert write_list(tmp_path / "list.txt", tmp_path / "list") == count
        breached = BreachedFile(tmp_path / "list")
        assert all(map(breached.has, words))
        assert not breached.has(GOOD[2])


def test_the_command_makes_what_the_setting_names(tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_text(f"{GOOD[0]}\n{GOOD[2]}\n")
    done = CliRunner().invoke(app, ["passwords", str(tmp_path / "list.txt"), str(tmp_path / "list")])
    assert (done.exit_code, done.output.startswith("2 passwords.")) == (0, True)
    breached = proofs(Settings(breach_list=tmp_path / "list")).breached
    assert [breached.has(password) for password in GOOD[:3]] == [True, False, True]


@pytest.mark.parametrize("content", [None, b"", b"words\n", MAGIC + b"odd"])
def test_a_file_that_is_no_list_keeps_the_hub_from_starting(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "list").write_bytes(content)
    with pytest.raises(Misconfigured, match="breach_list"):
        proofs(Settings(breach_list=tmp_path / "list"))
