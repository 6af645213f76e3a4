"""The indexes of the collections, and the migrations."""

from pymongo import ASCENDING, IndexModel

from kit.mongo import Schema
from kit.uploads import INDEXES as UPLOAD_INDEXES
from news.store import alerts, articles, columns, comments, front, keeping, readings, versions

SCHEMA = Schema(
    {
        "articles": articles.INDEXES,
        "columns": columns.INDEXES,
        "versions": versions.INDEXES,
        "images.chunks": [IndexModel([("files_id", ASCENDING), ("n", ASCENDING)], name="files_id_1_n_1", unique=True)],
        **UPLOAD_INDEXES,
        **alerts.INDEXES,
        **comments.INDEXES,
        **keeping.INDEXES,
        **readings.INDEXES,
        **front.INDEXES,
    }
)
