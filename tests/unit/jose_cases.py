# SPDX-License-Identifier: ISC
"""Signed tokens and keys that others collected: Project Wycheproof and the
examples of the RFCs. Arguments: validatorctl, jwk_lines, then the names of
cases to run alone. Prints TAP."""

import base64
import collections
import json
import os
import sys
import traceback

from jose_driver import (equal, judge, key_set, public, read, root, signatures)

# Rows that are labelled valid and are refused, each with what we answer. The
# first three kinds are ours to answer for, the last two are the labels'.
HMAC = "symmetric: whoever can check such a token can make one"
NOT_FOR_THIS = "the key says `alg` PS256 and the header PS384: one algorithm a key"
NO_SUCH = "the key says `alg` ES521, which no RFC has"
BAD_LETTER = "holds a '?', which is no letter of base64url; HMAC as well"

SIGNATURE_ROWS = {
    1: (HMAC, "algorithm_refused"),
    346: (NOT_FOR_THIS, "key_mismatch"),
    347: (NO_SUCH, "key_unknown"),
    348: (HMAC, "algorithm_refused"),
    350: (NOT_FOR_THIS, "key_mismatch"),
    351: (NO_SUCH, "key_unknown"),
    352: (HMAC, "algorithm_refused"),
    # 357 is, octet for octet, 367 and 370, which are labelled invalid.
    357: (HMAC, "algorithm_refused"),
    358: (HMAC, "algorithm_refused"),
    359: (HMAC, "algorithm_refused"),
    372: (BAD_LETTER, "not_base64url"),
    373: (BAD_LETTER, "algorithm_refused"),
    376: (HMAC, "algorithm_refused"),
    377: (HMAC, "algorithm_refused"),
}
KEY_ROWS = {n: (HMAC, "algorithm_refused") for n in (2, 13, 14, 15)}
CRYPTO_ROWS = {n: (HMAC, "algorithm_refused") for n in (1, 48)}


def groups(name):
    return json.loads(read("wycheproof", name + "_test.json"))["testGroups"]


def text_of(token):
    """Some are JSON objects: the other serialization, in one line."""
    return token if isinstance(token, str) else json.dumps(token)


def run_tokens(name, member, exceptions):
    """Every row that has this member, as labelled but for the exceptions.
    Returns how many there were of (label, what we said)."""
    counts = collections.Counter()
    seen = {}
    for group in groups(name):
        rows = [t for t in group["tests"] if member in t]
        words = judge(key_set(group.get("public") or group["private"]),
                      [text_of(t[member]) for t in rows])
        for row, word in zip(rows, words):
            label, id_ = row["result"], row["tcId"]
            counts[label, "accept" if word == "accept" else "refuse"] += 1
            seen[id_] = word
            if id_ in exceptions:
                equal((label, word), ("valid", exceptions[id_][1]),
                      "%s %d" % (name, id_))
            elif member == "jws":
                equal(word == "accept", label == "valid",
                      "%s %d (%s)" % (name, id_, word))
    assert set(exceptions) <= set(seen), set(exceptions) - set(seen)
    print("# %s: %s" % (name, ", ".join(
        "%d %s" % (n, word)
        for word, n in collections.Counter(seen.values()).most_common())))
    return dict(counts), seen


def case_wycheproof_json_web_signature():
    counts, _ = run_tokens("json_web_signature", "jws", SIGNATURE_ROWS)
    equal(counts, {("valid", "accept"): 32, ("valid", "refuse"): 14,
                   ("invalid", "refuse"): 355}, "rows")


def case_wycheproof_json_web_key():
    counts, seen = run_tokens("json_web_key", "jws", KEY_ROWS)
    equal(counts, {("valid", "accept"): 1, ("valid", "refuse"): 4,
                   ("invalid", "refuse"): 21}, "rows")
    # Wrong use, ROCA, 1024 bits, e = 1, `alg` of no or another curve, a point
    # beside the curve, another `crv`, another `kty`: the key is left out.
    equal({seen[n] for n in (6, 7, 8, 9, 19, 20, 21, 22, 23, 24)},
          {"key_unknown"}, "bad keys")


def case_wycheproof_json_web_crypto():
    counts, seen = run_tokens("json_web_crypto", "jws", CRYPTO_ROWS)
    equal(counts, {("valid", "accept"): 2, ("valid", "refuse"): 2,
                   ("invalid", "refuse"): 45}, "rows")
    equal(seen[46], "key_unknown", "the ROCA key")


def refuse_encrypted(name, valid, invalid):
    """No encrypted token is taken, and where it has five parts we say so."""
    counts, seen = run_tokens(name, "jwe", {})
    equal(counts, {("valid", "refuse"): valid, ("invalid", "refuse"): invalid},
          "rows")
    for group in groups(name):
        for row in group["tests"]:
            if "jwe" in row:
                parts = text_of(row["jwe"]).count(".") + 1
                equal(seen[row["tcId"]] == "encrypted", parts == 5,
                      "row %d" % row["tcId"])


def case_wycheproof_json_web_encryption():
    refuse_encrypted("json_web_encryption", 65, 74)


def case_wycheproof_encrypted_rows_of_json_web_crypto():
    refuse_encrypted("json_web_crypto", 2, 32)


def base64url(octets):
    return base64.urlsafe_b64encode(octets).decode().rstrip("=")


def number(hexadecimal, size):
    return base64url(int(hexadecimal, 16).to_bytes(size, "big"))


def key_of(group, size):
    key = group.get("publicKeyJwk") or group.get("keyJwk")
    if key is not None:
        return public(key)
    point = group["publicKey"]
    return {"kty": "EC", "crv": "P-" + point["curve"][4:7],
            "x": number(point["wx"], size), "y": number(point["wy"], size)}


# file: algorithm, octets of a coordinate, rows, labelled valid and accepted,
# "acceptable" and accepted
PRIMITIVES = {
    "ecdsa_secp256r1_sha256_p1363": ("ES256", 32, 262, 173, 0),
    "ecdsa_secp384r1_sha384_p1363": ("ES384", 48, 280, 193, 0),
    "ecdsa_secp521r1_sha512_p1363": ("ES512", 66, 318, 231, 0),
    "ed25519": ("EdDSA", 0, 151, 88, 0),
    "rsa_signature_2048_sha256": ("RS256", 0, 259, 9, 0),
    "rsa_signature_2048_sha384": ("RS384", 0, 258, 7, 0),
    "rsa_signature_2048_sha512": ("RS512", 0, 259, 8, 0),
    "rsa_pss_2048_sha256_mgf1_32": ("PS256", 0, 108, 63, 0),
    "rsa_pss_2048_sha384_mgf1_48": ("PS384", 0, 141, 95, 0),
    "rsa_pss_4096_sha512_mgf1_64": ("PS512", 0, 179, 132, 0),
}


def primitive(name):
    algorithm, size, total, valid, acceptable = PRIMITIVES[name]
    rows, labels = [], []
    for group in groups(name):
        key = key_of(group, size)
        for row in group["tests"]:
            rows.append((algorithm, key, row["msg"], row["sig"]))
            labels.append((row["result"], row["tcId"], row["comment"]))
    counts = collections.Counter()
    for (label, id_, comment), word in zip(labels, signatures(rows)):
        counts[label, word] += 1
        if label != "acceptable":
            equal(word, "accept" if label == "valid" else "reject",
                  "%s %d (%s)" % (name, id_, comment))
    equal(sum(counts.values()), total, "rows")
    equal(counts["valid", "accept"], valid, "valid rows")
    equal(counts["acceptable", "accept"], acceptable, "acceptable rows")


def case_wycheproof_hmac():
    """There is no such algorithm here, so there is nothing to run."""
    for size in 256, 384, 512:
        tests = [t for g in groups("hmac_sha%d" % size) for t in g["tests"]]
        equal(len(tests), 174, "rows")
        key = {"kty": "oct", "alg": "HS%d" % size, "k": "AAAA"}
        header = json.dumps({"alg": key["alg"]}).encode()
        token = base64url(header) + ".e30.AAAA"
        equal(judge({"keys": [key]}, [token]), ["algorithm_refused"], "HMAC")


def example(name):
    """The RFC's file; some only name the file that has the same key."""
    text = read("jose-rfc", name).strip()
    return example(text) if text.endswith(".jwk") and "{" not in text else text


def rfc(name, algorithm):
    """A compact example: accepted by its key for its algorithm alone."""
    key = json.loads(example(name + ".jwk"))
    token = example(name + ".jwsc")
    equal(judge(key_set(key), [token], algorithm), ["accept"], name)
    other = "PS256" if algorithm == "RS256" else "RS256"
    equal(judge(key_set(key), [token], other), ["algorithm_refused"], name)
    # As the file has it the key is private, and nobody may go by it.
    equal(judge({"keys": [key]}, [token], algorithm), ["key_unknown"], name)
    signed, _, signature = token.rpartition(".")
    changed = signature[:10] + ("A" if signature[10] != "A" else "B") + \
        signature[11:]
    equal(judge(key_set(key), [signed + "." + changed], algorithm),
          ["signature_wrong"], name)


def case_rfc_7515_A_2():
    rfc("rfc7515_A.2", "RS256")


def case_rfc_7515_A_3():
    rfc("rfc7515_A.3", "ES256")


def case_rfc_7515_A_4():
    rfc("rfc7515_A.4", "ES512")


def case_rfc_7520_4_1():
    rfc("rfc7520_4.1", "RS256")


def case_rfc_7520_4_2():
    rfc("rfc7520_4.2", "PS384")


def case_rfc_7520_4_3():
    rfc("rfc7520_4.3", "ES512")


def case_rfc_examples_that_are_refused():
    for name in "rfc7515_A.1", "rfc7520_4.4":  # HMAC
        key = json.loads(example(name + ".jwk"))
        equal(judge({"keys": [key]}, [example(name + ".jwsc")]),
              ["algorithm_refused"], name)
    keys = key_set(json.loads(example("rfc7515_A.2.jwk")))
    equal(judge(keys, [example("rfc7515_A.5.jwsc")]), ["algorithm_refused"],
          "none")
    # Detached: the payload is not in the token.
    equal(judge(keys, [example("rfc7520_4.5.jwsc")]), ["algorithm_refused"],
          "detached")
    names = sorted(n for n in os.listdir(os.path.join(root(), "jose-rfc"))
                   if n.endswith((".jwsf", ".jwsg")))
    equal(len(names), 17, "in the JSON serialization")
    keys = key_set(json.loads(example("rfc7520_4.8.jwkset")))
    words = judge(keys, [json.dumps(json.loads(example(n))) for n in names])
    # Parts are counted before anything is read, so that of a name with dots
    # in it (4.8's `kid`) is said that it is encrypted.
    equal(collections.Counter(words), {"not_compact": 16, "encrypted": 1},
          "in the JSON serialization")


def cases():
    found = [(name[5:], thing) for name, thing in globals().items()
             if name.startswith("case_")]
    found += [("wycheproof " + name, lambda n=name: primitive(n))
              for name in PRIMITIVES]
    return [c for c in found if len(sys.argv) < 4 or c[0] in sys.argv[3:]]


def main():
    if not os.path.isdir(os.path.join(root(), "wycheproof")):
        print("1..0 # SKIP no test vectors: set SCOPEGATE_VECTORS to their "
              "folder")
        return 0
    failed = 0
    chosen = cases()
    print("1..%d" % len(chosen), flush=True)
    for number, (name, function) in enumerate(chosen, 1):
        name = name.replace("_", " ")
        try:
            function()
            print("ok %d - %s" % (number, name), flush=True)
        except Exception:
            failed += 1
            for line in traceback.format_exc().splitlines():
                print("# " + line)
            print("not ok %d - %s" % (number, name), flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
