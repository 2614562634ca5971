"""Serves what clients of helper protocols fetch, to whoever shows an accepted credential.

    python helpers_server.py --accept FILE

FILE holds the accepted values of the `Authorization` header, one a line, and is read again at every request. The
address is printed on standard output once requests are taken; one line a request (method, path, status) goes to standard
error. There is a sparse registry of cargo under /cargo/, an index of Python packages under /simple/, one resource of
Kubernetes' API, and Google's token service at /v1/token, which looks at the traded token instead.
"""

import argparse
import hashlib
import io
import json
import sys
import tarfile
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs

MANIFEST = b'[package]\nname = "demo"\nversion = "1.0.0"\nedition = "2021"\n'
WHEEL = "demo-1.0.0-py3-none-any.whl"


def crate():
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for name, content in {"Cargo.toml": MANIFEST, "src/lib.rs": b""}.items():
            entry = tarfile.TarInfo(f"demo-1.0.0/{name}")
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return packed.getvalue()


def wheel():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("demo.py", "")
        archive.writestr("demo-1.0.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: demo\nVersion: 1.0.0\n")
        tags = "Wheel-Version: 1.0\nGenerator: x\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        archive.writestr("demo-1.0.0.dist-info/WHEEL", tags)
        archive.writestr("demo-1.0.0.dist-info/RECORD", "")
    return packed.getvalue()


def pages(address):
    packed = crate()
    entry = {"name": "demo", "vers": "1.0.0", "deps": [], "features": {}, "yanked": False}
    entry["cksum"] = hashlib.sha256(packed).hexdigest()
    config = {"dl": f"{address}/cargo/dl", "api": address, "auth-required": True}
    link = f'<!DOCTYPE html><a href="/files/{WHEEL}">{WHEEL}</a>'
    namespace = {"metadata": {"name": "printers"}}
    namespaces = {"kind": "NamespaceList", "apiVersion": "v1", "metadata": {}, "items": [namespace]}
    return {
        "/cargo/config.json": ("application/json", json.dumps(config).encode()),
        "/cargo/de/mo/demo": ("text/plain", json.dumps(entry).encode()),
        "/cargo/dl/demo/1.0.0/download": ("application/gzip", packed),
        "/simple/demo/": ("text/html", link.encode()),
        f"/files/{WHEEL}": ("application/zip", wheel()),
        "/api/v1/namespaces": ("application/json", json.dumps(namespaces).encode()),
        "/hello": ("text/plain", b"hello\n"),
    }


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    accept = Path()
    pages = {}

    def do_GET(self):
        page = self.pages.get(self.path)
        if self.headers.get("Authorization") not in self.accepted():
            scheme = "Basic" if self.path.startswith(("/simple", "/files")) else "Bearer"
            self.answer(401, "text/plain", b"", {"WWW-Authenticate": f'{scheme} realm="x"'})
        elif page is None:
            self.answer(404, "text/plain", b"")
        else:
            self.answer(200, *page)

    def do_POST(self):
        """RFC 8693 §2: one token for another."""
        form = parse_qs(self.rfile.read(int(self.headers.get("Content-Length", 0))).decode())
        traded = form.get("subject_token", [""])[0] in self.accepted()
        token = {"access_token": f"traded as {form['subject_token_type'][0]}", "token_type": "Bearer"}
        token |= {"expires_in": 3600, "issued_token_type": "urn:ietf:params:oauth:token-type:access_token"}
        answer = token if traded else {"error": "invalid_request"}
        self.answer(200 if traded else 400, "application/json", json.dumps(answer).encode())

    def accepted(self):
        return self.accept.read_text().splitlines()

    def answer(self, status, content_type, body, headers=None):
        self.send_response(status)
        for name, value in {"Content-Type": content_type, "Content-Length": len(body), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
        print(self.command, self.path, status, file=sys.stderr, flush=True)

    def log_request(self, *_):
        pass


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--accept", type=Path, required=True)
    Handler.accept = parser.parse_args().accept
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    address = f"http://127.0.0.1:{server.server_port}"
    Handler.pages = pages(address)
    print(f"listening on {address}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
