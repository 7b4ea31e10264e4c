"""Makes what a store of the App Platform needs from the manifest: store.py --to FOLDER --binary FILE [--previous FILE], or store.py --version

Into FOLDER come `apps.json`, and below `<build>/` the list of files and a folder for each architecture, with the program, its icon and an archive of
`config.json`, `plugins.json`, `build.txt`, `label.txt` and the files for the browser. --previous is the store's `apps.json` so far, whose versions are kept.
What the manifest claims is checked first; ends with status 1 and a line for each mistake. The same input gives the same bytes. --version only checks, and prints
the version as packages carry it.
"""

import argparse
import json
import re
import shutil
import struct
import sys
import zipfile
from pathlib import Path

import jsonschema

ROOT = Path(__file__).resolve().parent.parent
MANIFEST = ROOT / "manifest" / "manifest.json"
SCHEMA = ROOT / "manifest" / "manifest.schema.json"
# Where the files for the browser are, by their names.
BROWSER = [ROOT / "Sources/AppService/HiddenApp/Files", ROOT / "Sources/PbxManagerPlugin/Browser/manager"]
# What the platform unpacks for the browser and for itself.
ARCHIVE = "httpfiles.zip"


class Mistakes(Exception):
    """What is wrong with a manifest, a sentence each."""

    def __init__(self, lines: list[str]):
        super().__init__("\n".join(lines))
        self.lines = lines


def load(path: Path = MANIFEST) -> dict:
    """The manifest, if it keeps its schema."""
    try:
        manifest = json.loads(path.read_text())
    except json.JSONDecodeError as error:
        raise Mistakes([f"{path.name} is no JSON: {error}"]) from error
    schema = jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text()))
    found = sorted(schema.iter_errors(manifest), key=lambda error: list(map(str, error.absolute_path)))
    if found:
        raise Mistakes([f"{'.'.join(map(str, error.absolute_path)) or 'the manifest'}: {error.message}" for error in found])
    return manifest


def browser_file(name: str) -> Path | None:
    """A file for the browser; None if there is none."""
    return next((folder / name for folder in BROWSER if (folder / name).is_file()), None)


def text_ids(script: str) -> dict[str, list[str]]:
    """The ids of a plugin's texts for each language, in the order of the file."""
    languages: dict[str, list[str]] = {}
    current: list[str] = []
    for line in script.splitlines():
        if language := re.match(r"  ([a-z]{2}): \{$", line):
            current = languages.setdefault(language[1], [])
        elif text := re.match(r'    "?([A-Za-z0-9_.-]+)"?: ?', line):
            current.append(text[1])
    return languages


def image_size(path: Path) -> tuple[int, int]:
    """Width and height of a PNG file."""
    head = path.read_bytes()[:24]
    if head[:8] != b"\x89PNG\r\n\x1a\n":
        raise Mistakes([f"{path.name} is no PNG file"])
    return struct.unpack(">II", head[16:24])


def check(manifest: dict, previous: dict | None) -> None:
    """Whether what the manifest says is so, besides its form."""
    lines = []
    for kind, names in {
        "app": [app["name"] for app in manifest["apps"]],
        "plugin": [plugin["js"] for plugin in manifest["plugins"]],
        "setting": [item["name"] for item in manifest["config"]["init"] if item["cmd"] == "item"],
    }.items():
        lines += [f"the {kind} {name} is there twice" for name in sorted(set(names)) if names.count(name) > 1]
    for app in manifest["apps"]:
        lines += [f"the app {app['name']} has no file {name}" for name in (f"{app['name']}.htm", app["icon"]) if not browser_file(name)]
    for plugin in manifest["plugins"]:
        lines += [f"the plugin {plugin['js']} has no file {name}" for name in (f"{plugin['lang']}.js", plugin["icon"]) if not browser_file(name)]
        if texts := browser_file(f"{plugin['lang']}.js"):
            ids = text_ids(texts.read_text())
            wanted = manifest["store"].get("langs", ["en"])
            lines += [f"{texts.name} has no texts in the language {language}" for language in wanted if language not in ids]
            lines += [f"{texts.name} has no pluginTitle in the language {language}" for language in ids if "pluginTitle" not in ids[language]]
            every = {name for texts in ids.values() for name in texts}
            lines += [f"{texts.name} lacks the text {name} in the language {language}" for language in ids for name in sorted(every - set(ids[language]))]
    for architecture, files in manifest["files"].items():
        known = {manifest["store"]["binary"], f"{manifest['store']['binary']}.png", ARCHIVE}
        lines += [f"nothing makes the file {name} for {architecture}" for name in files if name not in known]
        if manifest["store"]["binary"] not in files:
            lines.append(f"the program {manifest['store']['binary']} is not among the files for {architecture}")
    logo = MANIFEST.parent / manifest["store"]["logo"]
    if not logo.is_file():
        lines.append(f"there is no {logo.name} beside the manifest")
    elif image_size(logo) != (110, 110):
        lines.append(f"{logo.name} has {image_size(logo)} pixels instead of 110 by 110")
    build = manifest["version"]["build"]
    for version in versions(manifest, previous):
        if int(version["build"]) >= build:
            lines.append(f"build {build} is not greater than {version['build']}, which the store has")
        if len(str(version["build"])) != len(str(build)):
            lines.append(f"build {build} has not as many digits as {version['build']}, which the store has")
    if lines:
        raise Mistakes(lines)


def versions(manifest: dict, previous: dict | None) -> list[dict]:
    """The versions of this app that a store has."""
    entries = (previous or {}).get("apps", [])
    return next((entry["versions"] for entry in entries if entry["id"] == manifest["id"]), [])


def entry(manifest: dict, previous: dict | None) -> dict:
    """The app in the store's list: only what is public there."""
    store = manifest["store"]
    result = {
        "id": manifest["id"],
        "folder": store["folder"],
        "binary": store["binary"],
        "versions": [*versions(manifest, previous), manifest["version"]],
        "manufacturer": manifest["manufacturer"],
        "title": manifest["title"],
    }
    if "description" in store:
        result["description"] = store["description"].get("en") or next(iter(store["description"].values()))
    for key in ("support", "impressum", "license_type", "license_info", "eula", "langs", "categories"):
        if key in store:
            result[key] = store[key]
    return result


def archive(manifest: dict) -> dict[str, bytes]:
    """What is in the archive, by name."""
    config = {"config": manifest["config"], "apis": {app["name"]: {"hidden": app["hidden"]} for app in manifest["apps"]}}
    contents = {
        "config.json": as_json(config),
        "plugins.json": as_json({"plugins": manifest["plugins"]}),
        "build.txt": f"{manifest['version']['build']}".encode(),
        "label.txt": manifest["version"]["label"].encode(),
    }
    names = {f"{app['name']}.htm" for app in manifest["apps"]} | {app["icon"] for app in manifest["apps"]}
    names |= {f"{plugin['lang']}.js" for plugin in manifest["plugins"]} | {plugin["icon"] for plugin in manifest["plugins"]}
    return contents | {name: browser_file(name).read_bytes() for name in names}


def as_json(value: dict) -> bytes:
    return (json.dumps(value, indent=2, ensure_ascii=False) + "\n").encode()


def derive(manifest: dict, binary: Path, folder: Path, previous: dict | None = None) -> None:
    """Writes the store's files below a folder."""
    check(manifest, previous)
    if not binary.is_file():
        raise Mistakes([f"there is no program {binary}"])
    others = [app for app in (previous or {}).get("apps", []) if app["id"] != manifest["id"]]
    store = manifest["store"]
    root = folder / str(manifest["version"]["build"])
    root.mkdir(parents=True, exist_ok=True)
    (folder / "apps.json").write_bytes(as_json({"apps": [*others, entry(manifest, previous)]}))
    for architecture, files in manifest["files"].items():
        (root / f"{manifest['id']}_files").write_text(",".join(files))
        place = root / architecture / store["folder"]
        place.mkdir(parents=True, exist_ok=True)
        for name in files:
            if name == store["binary"]:
                shutil.copyfile(binary, place / name)
                (place / name).chmod(0o755)
            elif name == ARCHIVE:
                write_archive(place / name, archive(manifest))
            else:
                shutil.copyfile(MANIFEST.parent / store["logo"], place / name)


def write_archive(path: Path, contents: dict[str, bytes]) -> None:
    """A ZIP file that says nothing of when and where it was made."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name in sorted(contents):
            information = zipfile.ZipInfo(name)
            information.external_attr = 0o644 << 16
            information.create_system = 3
            file.writestr(information, contents[name], zipfile.ZIP_DEFLATED, 9)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--to", type=Path, metavar="FOLDER")
    parser.add_argument("--binary", type=Path, metavar="FILE")
    parser.add_argument("--previous", type=Path, metavar="FILE")
    parser.add_argument("--version", action="store_true")
    arguments = parser.parse_args()
    if not arguments.version and not (arguments.to and arguments.binary):
        parser.error("--to and --binary are needed")
    try:
        manifest = load()
        previous = json.loads(arguments.previous.read_text()) if arguments.previous else None
        if arguments.version:
            check(manifest, previous)
            print(f"{manifest['version']['id']}.{manifest['version']['build']}")
        else:
            derive(manifest, arguments.binary, arguments.to, previous)
    except Mistakes as mistakes:
        sys.exit("\n".join(mistakes.lines))


if __name__ == "__main__":
    main()
