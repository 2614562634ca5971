"""Prints the access token that Google's authentication library gets for a file of external-account credentials.

The file is the argument, or the one that the environment names.
"""

import os
import sys

from google.auth import exceptions, pluggable
from google.auth.transport.requests import Request


def main():
    file = sys.argv[1] if len(sys.argv) > 1 else os.environ["GOOGLE_APPLICATION_CREDENTIALS"]
    # `google.auth.default` would ask Google which project the audience belongs to.
    credentials = pluggable.Credentials.from_file(file, scopes=["x"])
    try:
        credentials.refresh(Request())
    except exceptions.GoogleAuthError as error:
        sys.exit(f"refused: {error}")
    print(credentials.token)


if __name__ == "__main__":
    main()
