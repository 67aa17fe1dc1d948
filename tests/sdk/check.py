"""Holds our adapters and our mock against the vendors' own clients.

For each vendor: Atelier makes one try-on over the mock, and the mock keeps the request. The vendor's own client then has
to accept every field of that request as its own, send the same one, and find the mock's picture in the answer.

    python tests/sdk/check.py target/debug/atelier
"""

import base64
import json
import os
import subprocess
import sys
import tempfile
import tomllib
import urllib.request
from email import message_from_bytes
from pathlib import Path

SAMPLES = Path(__file__).resolve().parents[2] / "assets" / "samples"
KEY = "mock"
MODELS = {
    "gemini": "gemini-2.0",
    "ark": "seedream-lite",
    "openai": "gpt-3.5-turbo-vision",
    "dashscope": "deepseek-vision",
    "fashn": "fashn-tryon",
}
# Not for anybody's proxy: the mock is on this machine.
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def fetch(url, method="GET"):
    with DIRECT.open(urllib.request.Request(url, method=method), timeout=30) as answer:
        return answer.read()


class Mock:
    """`atelier mock-providers` on a free port."""

    def __init__(self, binary):
        self.process = subprocess.Popen(
            [binary, "mock-providers", "--bind", "127.0.0.1:0"],
            stdout=subprocess.PIPE,
            text=True,
        )
        text = ""
        while text.count("api_key") < 6:
            line = self.process.stdout.readline()
            if not line:
                sys.exit("the mock did not start")
            text += line
        self.providers = tomllib.loads(text)["providers"]
        self.url = self.providers["gemini"]["base_url"].removesuffix("/gemini")
        self.picture = fetch(f"{self.url}/files/picture.png")

    def base_url(self, vendor):
        return self.providers[vendor]["base_url"]

    def forget(self):
        fetch(f"{self.url}/mock/requests", "DELETE")

    def call(self):
        """The last call for a picture."""
        requests = json.loads(fetch(f"{self.url}/mock/requests"))
        return [request for request in requests if request["scene"]][-1]

    def stop(self):
        self.process.terminate()
        self.process.wait()


def make(binary, mock, vendor):
    """One try-on by Atelier, with a key for this vendor alone."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Path(folder) / "atelier.toml"
        settings.write_text(
            '[net]\nallow = ["127.0.0.1/32"]\n[matting]\nmethod = "classical"\n'
            f'[routing]\npersonal = ["{MODELS[vendor]}"]\n'
            f'[providers.{vendor}]\nbase_url = "{mock.base_url(vendor)}"\napi_key = "{KEY}"\n'
        )
        clean = {name: value for name, value in os.environ.items() if not name.startswith("ATELIER_")}
        subprocess.run(
            [binary, "--config", settings, "make", "virtual_tryon", "--person", SAMPLES / "person.jpg",
             "--garment", SAMPLES / "garment.jpg", "-o", Path(folder) / "out"],
            check=True, env=clean, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        )
        assert list(Path(folder).glob("out.*")), "Atelier made no picture"


def gemini(mock, ours):
    from google import genai
    from google.genai import types

    body = ours["body"]
    # The client knows the fields under these names; unknown ones are refused.
    settings = {**body["generationConfig"], "safetySettings": body["safetySettings"]}
    config = types.GenerateContentConfig.model_validate(settings)
    contents = [types.Content.model_validate(content) for content in body["contents"]]
    # Pictures have to be asked for under v1beta; the client's own default is another.
    options = types.HttpOptions(base_url=mock.base_url("gemini"), api_version="v1beta")
    client = genai.Client(api_key=KEY, vertexai=False, http_options=options)
    model = ours["path"].split("/")[-1].split(":")[0]
    answer = client.models.generate_content(model=model, contents=contents, config=config)
    parts = answer.candidates[0].content.parts
    pictures = [part.inline_data.data for part in parts if part.inline_data and not part.thought]
    assert mock.call()["path"] == ours["path"], "another path"
    return pictures[-1]


def ark(mock, ours):
    from volcenginesdkarkruntime import Ark

    client = Ark(api_key=KEY, base_url=mock.base_url("ark"))
    answer = client.images.generate(**ours["body"])
    return base64.b64decode(answer.data[0].b64_json)


def form(request):
    """The fields of a multipart form in their order: names, and values of those that are no files."""
    kind = dict(request["headers"])["content-type"]
    head = f"Content-Type: {kind}\r\n\r\n".encode()
    parts = message_from_bytes(head + request["body"].encode("utf-8", "replace")).get_payload()
    fields = []
    for part in parts:
        name = part.get_param("name", header="content-disposition")
        text = None if part.get_filename() else part.get_payload()
        fields.append((name, text, part.get_content_type() if part.get_filename() else None))
    return fields


def openai(mock, ours):
    from openai import OpenAI

    fields = form(ours)
    words = {name: text for name, text, _ in fields if text is not None}
    words["n"] = int(words["n"])
    photos = [("a.jpg", (SAMPLES / name).read_bytes(), "image/jpeg") for name in ("person.jpg", "garment.jpg")]
    client = OpenAI(api_key=KEY, base_url=mock.base_url("openai"))
    answer = client.images.edit(image=photos, **words)
    theirs = form(mock.call())
    # A form has no order between fields, only within a name.
    assert sorted(map(str, theirs)) == sorted(map(str, fields)), f"{theirs} is not {fields}"
    return base64.b64decode(answer.data[0].b64_json)


def dashscope(mock, ours):
    import dashscope as client

    client.base_http_api_url = f"{mock.base_url('dashscope')}/api/v1"
    body = ours["body"]
    answer = client.MultiModalConversation.call(
        model=body["model"], messages=body["input"]["messages"], api_key=KEY, **body["parameters"]
    )
    assert answer.status_code == 200, answer
    return fetch(answer.output.choices[0].message.content[0]["image"])


def fashn(mock, ours):
    from fashn import Fashn

    client = Fashn(api_key=KEY, base_url=mock.base_url("fashn"))
    answer = client.predictions.subscribe(**ours["body"])
    assert answer.status == "completed", answer
    return base64.b64decode(answer.output[0].split(",", 1)[1])


def plain(value):
    """A body as its reader sees it: without nulls, with one alphabet of base64, and names in one spelling."""
    if isinstance(value, dict):
        return {name.replace("_", "").lower(): plain(item) for name, item in value.items() if item is not None}
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, str) and len(value) > 1000:
        return value.replace("-", "+").replace("_", "/")
    return value


def same_body(vendor, ours, theirs):
    """What the client sent is what we sent. Forms have been compared already."""
    if vendor != "openai":
        ours, theirs = plain(ours["body"]), plain(theirs["body"])
        differing = [name for name in {*ours, *theirs} if ours.get(name) != theirs.get(name)]
        assert not differing, f"the bodies differ in {differing}"


def main():
    binary = str(Path(sys.argv[1]).resolve())
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        os.environ.pop(name, None)
    failed = 0
    mock = Mock(binary)
    try:
        for vendor, client in [
            ("gemini", gemini), ("ark", ark), ("openai", openai), ("dashscope", dashscope), ("fashn", fashn),
        ]:
            try:
                mock.forget()
                make(binary, mock, vendor)
                ours = mock.call()
                mock.forget()
                picture = client(mock, ours)
                same_body(vendor, ours, mock.call())
                assert picture == mock.picture, "another picture"
                print(f"{vendor}: the same request, the same picture")
            except subprocess.CalledProcessError as error:
                failed += 1
                print(f"{vendor}: Atelier failed: {error.stderr.decode()[-2000:]}")
            except Exception as error:  # one vendor must not hide the others
                failed += 1
                print(f"{vendor}: {type(error).__name__}: {str(error)[:2000]}")
    finally:
        mock.stop()
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
