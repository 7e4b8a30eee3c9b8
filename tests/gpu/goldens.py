#!/usr/bin/env python3
"""goldens.py FROM TO: the golden cases that are small enough to travel, with a manifest of those alone."""
import json, os, shutil, sys

LIMIT = 700 << 10


def main(source, target):
    with open(os.path.join(source, "manifest.json"), encoding="utf-8") as file:
        manifest = json.load(file)
    files = lambda case: [os.path.join(source, array["file"]) for array in case["arrays"].values()]
    manifest["cases"] = [case for case in manifest["cases"] if sum(map(os.path.getsize, files(case))) <= LIMIT]
    for case in manifest["cases"]:
        for array in case["arrays"].values():
            place = os.path.join(target, array["file"])
            os.makedirs(os.path.dirname(place), exist_ok=True)
            shutil.copyfile(os.path.join(source, array["file"]), place)
    with open(os.path.join(target, "manifest.json"), "w", encoding="utf-8") as file:
        json.dump(manifest, file)
    print(f"{len(manifest['cases'])} golden cases for Python")


if __name__ == "__main__":
    main(*sys.argv[1:])
