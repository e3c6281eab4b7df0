# SPDX-License-Identifier: ISC
"""A terminal's side of a sign-in, for tests in a browser: lines of words in, a
line of JSON out for each.

    desk_terminal.py LOGIN-SOCKET
    begin USER | answer TEXT | wait | close"""
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "system"))
from wire import Conversation  # noqa: E402


def tell(reply):
    print(json.dumps({"type": reply.type, **reply.values} if reply else {}), flush=True)


conversation = None
for line in sys.stdin:
    word, _, rest = line.rstrip("\n").partition(" ")
    if word == "begin":
        conversation = Conversation(sys.argv[1], "sshd", rest, tty="pts/7")
        tell(conversation.reply)
    elif word == "answer":
        tell(conversation.answer(rest))
    elif word == "wait":
        tell(conversation.read())
    else:
        conversation.close()
        tell(None)
