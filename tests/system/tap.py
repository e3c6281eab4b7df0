# SPDX-License-Identifier: ISC
"""Between the gate and a broker: passes everything on, and knows the tokens that went by.
A broker keeps none, and the gate shows none, so a test has no other way to one."""
import contextlib
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from robot import Robot

PASSED = "Authorization", "Content-Type"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def pass_on(self):
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length) if length else None
        headers = {name: self.headers[name] for name in PASSED if self.headers[name]}
        try:
            said = Robot().send(self.server.to + self.path, body=body, method=self.command,
                                headers=headers)
        except OSError:  # whoever gives no answer gives none through us
            self.close_connection = True
            return
        self.server.seen(self.path, body, said)
        octets = said.text.encode()
        self.send_response(said.status)
        for name in "Content-Type", "Retry-After", "Location":
            if said.headers[name]:
                self.send_header(name, said.headers[name])
        self.send_header("Content-Length", str(len(octets)))
        self.end_headers()
        with contextlib.suppress(OSError):  # who asked may be gone
            self.wfile.write(octets)

    do_GET = do_POST = pass_on

    def log_message(self, *_):
        pass


class Tap(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, to):
        super().__init__(("127.0.0.1", 0), Handler)
        self.to = to
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.tokens, self.asked = [], []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def seen(self, path, _body, said):
        self.asked.append(path)
        if path == "/oauth/token" and said.status == 200:
            self.tokens.append(json.loads(said.text)["access_token"])

    def close(self):
        self.shutdown()
        self.server_close()
