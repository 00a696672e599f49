"""`$tapback`: a reaction to a message, which phones without the feature get as a text.

Read by its form, in every language, and only where the text says nothing more. Where the quoted
run is a text that we sent in the conversation, only the number of other words counts. A question,
or more than a few words, is a person's.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import ClassVar, Final

from bot.model import Miss, Outcome, Reason, RuleId
from bot.rules.guards.base import Form, Guard, Verdict
from bot.rules.matchers.base import MessageView, Needs
from bot.text.late import late
from bot.text.quotes import MARKS, Quotation, quotation
from bot.text.words import words

_LONGEST: Final = 4_000
"""Characters; no message that is reacted to is longer."""
_MOST_LINES: Final = 10
_MOST_WORDS: Final = 6
_LEAST_QUOTED: Final = 3
"""Words that a quoted run has at the least where nothing else tells a reaction."""

_EMOJI: Final = (
    r"(?:[^\w\s\x00-\x7f\u201c\u201d\u201e\u00ab\u00bb]|[0-9#*]\ufe0f?\u20e3|\u200d|\ufe0f){1,20}"
)
_SHAPE: Final = rf"(?:{_EMOJI}|!!|\?|ha ?ha|HA ?HA)"
_ENGLISH: Final = (
    r"(?:Liked|Loved|Disliked|Emphasi[sz]ed|Questioned|Laughed at"
    rf"|Reacted (?:with )?(?:{_EMOJI}|an? (?:sticker|[Gg]enmoji|[Mm]emoji|emoji|custom emoji)) to"
    r"|Removed (?:an? (?:like|heart|dislike|laugh|love|thumbs[ -](?:up|down)|exclamation"
    r"|exclamation mark|question mark|emphasis|sticker|reaction|[Gg]enmoji|[Mm]emoji|HA HA|haha)"
    rf"(?: reaction)?|{_EMOJI}(?: reaction)?|their reaction|[a-z]+ reaction) from|{_SHAPE}\s?to)"
)
_THINGS: Final = (
    r"(?:an?|one|[0-9]{1,3}) (?:(?:audio|voice|video|business|live|digital touch|handwritten"
    r"|text|rich|game|contact|multimedia|picture|photo|image) ){0,2}(?:images?|photos?|pictures?"
    r"|videos?|movies?|messages?|attachments?|recordings?|audio|links?|contacts?|contact cards?"
    r"|cards?|locations?|stickers?|files?|gifs?|documents?|pdfs?|polls?|memos?|notes?|screenshots?"
    r"|memoji|genmoji|pass|website|calendar event|event|invitation|payment|clips?)"
)
_ELSEWHERE: Final = (
    r"(?:Le (?:gust[óo]|gusta|encant[óo]|encanta)|No le gust(?:[óo]|a)|Se ri[óo] de|Se r[íi]e de"
    r"|Exclam[óo] por|Enfatiz[óo]|Dud[óo] sobre|Cuestion[óo]|Reaccion[óo] (?:con \S{1,20} )?a"
    r"|Se (?:quit[óo]|elimin[óo]) .{1,30} de|A aim[ée]|N.a pas aim[ée]|A ri [àa]|A ador[ée]"
    r"|A réagi avec \S{1,20} à|Curtiu|Amou|N[ãa]o curtiu|Riu de|Enfatizou|Questionou"
    r"|Reagiu com \S{1,20} a|Piace|Ha riso|Hat|Gef[äa]llt|\S{1,20} (?:a|à|zu|para))"
)
_THINGS_ELSEWHERE: Final = (
    r"(?:une?|uma?|una|ein(?:e|em|er|en)?|el|la|[0-9]{1,3}) (?:im[aá]ge(?:n|m|ns|nes|s)?"
    r"|fotos?|photos?|v[ií]d[eé]os?|mensaje(?: de (?:voz|audio))?|message|mensagem|archivo"
    r"(?: adjunto)?|contact[oe]?|contato|audio|áudio|nota de voz|pel[ií]cula|ubicaci[oó]n"
    r"|enlace|sticker|documento|adjunto|bild|nachricht|immagine|film)"
)
_REACTED: Final = late(rf"\s*{_ENGLISH}\s*")
_TO_A_THING: Final = late(rf"(?i:\s*(?-i:{_ENGLISH}) {_THINGS}[.!]?\s*)")
_TO_A_THING_ELSEWHERE: Final = late(rf"\s*{_ELSEWHERE} (?i:{_THINGS_ELSEWHERE})[.!]?\s*")
_INVISIBLE: Final = late("[\u200b\u200c\u200e\u200f\u2060\u2061-\u2069\u202a-\u202e\ufeff]")
_MARKED: Final = late(
    r"[\u200b\u200c]\s?[^\w\s\u200b\u200c]{1,20}\s?[\u200b\u200c]|[\u200b\u200c]?\u200a.*\u200a"
)
_SAYS_MORE: Final = late(r"[?!.,;\u00bf\u00a1\u3002\uff1f\uff01]|[0-9]{2}")
_SIGNS: Final = frozenset(
    "liked loved disliked emphasized emphasised questioned laughed removed reacted gusta gusto "
    "encanta encanto exclamo enfatizo dudo cuestiono reacciono reagiu curtiu amou enfatizou "
    "questionou riu piace riso hat gefallt aime encantó gustó rió exclamó "
    "enfatizó dudó cuestionó reaccionó quitó eliminó réagi aimé adoré gefällt".split()
)
_PERSONS: Final = frozenset(
    "i i'm i'd i've im my me mine you your u ur he she his her we our us they them the this "
    "that these those is are was were be am do does did can could will would should have has "
    "had what when where who why how which hours said says say saw see seeing got get read "
    "received wrote write print put sent texted typed replied asked answered ordered bought "
    "watched heard called named want need love like please thanks and or not yes lol haha omg "
    "ok hi hello hey re fwd subject title name address song book movie order code word quote "
    "text message edited for in on at of with about from nombre pedido orden tu tus su sus yo "
    "es son el los las un una unos quiero quiere dice dicen dijo busco tengo tiene que qué "
    "para cómo como llama llamo leí vi pedí compré editado necesito hola sí je mon ma mes est "
    "c'est modifié ich mein meine ist bearbeitet eu meu minha é editou".split()
)
_FORMS: Final = (
    Form(
        "a reaction in English, beside what it is about",
        ("Loved “OK”", 'Laughed at "See you at 9"', "Reacted with a sticker to “OK”"),
        (
            "Liked your message",
            "Loved your “open house” hours",
            'Disliked "Blue" paint, do you have green?',
        ),
    ),
    Form(
        "one that is taken back",
        ("Removed a heart from “OK”", "Removed \U0001f602 from “OK”"),
        ("Removed a heart from my profile",),
    ),
    Form(
        "an emoji, up to five words, one quoted run",
        ("\U0001f44d to “OK”", "Reaccionó con \U0001f44d a “OK”", "!! to “OK”"),
        ("\U0001f44d to that, what are your hours?", "I \U0001f44d your “open house”"),
    ),
    Form(
        "up to six words, one quoted run of three words or more",
        ("Le gustó “See you at 9”", "„See you at 9“ mit „Gefällt mir“ markiert"),
        ("Busco el libro “Cien años de soledad”", "Is “See you at 9” from you?", "Leí “Dune”"),
    ),
    Form(
        "a thing instead of the quoted run",
        ("Loved an image", "Liked 1 Business Message", "Le encantó una imagen"),
        ("Loved the video", "Loved a video you posted! hours?", "Liked an idea you had"),
    ),
    Form(
        "the invisible marks of Google's Messages",
        ("\u200aReacted \u200b\U0001f602\u200b to “\u200aOK\u200a”\u200a",),
        ("\u200bhours?",),
    ),
)
_MISS: Final = Miss("not a reaction to a message")
_VERDICT: Final = Verdict(outcome=Outcome.SUPPRESSED, reason=Reason.TAPBACK)


class Tapback(Guard):
    NAME: ClassVar[RuleId] = RuleId("$tapback")
    KEY: ClassVar[str] = "tapback"
    MISS: ClassVar[Miss] = _MISS
    EXAMPLE: ClassVar[str] = "Liked “See you at 9”"

    def examine(self, seen: MessageView) -> Verdict | Miss:
        text = seen.message.text
        if _SIGNS.isdisjoint(seen.words) and not is_quoting(text) and not _begins_oddly(text):
            return _MISS
        return _VERDICT if is_reaction(text, seen.context.sent_texts) else _MISS

    @classmethod
    def forms(cls) -> Sequence[Form]:
        return _FORMS

    def needs(self) -> Needs | None:
        return Needs(_SIGNS, oddness=True)


def is_quoting(text: str) -> bool:
    """It may be a reaction to a text of ours: then what we sent should be known."""
    return '"' in text or (not text.isascii() and MARKS.search(text) is not None)


def is_reaction(text: str, sent: Iterable[str]) -> bool:
    """A phone wrote it for a reaction of its owner; `sent` are texts of ours."""
    if len(text) > _LONGEST:
        return False
    plain = _INVISIBLE.sub("", text).strip()
    for _ in range(_MOST_LINES):  # several reactions come a line each
        found = quotation(plain)
        first, newline, rest = found.after.partition("\n") if found else ("", "", "")
        if found is None or not newline or first.strip():
            return _is_last(text, plain, found, sent)
        if not _is_one(text, replace(found, after=""), sent):
            return False
        plain = rest.strip()
    return False


def _is_last(text: str, plain: str, found: Quotation | None, sent: Iterable[str]) -> bool:
    if _TO_A_THING.fullmatch(plain) or _TO_A_THING_ELSEWHERE.fullmatch(plain):
        return True
    return found is not None and _is_one(text, _longer(found), sent)


def _longer(found: Quotation) -> Quotation:
    """Of two quoted runs the longer: `Ha messo “Mi piace” a “…”`."""
    other = quotation(found.after)
    if other is None or len(other.quoted) <= len(found.quoted):
        return found
    return replace(other, before=f"{found.before}{found.quoted}{other.before}")


def _is_one(text: str, found: Quotation, sent: Iterable[str]) -> bool:
    if _REACTED.fullmatch(found.before):
        return not found.after.strip() and (found.is_closed or found.is_typographic)
    outside = f"{found.before} {_without_quotes(found.after)}"
    said = words(outside)
    if not found.is_closed or not 0 < len(said) <= _MOST_WORDS or _SAYS_MORE.search(outside):
        return False
    if _MARKED.search(text) or any(_is_of(found.quoted, ours) for ours in sent):
        return True
    if not _PERSONS.isdisjoint(said):
        return False
    if any(not any(map(str.isalnum, word)) for word in said):  # an emoji
        return len(said) > 1 or len(words(found.quoted)) >= _LEAST_QUOTED
    return (
        found.is_typographic
        and _begins_a_sentence(outside)
        and (len(words(found.quoted)) >= _LEAST_QUOTED or not found.quoted[:4].isascii())
    )


def _without_quotes(text: str) -> str:
    """`mit „Gefällt mir“ markiert` without the marks."""
    return MARKS.sub("", text)


def _begins_a_sentence(text: str) -> bool:
    first = next((character for character in text if character.isalnum()), "X")
    return not first.islower() or not text[:1].strip()


def _begins_oddly(text: str) -> bool:
    """With an emoji or a mark that nobody types."""
    return text != "" and unicodedata.category(text[0]) in ("So", "Sk", "Zs", "Cf", "Po", "Mn")


def _is_of(quoted: str, ours: str) -> bool:
    """What is quoted is our text, or its beginning where it was cut off."""
    cut = quoted.rstrip().removesuffix("\u2026").removesuffix("...")
    said, wanted = words(cut), words(ours)
    if not said:
        return False
    if said == wanted:
        return True
    is_cut = cut != quoted.rstrip() and len(said) >= _LEAST_QUOTED
    return is_cut and wanted[: len(said) - 1] == said[:-1]
