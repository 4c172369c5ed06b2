"""Makes the two users of a MinIO server that the product needs, with the policies of docs/operations.

    MINIO_ROOT_USER=… MINIO_ROOT_PASSWORD=… .venv/bin/python tools/minio_keys.py https://store:9000 [--prefix examops]

Prints the four settings; a second call gives the users new secrets. ``--prefix '*'`` is for test servers only.
"""

from __future__ import annotations

import argparse
import os
import re
import secrets
import sys
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

from minio import MinioAdmin
from minio.credentials import StaticProvider

POLICIES = Path(__file__).resolve().parents[1] / "docs/operations"
USUAL = "examops"


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="tools/minio_keys.py")
    parser.add_argument("endpoint", help="http(s)://host:port")
    parser.add_argument("--prefix", default=USUAL, help="EXAMOPS_S3_PREFIX")
    options = parser.parse_args(words)
    admin = administrator(options.endpoint, os.environ["MINIO_ROOT_USER"], os.environ["MINIO_ROOT_PASSWORD"])
    for kind, name in (("everyday", "EXAMOPS_S3"), ("custody", "EXAMOPS_S3_CUSTODY")):
        secret = secrets.token_urlsafe(30)
        user = make_user(admin, kind, secret, options.prefix)
        print(f"{name}_ACCESS_KEY={user}\n{name}_SECRET_KEY={secret}")
    return 0


def administrator(endpoint: str, user: str, password: str) -> MinioAdmin:
    address = urlsplit(endpoint)
    provider = StaticProvider(user, password)
    return MinioAdmin(endpoint=address.netloc, credentials=provider, secure=address.scheme == "https")


def make_user(admin: MinioAdmin, kind: str, secret: str, prefix: str = USUAL) -> str:
    """The access key of the ``everyday`` or ``custody`` user, who may do what the file of that name says."""
    name = f"{'all' if prefix == '*' else prefix}-{kind}"
    text = policy(kind, prefix)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "policy.json"
        file.write_text(text)
        admin.policy_add(name, str(file))
    admin.user_add(name, secret)
    admin.policy_set(name, user=name)
    return name


def policy(kind: str, prefix: str) -> str:
    text = (POLICIES / f"minio-{kind}.json").read_text().replace(f":::{USUAL}-", f":::{prefix}-")
    # The server compares a pattern with "bucket/": one that ends with the bucket's name would never fit.
    return re.sub(r'(:::\*-\w+)"', r'\1*"', text)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
