"""Reading articles from files, reporting every fault by file and line.

A file is TOML front matter between two lines `+++`, then the answer. The id of an article is its path
below the folder without `.md`.
"""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from knowledge.article import Article
from knowledge.lexicon_file import read_search_table

ARTICLES_FOLDER = Path(__file__).resolve().parent / "articles"
FENCE = "+++"
_TOML_LINE = re.compile(r"\(at line (\d+)")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, in which file and line (1 is the first)."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


@dataclass(frozen=True, slots=True)
class Loaded:
    """Every article that could be read, and every fault."""

    articles: tuple[Article, ...]
    faults: tuple[Fault, ...]

    def valid(self, on: date) -> tuple[Article, ...]:
        """Articles that may be shown as current on that local day."""
        return tuple(article for article in self.articles if article.is_valid(on))


def load_articles(folder: Path = ARTICLES_FOLDER) -> Loaded:
    """Read all `*.md` below a folder. Faulty files are reported, not raised."""
    articles: list[Article] = []
    faults: list[Fault] = []
    for path in sorted(folder.rglob("*.md")):
        found = read_article(path, folder)
        if isinstance(found, Article):
            articles.append(found)
            faults.extend(_shape_faults(path, folder, found))
        else:
            faults.extend(found)
    return Loaded(tuple(articles), (*faults, *_broken_relations(articles, folder)))


def read_article(path: Path, folder: Path) -> Article | list[Fault]:
    """One article, or what is wrong with its file."""
    name = path.relative_to(folder).as_posix()
    lines = path.read_text(encoding="utf-8").splitlines()
    if not lines or lines[0] != FENCE or FENCE not in lines[1:]:
        return [Fault(name, 1, "front matter between two lines +++ is missing")]
    end = lines.index(FENCE, 1)
    try:
        matter = tomllib.loads("\n".join(lines[1:end]))
    except tomllib.TOMLDecodeError as error:
        found = _TOML_LINE.search(str(error))
        return [Fault(name, int(found[1]) + 1 if found else end + 1, str(error))]
    values = {**matter, "slug": name.removesuffix(".md"), "body": "\n".join(lines[end + 1 :]).strip()}
    return _validated(values, name, lines)


def _validated(values: dict[str, Any], name: str, lines: list[str]) -> Article | list[Fault]:
    try:
        return Article.model_validate(values)
    except ValidationError as error:
        return [
            Fault(name, _line_of(str(item["loc"][0]) if item["loc"] else "", lines), _message(item))
            for item in error.errors()
        ]


def _message(item: Any) -> str:
    place = ".".join(str(part) for part in item["loc"])
    return f"{place}: {item['msg']}" if place else str(item["msg"])


def _line_of(key: str, lines: list[str]) -> int:
    end = lines.index(FENCE, 1)
    if key == "body":
        return min(end + 2, len(lines))
    pattern = re.compile(rf"\s*{re.escape(key)}\s*=")
    return next((n for n, line in enumerate(lines[:end], start=1) if pattern.match(line)), 1)


def _shape_faults(path: Path, folder: Path, article: Article) -> Iterable[Fault]:
    """The last line must name the source and the month it held."""
    name = path.relative_to(folder).as_posix()
    count = len(path.read_text(encoding="utf-8").rstrip().splitlines())
    prefix = read_search_table("articles")["source_line"]
    month = article.as_of.strftime("%m/%Y")
    if not (article.last_line.startswith(prefix) and article.source.name in article.last_line):
        yield Fault(name, count, f"the last line does not name the source: {article.source.name}")
    elif month not in article.last_line:
        yield Fault(name, count, f"the last line does not name the month of as_of: {month}")


def _broken_relations(articles: list[Article], folder: Path) -> Iterable[Fault]:
    slugs = {article.slug for article in articles}
    for article in articles:
        lines = (folder / f"{article.slug}.md").read_text(encoding="utf-8").splitlines()
        for other in article.related:
            if other not in slugs:
                yield Fault(f"{article.slug}.md", _line_of("related", lines), f"no related article: {other}")
