"""What the server needs while 1,000 try-ons wait for a model that takes 30 seconds: memory, and processor time.

    cargo build --release && python3 benches/in_flight.py

Each job has two photos of one megapixel, which its request carries in full. The model is `atelier mock-providers`, a
process of its own. Linux only (/proc); needs Pillow.
"""

import concurrent.futures
import io
import os
import pathlib
import re
import subprocess
import sys
import threading
import time
import urllib.request

from PIL import Image

ROOT = pathlib.Path(__file__).resolve().parents[1]
os.environ.setdefault("ATELIER_BINARY", str(ROOT / "target" / "release" / "atelier"))
sys.path.insert(0, str(ROOT / "tests" / "outside"))
from server import BINARY, DOOR, Server  # noqa: E402

JOBS = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
USERS = 10
MODEL_MS = 30_000
SAMPLES = ROOT / "assets" / "samples"

SETTINGS = """
[credits]
signup_bonus = 1000000
[jobs]
min_free_mb = 0
per_user = {jobs}
concurrency = {jobs}
[providers.mock]
kind = "gemini"
base_url = "{mock}/gemini"
api_key = "mock"
[models.slow]
provider = "mock"
model = "gemini-2.5-flash-image"
price_usd = 0.04
concurrency = {jobs}
timeout_secs = 120
[routing]
personal = ["slow"]
business = ["slow"]
"""


def photo(name):
    """A sample as a JPEG of 1024 x 1024."""
    out = io.BytesIO()
    Image.open(SAMPLES / name).convert("RGB").resize((1024, 1024), Image.LANCZOS).save(out, "JPEG", quality=92)
    return out.getvalue()


class Mock:
    """The vendors, each picture after 30 seconds."""

    def __enter__(self):
        command = [BINARY, "mock-providers", "--bind", "127.0.0.1:0", "--latency-ms", str(MODEL_MS)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        for line in self.process.stdout:
            if found := re.search(r'"(http://[^/"]+)/gemini"', line):
                self.url = found.group(1)
                break
        threading.Thread(target=self.process.stdout.read, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()


class Watch:
    """Looks at a process twice a second: its memory, its processor time, and how many jobs are in flight."""

    def __init__(self, server):
        self.server, self.looks, self.over = server, [], threading.Event()
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def run(self):
        while not self.over.wait(0.5):
            self.looks.append((time.monotonic(), self.memory(), self.cpu(), self.running()))

    def memory(self):
        status = pathlib.Path(f"/proc/{self.server.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", status).group(1)) / 1024

    def cpu(self):
        fields = pathlib.Path(f"/proc/{self.server.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def running(self):
        with urllib.request.urlopen(self.server.url + "/metrics", timeout=60) as answer:
            found = re.search(r'^atelier_model_crowd{model="slow"} (\d+)', answer.read().decode(), re.M)
        return int(found.group(1)) if found else 0


def submit(server, users, number):
    token, person, garment = users[number % len(users)]
    inputs = {"person": person, "garment": garment}
    body = {"kind": "virtual_tryon", "inputs": inputs, "seed": number + 1}
    return token, server.call("POST", "/v1/jobs", body, token)["id"]


def ending(server, token, job):
    while True:
        state = server.call("GET", f"/v1/jobs/{job}", None, token, {"Prefer": "wait=60"})
        if state["status"] in ("completed", "failed", "cancelled"):
            return state["status"]


def main():
    with Mock() as mock, Server(settings=DOOR + SETTINGS.format(jobs=JOBS, mock=mock.url)) as server:
        users = []
        for number in range(USERS):
            token = server.register(f"user{number}")
            ids = [server.call("POST", "/v1/uploads", photo(name), token, {"Content-Type": "image/jpeg"})["id"]
                   for name in ("person.jpg", "garment.jpg")]
            users.append((token, *ids))
        watch = Watch(server)
        idle = watch.memory()
        began = time.monotonic()
        with concurrent.futures.ThreadPoolExecutor(16) as pool:
            jobs = list(pool.map(lambda n: submit(server, users, n), range(JOBS)))
        submitted = time.monotonic() - began
        with concurrent.futures.ThreadPoolExecutor(32) as pool:
            endings = list(pool.map(lambda job: ending(server, *job), jobs))
        took = time.monotonic() - began
        watch.over.set()
        watch.thread.join()
        report(watch.looks, idle, submitted, took, endings)


def report(looks, idle, submitted, took, endings):
    most = max(running for *_, running in looks)
    cores = (looks[-1][2] - looks[0][2]) / (looks[-1][0] - looks[0][0])
    steady = [look for look in looks if look[3] >= most * 0.99]
    print(f"{len(endings)} try-ons, {endings.count('completed')} completed, in {took:.0f} s "
          f"(all submitted after {submitted:.1f} s)")
    print(f"most in flight {most}; memory: {idle:.0f} MB before, at most {max(look[1] for look in looks):.0f} MB")
    if len(steady) > 1:
        waiting = (steady[-1][2] - steady[0][2]) / (steady[-1][0] - steady[0][0])
        print(f"processor while {most} wait: {waiting:.2f} cores, at most {max(look[1] for look in steady):.0f} MB")
    print(f"processor over the whole run: {cores:.2f} cores")


main()
