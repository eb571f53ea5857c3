"""Security headers, on every answer: pages, JSON, redirects, errors, static files.

Nothing inline is allowed, neither script nor style. What a picture's own answer says of itself
(`sandbox; default-src 'none'`) stays as it is.
"""

from __future__ import annotations

from flask import Flask, Response, request

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",  # results are data: URIs, previews of chosen files are blobs
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "manifest-src 'self'",
    )
)

_UNUSED_FEATURES = (
    "accelerometer",
    "camera",
    "display-capture",
    "geolocation",
    "gyroscope",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "usb",
)

_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in _UNUSED_FEATURES),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",  # static files and pictures say otherwise themselves
}


def add_security_headers(app: Flask) -> None:
    """Give every answer the headers that it has not set itself. Install first: it then runs last."""

    @app.after_request
    def secure(response: Response) -> Response:
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        if request.is_secure:
            # Without includeSubDomains: neighbours under the same domain are not ours to decide for.
            response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        return response
