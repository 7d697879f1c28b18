"""Bearer tokens: JWT signed with the secret of this instance; a token endpoint renews them."""

import hmac
import os
import time
from dataclasses import dataclass

import jwt

from .problems import Problem

LONG = 30 * 86400


@dataclass(frozen=True)
class Identity:
    """Who asks: `role` is "county" or "reviewer"; `county` is "" for a reviewer."""

    subject: str
    role: str
    county: str


def issue(subject, role, county, seconds=LONG):
    """A signed token."""
    now = int(time.time())
    claims = {"sub": subject, "role": role, "county": county, "iat": now, "exp": now + seconds, "aud": "onemap"}
    return jwt.encode(claims, os.environ["ONEMAP_SECRET"], algorithm="HS256")


def identity(header):
    """The caller named by an Authorization header; 401 without a valid token."""
    challenge = {"WWW-Authenticate": 'Bearer realm="onemap"'}
    scheme, _, token = (header or "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Problem(401, "token-missing", "A bearer token is needed", challenge)
    try:
        claims = jwt.decode(
            token.strip(),
            os.environ["ONEMAP_SECRET"],
            algorithms=["HS256"],
            audience="onemap",
            options={"require": ["exp", "sub"]},
        )
    except jwt.InvalidTokenError as error:
        raise Problem(
            401, "token-invalid", str(error), {"WWW-Authenticate": 'Bearer realm="onemap", error="invalid_token"'}
        ) from error
    return Identity(claims["sub"], claims["role"], claims["county"])


def renew(form, clients):
    """Answer of the token endpoint (OAuth2 client credentials). `clients`: {id: {secret, role, county}}."""
    client = clients.get(form.get("client_id", ""))
    if form.get("grant_type") != "client_credentials":
        raise Problem(
            400, "unsupported_grant_type", "grant_type must be client_credentials", error="unsupported_grant_type"
        )
    if client is None or not hmac.compare_digest(client["secret"].encode(), form.get("client_secret", "").encode()):
        raise Problem(
            401,
            "invalid_client",
            "Unknown client or wrong secret",
            {"WWW-Authenticate": "Bearer"},
            error="invalid_client",
        )
    try:
        seconds = min(max(int(form.get("expires_in", LONG)), 1), LONG)
    except ValueError as error:
        raise Problem(400, "invalid_request", "expires_in is not a number", error="invalid_request") from error
    token = issue(form["client_id"], client["role"], client["county"], seconds)
    return {"access_token": token, "token_type": "Bearer", "expires_in": seconds}
