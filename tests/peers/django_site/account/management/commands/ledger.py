"""Prints what the toolkit's tables hold, as one JSON object of counts: never a token."""

import json

from account.management.commands._data import DataCommand
from oauth2_provider.models import get_access_token_model, get_refresh_token_model


class Command(DataCommand):
    help = __doc__

    def handle(self, **_):
        refresh = get_refresh_token_model().objects
        counts = {
            "access_tokens": get_access_token_model().objects.count(),
            "refresh_tokens": refresh.count(),
            "living_refresh_tokens": refresh.filter(revoked__isnull=True).count(),
        }
        self.stdout.write(json.dumps(counts))
