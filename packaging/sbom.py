"""Lists what is part of the program: sbom.py --scratch FOLDER --version VERSION --time SECONDS, to standard output

As an SPDX 2.3 document: the Swift packages that the build has resolved (some of them only for other systems), with the licences that lie in their folders; the Swift
runtime; what both have in them of others; and the libraries that the program finds in the system. The time is that of the commit, so that the same commit gives the same bytes.
"""

import argparse
import datetime
import json
import re
import subprocess
import sys
import uuid
from pathlib import Path

# What those packages, and the toolchain, have in them of others.
EMBEDDED = [("boringssl", "swift-crypto and swift-nio-ssl"), ("llhttp", "swift-nio"), ("libyaml", "yams"), ("icu", "swift-runtime")]
# What is found when the program starts, as Debian names it.
SYSTEM = ["libc6", "libgcc-s1", "libsqlite3-0", "libstdc++6", "zlib1g"]
# How a licence's text is known.
LICENCES = [
    ("Apache-2.0", r"Apache License\s+Version 2\.0"),
    ("MIT", r"Permission is hereby granted, free of charge, to any person obtaining a copy"),
]


def licence(checkout: Path) -> str:
    """The licence that a package's file is; NOASSERTION if it is none of the known."""
    for path in sorted(checkout.glob("LICENSE*")):
        text = path.read_text(errors="replace")
        for name, pattern in LICENCES:
            if re.search(pattern, text):
                return name
    return "NOASSERTION"


def packages(scratch: Path) -> list[dict]:
    """The Swift packages, in the order of their names."""
    resolved = json.loads(Path("Package.resolved").read_text())
    result = []
    for pin in sorted(resolved["pins"], key=lambda pin: pin["identity"]):
        url, version = pin["location"], pin["state"]["version"]
        checkout = scratch / "checkouts" / Path(url).name.removesuffix(".git")
        result.append({
            "SPDXID": f"SPDXRef-{re.sub(r'[^A-Za-z0-9.-]', '-', pin['identity'])}",
            "name": pin["identity"],
            "versionInfo": version,
            "downloadLocation": f"git+{url}@{version}",
            "filesAnalyzed": False,
            "licenseConcluded": "NOASSERTION",
            "licenseDeclared": licence(checkout),
            "copyrightText": "NOASSERTION",
            "externalRefs": [{
                "referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl",
                "referenceLocator": f"pkg:swift/{re.sub(r'^https://|[.]git$', '', url)}@{version}",
            }],
        })
    return result


def other(name: str, version: str, declared: str = "NOASSERTION", comment: str | None = None) -> dict:
    described = {"comment": comment} if comment else {}
    return described | {
        "SPDXID": f"SPDXRef-{re.sub(r'[^A-Za-z0-9.-]', '-', name)}", "name": name, "versionInfo": version, "downloadLocation": "NOASSERTION",
        "filesAnalyzed": False, "licenseConcluded": "NOASSERTION", "licenseDeclared": declared, "copyrightText": "NOASSERTION",
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scratch", type=Path, required=True, help="the build's folder")
    parser.add_argument("--version", required=True)
    parser.add_argument("--time", type=int, required=True, help="in seconds since 1970")
    arguments = parser.parse_args()
    swift = subprocess.run(["swift", "--version"], capture_output=True, text=True, check=True).stdout
    main_package = other("whatsapp-connector", arguments.version, "Apache-2.0")
    linked = [
        *packages(arguments.scratch), other("swift-runtime", re.search(r"Swift version (\S+)", swift)[1], "Apache-2.0 WITH Swift-exception"),
        *(other(name, "NOASSERTION", comment=f"a copy in {where}") for name, where in EMBEDDED),
    ]
    system = [other(name, "NOASSERTION") for name in SYSTEM]
    relations = [{"spdxElementId": "SPDXRef-DOCUMENT", "relationshipType": "DESCRIBES", "relatedSpdxElement": main_package["SPDXID"]}]
    relations += [
        {"spdxElementId": main_package["SPDXID"], "relationshipType": kind, "relatedSpdxElement": each["SPDXID"]}
        for kind, each in [*(("DEPENDS_ON", each) for each in linked), *(("DYNAMIC_LINK", each) for each in system)]
    ]
    json.dump({
        "spdxVersion": "SPDX-2.3",
        "dataLicense": "CC0-1.0",
        "SPDXID": "SPDXRef-DOCUMENT",
        "name": f"whatsapp-connector-{arguments.version}",
        "documentNamespace": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'whatsapp-connector/{arguments.version}/{arguments.time}')}",
        "creationInfo": {
            "created": datetime.datetime.fromtimestamp(arguments.time, datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "creators": ["Tool: whatsapp-connector-sbom"],
        },
        "packages": [main_package, *linked, *system],
        "relationships": relations,
    }, sys.stdout, indent=2)
    print()


if __name__ == "__main__":
    main()
