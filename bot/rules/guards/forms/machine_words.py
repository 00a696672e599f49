"""Classes of words that the families of machines are written with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

CLASSES: Final[Mapping[str, str]] = {
    "hello": "hi|hello|hey|sorry|thanks|thank you|greetings|good (morning|afternoon"
    "|evening|day)|hola|buenos días|buenas tardes|buenas|lo siento|disculpa"
    "|disculpe|oops|fyi|note|there|all",
    "am": "i'?m|i am|im|we are|we'?re|is|are",
    "now": "currently|now|right now|at the moment|presently|still|temporarily|at this time"
    "|just|for the moment|away and|ahora|ahorita|actualmente|en este momento|por el "
    "momento|today",
    "will": "i'?ll|i will|we'?ll|we will|will|team|someone|representative|member|agent|one"
    "|staff|shall|be|try|to|have|gladly|happily|definitely|surely|and|you|us"
    "|advisor|happy|able|going",
    "answer": "respond|reply|answer|get back|getting back|call [you] back|text [you] back"
    "|be in touch|call you (later|when|as|soon)|text you (later|when|as|soon)"
    "|return your|contact you|follow up|assist you|get in touch|see your message"
    "|read your|reach out|message you|be with you|responding|replying|get to you",
    "thing": "inbox|mailbox|number|line|account|phone|email|message|messages|text|texts"
    "|address|voicemail|sms|replies|responses|channel|thread|mail|they",
    "who": "number|person|subscriber|customer|user|party|recipient|mobile|wireless|phone",
    "you_have": "you (have|are|were|will be)|you'?ve|you'?re|usted ha sido",
    "luego": "te|le|les|me|nos|lo|la|y|no|luego|pronto|después|en cuanto|cuando|con|. $|. "
    "te|. le|. luego|. no|. cuando|. me|. en|. lo|responderé|contestaré|llamaré"
    "|veré|. veré",
}
