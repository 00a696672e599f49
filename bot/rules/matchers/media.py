"""`media`: an attachment came with the message, or none did.

    when: {media: true}        # any attachment
    when: {media: image}       # or video, audio, file
    when: {media: false}       # none

The kind goes by the ending of the URL's path; every ending but those of images, videos and audio
is `file`. Of several attachments one must be of that kind. None is fetched for it; to keep them
there is BOT_MEDIA_DIR (`bot help serve`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import ClassVar, Final, Self

from bot.model import Match, Miss
from bot.rules.json_schema import FLAG, Schema, any_of, one_of
from bot.rules.matchers.attachments import KINDS, kind
from bot.rules.matchers.base import HIT, Matcher, MessageView, Needs, Reading
from bot.rules.matchers.covering import Case, Claim
from bot.rules.matchers.facts import Fact
from bot.rules.nodes import Node, Scalar

_VALUES: Final = {
    **dict.fromkeys(("true", "yes", "on"), "any"),
    **dict.fromkeys(("false", "no", "off"), "none"),
    **{kind: kind for kind in KINDS},
}


_MEANT: Final = {
    **dict.fromkeys(("picture", "photo", "pic", "img", "jpg", "jpeg", "png", "gif"), "image"),
    **dict.fromkeys(("images", "pictures", "photos", "screenshot", "sticker"), "image"),
    **dict.fromkeys(("movie", "clip", "mp4", "videos", "film"), "video"),
    **dict.fromkeys(("voice", "sound", "mp3", "music", "voicemail", "recording"), "audio"),
    **dict.fromkeys(("pdf", "document", "doc", "attachment", "contact", "vcard", "other"), "file"),
    **dict.fromkeys(("any", "mms", "1", "always", "some"), "true"),
    **dict.fromkeys(("none", "0", "sms", "nothing"), "false"),
}


class Media(Matcher):
    NAME: ClassVar[str] = "media"
    __slots__ = ("wanted",)

    def __init__(self, wanted: str) -> None:
        self.wanted = wanted

    @classmethod
    def read(cls, node: Node, reading: Reading) -> Self:
        text = reading.problems.text(node, cls.NAME).lower()
        if isinstance(node, Scalar) and text not in _VALUES:
            hint = "known: true, false, image, video, audio, file"
            if text in _MEANT:
                hint = f"media: {_MEANT[text]}"
            reading.problems.error(node, "media", f"media: `{text}` is unknown", hint)
        return cls(_VALUES.get(text, "any"))

    def match(self, seen: MessageView) -> Match | Miss:
        found = kind(seen.message.media_url)
        if self.wanted == found or (self.wanted == "any" and found != "none"):
            return HIT
        if self.wanted in map(kind, seen.message.more_media):
            return HIT
        has = "no attachment" if found == "none" else f"an attachment ({found})"
        return Miss(f"has {has}, wanted: {self.wanted}")

    def needs(self) -> Needs | None:
        if self.wanted == "none":
            return None
        kinds = KINDS if self.wanted == "any" else (self.wanted,)
        return Needs(facts=frozenset(Fact(self.NAME, kind) for kind in kinds))

    @classmethod
    def schema(cls) -> Schema:
        return any_of(one_of("image", "video", "audio", "file"), FLAG)

    def covers(self, other: Claim) -> bool:
        return isinstance(other, Media) and (
            self.wanted == other.wanted or (self.wanted == "any" and other.wanted != "none")
        )

    def excludes(self, other: Claim) -> bool:
        return isinstance(other, Media) and (self.wanted == "none") is not (other.wanted == "none")

    def is_left_by(self, denied: Case) -> bool:
        others = {one.wanted for one in denied if isinstance(one, Media)}
        without = "any" in others or set(KINDS) <= others
        return without if self.wanted == "none" else self.wanted == "any" and "none" in others

    def breaks(self, seen: MessageView) -> Iterator[MessageView]:
        yield from Media("any" if self.wanted == "none" else "none").repairs(seen)

    def repairs(self, seen: MessageView) -> Iterator[MessageView]:
        ending = {"any": "jpg", "image": "jpg", "video": "mp4", "audio": "mp3"}
        url = f"https://example.com/media.{ending.get(self.wanted, 'pdf')}"
        media = None if self.wanted == "none" else url
        yield MessageView(replace(seen.message, media_url=media), seen.context)
