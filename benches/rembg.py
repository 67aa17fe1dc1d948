"""Neural cut-outs of 1-megapixel photos against rembg with onnxruntime and the same network, picture by picture in one
run: milliseconds from pixels to cut-out, and IoU with the exact alpha.

    pip install rembg onnxruntime pillow numpy
    ATELIER_SHARED=DIR cargo bench --bench matting -- stand /tmp/stand
    python3 benches/rembg.py /tmp/stand target/release/deps/matting-*      (the bench's executable)

rembg wants its model in U2NET_HOME: this points it to assets/models, so nothing is downloaded.
"""

import os
import pathlib
import statistics
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent.parent
os.environ["U2NET_HOME"] = str(HERE / "assets" / "models")
os.environ["MODEL_CHECKSUM_DISABLED"] = "1"

import numpy
from PIL import Image
from rembg import new_session, remove

ROUNDS = 3


def iou(alpha, truth):
    return (alpha & truth).sum() / (alpha | truth).sum()


def main(folder, bench):
    session = new_session("u2netp")
    ours = subprocess.Popen([bench, "each"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    rows = []
    for photo in sorted(pathlib.Path(folder).glob("*.photo.png")):
        name = photo.name.removesuffix(".photo.png")
        truth = numpy.array(Image.open(photo.with_name(f"{name}.truth.png"))) > 127
        picture = Image.open(photo).convert("RGB")
        out = photo.with_name(f"{name}.ours.png")
        theirs_ms, ours_ms = [], []
        for _ in range(ROUNDS):
            began = time.perf_counter()
            cut = remove(picture, session=session)
            theirs_ms.append((time.perf_counter() - began) * 1e3)
            print(photo, out, sep="\t", file=ours.stdin, flush=True)
            ours_ms.append(float(ours.stdout.readline()))
        rembg_iou = iou(numpy.array(cut)[..., 3] > 127, truth)
        # Asked for again, so that the file of the last round is whole.
        print(photo, out, sep="\t", file=ours.stdin, flush=True)
        ours.stdout.readline()
        rows.append((name, min(theirs_ms), min(ours_ms), rembg_iou, out, truth))
    ours.stdin.close()
    ours.wait()
    ratios, ious = [], []
    for name, theirs, own, rembg_iou, out, truth in rows:
        own_iou = iou(numpy.array(Image.open(out))[..., 3] > 127, truth)
        ratios.append(own / theirs)
        ious.append((own_iou, rembg_iou))
        print(f"{name:34} rembg {theirs:6.0f} ms IoU {rembg_iou:.3f}   atelier {own:6.0f} ms IoU {own_iou:.3f}")
    own, theirs = (statistics.mean(column) for column in zip(*ious))
    print(f"atelier takes {statistics.median(ratios):.2f} × rembg's time (median); IoU {own:.3f} and {theirs:.3f}")


if __name__ == "__main__":
    main(*sys.argv[1:])
