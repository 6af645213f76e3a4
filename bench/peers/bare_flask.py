"""The least that Flask can do: a view that answers with `jsonify`, to be run by the gateway's own gunicorn settings."""

from flask import Flask, Response, jsonify
from flask.json.provider import DefaultJSONProvider

from bench.document import DOCUMENT

app = Flask("bare_flask", static_folder=None)
assert isinstance(app.json, DefaultJSONProvider)
app.json.ensure_ascii = False
app.json.sort_keys = False
app.json.compact = True


@app.get("/answer")
def answer() -> Response:
    return jsonify(DOCUMENT)
