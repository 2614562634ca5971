"""Tokens that a test recognises wherever they leak."""

from oauthlib.common import generate_token

MARKER = "S3NTRY"


def marked(request, refresh_token=False):
    """Returns a random token that begins with the marker of the tests."""
    return MARKER + generate_token()
