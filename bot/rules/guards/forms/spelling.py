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
    "don't": "dont dnt dontt do'nt dun't doont",
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
    "enough": "enuf enuff enogh",
    "already": "alredy alrady allready",
    "anymore": "anymor nomo",
    "quiero": "kiero qiero quero quierro qero",
    "no quiero": "nokiero noquiero",
    "que": "q ke qe",
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
_MOST_STRETCHED: Final = 6


@cache
def stands_for() -> dict[str, str]:
    """The usual spelling of each form."""
    found = {form: word for word in _LONG for form in _slips(word)}
    for word in _STRETCHED:
        found |= dict.fromkeys(_stretched(word), "please" if word == "plz" else word)
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


def _stretched(word: str) -> Iterator[str]:
    for at, letter in enumerate(word):
        for more in range(2, _MOST_STRETCHED):
            yield word[:at] + letter * more + word[at:]
