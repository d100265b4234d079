"""The servers that tests rely on are the real ones."""

from collections.abc import Callable

import obstore
import psycopg
import pytest

from tests import servers


def test_the_database_is_postgresql_in_utf8_with_japanese_ordering_by_code(postgres_url: str) -> None:
    with psycopg.connect(postgres_url) as connection:
        rows = connection.execute("SHOW server_encoding").fetchone()
        kana = connection.execute("SELECT upper('ａ'), length('髙﨑𠮷')").fetchone()
    assert rows == ("UTF8",)
    assert kana == ("Ａ", 3)


def test_each_fresh_database_is_empty_and_its_own(new_postgres_url: Callable[[], str]) -> None:
    one, two = new_postgres_url(), new_postgres_url()
    with psycopg.connect(one) as connection:
        connection.execute("CREATE TABLE mine (id int)")
    with psycopg.connect(two) as connection:
        found = connection.execute("SELECT to_regclass('mine')").fetchone()
    assert found == (None,)


def test_the_object_server_keeps_what_it_took_and_refuses_to_overwrite(s3_endpoint: str, s3_url: str) -> None:
    store = servers.bucket(s3_endpoint, s3_url.removeprefix("s3://").partition("?")[0])
    obstore.put(store, "a/b", b"content", mode="create")
    assert bytes(obstore.get(store, "a/b").bytes()) == b"content"
    with pytest.raises(obstore.exceptions.AlreadyExistsError):
        obstore.put(store, "a/b", b"other", mode="create")


def test_the_object_server_refuses_a_wrong_key(s3_endpoint: str, s3_url: str) -> None:
    store = servers.bucket(s3_endpoint, s3_url.removeprefix("s3://").partition("?")[0], secret="wrong")
    with pytest.raises(obstore.exceptions.BaseError):
        obstore.put(store, "a/b", b"content")
