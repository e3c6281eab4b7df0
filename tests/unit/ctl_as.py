# SPDX-License-Identifier: ISC
"""An authorization server for `issuer test`, good unless it is told not to be,
and certificates for it."""

import email.utils
import http.server
import json
import os
import ssl
import threading
import time
import urllib.parse

from ctl_tokens import openssl

AUTHORITY = """[ca]
default_ca = one
[one]
dir = %(dir)s
database = $dir/index
serial = $dir/serial
new_certs_dir = $dir
default_md = sha256
policy = any
unique_subject = no
[any]
commonName = supplied
[names]
subjectAltName = %(names)s
"""


class Certificates:
    """ca.pem, and the server's key in key.pem."""

    def __init__(self, place):
        self.place = place
        self.new_key("ca.key")
        self.new_key("key.pem")
        openssl("req", "-x509", "-key", place.path("ca.key"), "-days", "30",
                "-out", place.path("ca.pem"), "-subj", "/CN=Test authority")
        openssl("req", "-new", "-key", place.path("key.pem"), "-subj",
                "/CN=as.example", "-out", place.path("request.pem"))
        os.chmod(place.path("ca.pem"), 0o644)
        place.write("index", "")
        place.write("serial", "01\n")

    def new_key(self, name):
        openssl("genpkey", "-algorithm", "EC", "-pkeyopt",
                "ec_paramgen_curve:P-256", "-out", self.place.path(name))

    def sign(self, days=20, names="IP:127.0.0.1"):
        """A certificate that ends in so many days, perhaps long ago."""
        end = time.time() + days * 86400 + 3600
        form = "%Y%m%d%H%M%SZ"
        self.place.write("ca.cnf", AUTHORITY % {
            "dir": self.place.dir, "names": names})
        openssl("ca", "-config", self.place.path("ca.cnf"), "-batch",
                "-notext", "-extensions", "names",
                "-cert", self.place.path("ca.pem"),
                "-keyfile", self.place.path("ca.key"),
                "-in", self.place.path("request.pem"),
                "-out", self.place.path("cert.pem"), "-startdate",
                time.strftime(form, time.gmtime(end - 400 * 86400)),
                "-enddate", time.strftime(form, time.gmtime(end)))
        return self.place.path("cert.pem")

    def self_signed(self):
        openssl("req", "-x509", "-key", self.place.path("key.pem"), "-days",
                "30", "-subj", "/CN=as.example", "-addext",
                "subjectAltName=IP:127.0.0.1",
                "-out", self.place.path("cert.pem"))
        return self.place.path("cert.pem")


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def date_time_string(self, timestamp=None):
        now = time.time() + self.server.clock
        return email.utils.formatdate(now, usegmt=True)

    def answer(self, status, said, type_="application/json", **headers):
        body = said if isinstance(said, bytes) else json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Type", type_)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        self.reply(None)

    def do_POST(self):
        length = int(self.headers["Content-Length"])
        form = urllib.parse.parse_qs(self.rfile.read(length).decode())
        self.server.forms.append((self.path, form,
                                  self.headers.get("Authorization")))
        self.reply(form)

    def reply(self, form):
        told = self.server.answers.get(self.path, (404, {}))
        status, said, *more = told(form) if callable(told) else told
        headers = more[1] if len(more) > 1 else {}
        self.answer(status, said, more[0] if more else "application/json",
                    **headers)

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    """`answers`: path to (status, body[, type[, headers]]), or what makes it."""
    daemon_threads = True

    def __init__(self, certificate=None, key=None):
        super().__init__(("127.0.0.1", 0), Handler)
        self.clock, self.forms, self.context = 0, [], None
        if certificate is not None:
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.load_cert_chain(certificate, key)
        self.url = "%s://127.0.0.1:%d" % (
            "https" if certificate else "http", self.server_port)
        self.metadata = {
            "issuer": self.url, "introspection_endpoint": self.url + "/i",
            "jwks_uri": self.url + "/keys", "token_endpoint": self.url + "/t",
            "authorization_endpoint": self.url + "/a"}
        self.answers = {
            "/.well-known/oauth-authorization-server": (200, self.metadata),
            "/i": (200, {"active": False}),
            "/keys": (200, {"keys": []}),
            "/t": (400, {"error": "invalid_grant"})}
        threading.Thread(target=self.serve_forever, args=(0.05,),
                         daemon=True).start()

    def finish_request(self, request, client_address):
        if self.context is not None:
            request.settimeout(10)
            request = self.context.wrap_socket(request, server_side=True)
        super().finish_request(request, client_address)

    def handle_error(self, *_):
        pass  # clients that go away are what is tested

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()
