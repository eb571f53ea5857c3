"""Somebody reads Chinese: chosen by hand or by the browser, with scripts and without, what the scripts say included."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from playwright.sync_api import expect

from app.web.wording import duration, money
from tests.browser.conftest import OpenPage

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("script", [True, False])
def test_the_switch_in_the_footer_keeps_the_page_and_is_remembered(open_page: OpenPage, script: bool) -> None:
    page = open_page(java_script_enabled=script)
    page.goto("/spending")
    page.get_by_role("button", name="简体中文").click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")
    expect(page.get_by_role("heading", level=1)).to_have_text("花费")
    page.get_by_role("link", name="图库").first.click()
    expect(page).to_have_title("图库 · Atelier")
    page.get_by_role("button", name="English").click()
    expect(page).to_have_title("Library · Atelier")


def test_a_picture_is_made_in_chinese(open_page: OpenPage) -> None:
    page = open_page(locale="zh-CN")
    page.goto("/")
    price = page.locator("output")
    expect(price).to_have_text("约 US$0.006")
    page.get_by_label("画质").select_option("high")
    expect(price).not_to_have_text("约 US$0.006")
    expect(price).to_have_text(re.compile(r"^约 US\$0\.\d+$"))
    page.get_by_label("想画什么？").fill("雾中的灯塔")
    page.get_by_role("button", name="生成").click()
    expect(page).to_have_title("完成 – 雾中的灯塔 · Atelier")
    assert re.findall(r"[A-Za-z]+ [a-z]+ [a-z]+", page.locator("body").inner_text()) == []
    page.goto("/library")
    page.locator(".pick").first.check()
    expect(page.locator("[data-count]")).to_have_text("已选 1 张")


@pytest.mark.parametrize("locale", ["en-GB", "zh-CN"])
def test_scripts_write_numbers_as_the_server_does(open_page: OpenPage, app: Flask, locale: str) -> None:
    page = open_page(locale=locale)
    page.goto("/")
    amounts, times = [0, 1, 999, 1_000, 5_880, 99_499, 100_000, 1_265_000, 1_234_567_890], [0.44, 9.94, 9.95, 60, 125]
    with app.test_request_context(headers={"Accept-Language": locale}):
        written = [[money(amount) for amount in amounts], [duration(seconds) for seconds in times]]
    assert written == page.evaluate(
        """async ([amounts, times]) => {
          const { money } = await import("/static/js/lib/wording.js");
          const { duration } = await import("/static/js/lib/durations.js");
          return [amounts.map((micro) => money(micro / 1e6)), times.map(duration)];
        }""",
        [amounts, times],
    )
