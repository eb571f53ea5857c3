"""What stands above and below every page has one row at every width, signed in, in both languages."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.wiring import Studio
from tests.browser.conftest import OpenPage
from tests.studios import open_studio

pytestmark = pytest.mark.browser

PASSWORD = "correct horse battery"


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    """A studio with a door, so that there is something to sign out of."""
    with open_studio(tmp_path_factory.mktemp("studio"), ATELIER_PASSWORD=PASSWORD) as studio:
        yield studio


def test_the_rooms_are_one_row_and_there_is_one_way_out(open_page: OpenPage) -> None:
    page = open_page()
    page.goto("/sign-in")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/")
    for language in ("en", "zh-Hans"):
        page.context.set_extra_http_headers({"Accept-Language": language})
        page.goto("/spending")
        for width in (320, 400, 600, 601, 800, 801, 1440):
            page.set_viewport_size({"width": width, "height": 640})
            tops = page.locator(".rooms a").evaluate_all(
                "links => links.map((link) => link.getBoundingClientRect().top)"
            )
            assert len(tops) == 5
            assert len(set(tops)) == 1, (language, width)
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            assert page.locator("[form=sign-out], #sign-out button").filter(visible=True).count() == 1
    page.locator("[form=sign-out]").click()
    page.wait_for_url("**/sign-in")
