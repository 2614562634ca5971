"""Prints, as JSON, what the docker SDK would send to a registry, by the configuration that it finds."""

import json
import sys

from docker import auth


def main():
    config = auth.load_config()
    print(json.dumps(auth.resolve_authconfig(config, sys.argv[1])))


if __name__ == "__main__":
    main()
