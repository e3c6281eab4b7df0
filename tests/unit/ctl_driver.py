# SPDX-License-Identifier: ISC
"""What validatorctl's cases need: a folder with a configuration, a daemon on
ctl.sock that answers as it is told, and the tool run against them. The
protocol is spoken by daemon_driver, written from the comment in protocol.h."""

import contextlib
import json
import os
import shutil
import socket
import struct
import subprocess
import tempfile
import threading

from daemon_driver import (ACK, CONTROL, DOCUMENT, ERROR, TAG_DOCUMENT,
                           TAG_ERROR, Reply, message)


class Skip(Exception):
    """A case that this machine cannot run; says why."""


class Result:
    def __init__(self, done):
        self.code = done.returncode
        self.out = done.stdout.decode(errors="replace")
        self.err = done.stderr.decode(errors="replace")
        assert self.code >= 0, "killed by signal %d" % -self.code
        assert "(null)" not in self.out + self.err, self.out + self.err

    def expect(self, code, out="", err=""):
        """The exit code, and words that standard output and error hold;
        where none are given, nothing may stand there."""
        shown = "exit %d\n%s%s" % (self.code, self.out, self.err)
        assert self.code == code, "wanted exit %d, got %s" % (code, shown)
        for text, wanted in ((self.out, out), (self.err, err)):
            if wanted == "":
                assert text == "", "unasked words: " + shown
            for word in [wanted] if isinstance(wanted, str) else wanted:
                assert word in text, "%r is not in %s" % (word, shown)
        return self

    def json(self, code):
        """One JSON document on standard output, nothing on the other."""
        assert self.code == code and self.err == "", (self.code, self.err)
        return json.loads(self.out)


def document(value):
    text = value if isinstance(value, bytes) else json.dumps(value).encode()
    return message(DOCUMENT, (TAG_DOCUMENT, text), id_=1)


def error(number):
    return message(ERROR, (TAG_ERROR, struct.pack("!H", number)), id_=1)


class Place:
    """A folder of our own that holds all that the tool reads."""

    def __init__(self, binary):
        self.binary = binary
        base = os.environ.get("TMPDIR", "/tmp")
        self.dir = tempfile.mkdtemp(prefix="sc", dir=base)
        os.mkdir(self.path("run"), 0o755)
        self.write("secret", "s3cret-of-the-gate\n")
        if os.geteuid() == 0:  # then the daemon would become another
            os.chmod(self.dir, 0o755)
            for name in self.dir, self.path("secret"):
                shutil.chown(name, "nobody")
        self.write("v.conf", self.config())

    def path(self, *names):
        return os.path.join(self.dir, *names)

    def write(self, name, content, mode=0o600):
        data = content if isinstance(content, bytes) else content.encode()
        with open(self.path(name), "wb") as f:
            f.write(data)
        os.chmod(self.path(name), mode)
        return self.path(name)

    def config(self, more=""):
        if os.geteuid() == 0:
            more += "\nuser = nobody"
        return """[validatord]
audit_log = %s
runtime_dir = %s
%s
[issuer as]
url = https://as.example
introspection_endpoint = https://as.example/introspect
client_id = gate
client_secret_file = %s
audience = hosts
user_claim = preferred_username

[policy hosts]
service = sshd
issuer = as
require = trading
""" % (self.path("audit.jsonl"), self.path("run"), more, self.path("secret"))

    def remove(self):
        shutil.rmtree(self.dir, ignore_errors=True)

    def run(self, *arguments, stdin=b"", config=True, stdout=None,
            become=None):
        before = ["--config", self.path("v.conf")] if config else []
        # Through the descriptor: the build may lie where others cannot look.
        fd = os.open(self.binary, os.O_RDONLY)
        try:
            done = subprocess.run(
                [self.binary, *before, *arguments], input=stdin,
                executable="/proc/self/fd/%d" % fd, pass_fds=(fd,),
                stdout=stdout or subprocess.PIPE, stderr=subprocess.PIPE,
                timeout=60, user=become, group=become,
                extra_groups=None if become is None else [],
                env={"ASAN_OPTIONS": "detect_leaks=0"})
        finally:
            os.close(fd)
        if done.stdout is None:
            done.stdout = b""
        return Result(done)

    @contextlib.contextmanager
    def daemon(self, *replies, ack=False):
        """Answers one request with these packets, b"" closes; the list that
        it yields holds the request."""
        heard = []
        path = self.path("run", "ctl.sock")
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as s:
            s.bind(path)
            os.chmod(path, 0o600)
            s.listen(4)

            def serve():
                while True:
                    try:
                        c, _ = s.accept()
                    except OSError:  # shut down
                        return
                    with c:
                        c.settimeout(20)
                        heard.append(c.recv(70000))
                        for packet in [message(ACK, id_=1)] * ack + \
                                list(replies):
                            c.send(packet)

            thread = threading.Thread(target=serve, daemon=True)
            thread.start()
            try:
                yield heard
            finally:
                s.shutdown(socket.SHUT_RDWR)
                thread.join(20)
                os.unlink(path)

    def ask(self, reply, *arguments, stdin=b"", ack=False):
        """The tool's result and the request as it came."""
        packet = reply if isinstance(reply, bytes) else document(reply)
        with self.daemon(packet, ack=ack) as heard:
            result = self.run(*arguments, stdin=stdin)
        request = Reply(heard[0]) if heard else None
        assert request is None or request.type == CONTROL
        return result, request
