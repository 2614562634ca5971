"""Runs Debian's docker-registry for whoever shows a name and the password that the tests know.

    python registry.py DIRECTORY

It keeps what it is given in DIRECTORY, and ends with this process. The address is printed on standard output once requests
are taken; what it logs goes to standard error.
"""

import ctypes
import json
import re
import signal
import subprocess
import sys
from pathlib import Path

# S3NTRY-of-the-registry, as bcrypt hides it.
PASSWORD = "$2y$05$A5QhHMtTdZUQbC.4AQHYfOEdXkFK4Xge.47W6N8lG11FQPS6.bkzW"
PR_SET_PDEATHSIG = 1


def configure(directory):
    """Writes what it is to do, as JSON, which is YAML too; and returns the file."""
    names = directory / "names"
    names.write_text("".join(f"{name}:{PASSWORD}\n" for name in ("ada", "oauth2")))
    file = directory / "registry.json"
    settings = {
        "version": 0.1,
        "log": {"level": "info"},
        "storage": {"filesystem": {"rootdirectory": str(directory / "images")}},
        "http": {"addr": "127.0.0.1:0", "secret": "of no use elsewhere"},
        "auth": {"htpasswd": {"realm": "tests", "path": str(names)}},
    }
    file.write_text(json.dumps(settings))
    return file


def end_with_parent():
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def main():
    command = ["docker-registry", "serve", configure(Path(sys.argv[1]))]
    registry = subprocess.Popen(
        command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True, preexec_fn=end_with_parent
    )
    for line in registry.stderr:
        sys.stderr.write(line)
        sys.stderr.flush()
        if found := re.search(r"listening on (127\.0\.0\.1:\d+)", line):
            print(f"listening on http://{found[1]}", flush=True)


main()
