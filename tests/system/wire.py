# SPDX-License-Identifier: ISC
"""A second client of the socket protocol, written from protocol.h's comment."""
import socket
import struct
from collections import namedtuple

MAGIC, VERSION = 0x53675074, 1
CHECK, ACCOUNT, LOGIN_BEGIN, LOGIN_ANSWER, CONTROL, GATEWAY = 1, 2, 3, 4, 32, 33
ACK, VERDICT, ERROR, DOCUMENT, PROMPT = 129, 130, 131, 132, 133
TAGS = ["", "service", "user", "rhost", "tty", "ruser", "policy", "token", "handle", "budget_ms",
        "uid", "command", "ref", "verdict", "reason", "detail", "retry_after", "error",
        "document", "method", "answer", "prompt", "link", "user_code", "qr", "logins", "tries",
        "seconds", "state", "code", "iss", "oauth_error", "error_description", "browser",
        "choice", "host", "number", "path", "kind", "value", "issuer", "ssh_key"]
SIZES = {"budget_ms": ">I", "uid": ">I", "verdict": ">B", "reason": ">H", "retry_after": ">I",
         "error": ">H", "method": ">B", "prompt": ">B", "logins": ">B", "tries": ">B",
         "seconds": ">I"}
ALLOW, DENY, UNAVAILABLE = 1, 2, 3

Reply = namedtuple("Reply", "type id values")


def encode(kind, number=7, version=VERSION, **values):
    body = b""
    for name, value in values.items():
        octets = struct.pack(SIZES[name], value) if name in SIZES else value.encode()
        body += struct.pack(">HH", TAGS.index(name), len(octets)) + octets
    return struct.pack(">IHBBII", MAGIC, version, kind, 0, number, 16 + len(body)) + body


def decode(packet):
    magic, _version, kind, _flags, number, length = struct.unpack_from(">IHBBII", packet)
    assert magic == MAGIC and length == len(packet)
    values, at = {}, 16
    while at < length:
        tag, size = struct.unpack_from(">HH", packet, at)
        name, octets = TAGS[tag & 0x7FFF], packet[at + 4:at + 4 + size]
        values[name] = struct.unpack(SIZES[name], octets)[0] if name in SIZES \
            else octets.decode()
        at += 4 + size
    return Reply(kind, number, values)


def connect(path, timeout=30):
    s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    s.settimeout(timeout)
    s.connect(str(path))
    return s


def ask(path, packet, timeout=30):
    """The final reply to a request; None if the connection just ended."""
    with connect(path, timeout) as s:
        s.sendall(packet)
        while True:
            got = s.recv(65537)
            if not got:
                return None
            reply = decode(got)
            if reply.type != ACK:
                return reply


class Conversation:
    """A login that the daemon drives, as the module holds it; closing cancels it."""

    def __init__(self, path, service, user, rhost="192.0.2.7", budget_ms=90000, timeout=60,
                 **more):
        self.socket = connect(path, timeout)
        self.number = 1
        self.reply = self._ask(encode(LOGIN_BEGIN, self.number, service=service, user=user,
                                      rhost=rhost, budget_ms=budget_ms, **more))

    def _ask(self, packet):
        self.socket.sendall(packet)
        return self.read()

    def read(self):
        while True:
            got = self.socket.recv(65537)
            if not got:
                return None
            reply = decode(got)
            if reply.type != ACK:
                return reply

    def send(self, answer, budget_ms=30000):
        """For those who read the reply later."""
        self.number += 1
        values = {} if answer is None else {"answer": answer}
        self.socket.sendall(encode(LOGIN_ANSWER, self.number, budget_ms=budget_ms, **values))

    def answer(self, text):
        """A verdict may have been there before; then nobody reads the answer."""
        try:
            self.send(text)
        except BrokenPipeError:
            pass
        self.reply = self.read()
        return self.reply

    @property
    def link(self):
        return self.reply.values["link"]

    def close(self):
        self.socket.close()
