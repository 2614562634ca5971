"""Uses a token file as a program built on the Python SDK does, against another account server.

    python sdk_refresh.py TOKEN_FILE ACCOUNT_URL CLIENT_ID [--refresh]

Prints the Authorization header that the SDK would send: it refreshes first if the token has run out, or if told to,
and writes the file back in its own way.
"""

import sys

from prusa.connect.client import auth, consts


def main(token_file, account_url, client_id, *options):
    consts.TOKEN_URL = f"{account_url}/o/token/"
    consts.CLIENT_ID = client_id
    if token_file == "--default-path":
        credentials = auth.PrusaConnectCredentials.load_default()
    else:
        credentials = auth.PrusaConnectCredentials.from_file(token_file)
    if credentials is None:
        sys.exit("the SDK finds no credentials there")
    if "--refresh" in options:
        credentials.refresh()
    headers = {}
    credentials.before_request(headers)
    print(headers["Authorization"])


if __name__ == "__main__":
    main(*sys.argv[1:])
