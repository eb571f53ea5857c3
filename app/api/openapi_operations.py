"""What can be asked, and every answer it can get: the paths of `/openapi.json`.

An operation names the error codes it can answer with; their statuses are those of `edge/status.py`.
"""

from __future__ import annotations

from typing import Any

from app.api.openapi_conversations import of_conversations
from app.api.openapi_operation import (
    ANY_REQUEST,
    BEHIND_THE_DOOR,
    JSON_BODY,
    OF_PICTURES,
    Good,
    Operation,
    paid_call,
)
from app.api.openapi_parameters import query_parameters
from app.edge.rooms import Entry


def operations() -> tuple[Operation, ...]:
    """Every operation, in the order to show them."""
    return (
        *_of_paid_calls(),
        Operation(
            method="post",
            path="/api/quote",
            id="quote",
            tag="images",
            summary="What a request would cost",
            description="Makes no paid call and holds no money. Of an edit it also says how the mask was understood.",
            body="QuoteRequest",
            form="QuoteForm",
            answers={200: Good("The price.", "Quote")},
            codes=(*BEHIND_THE_DOOR, *JSON_BODY, *OF_PICTURES, "not_found"),
        ),
        Operation(
            method="post",
            path="/api/uploads",
            id="upload",
            tag="images",
            summary="Bring a picture",
            description="It can be referred to for a day, in place of sending it again.",
            form="UploadForm",
            answers={201: Good("It is here.", "Upload", headers=("Location",))},
            codes=(*BEHIND_THE_DOOR, *JSON_BODY, *OF_PICTURES),
        ),
        Operation(
            method="post",
            path="/api/settings-of",
            id="settingsOf",
            tag="images",
            summary="How a downloaded file says it was made",
            description="Reads what a studio wrote into the file; the pixels are not looked at, and nothing is kept.",
            form="UploadForm",
            answers={200: Good("What it says, or that it says nothing.", "SettingsOf")},
            codes=(*BEHIND_THE_DOOR, *JSON_BODY, *OF_PICTURES),
        ),
        Operation(
            method="get",
            path="/api/models",
            id="listModels",
            tag="images",
            summary="Every model, what it takes and what it costs",
            answers={200: Good("The catalogue.", "Models")},
            codes=BEHIND_THE_DOOR,
        ),
        *_of_jobs(),
        *of_conversations(),
        *_of_the_library(),
        *_of_the_service(),
    )


def _of_paid_calls() -> tuple[Operation, ...]:
    kept = " With a mask, what lies outside it stays as it was unless keep_unmasked is false."
    return (
        paid_call(
            "/generate_image", "generateImage", "images", "Make pictures from words", "", "GenerateRequest", None
        ),
        paid_call(
            "/edit_image", "editImage", "images", "Change pictures as words say", kept, "EditRequest", "EditForm"
        ),
        paid_call("/vary_image", "varyImage", "images", "Make variations of a picture", "", "VaryRequest", "VaryForm"),
    )


def _of_jobs() -> tuple[Operation, ...]:
    of_one_job = (*BEHIND_THE_DOOR, "not_found")
    return (
        Operation(
            method="get",
            path="/api/jobs/{job_id}",
            id="getJob",
            tag="jobs",
            summary="A job, its pictures and its cost",
            parameters=("job_id",),
            answers={200: Good("The job.", "Job")},
            codes=of_one_job,
        ),
        Operation(
            method="post",
            path="/api/jobs/{job_id}/cancel",
            id="cancelJob",
            tag="jobs",
            summary="Stop what has not been sent",
            parameters=("job_id",),
            answers={200: Good("The job as it stands; `cancellation` says whether it was in time.", "CancelledJob")},
            codes=of_one_job,
        ),
        Operation(
            method="get",
            path="/api/jobs/{job_id}/events",
            id="followJob",
            tag="jobs",
            summary="Follow a job by server-sent events",
            description="Events `state`, `partial`, `done` and `failed`, each with an id and JSON data; `done` or "
            "`failed` is the last. Data: `state` of the job; with `state` also `ordinal` and `attempt_state` of the "
            "call that moved; with `partial` `ordinal`, `index`, `mime_type` and the preview's `url`; with `failed` "
            "the error's `code`. Streams end after five minutes; come back with Last-Event-ID.",
            parameters=("job_id", "last_event_id"),
            answers={
                200: Good("The events.", media_types=("text/event-stream",)),
                204: Good("The job has ended, and nothing came after Last-Event-ID.", media_types=()),
            },
            codes=(*of_one_job, "rate_limited"),
        ),
        Operation(
            method="get",
            path="/api/jobs/{job_id}/previews/{digest}",
            id="getPreview",
            tag="jobs",
            summary="A preview of a picture still being drawn",
            parameters=("job_id", "digest"),
            answers={200: Good("The file.", media_types=("image/png", "image/jpeg", "image/webp"))},
            codes=of_one_job,
        ),
    )


def _of_the_library() -> tuple[Operation, ...]:
    of_one_picture = (*BEHIND_THE_DOOR, "not_found")

    def about_one(method: str, path: str, name: str, summary: str, **more: Any) -> Operation:
        return Operation(
            method=method,
            path=path,
            id=name,
            tag="pictures",
            summary=summary,
            parameters=("picture_id",),
            **{"answers": {200: Good("The picture.", "LibraryPicture")}, "codes": of_one_picture} | more,
        )

    return (
        Operation(
            method="get",
            path="/api/pictures",
            id="listPictures",
            tag="pictures",
            summary="The library, newest first",
            description="Every parameter narrows it. Give `next` as `before` for the page that follows.",
            parameters=(*query_parameters(), "before", "limit"),
            answers={200: Good("A page.", "Shelf")},
            codes=(*BEHIND_THE_DOOR, "invalid_value", "unknown_parameter"),
        ),
        about_one("get", "/api/pictures/{picture_id}", "getPicture", "A picture and its family"),
        about_one(
            "patch",
            "/api/pictures/{picture_id}",
            "changePicture",
            "Favourite, note and tags",
            body="PictureChange",
            codes=(*of_one_picture, *JSON_BODY),
        ),
        about_one(
            "delete",
            "/api/pictures/{picture_id}",
            "deletePicture",
            "To the bin, for 30 days",
            answers={204: Good("It is in the bin.", media_types=())},
        ),
        about_one("post", "/api/pictures/{picture_id}/restore", "restorePicture", "Back from the bin"),
    )


def _of_the_service() -> tuple[Operation, ...]:
    def open_to_anyone(path: str, name: str, summary: str, body: str | None, *codes: str) -> Operation:
        return Operation(
            method="get",
            path=path,
            id=name,
            tag="service",
            summary=summary,
            answers={200: Good("Yes." if codes else "As asked.", body)},
            codes=(*ANY_REQUEST, *codes),
            entry=Entry.ANYONE,
        )

    return (
        open_to_anyone("/health/live", "isLive", "Is the process up?", "Live"),
        open_to_anyone("/health/ready", "isReady", "Are database and storage usable?", "Ready", "not_ready"),
        open_to_anyone("/openapi.json", "describe", "This description", None),
    )
