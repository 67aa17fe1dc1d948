"""The whole product on the bucket that `mock.py` plays: upload, matting by CI, moderation, result behind a signed link.

Arguments: the address of an `atelier serve` and that of the bucket.
"""

import sys
import time
from pathlib import Path

import requests

atelier, bucket = sys.argv[1:3]
samples = Path(__file__).parents[2] / "assets" / "samples"


def counts():
    return requests.get(f"{bucket}/__counts", timeout=10).json()


start = counts()
user = requests.post(
    f"{atelier}/v1/auth/register", json={"username": "mei", "password": "a long password"}, timeout=30
).json()
mine = {"Authorization": f"Bearer {user['access_token']}"}
photo = samples / "product.jpg"
upload = requests.post(f"{atelier}/v1/uploads", headers=mine, data=photo.read_bytes(), timeout=60)
assert upload.status_code == 201, upload.text
assert upload.json()["url"].startswith(bucket), upload.text
body = {"kind": "product_photo", "inputs": {"product": upload.json()["id"]}, "quality": "draft"}
job = requests.post(f"{atelier}/v1/jobs", headers=mine, json=body, timeout=60).json()
deadline = time.time() + 120
while job["status"] in ("pending", "processing") and time.time() < deadline:
    time.sleep(0.3)
    job = requests.get(f"{atelier}/v1/jobs/{job['id']}", headers=mine, timeout=60).json()
assert job["status"] == "completed", job
image = job["result"]["images"][0]
assert image["url"].startswith(bucket) and "ci-process" not in str(job), image
picture = requests.get(image["url"], timeout=30)
assert picture.status_code == 200 and len(picture.content) == image["bytes"], picture.status_code
labels = [block in picture.content for block in (b'"Label": "1"', b"{&quot;Label&quot;:&quot;1&quot;")]
assert labels == [True, True], f"CI's label, our own: {labels}"
assert picture.content.count(job["id"].encode()) == 4, "both name the job as its producer's and its propagator's number"
before = counts()
made = before["right"] - start["right"]
assert before["wrong"] == start["wrong"] and made >= 10, before
forged = requests.get(image["url"].replace("/works/", "/thumbnails/"), timeout=30)
assert forged.status_code == 403 and counts()["wrong"] == before["wrong"] + 1, forged.status_code
print(f"the product on COS and CI: {made} signatures, all as the official SDK makes them")
