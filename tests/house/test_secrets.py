"""No secret is kept in the repository, and nothing that looks like one without a reason."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

LOOKS_SECRET = {
    "private key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----\s*[A-Za-z0-9+/=\s]{40}"),
    "key of a cloud": re.compile(r"\b(?:AKIA|ASIA|AIza|ya29\.|sk_live_|rk_live_)[0-9A-Za-z_\-]{12,}"),
    "token of a forge": re.compile(r"\b(?:ghp|gho|ghs|ghr|glpat|xox[abps]|npm|pypi)[_-][A-Za-z0-9_\-]{20,}"),
    "signed token": re.compile(r"\beyJ[A-Za-z0-9_\-]{10,}\.eyJ[A-Za-z0-9_\-]{10,}\.[A-Za-z0-9_\-]{10,}"),
    "password in an address": re.compile(
        r"\b[a-z][a-z0-9+.\-]{2,20}://[^\s/:@\"'`{}<>$]+:[^\s/@\"'`{}<>$]{3,}@"
    ),
    "password": re.compile(
        r"""(?i)\b(?:password|passwd|secret|api_?key|token)\w*["']?\s*[:=]\s*["'][!#-&(-;=?-z|~]{12,}["']"""
    ),
}
INVENTED = {
    "hie/cli/demo.py": "the password of invented people, printed by the demo",
    "tests": "invented people of tests",
    "benchmarks": "invented people of measurements",
}
LEFT_OUT = {
    *(".git", ".venv", ".tools", ".hypothesis", ".cache", ".pytest_cache", ".mypy_cache", ".ruff_cache"),
    *(".import_linter_cache", "node_modules", "dist", "data", "sample_data", "__pycache__"),
}
TEXTS = {
    ".py",
    ".toml",
    ".md",
    ".ts",
    ".json",
    ".yml",
    ".yaml",
    ".html",
    ".css",
    ".cfg",
    ".ini",
    ".sh",
    ".lock",
    "",
}


def _files(repository: Path) -> Iterator[tuple[str, str]]:
    for path in sorted(repository.rglob("*")):
        name = path.relative_to(repository)
        if not LEFT_OUT & set(name.parts) and path.suffix in TEXTS and path.is_file():
            yield name.as_posix(), path.read_text("utf-8", errors="ignore")


def _is_invented(name: str) -> bool:
    return any(name == known or name.startswith(f"{known}/") for known in INVENTED)


def test_nothing_looks_like_a_secret(repository: Path) -> None:
    found = [
        f"{name}: {kind}"
        for name, text in _files(repository)
        for kind, pattern in LOOKS_SECRET.items()
        if pattern.search(text) and not (kind.startswith("password") and _is_invented(name))
    ]
    assert found == []


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("private key", "-----BEGIN EC PRIVATE KEY-----\n" + "MHcCAQEE" * 8),
        ("key of a cloud", "AKIA" + "ABCDEFGHIJKLMNOP"),
        ("token of a forge", "ghp_" + "a" * 36),
        ("signed token", ".".join(("eyJhbGciOiJIUzI1", "eyJzdWIiOiIxMjM0", "a" * 20))),
        ("password in an address", "postgresql://hie:" + "hunter22@db/hie"),
        ("password", 'PASSWORD = "' + 'correct-horse-battery"'),
        ("password", "api_key: '" + "0123456789abcdef'"),
    ],
)
def test_a_secret_is_noticed(kind: str, text: str) -> None:
    assert LOOKS_SECRET[kind].search(text)


def test_no_file_of_the_repository_is_a_key_or_a_database(repository: Path) -> None:
    found = [
        path.relative_to(repository).as_posix()
        for path in repository.rglob("*")
        if path.suffix in {".pem", ".key", ".p12", ".pfx", ".sqlite3", ".env"}
        and not LEFT_OUT & set(path.relative_to(repository).parts)
    ]
    assert found == []
