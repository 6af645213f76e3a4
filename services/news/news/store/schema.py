"""The indexes of the collections, and the migrations."""

from pymongo import ASCENDING, IndexModel

from kit import counts
from kit.mongo import Schema
from kit.uploads import INDEXES as UPLOAD_INDEXES
from news.store import articles, columns, tips, versions

SCHEMA = Schema(
    {
        "articles": articles.INDEXES,
        "columns": columns.INDEXES,
        "versions": versions.INDEXES,
        "tips": tips.INDEXES,
        "counts": counts.INDEXES,
        "pictures": [IndexModel("brought_at", name="brought_at", sparse=True)],
        "images.chunks": [IndexModel([("files_id", ASCENDING), ("n", ASCENDING)], name="files_id_1_n_1", unique=True)],
        **UPLOAD_INDEXES,
    }
)
