# SPDX-License-Identifier: ISC
"""An authorization server of our own that misbehaves when told to."""
import gzip
import json
import socket
import ssl
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

AUDIENCE = "https://hosts.example.test"
DRIP_S = 0.2


def facts(user, scope, **others):
    """What a well-behaved server says of a token."""
    said = {"active": True, "sub": f"id-{user}", "username": user, "scope": scope,
            "client_id": "trader", "aud": AUDIENCE, "exp": int(time.time()) + 3600,
            "token_type": "Bearer"}
    said.update(others)
    return {name: value for name, value in said.items() if value is not None}


def answer(handler, said, status=200, headers=(), content_type="application/json"):
    body = said if isinstance(said, bytes) else json.dumps(said).encode()
    handler.send_response(status)
    handler.send_header("Content-Type", content_type)
    for name, value in headers:
        handler.send_header(name, value)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


def good(handler, said):
    answer(handler, said)


def truncated(handler, said):
    body = json.dumps(said).encode()
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body[:len(body) // 2])
    handler.close_connection = True


def cut_json(handler, said):
    answer(handler, json.dumps(said).encode()[:-1])


def slow_drip(handler, said):
    body = json.dumps(said).encode()
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    for octet in body:
        handler.wfile.write(bytes([octet]))
        handler.wfile.flush()
        if handler.server.stopping.wait(DRIP_S):
            return


def silent(handler, _said):
    handler.server.stopping.wait(30)
    handler.close_connection = True


def wrong_type(handler, said):
    answer(handler, said, content_type="text/html")


def redirect(handler, _said):
    answer(handler, b"", 307, [("Location", handler.server.elsewhere)])


def status(code, *headers):
    def mode(handler, _said):
        answer(handler, {"error": "server_error"}, code, headers)
    return mode


def active_string(handler, said):
    answer(handler, {**said, "active": "true"})


def active_missing(handler, said):
    answer(handler, {n: v for n, v in said.items() if n != "active"})


def active_number(handler, said):
    answer(handler, {**said, "active": 1})


def duplicate_active(handler, said):
    answer(handler, b'{"active":false,' + json.dumps(said).encode()[1:])


def array(handler, said):
    answer(handler, [said])


def compressed(handler, said):
    answer(handler, gzip.compress(json.dumps(said).encode()), 200,
           [("Content-Encoding", "gzip")])


def huge(handler, said):
    answer(handler, json.dumps({**said, "more": "x" * 10_000_000}).encode())


def cut_headers(handler, _said):
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/js")
    handler.wfile.flush()
    handler.connection.shutdown(socket.SHUT_RDWR)
    handler.close_connection = True


def no_http(handler, _said):
    handler.wfile.write(b"SSH-2.0-not-an-authorization-server\r\n")
    handler.close_connection = True


def empty(handler, _said):
    answer(handler, b"")


def jwt_unsupported(handler, _said):
    answer(handler, {"error": "unsupported_token_type"}, 400)


MODES = {f.__name__: f for f in (
    good, truncated, cut_json, slow_drip, silent, wrong_type, redirect, active_string,
    active_missing, active_number, duplicate_active, array, compressed, huge, cut_headers,
    no_http, empty, jwt_unsupported)}
MODES.update({f"status_{code}": status(code) for code in (401, 403, 404, 500, 503)})
MODES["status_429"] = status(429, ("Retry-After", "7"))


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_POST(self):
        server = self.server
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        token = form.get("token", [""])[0]
        with server.lock:
            server.asked.append((self.path, dict(self.headers), form))
        server.hold.wait(30)
        if server.delay:
            time.sleep(server.delay)
        mode = server.by_token.get(token, server.mode)
        MODES[mode](self, server.tokens.get(token, {"active": False}))

    def do_GET(self):
        with self.server.lock:
            self.server.asked.append((self.path, dict(self.headers), {}))
        if self.path.startswith("/.well-known/") and self.server.metadata:
            answer(self, {"issuer": self.server.url,
                          "introspection_endpoint": f"{self.server.url}/introspect",
                          **self.server.metadata})
        else:
            answer(self, {"error": "not_found"}, 404)

    def log_message(self, *_):
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 1024

    def __init__(self, certificate=None, key=None, mode="good"):
        super().__init__(("127.0.0.1", 0), Handler)
        self.mode, self.delay = mode, 0
        self.by_token, self.tokens, self.metadata = {}, {}, {}
        self.elsewhere = "http://127.0.0.1:1/"
        self.lock, self.asked, self.connections = threading.Lock(), [], 0
        self.stopping, self.hold = threading.Event(), threading.Event()
        self.hold.set()
        self.context = None
        if certificate:
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.load_cert_chain(certificate, key)
        scheme = "https" if certificate else "http"
        self.url = f"{scheme}://127.0.0.1:{self.server_port}"
        self.thread = threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True)
        self.thread.start()

    def process_request(self, request, client_address):
        with self.lock:
            self.connections += 1
        super().process_request(request, client_address)

    def finish_request(self, request, client_address):
        if self.context:
            request.settimeout(10)
            request = self.context.wrap_socket(request, server_side=True)
        super().finish_request(request, client_address)

    def handle_error(self, request, client_address):
        pass  # clients that go away are what is tested

    def give(self, token, user, scope, **others):
        self.tokens[token] = facts(user, scope, **others)
        return token

    def close(self):
        self.stopping.set()
        self.hold.set()
        self.shutdown()
        self.server_close()
