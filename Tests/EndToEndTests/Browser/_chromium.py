"""Debian's Chromium without a window, and a folder for pictures of it."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Error, Locator, expect, sync_playwright


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser; expectations wait up to 15 seconds."""
    expect.set_options(timeout=15_000)
    with sync_playwright() as playwright:
        # Chromium's sandbox does not work for root.
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium") or "/usr/bin/chromium", args=arguments)
        yield browser
        browser.close()


def click_and_close(control: Locator):
    """Clicks what closes its own window, and waits for that. The window may be gone before Playwright knows that it has clicked."""
    window = control.page
    with window.expect_event("close"):
        try:
            control.click()
        except Error:
            if not window.is_closed():
                raise


def folder_for_screenshots(given: Path | None, name: str) -> Path:
    """The folder that was asked for, or else a temporary one."""
    folder = given or Path(tempfile.mkdtemp(prefix=f"{name}-"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder
