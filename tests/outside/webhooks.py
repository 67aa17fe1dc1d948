"""Webhooks verified with the official package of Standard Webhooks: `pip install standardwebhooks`."""

import http.server
import queue
import threading

from server import Server
from standardwebhooks.webhooks import Webhook, WebhookVerificationError


class Receiver(http.server.BaseHTTPRequestHandler):
    letters = queue.Queue()

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.letters.put((self.path, body, dict(self.headers)))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_):
        pass


def is_refused(secret, body, headers):
    try:
        Webhook(secret).verify(body, headers)
    except WebhookVerificationError:
        return True
    return False


def main():
    receiver = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=receiver.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{receiver.server_port}"
    with Server() as server:
        token = server.register("anna")
        hook = server.call("POST", "/v1/webhooks", {"url": url + "/endpoint"}, token)
        own = server.call("GET", "/v1/webhooks/secret", token=token)["secret"]
        new = server.call("POST", f"/v1/webhooks/{hook['id']}/secret", {}, token)["secret"]
        job = {
            "kind": "product_photo",
            "inputs": {"product": server.upload(token)},
            "webhook_url": url + "/job",
        }
        made = server.call("POST", "/v1/jobs", job, token)
        secrets = {"/endpoint": [hook["secret"], new], "/job": [own]}
        for _ in range(2):
            path, body, headers = Receiver.letters.get(timeout=60)
            for secret in secrets.pop(path):
                event = Webhook(secret).verify(body, headers)
                assert event["type"] == "job.completed", event
                assert event["data"]["id"] == made["id"], event
            assert is_refused(secret, body + b" ", headers), "a changed body"
            assert is_refused(secret, body, {**headers, "webhook-id": "evt_other"}), "another id"
            stranger = own if path == "/endpoint" else new
            assert is_refused(stranger, body, headers), "another secret"
        assert not secrets, "both were told"
    print("webhooks: signatures hold, with the secret before a rotation too; changes and other secrets are refused")


main()
