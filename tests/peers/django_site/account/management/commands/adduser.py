"""Makes a user with a password and, if a base32 secret is given, a device for one-time codes."""

import base64

from account.management.commands._data import DataCommand
from django.contrib.auth import get_user_model
from django_otp.plugins.otp_totp.models import TOTPDevice


def add_user(email, password, totp_secret=None):
    """Returns the user, with what was there before replaced."""
    user, _ = get_user_model().objects.get_or_create(username=email, defaults={"email": email})
    user.set_password(password)
    user.save()
    TOTPDevice.objects.filter(user=user).delete()
    if totp_secret:
        TOTPDevice.objects.create(user=user, name="default", key=base64.b32decode(totp_secret).hex())
    return user


class Command(DataCommand):
    help = __doc__

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.add_argument("email")
        parser.add_argument("password")
        parser.add_argument("totp_secret", nargs="?")

    def handle(self, email, password, totp_secret, **_):
        add_user(email, password, totp_secret)
