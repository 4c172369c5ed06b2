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
    csp = policy(settings.s3_public_endpoint)

    @app.after_request
    def add(response: Response) -> Response:
        response.headers.setdefault("Content-Security-Policy", csp)
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Referrer-Policy", "same-origin")
        response.headers.setdefault("X-Frame-Options", "DENY")
        response.headers.setdefault("Permissions-Policy", "camera=(self), microphone=(), geolocation=()")
        if settings.secure_cookies:
            response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        if is_immutable(request.path, request.query_string.decode("latin-1")):
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        elif not request.path.startswith("/static/"):
            response.headers.setdefault("Cache-Control", "no-store")
        return response
