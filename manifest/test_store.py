"""Tests of store.py: the facts of a store of the App Platform, and what it finds wrong."""

import copy
import json
import tempfile
import unittest
import zipfile
from pathlib import Path

import store


class StoreTests(unittest.TestCase):
    def setUp(self):
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.binary = self.folder / "program"
        self.binary.write_bytes(b"\x7fELF")
        self.manifest = store.load()

    def changed(self, *path, to) -> dict:
        """The manifest with one value changed."""
        manifest = copy.deepcopy(self.manifest)
        place = manifest
        for key in path[:-1]:
            place = place[key]
        place[path[-1]] = to
        return manifest

    def load(self, manifest: dict) -> dict:
        path = self.folder / "manifest.json"
        path.write_text(json.dumps(manifest))
        return store.load(path)

    def test_everything_lies_where_the_platform_looks_for_it(self):
        store.derive(self.manifest, self.binary, self.folder / "out")
        found = {str(path.relative_to(self.folder / "out")) for path in (self.folder / "out").rglob("*") if path.is_file()}
        place = "1001/x86_64/innovaphone-whatsapp"
        self.assertEqual(
            found,
            {
                "apps.json", "1001/innovaphone-whatsapp_files", f"{place}/innovaphone-whatsapp", f"{place}/innovaphone-whatsapp.png",
                f"{place}/httpfiles.zip",
            })
        self.assertEqual(
            (self.folder / "out/1001/innovaphone-whatsapp_files").read_text(), "innovaphone-whatsapp,innovaphone-whatsapp.png,httpfiles.zip")
        self.assertEqual((self.folder / "out" / place / "innovaphone-whatsapp").read_bytes(), b"\x7fELF")
        self.assertEqual(store.image_size(self.folder / "out" / place / "innovaphone-whatsapp.png"), (110, 110))

    def test_the_list_has_only_keys_that_are_public(self):
        store.derive(self.manifest, self.binary, self.folder / "out")
        listed = json.loads((self.folder / "out/apps.json").read_text())
        self.assertEqual(list(listed), ["apps"])
        (entry,) = listed["apps"]
        public = {
            "id", "folder", "binary", "versions", "manufacturer", "title", "description", "support", "impressum", "license_type", "license_info",
            "eula", "langs", "categories",
        }
        self.assertLessEqual(set(entry), public)
        self.assertEqual(entry["versions"], [{"id": "16r1", "build": 1001, "label": "dvl"}])

    def test_the_archive_has_what_the_platform_reads(self):
        store.derive(self.manifest, self.binary, self.folder / "out")
        with zipfile.ZipFile(self.folder / "out/1001/x86_64/innovaphone-whatsapp/httpfiles.zip") as archive:
            contents = {name: archive.read(name) for name in archive.namelist()}
        self.assertEqual(contents["build.txt"], b"1001")
        self.assertEqual(contents["label.txt"], b"dvl")
        self.assertEqual(
            json.loads(contents["plugins.json"]),
            {"plugins": [{
                "js": "innovaphone.whatsappmanager", "icon": "innovaphone-whatsapp.png", "lang": "innovaphone.whatsappmanagertexts", "domains": False,
            }]})
        config = json.loads(contents["config.json"])
        self.assertEqual({entry["cmd"] for entry in config["config"]["init"]}, {"item", "mode"})
        self.assertEqual(config["apis"], {"innovaphone-whatsapp": {"hidden": True}})
        self.assertLessEqual({"innovaphone-whatsapp.htm", "innovaphone-whatsapp.png", "innovaphone.whatsappmanagertexts.js"}, set(contents))

    def test_the_same_input_gives_the_same_bytes(self):
        for name in ("one", "two"):
            store.derive(self.manifest, self.binary, self.folder / name)
        for path in (self.folder / "one").rglob("*"):
            if path.is_file():
                self.assertEqual(path.read_bytes(), (self.folder / "two" / path.relative_to(self.folder / "one")).read_bytes(), path)

    def test_a_store_keeps_its_versions_and_other_apps(self):
        store.derive(self.manifest, self.binary, self.folder / "one")
        previous = json.loads((self.folder / "one/apps.json").read_text())
        previous["apps"].append({"id": "somebody-else", "versions": []})
        store.derive(self.changed("version", "build", to=1002), self.binary, self.folder / "two", previous)
        listed = {entry["id"]: entry for entry in json.loads((self.folder / "two/apps.json").read_text())["apps"]}
        self.assertEqual([version["build"] for version in listed["innovaphone-whatsapp"]["versions"]], [1001, 1002])
        self.assertIn("somebody-else", listed)

    def test_what_the_schema_does_not_allow_is_named_with_its_place(self):
        for path, value, part in [
            (("id",), "with blank", "id:"),
            (("version", "build"), 999, "version.build:"),
            (("version", "build"), "1001", "version.build:"),
            (("version", "label"), "alpha", "version.label:"),
            (("files",), {"arm": ["a"]}, "files:"),
            (("store", "license_type"), "beer", "store.license_type:"),
            (("store", "supprt"), "x", "store:"),
            (("plugins", 0, "domains"), "no", "plugins.0.domains:"),
            (("apps", 0, "grants"), ["connect"], "apps.0.grants.0:"),
            (("config", "init", 0, "cmd"), "items", "config.init.0:"),
            (("manifest",), 2, "manifest:"),
        ]:
            with self.subTest(path), self.assertRaises(store.Mistakes) as raised:
                self.load(self.changed(*path, to=value))
            self.assertTrue(any(line.startswith(part) for line in raised.exception.lines), raised.exception.lines)

    def test_what_is_not_so_is_said(self):
        previous = {"apps": [{"id": "innovaphone-whatsapp", "versions": [{"id": "16r1", "build": 1001, "label": "dvl"}]}]}
        for path, value, before, part in [
            (("apps", 0, "name"), "another-name", None, "has no file another-name.htm"),
            (("apps", 0, "icon"), "none.png", None, "has no file none.png"),
            (("plugins", 0, "lang"), "none", None, "has no file none.js"),
            (("plugins", 0, "icon"), "none.png", None, "has no file none.png"),
            (("store", "langs"), ["en", "fr"], None, "no texts in the language fr"),
            (("store", "logo"), "none.png", None, "no none.png beside the manifest"),
            (("files", "x86_64"), ["innovaphone-whatsapp", "other"], None, "nothing makes the file other"),
            (("files", "x86_64"), ["httpfiles.zip"], None, "the program innovaphone-whatsapp is not among the files"),
            (("version", "build"), 1001, previous, "is not greater than 1001"),
            (("config", "init", 1, "name"), "sharedServiceUrl", None, "the setting sharedServiceUrl is there twice"),
            (("apps",), self.manifest["apps"] * 2, None, "the app innovaphone-whatsapp is there twice"),
        ]:
            with self.subTest(path), self.assertRaises(store.Mistakes) as raised:
                store.derive(self.changed(*path, to=value), self.binary, self.folder / "out", before)
            self.assertTrue(any(part in line for line in raised.exception.lines), raised.exception.lines)
        with self.assertRaises(store.Mistakes):
            store.derive(self.manifest, self.folder / "none", self.folder / "out")

    def test_a_text_that_one_language_lacks_is_found(self):
        ids = store.text_ids('  en: {\n    pluginTitle: "A",\n    "ok": "OK",\n  },\n  de: {\n    pluginTitle: "B",\n  },\n')
        self.assertEqual(ids, {"en": ["pluginTitle", "ok"], "de": ["pluginTitle"]})
        script = store.browser_file("innovaphone.whatsappmanagertexts.js").read_text()
        ids = store.text_ids(script)
        self.assertGreater(len(ids["en"]), 300)
        self.assertEqual(sorted(ids["en"]), sorted(ids["de"]))


if __name__ == "__main__":
    unittest.main()
