"""Serves the repositories of one directory through the real `git http-backend`, to whoever shows an accepted token.

    python git_http_server.py --root DIR --tokens FILE --scheme bearer|basic

FILE holds the accepted tokens, one a line, and is read again at every request. The address is printed on standard
output once requests are taken; one line a request (method, path, scheme offered, status) goes to standard error.
"""

import argparse
import base64
import hmac
import os
import subprocess
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


class GitHandler(BaseHTTPRequestHandler):
    """A CGI gateway (RFC 3875) to `git http-backend`, behind HTTP authentication."""

    protocol_version = "HTTP/1.1"
    options = argparse.Namespace()

    def do_GET(self):
        self.answer(b"")

    def do_POST(self):
        self.answer(self.read_body())

    def answer(self, body):
        if self.accepts(*self.offered()):
            self.run_backend(body)
        else:
            self.refuse()

    def offered(self):
        """Returns the scheme, in lower case, and the token: of Basic, whatever the user, the password."""
        scheme, _, value = self.headers.get("Authorization", "").partition(" ")
        scheme = scheme.lower()
        if scheme == "basic":
            _, _, value = base64.b64decode(value).decode().partition(":")
        return scheme or "none", value

    def accepts(self, scheme, token):
        accepted = self.options.tokens.read_text().split()
        return scheme == self.options.scheme and any(hmac.compare_digest(token, good) for good in accepted)

    def refuse(self):
        self.send_response(401)
        self.send_header("WWW-Authenticate", f'{self.options.scheme.title()} realm="x"')
        self.send_header("Content-Length", "0")
        self.end_headers()

    def read_body(self):
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        body = b""
        while size := int(self.rfile.readline().partition(b";")[0], 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        while self.rfile.readline().strip():
            pass
        return body

    def run_backend(self, body):
        path, _, query = self.path.partition("?")
        variables = {
            "GIT_PROJECT_ROOT": str(self.options.root),
            "GIT_HTTP_EXPORT_ALL": "1",
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "PATH": os.environ["PATH"],
            "REQUEST_METHOD": self.command,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(len(body)),
            "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
            "HTTP_GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
            "REMOTE_ADDR": self.client_address[0],
            # git http-backend takes a push only from somebody.
            "REMOTE_USER": "whoever-holds-the-token",
        }
        backend = subprocess.run(["git", "http-backend"], input=body, env=variables, capture_output=True, check=True)
        head, _, content = backend.stdout.partition(b"\r\n\r\n")
        fields = [line.split(": ", 1) for line in head.decode().split("\r\n")]
        status = next((int(value.split()[0]) for name, value in fields if name == "Status"), 200)
        self.send_response(status)
        for name, value in fields:
            if name != "Status":
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_request(self, code="-", size="-"):
        """Is called ahead of the answer: whoever has that finds its line in the log."""
        scheme, _ = self.offered()
        os.write(2, f"{self.command} {self.path.partition('?')[0]} {scheme} {code}\n".encode())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--root", type=Path, required=True)
    parser.add_argument("--tokens", type=Path, required=True)
    parser.add_argument("--scheme", choices=["bearer", "basic"], required=True)
    GitHandler.options = parser.parse_args()
    server = ThreadingHTTPServer(("127.0.0.1", 0), GitHandler)
    print(f"listening on http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
