"""A Practicus-like region made of packages: Django with djangorestframework-simplejwt, on a free loopback port.

The views, the tokens, the rotation and every error are the packages' own. Only the addresses, the e-mail address in
place of a user name, and the claim `email` are what a region has them to be.
"""

import argparse
import sys
from wsgiref.simple_server import WSGIRequestHandler, make_server

import django
from django.conf import settings

options = argparse.ArgumentParser()
options.add_argument("--email", required=True)
options.add_argument("--password", required=True)
options.add_argument("--rotates", action="store_true")
options.add_argument("--only-json", action="store_true")
options.add_argument("--life", type=int, default=300)
options = options.parse_args()

from datetime import timedelta  # noqa: E402

kind = "JSON" if options.only_json else "Form"
settings.configure(
    SECRET_KEY="a key for a loopback server, long enough for HS256",
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF=__name__,
    USE_TZ=True,
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "rest_framework",
        "rest_framework_simplejwt.token_blacklist",
    ],
    REST_FRAMEWORK={"DEFAULT_PARSER_CLASSES": [f"rest_framework.parsers.{kind}Parser"]},
    SIMPLE_JWT={
        "ACCESS_TOKEN_LIFETIME": timedelta(seconds=options.life),
        "REFRESH_TOKEN_LIFETIME": timedelta(days=30),
        "ROTATE_REFRESH_TOKENS": options.rotates,
        "BLACKLIST_AFTER_ROTATION": options.rotates,
        "ISSUER": "region",
    },
)
django.setup()

from django.contrib.auth import get_user_model  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.urls import path  # noqa: E402
from rest_framework.permissions import IsAuthenticated  # noqa: E402
from rest_framework.response import Response  # noqa: E402
from rest_framework.views import APIView  # noqa: E402
from rest_framework_simplejwt.authentication import JWTAuthentication  # noqa: E402
from rest_framework_simplejwt.serializers import TokenObtainPairSerializer  # noqa: E402
from rest_framework_simplejwt.views import TokenObtainPairView, TokenRefreshView  # noqa: E402


class ByEmail(TokenObtainPairSerializer):
    username_field = "email"

    def validate(self, attrs):
        self.username_field = get_user_model().USERNAME_FIELD
        return super().validate({self.username_field: attrs["email"], "password": attrs["password"]})

    @classmethod
    def get_token(cls, user):
        token = super().get_token(user)
        token["email"] = user.email
        token["username"] = user.username
        return token


class Whoami(APIView):
    authentication_classes = [JWTAuthentication]
    permission_classes = [IsAuthenticated]

    def get(self, request):
        return Response({"email": request.user.email})


urlpatterns = [
    path("console/api/auth/", TokenObtainPairView.as_view(serializer_class=ByEmail)),
    path("console/api/auth/refresh/", TokenRefreshView.as_view()),
    path("whoami/", Whoami.as_view()),
]


class Handler(WSGIRequestHandler):
    """Logs the method, the path and the status of each request."""

    def log_request(self, code="-", size="-"):
        print(self.command, self.path, str(code).split()[0], file=sys.stderr, flush=True)


call_command("migrate", verbosity=0)
get_user_model().objects.create_user(options.email, email=options.email, password=options.password)
with make_server("127.0.0.1", 0, get_wsgi_application(), handler_class=Handler) as server:
    print(f"listening on http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()
