"""Serves what clients of helper protocols fetch, to whoever shows an accepted credential.

    python helpers_server.py --accept FILE [--certificate FILE]

FILE holds the accepted values of the `Authorization` header, one a line, and is read again at every request. The
address is printed on standard output once requests are taken; one line a request (method, path, status) goes to standard
error. There is a sparse registry of cargo under /cargo/, an index of Python packages under /simple/, one resource of
Kubernetes' API, a proxy of Go modules under /go/, Terraform modules under /modules/, a package under /npm/, a file by
WebDAV under /dav, and Google's token service at /v1/token, which looks at the traded token instead. With --certificate it
speaks TLS, by a certificate of its own making that is written there.
"""

import argparse
import base64
import datetime
import hashlib
import io
import ipaddress
import json
import ssl
import sys
import tarfile
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs

MANIFEST = b'[package]\nname = "demo"\nversion = "1.0.0"\nedition = "2021"\n'
WHEEL = "demo-1.0.0-py3-none-any.whl"

STATUS = "<d:status>HTTP/1.1 200 OK</d:status>"
FOLDER = "<d:prop><d:resourcetype><d:collection/></d:resourcetype></d:prop>"
FILE = "<d:prop><d:resourcetype/><d:getcontentlength>6</d:getcontentlength></d:prop>"
DAV = f"""<?xml version="1.0"?><d:multistatus xmlns:d="DAV:">
<d:response><d:href>/dav/</d:href><d:propstat>{STATUS}{FOLDER}</d:propstat></d:response>
<d:response><d:href>/dav/model</d:href><d:propstat>{STATUS}{FILE}</d:propstat></d:response>
</d:multistatus>""".encode()


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


def archive(files):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as zipped:
        for name, content in files.items():
            zipped.writestr(name, content)
    return packed.getvalue()


def kubernetes():
    listed = {"kind": "NamespaceList", "apiVersion": "v1", "metadata": {}, "items": [{"metadata": {"name": "printers"}}]}
    verbs = {"name": "namespaces", "singularName": "namespace", "namespaced": False, "kind": "Namespace", "verbs": ["list"]}
    answers = {
        "/api/v1/namespaces": listed,
        "/api/v1/namespaces?limit=500": listed,
        "/api?timeout=32s": {"kind": "APIVersions", "versions": ["v1"]},
        "/apis?timeout=32s": {"kind": "APIGroupList", "apiVersion": "v1", "groups": []},
        "/api/v1?timeout=32s": {"kind": "APIResourceList", "groupVersion": "v1", "resources": [verbs]},
    }
    return {path: ("application/json", json.dumps(answer).encode()) for path, answer in answers.items()}


def go():
    module = "corp.example/demo@v1.0.0/"
    mod = b"module corp.example/demo\n"
    info = {"Version": "v1.0.0", "Time": "2026-01-01T00:00:00Z"}
    zipped = archive({module + "go.mod": mod, module + "demo.go": b"package demo\n"})
    files = {"info": json.dumps(info).encode(), "mod": mod, "zip": zipped}
    return {f"/go/corp.example/demo/@v/v1.0.0.{name}": ("text/plain", content) for name, content in files.items()}


def npm(address):
    packed = io.BytesIO()
    manifest = {"name": "demo", "version": "1.0.0"}
    content = json.dumps(manifest).encode()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        entry = tarfile.TarInfo("package/package.json")
        entry.size = len(content)
        archive.addfile(entry, io.BytesIO(content))
    packed = packed.getvalue()
    digest = base64.b64encode(hashlib.sha512(packed).digest()).decode()
    tarball = "/npm/demo/-/demo-1.0.0.tgz"
    dist = {"tarball": address + tarball, "integrity": f"sha512-{digest}"}
    package = {"name": "demo", "dist-tags": {"latest": "1.0.0"}, "versions": {"1.0.0": manifest | {"dist": dist}}}
    return {
        "/npm/demo": ("application/json", json.dumps(package).encode()),
        tarball: ("application/gzip", packed),
    }


def terraform():
    versions = {"modules": [{"versions": [{"version": "1.0.0"}]}]}
    return {
        "/modules/team/demo/corp/versions": ("application/json", json.dumps(versions).encode()),
        "/modules/team/demo/corp/1.0.0/download": ("text/plain", b"", {"X-Terraform-Get": "/public/demo.zip"}),
    }


def pages(address):
    packed = crate()
    entry = {"name": "demo", "vers": "1.0.0", "deps": [], "features": {}, "yanked": False}
    entry["cksum"] = hashlib.sha256(packed).hexdigest()
    config = {"dl": f"{address}/cargo/dl", "api": address, "auth-required": True}
    link = f'<!DOCTYPE html><a href="/files/{WHEEL}">{WHEEL}</a>'
    return kubernetes() | go() | npm(address) | terraform() | {
        "/cargo/config.json": ("application/json", json.dumps(config).encode()),
        "/cargo/de/mo/demo": ("text/plain", json.dumps(entry).encode()),
        "/cargo/dl/demo/1.0.0/download": ("application/gzip", packed),
        "/simple/demo/": ("text/html", link.encode()),
        f"/files/{WHEEL}": ("application/zip", wheel()),
        "/hello": ("text/plain", b"hello\n"),
    }


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    accept = Path()
    pages = {}

    def do_GET(self):
        page = self.pages.get(self.path)
        if self.path.startswith("/public/"):
            # What Terraform is sent to with no token.
            self.answer(200, "application/zip", archive({"main.tf": ""}))
        elif self.headers.get("Authorization") not in self.accepted():
            scheme = "Basic" if self.path.startswith(("/simple", "/files")) else "Bearer"
            self.answer(401, "text/plain", b"", {"WWW-Authenticate": f'{scheme} realm="x"'})
        elif page is None:
            self.answer(404, "text/plain", b"")
        else:
            self.answer(200, *page)

    do_HEAD = do_GET

    def do_PROPFIND(self):
        """WebDAV (RFC 4918 §9.1): what rclone asks before it lists or reads."""
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.headers.get("Authorization") in self.accepted():
            self.answer(207, "application/xml", DAV)
        else:
            self.answer(401, "text/plain", b"")

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
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_request(self, code="-", size="-"):
        """Is called ahead of the answer: whoever has that finds its line in the log."""
        print(self.command, self.path, code, file=sys.stderr, flush=True)


def certified(file):
    """Writes a certificate for 127.0.0.1 and its key to a file, and returns what a server needs of them."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM) + key.private_bytes(*form))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--accept", type=Path, required=True)
    parser.add_argument("--certificate", type=Path)
    options = parser.parse_args()
    Handler.accept = options.accept
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    scheme = "https" if options.certificate else "http"
    if options.certificate:
        server.socket = certified(options.certificate).wrap_socket(server.socket, server_side=True)
    address = f"{scheme}://127.0.0.1:{server.server_port}"
    Handler.pages = pages(address)
    print(f"listening on {address}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
