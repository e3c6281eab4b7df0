# SPDX-License-Identifier: ISC
"""One login as the PAM module holds it, for tests in another language: SOCKET SERVICE USER;
each line of input is an answer, each line of output what came, as JSON."""
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "system"))
import wire  # noqa: E402


def tell(reply):
    print(json.dumps({"type": reply.type, **reply.values} if reply else {}), flush=True)


def main():
    conversation = wire.Conversation(*sys.argv[1:4], rhost="192.0.2.7", tty="pts/3")
    tell(conversation.reply)
    for line in sys.stdin:
        tell(conversation.answer(line.rstrip("\n") or None))


main()
