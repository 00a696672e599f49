"""What a text is to a question: a table of texts, and what is read out of each."""

from __future__ import annotations

import pytest

from bot.rules.answers import Answer, NotAllowed, NotUnderstood, weigh
from bot.rules.matchers.base import MessageView
from bot.rules.questions import AskedQuestion
from tests.build import context, inbound, ruleset


def question(written: str) -> AskedQuestion:
    text = f"rules: [{{id: a, when: {{keywords: [go]}}, ask: {{text: q, as: x, {written}}}}}]"
    [rule] = ruleset(text).rules
    assert rule.ask is not None
    return rule.ask.questions[0]


def read(written: str, text: str, **members: object) -> object:
    """The value, or what is wrong with the text."""
    found = weigh(question(written), MessageView(inbound(text, **members), context()))
    if isinstance(found, Answer):
        return found.value
    return ("not allowed", found.because) if isinstance(found, NotAllowed) else found.because


MENU = "choices: {small: [s, little], large: [l], extra large: [xl, very large]}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        *(
            (text, "small")
            for text in ("1", "1.", "#1", "one", "option 1", "Option #1", "1)", "ONE!")
        ),
        *((text, "small") for text in ("1️⃣", "1 please", "(1)", "number 1", "no. 1", "１")),
        *((text, "small") for text in ("small", "Small!", "the small one", "a little", "S")),
        *((text, "large") for text in ("2", "two", "LARGE please", "the large one")),
        *((text, "extra large") for text in ("3", "three", "extra large", "very large", "xl")),
        ("12", "none of: small, large, extra large"),
        ("4", "none of: small, large, extra large"),
        ("0", "none of: small, large, extra large"),
        ("1 or 2", "none of: small, large, extra large"),
        ("1.5", "none of: small, large, extra large"),
        ("smaller", "none of: small, large, extra large"),
        ("", "none of: small, large, extra large"),
        ("small or large", "ambiguous: small, large"),
        ("extra large, no, large", "ambiguous: large, extra large"),
    ],
)
def test_a_choice_is_read_by_its_words_or_its_number(text: str, expected: str) -> None:
    assert read(MENU, text) == expected


@pytest.mark.parametrize(
    ("text", "expected"), [("2", "2"), ("4", "4"), ("1", "2"), ("two", "4"), ("6", "none of: 2, 4")]
)
def test_a_value_that_is_a_number_goes_before_the_number_of_a_choice(
    text: str, expected: str
) -> None:
    assert read("choices: [2, 4]", text) == expected


NO_DATE = "no date in it is gte tomorrow: 2026-01-15"
NO_NUMBER = "no number in it is gte 1 and lte 9: 40"
PICTURE = "https://example.com/a.jpg"


@pytest.mark.parametrize(
    ("accept", "text", "expected"),
    [
        ("{date: true}", "on Tuesday please", "2026-01-20"),
        (
            "{date: {gte: tomorrow}}",
            "today",
            ("not allowed", NO_DATE),
        ),
        ("{date: {gte: tomorrow}}", "soon", "contains no date"),
        ("{number: {between: [1, 9]}}", "we are 4", 4),
        (
            "{number: {between: [1, 9]}}",
            "we are 40",
            ("not allowed", NO_NUMBER),
        ),
        ("{any: [{phone: true}, {email: true}]}", "a@example.com", "a@example.com"),
        ("{regex: 'AB\\d+'}", "  it is AB12 ", "it is AB12"),
        ("{answer: [yes, no]}", "Yes please!", "Yes please!"),
    ],
)
def test_what_is_found_is_the_answer_else_the_whole_text(
    accept: str, text: str, expected: object
) -> None:
    assert read(f"accept: {accept}", text) == expected


def test_of_a_picture_the_answer_is_its_address() -> None:
    assert read("accept: {media: image}", "here", media_url=PICTURE) == PICTURE
    assert read("accept: {media: image}", "here") == "has no attachment, wanted: image"


def test_an_answer_leaves_the_rest_of_the_text() -> None:
    seen = MessageView(inbound("Tuesday, 4 people"), context())
    found = weigh(question("accept: {date: true}"), seen)
    assert found == Answer("2026-01-20", {}, " , 4 people")
    assert isinstance(weigh(question("accept: {time: true}"), seen), NotUnderstood)
