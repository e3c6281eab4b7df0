#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Plays decide on gateway.sock, for tests of gatewayd.

    gatewayd_decide.py FOLDER

Answers are files: FOLDER/answers/COMMAND holds the document, or one line that
begins with "!": `!close` (hang up), `!error N` (an ERROR), `!wait FILE ...`
(the document after the blank, once FILE is there), `!silent` (ACK, then
nothing until the caller goes). What was asked is appended to FOLDER/asked, a
line of JSON a question, before it is answered."""

import json
import os
import socket
import struct
import sys
import threading
import time

MAGIC, GATEWAY, ACK, ERROR, DOCUMENT = 0x53675074, 33, 129, 131, 132
TAGS = {1: "service", 2: "user", 3: "rhost", 7: "token", 11: "command",
        18: "document", 22: "link", 28: "state", 29: "code", 30: "iss",
        31: "oauth_error", 32: "error_description", 33: "browser",
        34: "choice", 35: "host", 37: "path"}
TAG_ERROR, TAG_DOCUMENT = 17, 18


def pack(type_, id_, *tlvs):
    body = b"".join(struct.pack(">HH", tag, len(value)) + value
                    for tag, value in tlvs)
    return struct.pack(">IHBBII", MAGIC, 1, type_, 0, id_,
                       16 + len(body)) + body


def unpack(packet):
    magic, version, type_, _, id_, length = struct.unpack(
        ">IHBBII", packet[:16])
    assert (magic, version, type_, length) == (MAGIC, 1, GATEWAY, len(packet))
    fields, at = {}, 16
    while at < len(packet):
        tag, size = struct.unpack(">HH", packet[at:at + 4])
        fields[TAGS[tag]] = packet[at + 4:at + 4 + size].decode()
        at += 4 + size
    return id_, fields


class Decide:
    def __init__(self, folder):
        self.folder = folder
        self.lock = threading.Lock()

    def note(self, fields):
        with self.lock, open(f"{self.folder}/asked", "a",
                             encoding="utf-8") as out:
            out.write(json.dumps(fields) + "\n")

    def answer_of(self, command):
        try:
            with open(f"{self.folder}/answers/{command}",
                      encoding="utf-8") as source:
                return source.read().strip()
        except FileNotFoundError:
            return '{"result":"gone"}'

    def serve(self, client):
        with client:
            packet = client.recv(70000)
            if not packet:
                return
            id_, fields = unpack(packet)
            self.note(fields)
            answer = self.answer_of(fields["command"])
            if answer == "!close":
                return
            if answer.startswith("!error "):
                number = struct.pack(">H", int(answer.split()[1]))
                client.send(pack(ERROR, id_, (TAG_ERROR, number)))
                return
            client.send(pack(ACK, id_))
            if answer == "!silent":
                client.recv(1)
                return
            if answer.startswith("!wait "):
                _, path, answer = answer.split(" ", 2)
                while not os.path.exists(path):
                    time.sleep(0.02)
            client.send(pack(DOCUMENT, id_, (TAG_DOCUMENT, answer.encode())))

    def run(self):
        path = f"{self.folder}/gateway.sock"
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as server:
            server.bind(path)
            os.chmod(path, 0o600)
            server.listen(256)
            print("ready", flush=True)
            while True:
                client, _ = server.accept()
                threading.Thread(target=self.serve, args=(client,),
                                 daemon=True).start()


if __name__ == "__main__":
    os.makedirs(f"{sys.argv[1]}/answers", exist_ok=True)
    Decide(sys.argv[1]).run()
