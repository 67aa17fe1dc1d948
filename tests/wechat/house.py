"""WeChat and WeChat Pay as a stand-in that judges our signatures with the code of the Python kits."""

import base64
import json
import os
import re
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from unittest import mock
from urllib.parse import parse_qs, urlsplit

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import load_der_private_key
from wechatpayv3 import utils as kit
from wechatpy.crypto import WeChatCrypto

APPID = "wx1234567890abcdef"
TOKEN = "testtoken123"
AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
APP_KEY = "an AppKey of the console"
SESSION_KEY = "9hAb/NEYUlkaMBEsmFgzig=="


def calc(key, text):
    """The official sample of virtual payment: HMAC-SHA256 in lower-case hex."""
    import hashlib
    import hmac
    return hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest()


class House:
    """What it knows, what it saw, and what was wrong."""

    def __init__(self, vectors):
        def der(name):
            return base64.b64decode("".join(vectors[name]))
        self.merchant = load_der_private_key(der("merchant_private_key_der_base64"), None)
        self.own = load_der_private_key(der("wechatpay_private_key_der_base64"), None)
        self.public_id = vectors["wechatpay_public_key_id"]
        self.mchid, self.serial = vectors["mchid"], vectors["serial_no"]
        self.apiv3 = vectors["apiv3_key"]
        self.orders, self.refunds, self.messages, self.judged, self.wrong = {}, {}, [], [], []
        handler = type("Handler", (Handler,), {"house": self})
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def judge(self, what, right):
        self.judged.append(what)
        if not right:
            self.wrong.append(what)

    def judge_pay(self, method, path, header, body):
        """The kit builds the Authorization it would send at our time with our nonce; the signatures must be equal."""
        ours = dict(re.findall(r'(\w+)="([^"]*)"', header))
        with mock.patch.object(kit.time, "time", return_value=int(ours.get("timestamp", 0))):
            theirs = kit.build_authorization(path, method, self.mchid, self.serial, self.merchant,
                                             body or None, ours.get("nonce_str"))
        theirs = dict(re.findall(r'(\w+)="([^"]*)"', theirs))
        fresh = abs(time.time() - int(ours.get("timestamp", 0))) < 60
        self.judge(f"{method} {path.split('?')[0]}", ours == theirs and fresh
                   and header.startswith("WECHATPAY2-SHA256-RSA2048 "))

    def signed(self, body):
        at, nonce = str(int(time.time())), os.urandom(8).hex()
        return {"Wechatpay-Timestamp": at, "Wechatpay-Nonce": nonce, "Wechatpay-Serial": self.public_id,
                "Wechatpay-Signature": kit.rsa_sign(self.own, f"{at}\n{nonce}\n{body}\n")}

    def callback(self, event, about):
        """A callback as WeChat Pay makes it: sealed with the APIv3 key and signed."""
        nonce, aad = os.urandom(6).hex(), "transaction"
        sealed = AESGCM(self.apiv3.encode()).encrypt(nonce.encode(), json.dumps(about).encode(), aad.encode())
        text = base64.b64encode(sealed).decode()
        assert json.loads(kit.aes_decrypt(nonce, text, aad, self.apiv3)) == about
        body = json.dumps({"id": "EV-1", "event_type": event, "resource_type": "encrypt-resource", "resource": {
            "algorithm": "AEAD_AES_256_GCM", "ciphertext": text, "associated_data": aad, "nonce": nonce}})
        return body, self.signed(body)

    def push(self, event):
        """A message in secure mode as the kit makes it."""
        at, nonce = str(int(time.time())), "1372623149"
        xml = WeChatCrypto(TOKEN, AES_KEY, APPID).encrypt_message(json.dumps(event), nonce, at)
        part = lambda name: re.search(rf"<{name}><!\[CDATA\[(.*?)\]\]>", xml).group(1)  # noqa: E731
        query = f"timestamp={at}&nonce={nonce}&encrypt_type=aes&msg_signature={part('MsgSignature')}"
        return query, json.dumps({"ToUserName": "gh_1", "Encrypt": part("Encrypt")})


class Handler(BaseHTTPRequestHandler):
    house = None

    def log_message(self, *_):
        pass

    def reply(self, status, answer, signed=False):
        body = "" if answer is None else json.dumps(answer, ensure_ascii=False)
        self.send_response(status)
        for name, value in (self.house.signed(body) if signed else {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body.encode())))
        self.end_headers()
        self.wfile.write(body.encode())

    def do_GET(self):
        self.answer("GET")

    def do_POST(self):
        self.answer("POST")

    def answer(self, method):
        house, split = self.house, urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(split.query).items()}
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        sent = json.loads(body) if body else {}
        if split.path.startswith("/v3/"):
            house.judge_pay(method, self.path, self.headers.get("Authorization", ""), body)
            return self.reply(*self.pay(method, split.path, sent), signed=True)
        if split.path.startswith("/xpay/"):
            house.judge(split.path, query.get("pay_sig") == calc(APP_KEY, f"{split.path}&{body}"))
        self.reply(200, self.mini(split.path, query, sent))

    def mini(self, path, query, sent):
        if path == "/sns/jscode2session":
            return {"openid": "o-" + query["js_code"], "session_key": SESSION_KEY}
        if path == "/cgi-bin/stable_token":
            return {"access_token": "token", "expires_in": 7200}
        if path == "/cgi-bin/message/subscribe/send":
            self.house.messages.append(sent)
            return {"errcode": 0}
        return {"errcode": 268490002, "errmsg": "order not exist"}

    def pay(self, method, path, sent):
        house, tail = self.house, path.rsplit("/", 1)[-1]
        if path.endswith("/native"):
            house.orders[sent["out_trade_no"]] = dict(sent, trade_state="NOTPAY")
            return 200, {"code_url": "weixin://pay.weixin.qq.com/bizpayurl/up?pr=1"}
        if path.endswith("/close"):
            house.orders[path.split("/")[-2]]["trade_state"] = "CLOSED"
            return 204, None
        if path.endswith("/refunds"):
            house.refunds[sent["out_refund_no"]] = dict(sent, status="SUCCESS")
            return 200, house.refunds[sent["out_refund_no"]]
        known = house.refunds if "/refund/" in path else house.orders
        missing = "RESOURCE_NOT_EXISTS" if "/refund/" in path else "ORDER_NOT_EXIST"
        return (200, known[tail]) if tail in known else (404, {"code": missing, "message": "no"})
