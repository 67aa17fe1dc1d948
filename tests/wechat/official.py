"""The server on stand-ins that judge it with the Python kits of WeChat Pay and WeChat: log-in, a job with its message,
a purchase by QR code whose callback comes twice, a closed order, a refund, and a purchase in the mini-program.

    python official.py path/to/atelier
"""

import json
import re
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from house import AES_KEY, APP_KEY, APPID, SESSION_KEY, TOKEN, House, calc

ROOT = Path(__file__).resolve().parents[2]
VECTORS = json.loads((ROOT / "tests/fixtures/wechat/pay_v3.json").read_text())


def pem(name, lines):
    return f"-----BEGIN {name}-----\n" + "\n".join(lines) + f"\n-----END {name}-----"


def settings(house):
    return f'''
[server]
bind = "127.0.0.1:0"
[jobs]
min_free_mb = 1
[rate_limit]
enabled = false
[wechat]
appid = "{APPID}"
secret = "secret"
base_url = "{house.url}"
push = {{ token = "{TOKEN}", aes_key = "{AES_KEY}" }}
[wechat.templates.job]
id = "tpl-1"
data = {{ thing1 = "kind", phrase2 = "status", time3 = "time" }}
[billing.wechat_pay]
enabled = true
mchid = "{house.mchid}"
appid = "{APPID}"
serial_no = "{house.serial}"
private_key = """{pem("PRIVATE KEY", VECTORS["merchant_private_key_der_base64"])}"""
public_key = """{pem("PUBLIC KEY", VECTORS["wechatpay_public_key_der_base64"])}"""
public_key_id = "{house.public_id}"
apiv3_key = "{house.apiv3}"
base_url = "{house.url}"
[billing.xpay]
enabled = true
offer_id = "1450000001"
app_key = "{APP_KEY}"
[[billing.packages]]
id = "small"
label = {{ zh = "小包", en = "Small" }}
price_fen = 990
credits = 100
xpay_product = "pack_100"
'''


class Client:
    def __init__(self, base):
        self.base, self.token = base, None

    def call(self, method, path, body=None, headers=None, raw=None):
        headers = dict(headers or {})
        data = raw if raw is not None else (json.dumps(body).encode() if body is not None else None)
        headers.setdefault("Content-Type", "application/json")
        if self.token and "Wechatpay-Serial" not in headers:
            headers["Authorization"] = f"Bearer {self.token}"
        request = urllib.request.Request(self.base + path, data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                text = answer.read()
                return answer.status, json.loads(text) if text else None
        except urllib.error.HTTPError as refused:
            return refused.code, json.loads(refused.read() or b"null")

    def must(self, *args, **more):
        status, body = self.call(*args, **more)
        assert status < 300, (args, status, body)
        return body

    def balance(self):
        return self.must("GET", "/v1/credits")["balance"]


def walk(house, client, admin):
    client.token = client.must("POST", "/v1/auth/wechat", {"code": "anna"})["access_token"]
    photo = (ROOT / "assets/samples/product.jpg").read_bytes()
    upload = client.must("POST", "/v1/uploads", raw=photo, headers={"Content-Type": "image/jpeg"})["id"]
    job = client.must("POST", "/v1/jobs", {"kind": "product_photo", "inputs": {"product": upload}},
                      {"Prefer": "wait=60"})
    assert job["status"] == "completed", job
    for _ in range(100):
        if house.messages:
            break
        time.sleep(0.1)
    assert house.messages[0]["touser"] == "o-anna", house.messages
    before = client.balance()

    order = client.must("POST", "/v1/orders", {"package": "small", "channel": "wechat_native"})
    number = order["id"].removeprefix("ord_")
    house.orders[number].update(trade_state="SUCCESS", transaction_id="4200000000001")
    body, headers = house.callback("TRANSACTION.SUCCESS", house.orders[number])
    statuses = [client.call("POST", "/v1/payments/wechat_native/notify", raw=body.encode(), headers=headers)[0]
                for _ in range(2)]
    assert statuses == [204, 204], statuses
    assert client.balance() == before + 100
    tampered = body.replace("EV-1", "EV-2").encode()
    assert client.call("POST", "/v1/payments/wechat_native/notify", raw=tampered, headers=headers)[0] == 400

    unpaid = client.must("POST", "/v1/orders", {"package": "small", "channel": "wechat_native"})
    assert client.must("POST", f"/v1/orders/{unpaid['id']}/cancel", {})["status"] == "closed"
    refunded = admin.must("POST", f"/v1/admin/orders/{order['id']}/refund", {"reason": "试用"})
    assert (refunded["status"], refunded["taken_back"]) == ("refunded", 100), refunded
    assert client.balance() == before

    order = client.must("POST", "/v1/orders", {"package": "small", "channel": "xpay"})
    pay = order["payment"]
    house.judge("signData", pay["paySig"] == calc(APP_KEY, "requestVirtualPayment&" + pay["signData"])
                and pay["signature"] == calc(SESSION_KEY, pay["signData"]))
    event = {"MsgType": "event", "Event": "xpay_goods_deliver_notify", "OpenId": "o-anna", "Env": 0,
             "OutTradeNo": order["id"].removeprefix("ord_"),
             "GoodsInfo": {"ProductId": "pack_100", "Quantity": 1, "OrigPrice": 990, "ActualPrice": 990}}
    for _ in range(2):
        query, body = house.push(event)
        answer = client.must("POST", f"/v1/wechat/push?{query}", raw=body.encode())
        assert answer["ErrCode"] == 0, answer
    assert client.balance() == before + 100
    assert admin.must("GET", "/v1/admin/ledger/verify")["differences"] == 0


def main():
    house = House(VECTORS)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "settings.toml")
        file.write_text(settings(house))
        server = subprocess.Popen([sys.argv[1], "serve", "--config", file, "--data-dir", Path(folder, "data")],
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        try:
            link, log = None, ""
            while not link:
                line = server.stdout.readline()
                assert line, f"the server ended:\n{log}"
                log += line
                link = re.search(r"(http://127\.0\.0\.1:\d+)\S*?([\w-]{43})", line)
            base, token = link.groups()
            admin = Client(base)
            opened = admin.must("POST", f"/v1/links/{token}", {"username": "root", "password": "a long password"})
            admin.token = opened["access_token"]
            walk(house, Client(base), admin)
        finally:
            server.terminate()
            server.communicate(timeout=60)
    assert not house.wrong, house.wrong
    print(f"{len(house.judged)} signatures judged by the kits, 0 wrong")


if __name__ == "__main__":
    main()
