"""The refusals of the Image API, word for word.

Source: the literal bodies collected in the project's fact sheet on the Image API (section 4), as
reported from the live service. A sentence that nobody has reported is marked "unconfirmed" here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

REQUEST = "invalid_request_error"
IMAGE = "image_generation_user_error"


class ApiError(Exception):
    """A refusal that becomes an HTTP answer.

    ``status`` is the HTTP status, ``kind`` the ``type`` of the body, ``headers`` go out as they are and
    ``extra`` joins the error object (``moderation_details``).
    """

    def __init__(
        self,
        status: int,
        message: str,
        *,
        kind: str = REQUEST,
        param: str | None = None,
        code: str | None = None,
        headers: Mapping[str, str] | None = None,
        extra: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.kind = kind
        self.param = param
        self.code = code
        self.headers = dict(headers or {})
        self.extra = dict(extra or {})

    def body(self) -> dict[str, object]:
        """The JSON object that goes on the wire."""
        error: dict[str, object] = {
            "message": self.message,
            "type": self.kind,
            "param": self.param,
            "code": self.code,
        }
        return {"error": error | self.extra}


def _listed(values: Sequence[str]) -> str:
    quoted = [f"'{value}'" for value in values]
    if len(quoted) < 3:
        return " and ".join(quoted)
    return ", ".join(quoted[:-1]) + ", and " + quoted[-1]


def _article(noun: str) -> str:
    return f"an {noun}" if noun[0] in "aeio" else f"a {noun}"


def type_name(value: object) -> str:
    """The API's word for the JSON type of ``value``, with its article."""
    if value is None:
        return "null"
    nouns = {bool: "boolean", int: "integer", float: "decimal number", str: "string", list: "array"}
    return _article(nouns.get(type(value), "object"))


def missing_parameter(param: str) -> ApiError:
    return ApiError(400, f"Missing required parameter: '{param}'.", param=param, code="missing_required_parameter")


def unknown_parameter(param: str) -> ApiError:
    return ApiError(400, f"Unknown parameter: '{param}'.", param=param, code="unknown_parameter")


def invalid_type(param: str, expected: str, value: object) -> ApiError:
    """``expected`` is a bare noun: "string", "integer", "file"."""
    message = f"Invalid type for '{param}': expected {_article(expected)}, but got {type_name(value)} instead."
    return ApiError(400, message, param=param, code="invalid_type")


def invalid_choice(param: str, value: str, supported: Sequence[str]) -> ApiError:
    if len(supported) == 1:
        message = f"Invalid value: '{value}'. Value must be '{supported[0]}'."
    else:
        message = f"Invalid value: '{value}'. Supported values are: {_listed(supported)}."
    return ApiError(400, message, param=param, code="invalid_value")


def out_of_range(param: str, value: int, least: int, most: int) -> ApiError:
    if value > most:
        code, word, bound = "integer_above_max_value", "above maximum", f"<= {most}"
    else:
        code, word, bound = "integer_below_min_value", "below minimum", f">= {least}"
    message = f"Invalid '{param}': integer {word} value. Expected a value {bound}, but got {value} instead."
    return ApiError(400, message, param=param, code=code)


def too_long(param: str, length: int, most: int) -> ApiError:
    message = (
        f"Invalid '{param}': string too long. Expected a string with maximum length {most}, "
        f"but got a string with length {length} instead."
    )
    return ApiError(400, message, param=param, code="string_above_max_length")


def empty_string(param: str) -> ApiError:
    """Unconfirmed for images; the form other OpenAI endpoints use."""
    message = (
        f"Invalid '{param}': empty string. Expected a string with minimum length 1, but got an empty string instead."
    )
    return ApiError(400, message, param=param, code="empty_string")


def too_many(param: str, length: int, most: int) -> ApiError:
    """Unconfirmed for images; the form other OpenAI endpoints use."""
    message = (
        f"Invalid '{param}': array too long. Expected an array with maximum length {most}, "
        f"but got an array with length {length} instead."
    )
    return ApiError(400, message, param=param, code="array_above_max_length")


def unsupported(message: str, param: str, code: str = "invalid_value") -> ApiError:
    """A well-formed request that this image model, or this combination, cannot do."""
    return ApiError(400, message, kind=IMAGE, param=param, code=code)


def no_such_model(model: str) -> ApiError:
    return unsupported(f"The model '{model}' does not exist.", "model")


def parameter_not_for_model(model: str, param: str, code: str = "invalid_value") -> ApiError:
    return unsupported(f"The model '{model}' does not support the '{param}' parameter.", param, code)


def duplicate_parameter(param: str) -> ApiError:
    message = (
        f"Duplicate parameter: '{param}'. You provided multiple values for this parameter, whereas only one "
        f"is allowed. If you are trying to provide a list of values, use the array syntax instead "
        f"e.g. '{param}[]=<value>'."
    )
    return ApiError(400, message, param=param, code="duplicate_parameter")


def wrong_mimetype(param: str, given: str, supported: Sequence[str]) -> ApiError:
    message = (
        f"Invalid file '{param}': unsupported mimetype ('{given}'). Supported file formats are {_listed(supported)}."
    )
    return ApiError(400, message, param=param, code="unsupported_file_mimetype")


def bad_image_file(position: int) -> ApiError:
    """``position`` counts from 1, as the API has done since 2026."""
    message = f"Invalid image file or mode for image {position}, please check your image file."
    return ApiError(400, message, kind=IMAGE, code="invalid_image_file")


def bad_mask(reason: str) -> ApiError:
    message = f"Invalid mask image format - {reason}"
    return ApiError(400, message, kind=IMAGE, code="invalid_mask_image_format")


def blocked(request_id: str, stage: str, *, dall_e: bool) -> ApiError:
    """The safety system said no; ``stage`` is "input" or "output"."""
    if dall_e:
        message = (
            "Your request was rejected as a result of our safety system. "
            "Your prompt may contain text that is not allowed by our safety system."
        )
        return ApiError(400, message, code="content_policy_violation")
    message = (
        "Your request was rejected by the safety system. If you believe this is an error, contact us at "
        f"help.openai.com and include the request ID {request_id}. safety_violations=[violence]."
    )
    details = {"moderation_stage": stage, "categories": ["violence"]}
    return ApiError(400, message, kind=IMAGE, code="moderation_blocked", extra={"moderation_details": details})
