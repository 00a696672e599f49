"""What a phone answers while its owner is away, and what only the owner adds."""

from __future__ import annotations

from typing import Final

from bot.rules.guards.family import Family

AWAY: Final = (
    Family(
        "I'm driving",
        "^ {hello}* [.] {am} {now}* <driving> {now}* (. $|with|. (i'?ll|i will|can'?t|i "
        "can'?t|cannot|will|talk|call you|text you|please call|if)|i'?ll|i will|and (can'?t"
        "|cannot|can not|unable|will|i'?ll|not|i can'?t|don'?t)|so (i|can'?t)|but (i'?ll|will))",
        must=("I'm driving", "I am driving right now and will get back to you later."),
        must_not=("I'm driving to your shop, are you open?", "driving me crazy, are you open?"),
    ),
    Family(
        "driving, can't text",
        "^ {hello}* {now}* <driving> {now}* _ (can'?t|cannot|i'?ll|will|i can'?t|talk|call"
        "|text|sent|get back|not able)",
        must=("Driving, can't text. - Sent from my car",),
        must_not=("Driving. What exit do I take?",),
    ),
    Family(
        "out of office",
        "(_|i'?m|i am|im|we are|we'?re|be|currently|now) {now}* (out of|away from|not in"
        "|ooo) [the|my|our]* <office|desk|computer> ",
        must=("I'm out of the office until Monday.", "Hi, I'm currently away from my desk"),
        must_not=("are you out of office today?", "I saw that you are out of office"),
    ),
    Family(
        "unavailable, will answer",
        "({am}|not|i|we|i'?ve) {now}* [not]* <unavailable|available|away|busy|closed|meeting"
        "|offline> {now}* ... {will}* {answer} ",
        must=("Hey! I'm currently unavailable. I'll get back to you as soon as I can.",),
        must_not=("are you available to call back at 5?", "I am away next week"),
    ),
    Family(
        "can't talk now",
        "(can'?t|cannot|can not|unable to|not able to|couldn'?t) <talk|chat|text|answer"
        "|respond|reply> [to|the|your|phone|messages?|texts?|calls?|call|you]* {now}* ... "
        "[but] {will}* {answer} ",
        must=("Thanks for reaching out! I can't chat at the moment but I'll text you back.",),
        must_not=("I can't talk about the price, call me",),
    ),
    Family(
        "thanks for your message, away",
        "(thank you|thanks) for [your|the] <message|text|email|reaching|texting|contacting"
        "|calling|messaging|msg> ... ({am}|out|away|unavailable|automated|i'?ll|will) ... "
        "({answer}|office|automated|away|vacation|unavailable|soon) ",
        must=("Thank you for your message. I am out of the office this week.",),
        must_not=("Thanks for texting me back",),
    ),
    Family(
        "estoy conduciendo",
        "^ {hello}* [.] (estoy|ando|voy) {now}* <conduciendo|manejando|conducir> {now}* {luego} ",
        must=("Estoy conduciendo y no puedo responder", "Estoy manejando. Te llamo luego."),
        must_not=("estoy manejando hacia la tienda, ¿está abierta?",),
    ),
    Family(
        "fuera de la oficina",
        "(estoy|estaré|encuentro|estamos|estaremos|me|nos|está) {now}* [encuentro"
        "|encontramos|de vacaciones|ausente]* fuera de [la|mi|nuestra|el]* <oficina|horario"
        "|despacho|país|servicio> ",
        must=("Estoy fuera de la oficina hasta el lunes.", "Nos encontramos fuera de horario"),
        must_not=("¿está fuera de la oficina el doctor?",),
    ),
    Family(
        "no puedo responder ahora",
        "(no|sin) [puedo|podemos|estoy|estamos|poder|está|te|le]* {now}* <responder"
        "|responderte|responderle|contestar|contestarte|atender|atenderte|atenderle"
        "|atenderlo|disponible|disponibles|hablar|contestarle|escribir|escribirte> ... "
        "(luego|pronto|posible|después|cuando|llamo|llamaré|responderé|contestaré|comunicaré"
        "|momento|responderemos|brevedad|más tarde|ahora|cuanto|horario|devolveré) ",
        must=(
            "En este momento no puedo atenderte, te llamo luego.",
            "Ahora no puedo hablar, te escribo más tarde",
        ),
        must_not=("no puedo hablar de eso",),
    ),
    Family(
        "estoy de vacaciones",
        "(de|en) [una|un|la]* <vacaciones|reunión|viaje|licencia|permiso|junta|clase> ... "
        "(responderé|contestaré|regreso|vuelvo|regresaré|responder|contestar|llamaré|llamo"
        "|acceso limitado) ",
        must=(
            "Estoy de vacaciones, responderé a mi regreso.",
            "Estoy en una reunión, te llamo luego",
        ),
        must_not=("voy de vacaciones el lunes, ¿abren?",),
    ),
    Family(
        "away from my phone",
        "(_|i'?m|i am|im|be|currently|now) {now}* <away> from [my|the]* (phone|cell|keyboard"
        "|desk|mobile) ",
        must=("I'm away from my phone.",),
        must_not=("I was away from the shop",),
    ),
    Family(
        "in a meeting, will answer",
        "^ {hello}* * (in a|on|on a|at|with a|in|into) <meeting|vacation|holiday|pto|flight"
        "|conference|client|appointment|surgery|theater|maternity|plane|honeymoon> ... "
        "({will} {will}* {answer}|limited access|no access|limited|reply when|respond when"
        "|reply as|back on) ",
        must=(
            "I'm on vacation until 8/12 and will reply when I'm back",
            "In a meeting. I'll call you back.",
        ),
        must_not=("I'm on vacation until Friday, hold my order", "on a call about my order"),
    ),
)

FROM_A_PERSON: Final = (
    Family(
        "can you",
        "(_|but|and|so|then|please|now|also|or|hey) [and|but|so|please|pls|also|then|or"
        "|hey]* <can|could|would|do|does|are|is|did|will|may|should|r|have|was> (you|u|ya"
        "|y'?all|it|there|i|we|my|the|your|they|anyone|someone) ",
        must=("I'm driving right now, can you send me your hours",),
        must_not=("I'm driving. I will call you",),
    ),
    Family(
        "I need",
        "(i|we|just|i'?d|i'?m) [just|really|would|also|still]* <need|want|wanted|wondering"
        "|like|looking|hoping|hope|forgot|have a|ordered> ",
        must=("I'm out of the office but I need my order today",),
        must_not=("If you need help call my cell",),
    ),
    Family(
        "please send",
        "_ [please|pls|plz|just|and|but|so]* <send|tell|give|hold|keep|deliver|cancel|book"
        "|reschedule|change|let|save|bring|drop|move|leave> (me|us|my|it|the|them|at|to) ",
        must=("I'm driving right now, send me the hours",),
        must_not=("please leave a message",),
    ),
    Family(
        "what hours",
        "(_|but|and|so|lol|ok|know|me) [and|but|so|then|tell|me]* (what|when|where|how|which"
        "|whats|what'?s|who) [time|much|many|are|is|do|does|late|long]* <hours|much|late"
        "|long|many|are|is|do|does|time|open|close|your|was|did|should|the|my|this> ",
        must=("I'm driving, what hours",),
        must_not=("I'll see your message when I get there",),
    ),
    Family(
        "pueden",
        "_ [y|pero|me|por favor|porfavor|oye|nos|te|le]* <puede|puedes|pueden|podría|podrías"
        "|podrían|quiero|quisiera|necesito|tienen|tiene|hay|cuánto|cuándo|dónde|abren"
        "|cierran|están|mándame|envíame|mándeme|cuál|cuándo|qué> ",
        must=("Estoy manejando, me pueden mandar el horario",),
        must_not=("En este momento no puedo atender",),
    ),
)
