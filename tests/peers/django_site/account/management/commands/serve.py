"""Makes the database if there is none, with one user and one client, and serves on a free loopback port."""

import os
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from account.management.commands._data import DataCommand
from account.management.commands.adduser import add_user
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.db import connections
from oauth2_provider.models import get_application_model


class Server(ThreadingMixIn, WSGIServer):
    """A thread for each request, so that eight at once are eight at once."""

    daemon_threads = True
    request_queue_size = 64

    def process_request_thread(self, request, client_address):
        super().process_request_thread(request, client_address)
        connections.close_all()


class Handler(WSGIRequestHandler):
    """Logs the method and path of each request, without the query, which may hold a code."""

    def log_request(self, code="-", size="-"):
        self.log_message("%s %s %s", self.command, self.path.partition("?")[0], code)


class Command(DataCommand):
    help = __doc__

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.add_argument("--login", choices=["account", "wizard"], help="whose login pages to use")
        parser.add_argument("--email", default="maker@example.com")
        parser.add_argument("--password", default="correct horse battery staple")
        parser.add_argument("--totp-secret", default="JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
        parser.add_argument("--client-id", default="test-client")
        parser.add_argument("--redirect-uri", default="https://connect.example.test/login/auth-callback")

    def handle(self, email, password, totp_secret, client_id, redirect_uri, **_):
        call_command("migrate", verbosity=0)
        add_user(email, password, totp_secret)
        self.add_client(client_id, redirect_uri)
        with make_server("127.0.0.1", 0, get_wsgi_application(), Server, Handler) as server:
            address = f"http://127.0.0.1:{server.server_port}"
            self.stdout.write(f"listening on {address}")
            self.stdout.write(f"export PRUSA_ACCOUNT_URL={address} PRUSA_CLIENT_ID={client_id}")
            self.stdout.write(f"export PRUSA_REDIRECT_URI={redirect_uri} PRUSA_TOTP_SECRET={totp_secret}")
            self.stdout.write(f"export PRUSA_EMAIL={email} PRUSA_PASSWORD='{password}'")
            self.stdout.flush()
            server.serve_forever()

    def add_client(self, client_id, redirect_uri):
        """Registers a public client through the toolkit's own command."""
        if get_application_model().objects.filter(client_id=client_id).exists():
            return
        with open(os.devnull, "w") as nowhere:
            call_command(
                "createapplication",
                "public",
                "authorization-code",
                client_id=client_id,
                redirect_uris=redirect_uri,
                name="Connect",
                algorithm="RS256",
                stdout=nowhere,
            )
