"""Lets the docker SDK's credential store do what is asked, one JSON list of a method and its arguments a line.

Prints one line of JSON for each: what it returned, or the name of the exception and its text.
"""

import json
import sys

from docker.credentials import Store


def main():
    store = Store("prusa-cred")
    for line in sys.stdin:
        method, *arguments = json.loads(line)
        try:
            answer = getattr(store, method)(*arguments)
        except Exception as error:
            answer = {"error": type(error).__name__, "text": str(error)}
        # `store` returns what the helper printed, which is nothing.
        print(json.dumps(answer if answer != b"" else None), flush=True)


if __name__ == "__main__":
    main()
