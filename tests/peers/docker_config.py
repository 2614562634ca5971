"""Prints the user name and password that the docker SDK finds for a registry, by the configuration of whoever runs it."""

import sys

from docker import auth


def main():
    found = auth.load_config().resolve_authconfig(sys.argv[1])
    print(found["Username"], found["Password"])


if __name__ == "__main__":
    main()
