"""A COS bucket with CI that lets nothing in whose signature the official Python SDK would not have made.

It listens on the port given as the first argument (0: a free one), prints its address, and keeps objects in memory.
`GET /__counts` answers how many signatures it found right and wrong.
"""

import base64
import io
import json
import sys
import threading
import time
import zlib
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from unittest import mock
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from PIL import Image, ImageDraw
from qcloud_cos import CosConfig
from qcloud_cos.cos_auth import CosS3Auth

SECRET_ID = "test-secret-id-for-vectors-only"
SECRET_KEY = "EXAMPLEKEY0000000000000000000000"
CONFIG = CosConfig(Region="ap-guangzhou", SecretId=SECRET_ID, SecretKey=SECRET_KEY)

objects, labels, counts, lock = {}, {}, {"right": 0, "wrong": 0}, threading.Lock()


class Asked:
    """As much of a request as the SDK's signer looks at."""

    def __init__(self, method, url, headers):
        self.method, self.url, self.headers = method, url, headers


def listed(name):
    """A name as it stands in a signature's lists."""
    return quote(name, "-_.~").lower()


def signature(handler, path, params):
    """The signature that came, and the one that the official SDK makes for the same request."""
    header = handler.headers.get("Authorization")
    fields = dict(f.split("=", 1) for f in header.split("&")) if header else dict(params)
    start, end = (int(t) for t in fields["q-sign-time"].split(";"))
    if not start <= time.time() < end:
        raise ValueError("it is not in its time")
    names = fields["q-header-list"].split(";")
    signed = {k: v for k, v in handler.headers.items() if listed(k) in names}
    if "host" not in names or len(signed) != len(names):
        raise ValueError("the host, or a header that was signed, is missing")
    must = [k for k in handler.headers if k.lower().startswith(("x-cos-", "pic-"))]
    if any(listed(k) not in names for k in must):
        raise ValueError("a header that matters is not signed")
    wanted = [n for n in fields["q-url-param-list"].split(";") if n]
    chosen = {k: v for k, v in params if listed(k) in wanted}
    if any(listed(k) not in wanted for k, _ in params if k.startswith(("ci-", "response-"))):
        raise ValueError("a parameter that matters is not signed")
    asked = Asked(handler.command, "http://unused" + path, signed)
    # The SDK takes the window from the clock: it begins a minute ago.
    with mock.patch("qcloud_cos.cos_auth.time.time", return_value=start + 60):
        CosS3Auth(CONFIG, unquote(path), chosen, end - start - 60, sign_host=True)(asked)
    made = dict(f.split("=", 1) for f in asked.headers["Authorization"].split("&"))
    return fields["q-signature"], made["q-signature"]


def cut_out(jpeg):
    """A cut-out of the size that came: what lies in the middle stays."""
    picture = Image.open(io.BytesIO(jpeg)).convert("RGBA")
    w, h = picture.size
    alpha = Image.new("L", picture.size, 0)
    ImageDraw.Draw(alpha).ellipse((w * 0.15, h * 0.1, w * 0.85, h * 0.9), fill=255)
    picture.putalpha(alpha)
    png = io.BytesIO()
    picture.save(png, "PNG")
    return png.getvalue()


def fields(rule):
    """What a rule says, with its values decoded: base64url without padding."""
    parts = rule.split("/")[2:]
    if "=" in rule or len(parts) % 2:
        raise ValueError("no such rule")
    decoded = [base64.urlsafe_b64decode(v + "=" * (-len(v) % 4)).decode() for v in parts[1::2]]
    said = dict(zip(parts[::2], decoded, strict=True))
    if "Label" not in said:
        raise ValueError("Label is required")
    return said


def with_label(picture, said):
    """The file with a block of CI's own in front of what it holds, and its format."""
    block = json.dumps(said).encode()
    if picture.startswith(b"\xff\xd8"):
        body = b"http://ns.adobe.com/xap/1.0/\0" + block
        return picture[:2] + b"\xff\xe1" + (len(body) + 2).to_bytes(2, "big") + body + picture[2:], "JPEG"
    if picture.startswith(b"\x89PNG"):
        body = b"iTXtAIGC\0\0\0\0\0" + block
        chunk = (len(body) - 4).to_bytes(4, "big") + body + zlib.crc32(body).to_bytes(4, "big")
        return picture[:33] + chunk + picture[33:], "PNG"
    raise ValueError("only JPEG and PNG are labelled")


class Bucket(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def say(self, status, body=b"", media="application/xml", **more):
        self.send_response(status)
        self.send_header("Content-Type", media)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("x-cos-request-id", "mock")
        for name, value in more.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def refuse(self, status, code, why=""):
        text = f"<?xml version='1.0'?><Error><Code>{code}</Code><Message>{why}</Message></Error>"
        self.say(status, text.encode())

    def handle_any(self):
        url = urlsplit(self.path)
        if url.path == "/__counts":
            return self.say(200, json.dumps(counts).encode(), "application/json")
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        params = parse_qsl(url.query, keep_blank_values=True)
        try:
            came, right = signature(self, url.path, params)
        except (KeyError, ValueError, AttributeError) as error:
            came, right = str(error), None
        with lock:
            counts["right" if came == right else "wrong"] += 1
        if came != right:
            return self.refuse(403, "SignatureDoesNotMatch", came)
        with lock:
            return self.serve(unquote(url.path)[1:], dict(params), body)

    do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = handle_any

    def serve(self, name, params, body):
        if self.command == "PUT":
            objects[name] = (body, self.headers["Content-Type"], self.headers["Cache-Control"])
            return self.processed(body)
        if self.command == "DELETE":
            objects.pop(name, None)
            return self.say(204)
        if not name:
            return self.list(params)
        if name not in objects:
            return self.refuse(404, "NoSuchKey")
        if params.get("ci-process") == "sensitive-content-recognition":
            verdict = "<State>Success</State><Result>0</Result><Label>Normal</Label><Score>0</Score>"
            return self.say(200, f"<RecognitionResult><JobId>1</JobId>{verdict}</RecognitionResult>".encode())
        if params.get("ci-process") == "ImageAIGCMetadata":
            found = {"AIGC": labels[name]} if name in labels else {}
            return self.say(200, json.dumps(found).encode(), "application/json")
        return self.get(name, params)

    def processed(self, body):
        if not self.headers["Pic-Operations"]:
            return self.say(200, ETag='"x"')
        rule = json.loads(self.headers["Pic-Operations"])["rules"][0]
        if rule["rule"].startswith("imageMogr2/AIGCMetadata/"):
            return self.labelled(body, rule)
        if rule["rule"] not in ("ci-process=AIPortraitMatting", "ci-process=GoodsMatting", "ci-process=AIPicMatting"):
            return self.refuse(400, "InvalidArgument")
        objects[rule["fileid"][1:]] = (cut_out(body), "image/png", None)
        key = rule["fileid"][1:]
        return self.say(200, f"<UploadResult><ProcessResults><Object><Key>{key}</Key></Object></ProcessResults></UploadResult>".encode())

    def labelled(self, body, rule):
        try:
            said = fields(rule["rule"])
            picture, form = with_label(body, said)
        except ValueError as error:
            return self.refuse(400, "InvalidArgument", error)
        key = rule["fileid"][1:]
        objects[key], labels[key] = (picture, self.headers["Content-Type"], None), said
        width, height = Image.open(io.BytesIO(picture)).size
        made = f"<Key>{key}</Key><Format>{form}</Format><Width>{width}</Width><Height>{height}</Height>"
        made += f"<Size>{len(picture)}</Size><Quality>90</Quality>"
        self.say(200, f"<UploadResult><ProcessResults><Object>{made}</Object></ProcessResults></UploadResult>".encode())

    def get(self, name, params):
        body, media, cache = objects[name]
        media = params.get("response-content-type", media) or "application/octet-stream"
        more = {"Cache_Control": params.get("response-cache-control", cache) or "no-cache"}
        if self.headers["Range"]:
            first, last = (int(n) for n in self.headers["Range"][6:].split("-"))
            more["Content_Range"] = f"bytes {first}-{last}/{len(body)}"
            return self.say(206, body[first : last + 1], media, **more)
        return self.say(200, body, media, **more)

    def list(self, params):
        names = sorted(n for n in objects if n.startswith(params["prefix"]) and n > params["marker"])
        page, rest = names[:2], names[2:]
        now = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime())
        text = "".join(
            f"<Contents><Key>{n}</Key><LastModified>{now}</LastModified><Size>{len(objects[n][0])}</Size></Contents>"
            for n in page
        )
        more = f"<IsTruncated>{'true' if rest else 'false'}</IsTruncated>"
        more += f"<NextMarker>{page[-1]}</NextMarker>" if rest else ""
        self.say(200, f"<ListBucketResult>{more}{text}</ListBucketResult>".encode(), Date=formatdate(usegmt=True))


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Bucket)
    print(f"http://127.0.0.1:{server.server_address[1]}", flush=True)
    server.serve_forever()
