"""What the commands here share: `--data`, which `manage.py` reads ahead of them."""

from django.core.management.base import BaseCommand


class DataCommand(BaseCommand):
    """A command that works on the database in one directory."""

    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("--data", default=".", help="the directory that holds the database")
