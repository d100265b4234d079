"""What a person chose for the display stands on the root of every page, and comes again at every sign-in."""

from tests.build.page import parse
from tests.build.served import Client
from tests.build.world import PASSWORD


def root(client: Client, path: str = "/display") -> dict[str, str]:
    """Return what stands on the root of a page."""
    head = client.get(path).text.split("<html", 1)[1].split(">", 1)[0]
    return dict(part.replace('"', "").split("=") for part in head.split())


def choose(client: Client, **chosen: str) -> None:
    """Send the form."""
    page = parse(client.get("/display").text).one("main")
    token = page.one("input", name="csrf_token")["value"]
    assert client.post("/display", {"csrf_token": token, **chosen}).headers["location"] == "/display?done=1"


def test_a_choice_stands_on_every_page_and_on_the_next_browser(doctor: Client, address: str) -> None:
    choose(doctor, theme="dark", contrast="more", letters="large", order="oldest")
    wanted = {"lang": "ja", "data-theme": "dark", "data-contrast": "more", "data-letters": "large"}
    assert root(doctor) == root(doctor, "/patients") == wanted
    elsewhere = Client(address)
    elsewhere.sign_in("hamada", PASSWORD)
    assert root(elsewhere) == wanted
    assert root(elsewhere, "/no-such-page") == wanted
    marked = {
        one["value"]
        for one in parse(elsewhere.get("/display").text).all("input")
        if "checked" in one.attributes
    }
    assert marked == {"dark", "more", "large", "oldest"}
    choose(doctor, undo="1")
    assert root(doctor) == {
        "lang": "ja",
        "data-theme": "device",
        "data-contrast": "device",
        "data-letters": "usual",
    }


def test_what_is_none_of_ours_is_as_if_nothing_was_chosen(doctor: Client) -> None:
    choose(doctor, theme='"><script>', contrast="no", letters="", order="sideways")
    usual = {"lang": "ja", "data-theme": "device", "data-contrast": "device", "data-letters": "usual"}
    assert root(doctor) == usual
    doctor.cookies["hie_display"] = "dark.large"
    assert root(doctor) == {**usual, "data-theme": "dark"}
    doctor.cookies["hie_display"] = "x.more.largest.y"
    assert root(doctor) == {**usual, "data-contrast": "more", "data-letters": "largest"}
