"""What happens to administrators outside the straight way: settings_scenarios.py [--screenshots FOLDER] [--only WORD]

Each scenario looks at the page, and at what the page sent to the simulated PBX. One demo, begun empty, in German and light,
and one in English and dark.
"""

import argparse
import re
from pathlib import Path

from _chromium import chromium, folder_for_screenshots
from _scenarios_numbers import NUMBER_SCENARIOS
from _scenarios_object import OBJECT_SCENARIOS
from _settings_page import SettingsPage
from demo_page import BINARY, Demo
from playwright.sync_api import Browser


def play(browser: Browser, demo: Demo, screenshots: Path, language: str, scheme: str, only: str):
    page = SettingsPage(browser, demo.address, screenshots, language, scheme)
    for scenario in (*OBJECT_SCENARIOS, *NUMBER_SCENARIOS):
        if only and not re.search(only, scenario.__name__):
            continue
        try:
            scenario(page)
        except BaseException:
            page.page.screenshot(path=screenshots / "failed.png", full_page=True)
            print(f"{language} {scheme}: {scenario.__name__}: FAILED, see {screenshots}/failed.png\nLast lines of the demo:\n" + "".join(demo.lines[-30:]), flush=True)
            raise
        print(f"{language} {scheme}: {scenario.__name__}: passed", flush=True)
    page.end()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--screenshots", type=Path, help="folder for the screenshots (default: a temporary one)")
    parser.add_argument("--only", default="", help="only the scenarios whose names match, for the search of a fault")
    options = parser.parse_args()
    screenshots = folder_for_screenshots(options.screenshots, "settings-scenarios")
    with chromium() as browser:
        for language, scheme in (("de", "light"), ("en", "dark")):
            demo = Demo(BINARY, arguments=("--empty",))
            try:
                play(browser, demo, screenshots, language, scheme, options.only)
            finally:
                demo.end()
    print(f"Screenshots: {screenshots}")


if __name__ == "__main__":
    main()
