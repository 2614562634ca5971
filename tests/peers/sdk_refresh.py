"""Uses a token file as a program built on the Python SDK does, against another account server.

    python sdk_refresh.py [--file TOKEN_FILE] [--refresh] ACCOUNT_URL CLIENT_ID

Prints the Authorization header that the SDK would send: it refreshes first if the token has run out, or if told to,
and writes the file back in its own way. Without a file, the SDK looks where it looks by default.
"""

import argparse
import logging
import sys

import structlog
from prusa.connect.client import auth, consts


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--file")
    parser.add_argument("--refresh", action="store_true")
    parser.add_argument("account_url")
    parser.add_argument("client_id")
    options = parser.parse_args()

    # Unconfigured, the SDK's log goes to standard output, signatures of tokens included.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    consts.TOKEN_URL = f"{options.account_url}/o/token/"
    consts.CLIENT_ID = options.client_id

    credentials = (
        auth.PrusaConnectCredentials.from_file(options.file)
        if options.file
        else auth.PrusaConnectCredentials.load_default()
    )
    if credentials is None:
        sys.exit("the SDK finds no credentials there")
    if options.refresh:
        credentials.refresh()
    headers = {}
    credentials.before_request(headers)
    print(headers["Authorization"])


if __name__ == "__main__":
    main()
