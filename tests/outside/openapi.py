"""The description of the API, held against the server by schemathesis: `pip install schemathesis`.

Every check is on. What a description cannot say (which ids exist, whether a password is too easy) is refused with one of
the statuses in schemathesis.toml.
"""

import os
import pathlib
import subprocess
import sys

from server import Server

HERE = pathlib.Path(__file__).parent
EXAMPLES = os.environ.get("ATELIER_SCHEMATHESIS_EXAMPLES", "8")


def main():
    settings = '[webhooks]\nper_user = 100\n[billing.sandbox]\nenabled = true\n'
    with Server(settings) as server:
        spent = server.call("POST", f"/v1/links/{server.setup}", {"username": "root", "password": "a long password"})
        command = [
            "schemathesis",
            f"--config-file={HERE / 'schemathesis.toml'}",
            "run",
            f"{server.url}/openapi.json",
            f"--header=Authorization: Bearer {spent['access_token']}",
            "--checks=all",
            f"--max-examples={EXAMPLES}",
            "--seed=1",
            "--workers=2",
        ]
        sys.exit(subprocess.run(command).returncode)


main()
