"""The browser, and the databases that these tests run on."""

from tests.support.browser import chromium, open_page
from tests.support.database import migrated_postgres, new_url, sqlite_template

__all__ = ("chromium", "migrated_postgres", "new_url", "open_page", "sqlite_template")
