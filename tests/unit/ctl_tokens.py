# SPDX-License-Identifier: ISC
"""Signed tokens and key sets, made with openssl(1) alone."""

import base64
import json
import shutil
import subprocess
import time

from ctl_driver import Skip


def encode(data):
    if not isinstance(data, bytes):
        data = json.dumps(data).encode()
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def openssl(*arguments, stdin=b""):
    if shutil.which("openssl") is None:
        raise Skip("openssl(1) is not there")
    done = subprocess.run(["openssl", *arguments], input=stdin,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


class Key:
    """An RSA key that signs, by the name `kid`."""

    def __init__(self, place, kid="k1", bits=2048):
        self.kid = kid
        self.path = place.path("%s.pem" % kid)
        openssl("genpkey", "-algorithm", "RSA", "-out", self.path,
                "-pkeyopt", "rsa_keygen_bits:%d" % bits)
        modulus = openssl("rsa", "-in", self.path, "-noout", "-modulus")
        number = int(modulus.decode().split("=")[1], 16)
        self.jwk = {"kty": "RSA", "kid": kid, "e": "AQAB", "alg": "RS256",
                    "n": encode(number.to_bytes(bits // 8, "big"))}

    def sign(self, claims, **header):
        header = {"alg": "RS256", "typ": "at+jwt", "kid": self.kid, **header}
        text = encode(header) + "." + encode(claims)
        signature = openssl("dgst", "-sha256", "-sign", self.path,
                            stdin=text.encode())
        return (text + "." + encode(signature)).encode()


def jwks(*keys):
    return json.dumps({"keys": [key.jwk for key in keys]})


def claims(**more):
    """What RFC 9068 demands, for alice; None leaves one out."""
    now = int(time.time())
    all_ = {"iss": "https://as.example", "aud": "hosts", "sub": "s-1",
            "client_id": "laptop", "iat": now, "exp": now + 600, "jti": "j",
            "scope": "trading data", "preferred_username": "alice", **more}
    return {name: value for name, value in all_.items() if value is not None}
