"""A hostile document in a real browser: it is read, its picture loads, its page comes down, nothing runs."""

import pytest
from playwright.sync_api import expect

from tests.build.browsing import NewPage
from tests.build.papers import PDF, SUMMARY, clinical_document, lay, picture
from tests.build.stories import Region, tell
from tests.build.world import CENTRAL

HOSTILE = (
    "<paragraph>読める本文</paragraph><paragraph>&lt;img src=x onerror=alert(1)&gt;</paragraph>"
    '<paragraph onclick="alert(2)"><linkHtml href="javascript:alert(3)">飛び先</linkHtml></paragraph>'
    '<html xmlns="http://www.w3.org/1999/xhtml"><script>alert(4)</script></html>'
)


@pytest.fixture(scope="module")
def region(tmp_path_factory: pytest.TempPathFactory) -> Region:
    """The region of the tests with one document more."""
    region = tell(tmp_path_factory.mktemp("region"))
    root = region.world.folder / "extended"
    files = {"main_document.xml": clinical_document(HOSTILE, patient=region.hanako.numbers[CENTRAL])}
    files |= {"図.png": picture(), "紙.pdf": PDF, "動く.svg": b"<svg onload='alert(5)'/>"}
    lay(root, files, SUMMARY, patient=region.hanako.numbers[CENTRAL])
    assert region.world.feed(CENTRAL, root) == {"indexed": 1}
    return region


def test_a_hostile_document_is_read_and_nothing_of_it_runs(signed_in: NewPage, region: Region) -> None:
    page = signed_in()
    asked: list[str] = []
    page.on("dialog", lambda dialog: asked.append(dialog.message))
    page.goto(f"/patients/{region.hanako.patient.id}?view=month&at=20240510")
    page.locator("a[title*='文書']").first.click()
    pane = page.get_by_role("article").filter(has_text="読める本文")
    expect(pane).to_contain_text("<img src=x onerror=alert(1)>")
    image = pane.get_by_role("img")
    expect(image).to_have_count(1)
    image.scroll_into_view_if_needed()
    expect(image).to_have_js_property("naturalWidth", 40)
    expect(pane.locator("figure .note")).to_be_visible()  # it has no page, and is offered once
    expect(pane.get_by_role("link")).to_have_count(1)
    expect(pane.get_by_role("link", name="飛び先")).to_have_count(0)
    with page.expect_download() as coming:
        pane.get_by_role("link", name="紙.pdf").click()
    assert coming.value.path().read_bytes() == PDF
    assert coming.value.suggested_filename == "紙.pdf"
    pane.get_by_text("飛び先").click()
    assert asked == []
