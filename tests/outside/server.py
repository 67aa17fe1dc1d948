"""A running Atelier for scripts: in a temporary directory, on a free port, ended with the script. Standard library only."""

import json
import os
import pathlib
import re
import subprocess
import tempfile
import urllib.error
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILT = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "debug" / "atelier"
BINARY = pathlib.Path(os.environ.get("ATELIER_BINARY", BUILT))
PHOTO = ROOT / "assets" / "samples" / "product.jpg"

# On a free port, for this machine alone, nobody held back.
DOOR = """
[server]
bind = "127.0.0.1:0"
[log]
level = "warn"
[rate_limit]
enabled = false
[net]
allow = ["127.0.0.1/32"]
"""

SETTINGS = (
    DOOR
    + """
[credits]
signup_bonus = 1000
[jobs]
min_free_mb = 0
[providers.test]
kind = "sandbox"
[models.test]
provider = "test"
[routing]
personal = ["test"]
business = ["test"]
"""
)


class Server:
    """`with Server() as server:` starts it and, at the end, stops it as a signal would."""

    def __init__(self, more="", settings=SETTINGS):
        self.settings = settings + more

    def __enter__(self):
        self.directory = tempfile.TemporaryDirectory(prefix="atelier-")
        config = pathlib.Path(self.directory.name) / "test.toml"
        config.write_text(self.settings)
        command = [BINARY, "--config", config, "--data-dir", pathlib.Path(self.directory.name) / "data", "serve"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self.url = re.search(r"http://\S+", self.process.stdout.readline()).group()
        self.setup = None
        for line in self.process.stdout:
            if found := re.search(r"http://\S+", line):
                self.setup = found.group().rsplit("/", 1)[-1].rsplit("=", 1)[-1]
                break
        return self

    def __exit__(self, *_):
        self.process.terminate()
        assert self.process.wait(60) == 0, "the server stops cleanly"
        self.directory.cleanup()

    def call(self, method, path, body=None, token=None, headers=None):
        """Sends JSON (or bytes) and answers JSON; an error status raises."""
        headers = {"Accept-Language": "en", **(headers or {})}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
            headers["Content-Type"] = "application/json"
        request = urllib.request.Request(self.url + path, body, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=90) as answer:
                return json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{method} {path}: {error.code} {error.read().decode()}") from None

    def register(self, name):
        """A new user's access token."""
        return self.call("POST", "/v1/auth/register", {"username": name, "password": "a long password"})["access_token"]

    def upload(self, token):
        """The id of an uploaded photo."""
        photo = PHOTO.read_bytes()
        return self.call("POST", "/v1/uploads", photo, token, {"Content-Type": "image/jpeg"})["id"]
