"""An account server made of packages: Django, django-oauth-toolkit, django-otp, django-two-factor-auth.

Its OAuth paths are Prusa Account's (`/o/authorize/`, `/o/token/`, `/o/revoke_token/`). By hand:

    cd tests/peers/django_site
    python manage.py serve --data /tmp/account            # prints its address and the commands that sign in
    python manage.py adduser --data /tmp/account me@example.com secret JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP
    python manage.py ledger --data /tmp/account           # what the token tables hold, without a token
"""

import argparse
import os
import sys

from django.core.management import execute_from_command_line


def main():
    """Passes on to the settings what they need before a command parses its own options."""
    early = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    early.add_argument("--data", default=".")
    early.add_argument("--login", default="account")
    options, _ = early.parse_known_args()
    os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
    os.environ["ACCOUNT_DATA"] = options.data
    os.environ["ACCOUNT_LOGIN"] = options.login
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
