"""What the endpoints of the API share: who may ask, what was asked, how mistakes are answered."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.errors import LedgerUnavailable, OptedOutError, UnknownError, UsageError, plain
from bot.log import logger
from bot.messaging import opt_outs
from bot.provider import events
from bot.text.durations import duration
from bot.web.auth import refusal, refuse_stranger
from bot.web.body import Endpoint, is_json, read_body

_LINES: Final = "application/x-ndjson"
_NOBODY: Final = "api"
_PAGE: Final = 100
_LARGEST_PAGE: Final = 1_000


class _Refused(Exception):
    def __init__(self, response: Response) -> None:
        self.response = response


def guarded(token: str | None, answer: Callable[[Request], Awaitable[Response]]) -> Endpoint:
    """For those alone who may come in; what goes wrong is answered as it should be."""

    async def endpoint(request: Request) -> Response:
        refused = refuse_stranger(request, token)
        if refused is not None:
            return refused
        try:
            return await answer(request)
        except _Refused as error:
            return error.response
        except UnknownError as error:
            return refusal(404, str(error))
        except OptedOutError as error:
            return refusal(409, str(error))
        except UsageError as error:
            return refusal(400, str(error))
        except (LedgerUnavailable, SQLAlchemyError) as error:
            if isinstance(error, LedgerUnavailable):
                logger().error("a request could not be answered", because=str(error))
                return refusal(503, f"{error}; ask again")
            logger().exception("a request could not be answered")
            return refusal(503, "the database cannot be used now; ask again")

    return endpoint


async def members_of(request: Request, known: tuple[str, ...]) -> Mapping[str, Any]:
    """Raises UsageError, _Refused."""
    if not is_json(request):
        raise _Refused(refusal(415, "Content-Type: needs to be application/json"))
    body = await read_body(request, events.LARGEST_BODY)
    if body is None:
        raise _Refused(refusal(413, "the body is too large"))
    try:
        root = json.loads(body)
    except (ValueError, RecursionError):
        raise UsageError("the body is not JSON") from None
    if not isinstance(root, dict):
        raise UsageError("the body is not a JSON object")
    if unknown := sorted(root.keys() - set(known)):
        raise UsageError(f"{plain(unknown[0])[:40]}: is not a field; known: {', '.join(known)}")
    return root


def lines(request: Request, objects: Iterable[Mapping[str, object]]) -> Response:
    """One object a line, as commands print them; an array for who asks for JSON alone."""
    if request.headers.get("accept", "").partition(";")[0].strip() == "application/json":
        return JSONResponse(list(objects))
    written = "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in objects)
    return Response(written.encode("utf-8", "replace"), media_type=_LINES)


def by_of(members: Mapping[str, Any]) -> str:
    """Who it is, where that is asked for and not needed."""
    return opt_outs.name_of(members.get("by") or _NOBODY, "by")


def limit_of(query: Mapping[str, str]) -> int:
    """How many are asked for at most. Raises UsageError."""
    limit = query.get("limit", str(_PAGE))
    if not (limit.isascii() and limit.isdigit() and 0 < int(limit[:9]) <= _LARGEST_PAGE):
        raise UsageError(f"limit: needs a number up to {_LARGEST_PAGE}")
    return int(limit)


def since_of(written: str, now: datetime) -> datetime:
    """A time, or one that is as long ago as a duration says. Raises UsageError."""
    seconds = duration(written)
    if seconds is not None:
        return now - timedelta(seconds=seconds)
    try:
        at = datetime.fromisoformat(written)
    except ValueError:
        raise UsageError("since: is not a time, for example 7d or 2026-01-15T17:30Z") from None
    return at if at.tzinfo is not None else at.replace(tzinfo=UTC)
