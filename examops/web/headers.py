"""Security headers of every answer. No inline script, nothing from other hosts but the store's footage."""

from __future__ import annotations

from flask import Flask, Response, request

from config.settings import Settings
from examops.web.assets import is_immutable


def policy(store_origin: str) -> str:
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self' 'wasm-unsafe-eval'",
            "style-src 'self'",
            "font-src 'self'",
            f"img-src 'self' data: blob: {store_origin}",
            f"media-src 'self' blob: {store_origin}",
            f"connect-src 'self' {store_origin}",
            "worker-src 'self' blob:",
            "manifest-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    )


def install_headers(app: Flask, settings: Settings) -> None:
    always = {
        "Content-Security-Policy": policy(settings.s3_public_endpoint),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "X-Frame-Options": "DENY",
        "Permissions-Policy": "camera=(self), microphone=(), geolocation=()",
    }
    if settings.secure_cookies:
        always["Strict-Transport-Security"] = "max-age=31536000"

    lines = [(name, name.lower(), value) for name, value in always.items()]

    @app.after_request
    def add(response: Response) -> Response:
        headers = response.headers
        given = {name.lower() for name, _ in headers}  # a look-up in Headers compares with each of them
        for name, key, value in lines:
            if key not in given:
                headers.add(name, value)
        if not request.path.startswith("/static/"):
            if "cache-control" not in given:
                headers.add("Cache-Control", "no-store")
        elif is_immutable(request.path, request.query_string.decode("latin-1")):
            headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response
