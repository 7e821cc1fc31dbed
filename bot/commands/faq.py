"""Commands for those who keep the answers: rank a file of questions, check the articles, measure the search."""

import json
import sys
import time
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from knowledge.article import Article
from knowledge.evaluation.report import report_lines
from knowledge.loader import ARTICLES_FOLDER, load_articles
from knowledge.review import Remark, review
from knowledge.search.entry import Entry
from knowledge.search.index import Index, fit

app = typer.Typer(help="Kho hỏi đáp: xếp hạng, kiểm tra, đo.", no_args_is_help=True)
MILLISECONDS = 1000
DEPTH = 10
