"""How people spell the words of opt-outs: what each form stands for."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Final

_SPELLED: Final = {
    "text": "txt texr tekst teext textt txxt txet tetx texxt",
    "texts": "txts textz txtz texs tx's text's txt's texsts",
    "texting": "txting txtng txtn textin txtin textn textng texing texng texiting texitng texxting "
    "tesxting texitn txing texging texring textting txtting texitg textig textinf teting",
    "message": "msg mesage messege mesege massege mssg messsage meesage",
    "messages": "msgs mesages messeges meseges masseges mssgs messges",
    "messaging": "msging mesaging messageing messagin messging massaging",
    "sending": "sendin sendng sneding sendig",
    "calling": "callin callng",
    "contacting": "contactin contating",
    "contact": "cntact contct contac",
    "spamming": "spammin spaming",
    "bothering": "botherin bothring",
    "harassing": "harrassing harasing harassin harrasing harrassin",
    "harassment": "harrassment harasment harrasment",
    "bugging": "buggin buging",
    "getting": "gettin geting",
    "receiving": "recieving receivin reciving",
    "receive": "recieve recive",
    "don't": "ion dont dnt dontt do'nt dun't doont",
    "do not": "donot",
    "please": "plz pls plse plis pleas pleae plesae plss plsss pleez pleaz plx pleade",
    "no more": "nomore nomor",
    "remove": "remov rmove remvoe removve romove remoove",
    "delete": "delet delte deleet dleete",
    "number": "numbr nmber nbr numba numbe nunber",
    "phone": "fone fon fne phne phon",
    "this": "dis thiss ths",
    "these": "thees",
    "list": "lst liste lsit",
    "with": "wit wth",
    "stop": "stap stpp stp sotp stpo tsop stahp st0p 5top sttop sstop stoip stoped stopt stopl "
    "stopo stope srop dtop syop",
    "more": "mor moar",
    "unsubscribe": "usubscribe unsubscrive unsuscrive unsubscripe unsubscride unsunscribe "
    "unsibscribe unsubscrube unsubscribr unsubscrbie unsubcrible unsubscrible unsubcribed "
    "unsubsribed unsubscibed unsubsribe unusbscribe unsubscrieb unsubscried unsusbcribe",
    "cancel": "cancell cancle cancl cancal cansel canel cnacel",
    "quit": "qit quitt",
    "hitting": "hittin",
    "blowing": "blowin",
    "tired": "tierd tird",
    "subscriptions": "subscribtions",
    "out": "owt oit outt",
    "subscription": "subscribtion subsciption subscrption subcription subsription sub'n",
    "enough": "enuf enuff enogh",
    "already": "alredy alrady allready",
    "anymore": "anymor nomo",
    "quiero": "kiero qiero quero quierro qero",
    "no quiero": "nokiero noquiero",
    "que": "q ke qe",
    "de": "d",
    "me": "m mee",
    "porque": "xq pq porq porke",
    "manden": "mandn mandem",
    "mensajes": "msjs msj mnsjs mensjes mensages menajes mensajs mensaes sms's",
    "borren": "boren",
    "número": "nro numro nmero",
    "escriban": "escrivan eskriban",
    "dejen": "degen",
}
"""Forms by what they stand for; none of them is another word of either language."""
_LONG: Final = ("unsubscribe", "unsuscribe")
_SHORT: Final = (
    *("text", "texts", "texting", "stop", "remove", "number", "message", "messages", "messaging"),
    *("take", "leave", "alone", "more", "please", "delete", "subscription", "want", "receive"),
)
"""Words in which one slip of a finger is read too."""
_ROWS: Final = ("1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm")
_OTHER_WORDS: Final = frozenset(
    "test tests testing tex tet sop stoop step tale tape tame lave aloe mode mote moe mor pleas "
    "numbed went wart wat wang wand wan massage massages sto tae tke moore stol messages "
    "tents".split()
)
"""One slip away, and words of their own."""
_KEPT: Final = _OTHER_WORDS.union(_SHORT)
_SPANISH: Final = (
    *(
        "quítenme",
        "quiten",
        "quíteme",
        "quítame",
        "sáquenme",
        "sáqueme",
        "sácame",
        "bórrenme",
        "bórreme",
    ),
    *("bórrame", "borre", "escriban", "escriba", "escribas", "escriben", "escribir", "escribirme"),
    *("quiero", "deje", "envíen", "suscribí", "suscripción", "textos", "molesten", "número"),
)
"""Words that are often written as they sound."""
_SOUNDS: Final = (
    ("qu", "k"),
    ("c", "k"),
    ("v", "b"),
    ("b", "v"),
    ("rr", "r"),
    ("j", "g"),
    ("s", "z"),
    ("cr", "kr"),
)
_STRETCHED: Final = (
    "stop",
    "please",
    "unsubscribe",
    "remove",
    "alto",
    "basta",
    "paren",
    "plz",
    "it",
)
_PLAIN: Final = str.maketrans("áéíóúñ", "aeioun")
_MOST_STRETCHED: Final = 6


@cache
def stands_for() -> dict[str, str]:
    """The usual spelling of each form."""
    found = {form: word for word in _LONG for form in _slips(word)}
    for word in _STRETCHED:
        found |= dict.fromkeys(_stretched(word), "please" if word == "plz" else word)
    for word in _SHORT:
        found |= {form: word for form in _slip(word) if form not in _KEPT}
    for word in _SPANISH:
        found |= dict.fromkeys(_as_it_sounds(word), word)
    for word, forms in _SPELLED.items():
        found |= dict.fromkeys(forms.split(), word)
    return found


def _slips(word: str, kept: int = 2) -> Iterator[str]:
    """Up to two letters left out, one doubled or swapped with the next; the first are kept."""
    for at in range(kept, len(word)):
        fewer = word[:at] + word[at + 1 :]
        yield from (fewer, word[:at] + word[at - 1 :])
        yield word[: at - 1] + word[at] + word[at - 1] + word[at + 1 :]
        yield from (fewer[:less] + fewer[less + 1 :] for less in range(kept, len(fewer)))


def _slip(word: str) -> Iterator[str]:
    """One letter left out, doubled, swapped with the next, or its neighbour on the keyboard."""
    for at in range(1, len(word)):
        before, after = word[:at], word[at + 1 :]
        yield from (before + after, before + word[at] * 2 + after)
        yield from (before + key + after for key in _beside(word[at]))
        if after and after[0] != word[at]:
            yield before + after[0] + word[at] + after[1:]


def _beside(letter: str) -> str:
    [row] = [row for row in _ROWS if letter in row]
    at = row.index(letter)
    return row[max(at - 1, 0) : at] + row[at + 1 : at + 2]


def _as_it_sounds(word: str) -> Iterator[str]:
    plain = word.translate(_PLAIN)
    for usual, heard in _SOUNDS:
        if usual in plain:
            yield plain.replace(usual, heard)


def _stretched(word: str) -> Iterator[str]:
    for at, letter in enumerate(word):
        for more in range(2, _MOST_STRETCHED):
            yield word[:at] + letter * more + word[at:]
