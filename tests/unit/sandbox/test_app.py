"""The provider over HTTP, in process."""

from __future__ import annotations

import httpx
import pytest

from bot.sandbox import Fault, Limit, Number, Provider, create_app
from tests.unit.sandbox.build import KEY, OTHER_NUMBER, OUR_NUMBER, PERSON, Clock, body, client_of

pytestmark = pytest.mark.anyio


async def test_a_send_is_answered_in_the_envelope(
    provider: Provider, client: httpx.AsyncClient
) -> None:
    answer = await client.post("/send", json=body())
    assert answer.status_code == 200
    assert answer.json() == {
        "success": True,
        "message": "Message sent to 1 recipient(s)",
        "data": {
            "messageId": provider.sent[0].message_id,
            "totalSent": 1,
            "totalFailedInternationalRecipients": 0,
            "outboundIds": [provider.sent[0].outbound_id],
        },
    }
    assert isinstance(answer.json()["data"]["messageId"], str)


async def test_an_error_is_answered_in_the_envelope() -> None:
    async with client_of(create_app(Provider(clock=Clock()), api_key=KEY)) as client:
        answer = await client.post("/send", json=body(message=None))
    found = answer.json()
    assert answer.status_code == 400
    assert len(found.pop("requestId")) == 36
    assert found == {
        "httpCode": 400,
        "message": "Give at least one of message, image, templateId",
        "timestamp": "2026-01-15T17:04:05.000Z",
        "type": "bad_request_error",
        "name": "MTABadRequestError",
    }


@pytest.mark.parametrize("header", ["", "Bearer wrong", KEY, "Bearer k\xe9y"])
@pytest.mark.parametrize("path", ["/send", "/dedicated-numbers", "/nowhere"])
async def test_without_the_key_everything_is_401(
    provider: Provider, client: httpx.AsyncClient, path: str, header: str
) -> None:
    given = [(b"Authorization", header.encode("latin-1"))]
    answer = await client.post(path, json=body(), headers=given)
    assert (answer.status_code, answer.json()["name"]) == (401, "MTAUnauthorizedError")
    assert provider.sent == []


async def test_a_repeated_request_id_is_409(client: httpx.AsyncClient) -> None:
    answers = [
        await client.post("/send", json=body(), headers={"X-Request-Id": "abc"}) for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [200, 409]
    assert answers[1].json()["httpCode"] == 409


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"subscribers=%2B15555550123&message=hi", "application/x-www-form-urlencoded"),
        (b'{"subscribers": ["+15555550123"], "message": "hi"}', "text/plain"),
        (b"{", "application/json"),
        (b"\xff", "application/json"),
        (b"[" * 100_000, "application/json"),
    ],
)
async def test_only_json_is_read(client: httpx.AsyncClient, content: bytes, kind: str) -> None:
    answer = await client.post("/send", content=content, headers={"Content-Type": kind})
    assert answer.status_code == 400


async def test_the_26th_send_in_15_seconds_is_429() -> None:
    clock = Clock()
    provider = Provider(clock=clock)
    async with client_of(create_app(provider, api_key=KEY)) as client:
        for _ in range(25):
            assert (await client.post("/send", json=body())).status_code == 200
        clock.move(4.5)
        refused = await client.post("/send", json=body())
        clock.move(10.5)
        again = await client.post("/send", json=body())
    assert refused.status_code == 429
    assert refused.headers["Retry-After"] == "11"
    assert refused.headers["RateLimit-Reset"] == "10500"
    assert again.status_code == 200
    assert [attempt.status for attempt in provider.attempts] == [*[200] * 25, 429, 200]


async def test_the_general_limit_is_off_unless_given_and_leaves_send_alone() -> None:
    provider = Provider(general_limit=Limit(2, 60.0))
    async with client_of(create_app(provider, api_key=KEY)) as client:
        answers = [await client.get("/auth/verify-api-key") for _ in range(3)]
        assert (await client.post("/send", json=body())).status_code == 200
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    async with client_of(create_app(Provider(), api_key=KEY)) as client:
        answers = [await client.get("/auth/verify-api-key") for _ in range(40)]
    assert {answer.status_code for answer in answers} == {200}


async def test_faults_are_used_up_one_by_one(provider: Provider, client: httpx.AsyncClient) -> None:
    provider.faults += [
        Fault(status=500),
        Fault(status=429, retry_after=2),
        Fault(status=502, body=b"<html>"),
        Fault.nobody(),
        Fault.garbage(),
    ]
    answers = [await client.post("/send", json=body()) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [500, 429, 502, 200, 200, 200]
    assert answers[0].json()["name"] == "MTAInternalServerError"
    assert answers[1].headers["Retry-After"] == "2"
    assert answers[2].content == b"<html>"
    assert answers[3].json()["data"]["totalSent"] == 0
    assert answers[4].content.startswith(b"<html>")
    assert len(provider.sent) == 2  # the garbage and the last


async def test_a_500_may_hide_a_message_that_was_taken(
    provider: Provider, client: httpx.AsyncClient
) -> None:
    provider.faults.append(Fault(status=500, taken=True))
    answers = [
        await client.post("/send", json=body(), headers={"X-Request-Id": "abc"}) for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [500, 409]
    assert len(provider.sent) == 1


async def test_in_process_a_reset_is_the_error_that_the_client_would_see(
    provider: Provider, client: httpx.AsyncClient
) -> None:
    provider.faults += [Fault.reset_before(), Fault.reset_after()]
    for sent in (0, 1):
        with pytest.raises(httpx.RemoteProtocolError):
            await client.post("/send", json=body())
        assert len(provider.sent) == sent
    assert [attempt.status for attempt in provider.attempts] == [None, None]


async def test_the_key_check_and_the_numbers() -> None:
    numbers = (
        Number(id=7, number=OUR_NUMBER),
        Number(id=8, number=OTHER_NUMBER, toll_free_status="verified"),
    )
    async with client_of(create_app(Provider(numbers=numbers), api_key=KEY)) as client:
        key = await client.get("/auth/verify-api-key")
        listed = await client.get("/dedicated-numbers")
    assert key.json()["message"] == "API Key verified"
    assert listed.json()["data"] == [
        {"id": 7, "number": OUR_NUMBER},
        {"id": 8, "number": OTHER_NUMBER, "tollFreeVerificationStatus": "verified"},
    ]


async def test_a_webhook_is_made_listed_changed_and_deleted(client: httpx.AsyncClient) -> None:
    given = {"event": "message-reply", "url": "https://bot.example/a", "secret": "hush"}
    made = (await client.post("/webhooks", json=given)).json()["data"]
    assert made["retryOnError"] is True
    path = f"/webhooks/{made['id']}"
    changed = await client.patch(path, json={"secret": "new", "skipErrorCodes": ["404"]})
    assert changed.json()["data"] == made | {"skipErrorCodes": ["404"]}
    listed = (await client.get("/webhooks")).json()["data"]
    assert listed["rows"] == [{k: made[k] for k in ("id", "event", "url", "createdAt")}]
    assert (await client.delete(path)).json()["message"] == "Webhook deleted"
    assert (await client.delete(path)).status_code == 404
    assert (await client.patch(path, json={})).status_code == 404
    assert (await client.get("/webhooks")).json()["data"]["total"] == 0


async def test_no_answer_holds_the_secret(client: httpx.AsyncClient) -> None:
    given = {"event": "message-reply", "url": "https://bot.example/a", "secret": "hush"}
    answers = [await client.post("/webhooks", json=given), await client.get("/webhooks")]
    assert not any("hush" in answer.text for answer in answers)


@pytest.mark.parametrize(
    "change",
    [{"event": "message"}, {"url": "bot.example"}, {"secret": ""}, {"retryOnError": "yes"}],
)
async def test_a_wrong_webhook_is_a_400(client: httpx.AsyncClient, change: dict[str, str]) -> None:
    given = {"event": "message-reply", "url": "https://bot.example/a", "secret": "hush"}
    assert (await client.post("/webhooks", json=given | change)).status_code == 400
    assert (await client.post("/webhooks", json=change)).status_code == 400


async def test_lists_have_pages(provider: Provider, client: httpx.AsyncClient) -> None:
    provider.smart_replies += [{"word": word, "message": "ok"} for word in "abc"]
    answer = await client.get("/smart-replies", params={"page": "1", "pageSize": "2"})
    data = answer.json()["data"]
    assert (data["page"], data["pageSize"], data["total"]) == (1, 2, 3)
    assert [row["word"] for row in data["rows"]] == ["c"]
    assert (await client.get("/smart-replies", params={"page": "x"})).status_code == 400


async def test_unsubscribes_are_kept_and_validated(client: httpx.AsyncClient) -> None:
    assert (await client.post("/unsubscribes", json={"number": "5555550123"})).status_code == 200
    assert (await client.post("/unsubscribes", json={})).status_code == 400
    answer = await client.get(f"/unsubscribes/{PERSON}")
    assert answer.json() == {"data": {"unsubscribed": True}}
    recipients = [{"number": number} for number in (PERSON, OTHER_NUMBER, "12")]
    checked = await client.post(
        "/send/validate-recipients",
        json={"recipients": recipients, "validateUnsubscribes": True},
    )
    assert checked.json()["data"] == {
        "validRecipients": [{"number": OTHER_NUMBER}],
        "invalidRecipients": [
            {"number": PERSON, "error": "Recipient has unsubscribed"},
            {"number": "12", "error": "Invalid phone number"},
        ],
    }
    assert (await client.post("/send/validate-recipients", json={})).status_code == 400


async def test_unknown_paths_and_methods_are_in_the_envelope(client: httpx.AsyncClient) -> None:
    assert (await client.get("/messages")).json()["httpCode"] == 404
    assert (await client.get("/send")).json()["httpCode"] == 405


async def test_every_answer_tells_the_time_of_the_provider() -> None:
    provider = Provider(clock=Clock(), general_limit=Limit(1, 60.0))
    async with client_of(create_app(provider, api_key=KEY)) as client:
        answers = [await client.get("/auth/verify-api-key") for _ in range(2)]
        answers.append(await client.get("/nowhere", headers={"Authorization": "Bearer wrong"}))
    assert [answer.status_code for answer in answers] == [200, 429, 401]
    told = {answer.headers["Date"] for answer in answers}
    assert told == {"Thu, 15 Jan 2026 17:04:05 GMT"}


async def test_each_smart_reply_comes_with_the_account_and_its_secrets(
    provider: Provider, client: httpx.AsyncClient
) -> None:
    provider.smart_replies.append({"word": "hours", "message": "9-5"})
    [row] = (await client.get("/smart-replies")).json()["data"]["rows"]
    assert (row["word"], row["message"]) == ("hours", "9-5")
    assert row["account"].keys() >= {"apiKey", "password", "token"}
