"""How people say, in English and Spanish, that we have the wrong person, and what looks like it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bot.rules.guards.family import Family

CLASSES: Final[Mapping[str, str]] = {
    "hello": "sorry|srry|sry|hi|hello|hey|oops|um|umm|uh|uhh|er|no|nope|nah|ok|okay|yeah|yes|"
    "lol|haha|"
    "sir|ma'?am|dear|excuse me|my apologies|apologies|i'?m sorry|im sorry|so sorry|well|oh|"
    "actually|again|just|but|and|please|pls|bro|dude|man|honey|hun|unfortunately|perdón|disculpe|"
    "disculpa|disculpen|lo siento|hola|lo lamento|perdona|perdone|ay|oiga|oye|buenas|buenas tardes|"
    "buenos días|señor|señora|creo que|me parece que|pero",
    "guess": "i think|i believe|i guess|i'?m afraid|i am afraid|im afraid|think|pretty sure|"
    "i'?m sure|"
    "maybe|perhaps|probably|you must|you may|you might|looks like|seems like|seems|it seems",
    "have": "you have|you'?ve|you got|you'?ve got|u have|u got|ya got|ya have|y'?all have|"
    "y'?all got|"
    "you guys have|you guys got|youve got|have|got|you are texting|you'?re texting|"
    "you are (calling|contacting|messaging)|you texted|you called|you messaged|you contacted|"
    "you'?ve reached|you have reached|you reached|this is|its|it'?s|it is|texting|u texted|"
    "you'?ve texted|you sent (this|it) to|you keep texting|you dialed|you dialled|ur texting|"
    "you are reaching|you still have|you again have|someone gave you|they gave you|he gave you|"
    "she gave you|you were given",
    "person": "number|numbers|numer|nunber|numbr|num|nbr|no|person|persons|guy|girl|gal|lady|"
    "woman|man|"
    "dude|fella|individual|contact|recipient|party|phone number|cell number|people",
    "friend": "bud|buddy|bro|brother|dude|man|sir|ma'?am|mate|hun|honey|friend|my friend|dear|"
    "sweetie|"
    "sorry|srry|lol|haha|here|please|pls|plz|thanks|thank you|thx|ty|again|now|i think|i believe|"
    "i'?m afraid|im afraid|guys|folks|y'?all|love|boss|homie|pal|miss|i guess|for (him|her|them)|"
    "for this|though|tho|unfortunately|you have|you got|as well|too|gracias|amigo|señor|señora|"
    "perdón|por favor|disculpe|you texted|have a (good|nice|great) (day|one|night|evening)",
    "hers": "her|his|their|\\w+'?s|him|theirs|hers",
}

WRONG_PERSON: Final = (
    Family(
        "wrong number",
        "_ [{hello}]* [{guess}]* [{have}]* [the|a|da|an]* <wrong> ({person}) [{friend}|{hello}]* .",
        must=(
            "Wrong number",
            "sorry wrong number",
            "I think you have the wrong number.",
            "you've got the wrong person",
            "u got the wrong guy lol",
            "Hi, I'm afraid this is the wrong number. This is not Anna's phone.",
            "Wrong person, my name is Dave",
            "You texted the wrong number bro",
        ),
        must_not=(
            "did I get the wrong number?",
            "wrong number?",
            "Do I have the wrong number",
            "wrong number on my order",
            "wrong number of chairs",
            "You gave me the wrong number for the pharmacy",
            "the wrong person signed",
            "I typed the wrong number earlier, it's 12 not 21",
            "sorry wrong person, meant to send that to my wife",
        ),
    ),
    Family(
        "wrong number, I think?",
        "({guess}|pretty sure|sure) [that]* (you|u|ya|y'?all) [guys|may|might|must]* (have|got|"
        "texted|reached) [got|the|a]* <wrong> ({person}) [{friend}|{hello}]* _",
        must=("I think you have the wrong number?", "pretty sure you texted the wrong person?"),
        must_not=("do you think I have the wrong number?",),
    ),
    Family(
        "not the right person",
        "_ [{hello}]* (i'?m|i am|im|this is|it'?s|its|you don'?t have|you do not have) not "
        "[the|a]* "
        "<right|correct> ({person}) [{friend}|{hello}]* .",
        must=("I'm not the right person", "This is not the right number, sorry"),
        must_not=("this is not the right number of chairs", "it's not the right one, is it?"),
    ),
    Family(
        "you don't have the right number",
        "(you|u|ya) (don'?t|do not|dont) [seem to]* have the <right|correct> ({person}) "
        "[{friend}|{hello}]* .",
        must=("You don't have the right number.",),
        must_not=("you don't have the right size",),
    ),
    Family(
        "not who you think",
        "(i'?m|i am|im|this is|this isn'?t|it isn'?t|isn'?t|it'?s) [not]* (who|whom|(the|that) "
        "({person}) [who|that|whom]*) (you|u|you'?re) [think|are|r|were]* [i am|it is|this is]* "
        "<think|looking|seeking|want|wanted|trying|after|searching> ",
        must=(
            "I'm not the person you are looking for",
            "This is not who you think it is",
            "this isn't the person you're looking for",
        ),
        must_not=("who are you looking for", "I am looking for the manager"),
    ),
    Family(
        "looking for somebody else",
        "(you|u|you'?re|ur|you'?ve|youre) [must|may|might|are|be|have|probably|obviously|clearly|"
        "got]* (looking for|texting|confusing me with|confused me with|me confused with|"
        "mistaken me for|me "
        "mixed up with|mistaking me for|mixing me up with|thinking of|trying to reach) "
        "<someone|somebody|another> [else|other]* [person|number]* [{friend}|{hello}]* _",
        must=(
            "You must be looking for someone else",
            "I think you have me confused with somebody else.",
            "you're texting someone else",
        ),
        must_not=("are you looking for someone else to do it?", "texting someone else now"),
    ),
    Family(
        "no longer their number",
        "(this|it|that) (is|was|isn'?t|is not|ain'?t|is no) [no|not|longer|used|to|be]* "
        "{hers} [old|former|previous|cell|mobile|work]* <number|phone|cell> "
        "[anymore|any more|any longer|now|any]* [{friend}|{hello}]* .",
        must=(
            "This is not Anna's phone",
            "this isn't his number anymore",
            "This is no longer Maria's number. I've had it for a year",
        ),
        must_not=(
            "this is my number",
            "is this Anna's number?",
            "this is Anna's number of the day",
        ),
    ),
    Family(
        "it used to be theirs",
        "(this|it) <used> to be {hers} [old|cell|mobile|phone]* (number|phone|cell) ",
        must=("This used to be his number",),
        must_not=("it used to be my number", "we used to be numbers"),
    ),
    Family(
        "it belongs to somebody else",
        "(this|the|that) [phone|cell]* number (doesn'?t|does not|no longer|now|dont) [now|longer|"
        "no]* <belong|belongs> ",
        must=("This number no longer belongs to Anna", "this number doesn't belong to him"),
        must_not=("the number belongs on the form",),
    ),
    Family(
        "they changed their number",
        "({hers}|she|he|they) [has|have|had|no|longer|doesn'?t|does not|recently|also]* "
        "(changed|have|has|uses|own|owns|using|got) [the|this|her|his|their|a|new]* "
        "[phone|cell]* <number|phone> (anymore|any more|any longer|now|months|years|weeks|last|_) ",
        must=("She no longer has this number.", "he changed his number."),
        must_not=("he has a phone in the car", "she got a new phone case for us"),
    ),
    Family(
        "I have a new number",
        "(i|we) (just|recently|only|have|'?ve) [just|recently|only|had|got|gotten]* "
        "<got|bought|received|gotten> this [new|phone|cell]* number ",
        must=("I just got this number", "we recently got this number, sorry"),
        must_not=("I just got this order number", "I just got this phone case"),
    ),
    Family(
        "nobody by that name",
        "(no|nobody|no one|noone|none|don'?t know|do not know|dont know|isn'?t|not) "
        "[any|anyone|anybody|one|body|a|is]* [here|lives|at this number|in this house]* "
        "(by|with|of|named|called) [that|this|the]* <name> ",
        must=(
            "There's nobody by that name here",
            "I don't know anyone by that name",
            "no one here by that name",
        ),
        must_not=("do you have anyone by that name?", "no table by the name of the lake?"),
    ),
    Family(
        "that's not my name",
        "(that'?s|that is|thats|this is|it'?s) not (me|my name) [{friend}|{hello}]* _ * <wrong|"
        "number|"
        "name|person|someone> ",
        must=("That's not my name. My name is Dave",),
        must_not=("That's not me being late, it is the bus",),
    ),
    Family(
        "número equivocado",
        "_ [{hello}]* [tiene|tienes|tienen|tienes el|es|este es|está|estás|están|ustedes|usted|"
        "el|un|"
        "la|al|que|de|a|es un|marcó|marcaron]* (número|numero|num|persona|teléfono|cel|celular|"
        "nro) "
        "<equivocado|equivocada|incorrecto|incorrecta|equibocado|erróneo|errado> [{friend}|"
        "{hello}]* .",
        must=(
            "Número equivocado",
            "numero equivocado, gracias",
            "Disculpe, tiene el número equivocado",
            "persona equivocada",
        ),
        must_not=(
            "¿es el número equivocado?",
            "puse el número equivocado en mi pedido",
            "me dieron el número equivocado",
        ),
    ),
    Family(
        "se equivocó de número",
        "_ [{hello}]* [usted|ustedes|tú|ya|que]* (se|te) [ha|han|has]* <equivocó|equivocaste|"
        "equivocaron|"
        "equivocado|equivoca|equivocan|equivocas|equivoco> [de|del|con|el]* (número|numero|"
        "persona|teléfono|cel|"
        "contacto|_) [{friend}|{hello}]* _",
        must=(
            "Se equivocó de número",
            "te equivocaste de numero amigo",
            "se equivocaron de persona",
        ),
        must_not=("me equivoqué de número", "¿me equivoqué?"),
    ),
    Family(
        "está equivocado de número",
        "(está|estás|están|andas|anda) <equivocado|equivocada|equivocados> (de|con) [el]* "
        "(número|persona) [{friend}|{hello}]* .",
        must=("Creo que está equivocado de número", "estas equivocada de persona."),
        must_not=("el número de talla está equivocado", "¿está equivocado?"),
    ),
    Family(
        "equivocado",
        "^ [{hello}]* <equivocado|equivocada> [{friend}|{hello}|.]* . $",
        must=("Equivocado", "equivocado, perdón"),
        must_not=("pedido equivocado", "¿equivocado?"),
    ),
    Family(
        "no soy esa persona",
        "(no|ya no) soy (esa|la|ese|el|quien|quién|a quien) [persona|señor|señora|que]* "
        "<persona|quien|busca|buscan|buscas|señor|señora|cliente|dueño|cree|creen|crees|piensa|"
        "piensas> ",
        must=("No soy esa persona", "no soy la persona que busca"),
        must_not=("no soy la primera",),
    ),
    Family(
        "este no es su número",
        "(este|éste|esto) (no|ya no) es [el|un|su]* <número|teléfono|cel|celular> [ya|más]* "
        "(de|del) ",
        must=("Este no es el número de Ana", "este ya no es su celular de ella"),
        must_not=("este no es el número correcto, ¿verdad?", "este es el número de mi casa"),
    ),
    Family(
        "este número ya no es suyo",
        "este <número|teléfono|cel|celular> (no|ya no) (es|pertenece|le pertenece) [ya|más]* "
        "(de|del|a|al) ",
        must=("este número ya no es de María", "Este teléfono no pertenece a Ana"),
        must_not=("este número no es correcto",),
    ),
    Family(
        "no conozco a nadie con ese nombre",
        "(no|aquí no|acá no|no hay|no vive|no conozco) [hay|vive|conozco|a|aquí|acá]* (nadie|"
        "ninguna "
        "persona|ninguno|alguien) [aquí|acá]* (con|que se llame|llamado|llamada|de) [ese|este|"
        "tal|así|"
        "esa]* <nombre|así|asi|llame> ",
        must=("No conozco a nadie con ese nombre", "aquí no hay nadie con ese nombre"),
        must_not=("¿hay alguien con ese nombre?",),
    ),
)

NOT_WRONG: Final = (
    Family(
        "meant for another",
        "<meant|intended|supposed|mistake|accident|typo> [to|for|it|that|this|be|was]* (send|"
        "text|for|to|"
        "type|write|reply|message|say|be|by) ",
        must=(
            "sorry wrong person, meant to send that to my wife",
            "wrong number, meant for my mom",
        ),
        must_not=("wrong number", "what is it supposed"),
    ),
    Family(
        "it is another number",
        "<it|is|it'?s|its|number|be|use|try|that'?s|to|one|not|es|son> [is|be|the|number|actually|"
        "really|use|order|el|la|supposed|to|read|not]* \\w*\\d\\w* ",
        must=(
            "wrong number, it's 12 not 21",
            "wrong number, it should be 48213",
            "número equivocado, es 48213",
        ),
        must_not=("Wrong number, I have had it since 2019",),
    ),
)
