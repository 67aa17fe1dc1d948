"""Finished pictures in the eyes of others: every output row by Pillow, the AI label by exiftool and by exempi (which
Adobe's XMP code is), in every format and on thumbnails, and nothing of what the sender's photo said of itself.

Debian: libimage-exiftool-perl, libexempi8.
"""

import io
import json
import pathlib
import shutil
import subprocess
import tempfile
import urllib.request

from PIL import Image
from server import PHOTO, Server

SPACE = "http://www.tc260.org.cn/ns/AIGC/1.0/"
# What a sender would not want to pass on.
SECRETS = {"-GPSLatitude=31.2304", "-GPSLongitude=121.4737", "-Artist=secret", "-Comment=secret", "-XMP:Creator=secret"}


def exempi():
    """The package that reads by exempi, or nothing where the library is not installed."""
    try:
        import libxmp
    except (ImportError, OSError):
        return None
    return libxmp


def seen_by_exiftool(file):
    out = subprocess.run(["exiftool", "-j", "-G1", "-a", str(file)], check=True, capture_output=True, text=True).stdout
    return json.loads(out)[0]


def check_label(file, job, libxmp):
    facts = seen_by_exiftool(file)
    assert not [key for key in facts if "GPS" in key or key.startswith("IFD")], facts
    assert "secret" not in json.dumps(facts), facts
    labels = [value for key, value in facts.items() if key.lower() == "xmp-tc260:aigc"]
    if libxmp:
        packet = libxmp.XMPFiles(file_path=str(file)).get_xmp()
        labels.append(packet.get_property(SPACE, "AIGC"))
    for label in labels:
        label = label if isinstance(label, dict) else json.loads(label)
        assert (label["Label"], label["ProduceID"]) == ("1", job), label
        assert label["ContentProducer"] == label["ContentPropagator"] == "atelier", label
    assert len(labels) == (2 if libxmp else 1), f"one label for each reader: {facts}"


def check_row(row, data):
    picture = Image.open(io.BytesIO(data))
    picture.load()
    size, name = (row["width"], row["height"]), row["id"]
    assert 0 in size or picture.size == size, f"{name}: {picture.size}"
    assert picture.format.lower() == row["format"], f"{name}: {picture.format}"
    if most := row.get("max_kb"):
        assert len(data) <= most * 1000, f"{name}: {len(data)} bytes"
    corners = [picture.getpixel(at) for at in ((0, 0), (picture.width - 1, 0), (0, picture.height - 1))]
    if row.get("background") == "white":
        assert corners == [(255, 255, 255)] * 3, f"{name}: {corners}"
    if row.get("background") == "transparent":
        assert [c[3] for c in corners] == [0, 0, 0], f"{name}: {corners}"


class Shop:
    """A customer with one photo that says too much."""

    def __init__(self, server, folder):
        self.server, self.folder = server, folder
        self.token = server.register("mei")
        photo = folder / "photo.jpg"
        shutil.copy(PHOTO, photo)
        subprocess.run(["exiftool", "-q", "-overwrite_original", *SECRETS, str(photo)], check=True)
        assert "secret" in json.dumps(seen_by_exiftool(photo))
        self.photo = server.call("POST", "/v1/uploads", photo.read_bytes(), self.token, {"Content-Type": "image/jpeg"})

    def fetch(self, url, name):
        url = url if url.startswith("http") else self.server.url + url
        request = urllib.request.Request(url, headers={"Authorization": f"Bearer {self.token}"})
        file = self.folder / name
        with urllib.request.urlopen(request, timeout=60) as answer:
            file.write_bytes(answer.read())
        return file

    def make(self, output):
        job = {"kind": "product_photo", "inputs": {"product": self.photo["id"]}, "output": output}
        wait = {"Prefer": "wait=60"}
        made = self.server.call("POST", "/v1/jobs", job, self.token, wait)
        while made["status"] not in ("completed", "failed"):
            made = self.server.call("GET", f"/v1/jobs/{made['id']}", token=self.token, headers=wait)
        assert made["status"] == "completed", made
        return made


def main():
    if not shutil.which("exiftool"):
        print("labels: skipped, exiftool is not here (Debian: libimage-exiftool-perl)")
        return
    libxmp = exempi()
    with Server() as server, tempfile.TemporaryDirectory() as folder:
        shop = Shop(server, pathlib.Path(folder))
        stored = seen_by_exiftool(shop.fetch(shop.photo["url"], "stored.jpg"))
        assert "secret" not in json.dumps(stored) and not [key for key in stored if "GPS" in key], stored
        rows = [row for row in server.call("GET", "/v1/catalog", token=shop.token)["outputs"]]
        for row in rows:
            made = shop.make(row["id"])
            image = made["result"]["images"][0]
            file = shop.fetch(image["url"], f"{row['id']}.{row['format']}")
            check_row(row, file.read_bytes())
            check_label(file, made["id"], libxmp)
            small = shop.fetch(image["thumbnail_url"], f"{row['id']}.small")
            suffix = Image.open(small).format.lower()
            check_label(small.rename(small.with_suffix(f".small.{suffix}")), made["id"], libxmp)
        for suffix in ("jpeg", "png", "webp"):
            path = f"/v1/works/{made['result']['work_id']}/file?format={suffix}"
            check_label(shop.fetch(path, f"other.{suffix}"), made["id"], libxmp)
    by = "exiftool and exempi" if libxmp else "exiftool (exempi is not here: Debian's libexempi8)"
    print(f"labels: {len(rows)} output rows to the pixel; every file, thumbnail and format is labelled, says {by}")


main()
