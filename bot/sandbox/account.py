"""MTA API: the key, the numbers, the webhooks, the unsubscribes and the smart replies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.sandbox.answers import read_json, refused, success
from bot.sandbox.provider import Provider
from bot.sandbox.texts import e164, iso
from bot.sandbox.values import Number, Refusal, Webhook


class AccountEndpoints:
    """Lists are rows with `page` (from 0), `pageSize` and `total`, except for the numbers."""

    def __init__(self, provider: Provider) -> None:
        self._provider = provider

    def routes(self, prefix: str) -> list[Route]:
        webhook = f"{prefix}/webhooks/{{id:int}}"
        return [
            Route(f"{prefix}/auth/verify-api-key", self._verify_key, methods=["GET"]),
            Route(f"{prefix}/dedicated-numbers", self._numbers, methods=["GET"]),
            Route(f"{prefix}/smart-replies", self._smart_replies, methods=["GET"]),
            Route(f"{prefix}/webhooks", self._webhooks, methods=["GET"]),
            Route(f"{prefix}/webhooks", self._register, methods=["POST"]),
            Route(webhook, self._change, methods=["PATCH"]),
            Route(webhook, self._delete, methods=["DELETE"]),
            Route(f"{prefix}/threads", self._threads, methods=["GET"]),
            Route(f"{prefix}/threads/{{id:int}}", self._thread, methods=["GET"]),
            Route(f"{prefix}/threads/{{id:int}}/items", self._items, methods=["GET"]),
            Route(f"{prefix}/unsubscribes", self._unsubscribe, methods=["POST"]),
            Route(f"{prefix}/unsubscribes/{{number}}", self._unsubscribed, methods=["GET"]),
        ]

    async def _verify_key(self, _: Request) -> Response:
        account = {"name": "Sandbox", "email": "sandbox@example.com"}
        return JSONResponse({"message": "API Key verified", "data": account})

    async def _numbers(self, _: Request) -> Response:
        """A bare list, E.164: one of the two shapes that MTA may have."""
        return JSONResponse({"data": [_number_row(number) for number in self._provider.numbers]})

    async def _smart_replies(self, request: Request) -> Response:
        """Each row has the whole account in it, secrets and all, as MTA's has."""
        secrets = dict.fromkeys(("apiKey", "password", "token"), "not-for-logs")
        account = {"id": 1, **secrets}
        return self._page(
            request, [{"account": account} | dict(row) for row in self._provider.smart_replies]
        )

    async def _webhooks(self, request: Request) -> Response:
        """Rows have fewer members than the answer of POST; which ones is a guess."""
        rows = [
            {"id": hook.id, "event": hook.event, "url": hook.url, "createdAt": iso(hook.created_at)}
            for hook in self._provider.webhooks.values()
        ]
        return self._page(request, rows)

    async def _register(self, request: Request) -> Response:
        body = await read_json(request)
        if isinstance(body, Refusal):
            return self._refused(body)
        webhook = self._provider.register(body)
        if isinstance(webhook, Refusal):
            return self._refused(webhook)
        return success("Webhook created", _webhook_object(webhook))

    async def _change(self, request: Request) -> Response:
        body = await read_json(request)
        if isinstance(body, Refusal):
            return self._refused(body)
        webhook = self._provider.change(request.path_params["id"], body)
        if isinstance(webhook, Refusal):
            return self._refused(webhook)
        return success("Webhook updated", _webhook_object(webhook))

    async def _delete(self, request: Request) -> Response:
        if self._provider.webhooks.pop(request.path_params["id"], None) is None:
            return self._refused(Refusal(404, "No such webhook"))
        return success("Webhook deleted")

    async def _unsubscribe(self, request: Request) -> Response:
        body = await read_json(request)
        if isinstance(body, Refusal):
            return self._refused(body)
        given = body.get("number") if isinstance(body, dict) else None
        number = e164(given) if isinstance(given, str) else None
        if number is None:
            return self._refused(Refusal(400, "number: not a phone number"))
        self._provider.unsubscribed.add(number)
        return success("Unsubscribed")

    async def _unsubscribed(self, request: Request) -> Response:
        number = e164(request.path_params["number"])
        if number is None:
            return self._refused(Refusal(400, "number: not a phone number"))
        return JSONResponse({"data": {"unsubscribed": number in self._provider.unsubscribed}})

    async def _threads(self, request: Request) -> Response:
        """One for each of our numbers and a person; ids count them from 1."""
        rows = [
            {
                "id": number,
                "name": person,
                "unread": False,
                "latestMessage": {"message": said[-1].text, "timestamp": iso(said[-1].at)},
                "multipleRecipients": False,
            }
            for number, ((_, person), said) in enumerate(self._provider.threads.items(), 1)
        ]
        return self._page(request, rows)

    async def _thread(self, request: Request) -> Response:
        found = self._found_thread(request)
        if found is None:
            return self._refused(Refusal(404, "No such thread"))
        person = found[1]
        whom = [{"id": 1, "number": person.removeprefix("+1"), "e164Number": person}]
        data = {"id": request.path_params["id"], "name": person, "allSubscribers": False}
        return JSONResponse({"data": {**data, "groups": [], "subscribers": whom}})

    async def _items(self, request: Request) -> Response:
        """MTA documents no member of these: the names are those of the webhooks, as a guess."""
        found = self._found_thread(request)
        if found is None:
            return self._refused(Refusal(404, "No such thread"))
        return self._page(
            request, list(map(self._provider.item_row, self._provider.threads[found]))
        )

    def _found_thread(self, request: Request) -> tuple[str, str] | None:
        known = list(self._provider.threads)
        number: int = request.path_params["id"]
        return known[number - 1] if 0 < number <= len(known) else None

    def _page(self, request: Request, rows: Sequence[Mapping[str, object]]) -> Response:
        page = request.query_params.get("page", "0")
        size = request.query_params.get("pageSize", "25")
        if not (page.isdecimal() and size.isdecimal() and int(size) > 0):
            return self._refused(Refusal(400, "page, pageSize: not a number"))
        start = int(page) * int(size)
        return JSONResponse(
            {
                "data": {
                    "rows": list(rows[start : start + int(size)]),
                    "page": int(page),
                    "pageSize": int(size),
                    "total": len(rows),
                }
            }
        )

    def _refused(self, refusal: Refusal) -> Response:
        return refused(refusal, self._provider.clock())


def _number_row(number: Number) -> dict[str, object]:
    row: dict[str, object] = {"id": number.id, "number": number.number}
    if number.toll_free_status is not None:
        row["tollFreeVerificationStatus"] = number.toll_free_status
    return row


def _webhook_object(webhook: Webhook) -> dict[str, object]:
    """Without the secret, which MTA shows in no answer that we saw."""
    return {
        "id": webhook.id,
        "event": webhook.event,
        "url": webhook.url,
        "alertEmail": webhook.alert_email,
        "sendAlertEmail": webhook.send_alert_email,
        "skipErrors": webhook.skip_errors,
        "skipErrorCodes": list(webhook.skip_error_codes),
        "retryOnError": webhook.retry_on_error,
        "maxThroughputPerMinute": webhook.max_throughput_per_minute,
        "createdAt": iso(webhook.created_at),
    }
