"""The bench beside it against sharp and Pillow, in one run, with how close each comes to Pillow's Lanczos.

It needs cargo, node with npm, and python3 with Pillow and numpy; it installs sharp under target/bench-imaging. Every
figure is processor time on one thread. It ends with 1 if a goal of `GOALS` is missed.
"""

import io
import json
import re
import subprocess
import sys
import time
from pathlib import Path

import numpy
from PIL import Image

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
FOLDER = ROOT / "target" / "bench-imaging"
SIZES = {"large": ((1536, 2048), 90), "thumbnail": ((384, 512), 80)}
# At most this share of sharp's time, at most this many decibels behind it.
GOALS = {"time": 1.0, "decibels": 0.5}
SHARP = "0.35.5"
# Each program runs this often, by turns; the least of all its figures counts.
TURNS = 3


def bench_binary():
    """The compiled bench. An argument names one that is there already."""
    if len(sys.argv) > 1:
        return sys.argv[1]
    command = ["cargo", "bench", "--bench", "imaging", "--no-run", "--message-format=json"]
    for line in subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout.splitlines():
        message = json.loads(line)
        if message.get("target", {}).get("name") == "imaging" and message.get("executable"):
            return message["executable"]
    sys.exit("cargo built no bench")


def figures(command, **options):
    """The least milliseconds of each case that a program prints."""
    out = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, **options).stdout
    return out, {name: float(ms) for name, ms in re.findall(r"^(\w+): ([\d.]+) ms at least", out, re.M)}


def pillow(photo):
    """Pillow the way its manual says: `draft` lets the decoder shrink, Lanczos does the rest."""
    least = {}
    for name, (size, quality) in SIZES.items():
        for _ in range(5):
            before = time.process_time()
            picture = Image.open(io.BytesIO(photo))
            picture.draft("RGB", size)
            out = io.BytesIO()
            picture.resize(size, Image.LANCZOS).save(out, "JPEG", quality=quality, subsampling=2)
            least[name] = min(least.get(name, 1e9), (time.process_time() - before) * 1000)
        (FOLDER / f"pillow-{name}.jpg").write_bytes(out.getvalue())
    return least


def decibels(reference, file):
    seen = numpy.asarray(Image.open(file).convert("RGB"), float)
    error = ((numpy.asarray(reference, float) - seen) ** 2).mean()
    return 10 * numpy.log10(255**2 / error)


def main():
    binary = bench_binary()
    FOLDER.mkdir(parents=True, exist_ok=True)
    if not (FOLDER / "node_modules" / "sharp").exists():
        subprocess.run(["npm", "install", "--silent", "--no-audit", f"sharp@{SHARP}"], cwd=FOLDER, check=True)
    (FOLDER / "sharp.mjs").write_text((HERE / "sharp.mjs").read_text())
    least = {"atelier": {}, "sharp": {}, "pillow": {}}
    for _ in range(TURNS):
        out, ours = figures([binary])
        photo = FOLDER / "3000x4000.jpg"
        theirs = figures(["node", "sharp.mjs", photo, FOLDER], cwd=FOLDER)[1]
        for who, found in ("atelier", ours), ("sharp", theirs), ("pillow", pillow(photo.read_bytes())):
            for name, ms in found.items():
                least[who][name] = min(ms, least[who].get(name, 1e9))
    print(out)
    whole = Image.open(photo).convert("RGB")
    missed = []
    for name, (size, quality) in SIZES.items():
        reference = whole.resize(size, Image.LANCZOS)
        sharp_db = decibels(reference, FOLDER / f"sharp-{name}.jpg")
        print(f"{name}: 12 megapixels to {size[0]}x{size[1]}, quality {quality}, 4:2:0")
        for who, found in least.items():
            file = FOLDER / f"{who}-{name}.jpg"
            ratio, db = found[name] / least["sharp"][name], decibels(reference, file)
            print(f"  {who:8} {found[name]:6.1f} ms  {ratio:4.2f} x sharp  {db:5.2f} dB  {file.stat().st_size} bytes")
            if who == "atelier" and (ratio > GOALS["time"] or db < sharp_db - GOALS["decibels"]):
                missed.append(name)
    sys.exit(f"missed: {missed}" if missed else 0)


main()
