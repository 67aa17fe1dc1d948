"""A picture of a product with Python's standard library, followed by live events: picture.py PHOTO OUT

ATELIER_URL is the server, ATELIER_KEY an API key with the scopes uploads and jobs (or an access token).
"""

import json
import os
import sys
import urllib.error
import urllib.request

URL = os.environ["ATELIER_URL"]
HEADERS = {"Authorization": "Bearer " + os.environ["ATELIER_KEY"], "Accept-Language": "en"}


def call(method, path, body=None, headers=None):
    request = urllib.request.Request(URL + path, body, {**HEADERS, **(headers or {})}, method=method)
    try:
        return urllib.request.urlopen(request, timeout=120)
    except urllib.error.HTTPError as error:
        problem = json.load(error)
        raise SystemExit(f"{problem['title']}: {problem['detail']} {problem.get('errors', '')}") from None


def events(job):
    """The job at each of its changes, until it has ended. A broken stream goes on where it was."""
    seen = "0"
    while True:
        with call("GET", f"/v1/jobs/{job}/events", headers={"Last-Event-ID": seen}) as stream:
            for line in stream:
                name, _, value = line.decode().rstrip("\n").partition(": ")
                if name == "id":
                    seen = value
                elif name == "data":
                    state = json.loads(value)
                    yield state
                    if state["status"] in ("completed", "failed", "cancelled"):
                        return


def main(photo, out):
    with open(photo, "rb") as file:
        upload = json.load(call("POST", "/v1/uploads", file.read(), {"Content-Type": "image/jpeg"}))
    order = {"kind": "product_photo", "inputs": {"product": upload["id"]}, "settings": {"background": "marble"}}
    job = json.load(call("POST", "/v1/jobs", json.dumps(order).encode(), {"Content-Type": "application/json"}))
    for job in events(job["id"]):
        print(job["progress"], job["message"]["en"], file=sys.stderr)
    if job["status"] != "completed":
        raise SystemExit((job["error"] or job)["message"]["en"])
    urllib.request.urlretrieve(job["result"]["images"][0]["url"], out)
    print(out)


main(*sys.argv[1:])
