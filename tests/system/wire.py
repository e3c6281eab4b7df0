# SPDX-License-Identifier: ISC
"""A second client of the socket protocol, written from protocol.h's comment."""
import socket
import struct
from collections import namedtuple

MAGIC, VERSION = 0x53675074, 1
CHECK, ACCOUNT, CONTROL = 1, 2, 32
ACK, VERDICT, ERROR, DOCUMENT = 129, 130, 131, 132
TAGS = ["", "service", "user", "rhost", "tty", "ruser", "policy", "token", "handle", "budget_ms",
        "uid", "command", "ref", "verdict", "reason", "detail", "retry_after", "error",
        "document"]
SIZES = {"budget_ms": ">I", "uid": ">I", "verdict": ">B", "reason": ">H", "retry_after": ">I",
         "error": ">H"}
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
