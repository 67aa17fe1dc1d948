"""The examples in assets/examples, run as a reader would run them, with an API key each."""

import os
import pathlib
import shutil
import subprocess
import tempfile

from server import PHOTO, ROOT, Server

EXAMPLES = ROOT / "assets" / "examples"
COMMANDS = {
    "picture.sh": (["bash"], ["curl", "jq"]),
    "picture.py": (["python3"], []),
    "picture.mjs": (["node"], ["node"]),
}


def main():
    with Server() as server, tempfile.TemporaryDirectory() as folder:
        for number, (name, (command, needed)) in enumerate(COMMANDS.items()):
            if missing := [tool for tool in needed if not shutil.which(tool)]:
                print(f"clients: {name} skipped, {missing[0]} is not here")
                continue
            token = server.register(f"client{number}")
            key = server.call("POST", "/v1/api-keys", {"name": name, "scopes": ["uploads", "jobs"]}, token)["key"]
            out = pathlib.Path(folder) / f"{name}.jpg"
            env = {"ATELIER_URL": server.url, "ATELIER_KEY": key}
            run = [*command, str(EXAMPLES / name), str(PHOTO), str(out)]
            subprocess.run(run, env={**os.environ, **env}, check=True, timeout=90)
            assert out.read_bytes()[:2] == b"\xff\xd8", "a JPEG"
            wrong = {**os.environ, **env, "ATELIER_KEY": "wrong"}
            refused = subprocess.run(run, env=wrong, capture_output=True, timeout=90)
            assert refused.returncode != 0, f"{name} says so when it is refused"
    print("clients: the examples make pictures, and fail when they are refused")


main()
