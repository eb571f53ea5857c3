"""What most people would write: Flask, the SDK and `jsonify`. Stores nothing, checks nothing.

Served by `gunicorn --worker-class gthread --workers 2 --threads 32`. Settings: those of the SDK.
"""

from __future__ import annotations

from collections.abc import Iterator

from flask import Flask, Response, jsonify, request
from openai import OpenAI

app = Flask(__name__)
client = OpenAI()


@app.get("/")
def home() -> str:
    return "ready"


@app.post("/generate_image")
def generate_image() -> Response:
    asked = request.get_json()
    answer = client.images.generate(model=asked["model"], prompt=asked["prompt"], size="1024x1024", quality="low")
    return jsonify({"image_base64": answer.data[0].b64_json, "usage": answer.usage.to_dict()})


@app.post("/edit_image")
def edit_image() -> Response:
    asked, file = request.form, request.files["image"]
    answer = client.images.edit(
        model=asked["model"],
        prompt=asked["prompt"],
        image=(file.filename, file.read(), file.mimetype),
        size="1024x1024",
        quality="low",
    )
    return jsonify({"image_base64": answer.data[0].b64_json, "usage": answer.usage.to_dict()})


@app.post("/stream_image")
def stream_image() -> Response:
    asked = request.get_json()

    def events() -> Iterator[str]:
        stream = client.images.generate(
            model=asked["model"], prompt=asked["prompt"], size="1024x1024", quality="low", stream=True, partial_images=2
        )
        for event in stream:
            yield f"event: {event.type}\ndata: {event.to_json(indent=None)}\n\n"

    return Response(events(), mimetype="text/event-stream")
