"""The browser, the databases, and the echo platform that these tests run on."""

from tests.support.browser import chromium, open_page
from tests.support.database import migrated_postgres, new_url, sqlite_template
from tests.support.echo_fixtures import house, platform

__all__ = ("chromium", "house", "migrated_postgres", "new_url", "open_page", "platform", "sqlite_template")
