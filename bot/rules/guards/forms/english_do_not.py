"""How people say in English: write no more."""

from __future__ import annotations

from typing import Final

from bot.rules.guards.family import Family

DO_NOT: Final = (
    Family(
        "don't text me again",
        "{not} [ever|even|you|dare|want|to|be|you to|u to|bother|waste your time|or|"
        "call|text|again]* <{verb}> [or {verb}|and {verb}|or call|and call|out]* [to|"
        "with]* {me} [at|by|on|with|via|over|through|or]* [this number|phone|{texts}|"
        "text|these|this|my phone|calls?|email|or|and]* (again|no more|any more|"
        "anymore|ever|at all|in the future|for any|period|under any|from now|unless|_ "
        "$|please|pls|plz|thanks|thank|_ (please|pls|i|wrong|thank|thanks|stop|remove|"
        "or|not|no|ever|never|period|again|you|this|we|take|delete|lose|leave|bye|go|"
        "who|im|i'?m))",
        must=(
            "Do not text this number.",
            "dont text me",
            "never contact us again, or I call you",
            "dont txt me no more",
            "Do not contact me by text or phone",
            "do not call or text this number again",
        ),
        must_not=(
            "Don't text me before 9",
            "you don't text me anymore",
            "don't call me, text me",
            "Don't text my husband, it's a surprise!",
        ),
    ),
    Family(
        "do not text or call",
        "{start} {lead}* (don'?t|do not|never|dont|not to) [ever]* <text|txt|message|"
        "msg|contact|sms|spam|bother|disturb> [or {verb}|and {verb}]* (again|any more|"
        "anymore|ever|please|_ $|here|back ever)",
        must=(
            "wrong number do not text",
            "Please do not contact again",
            "don't text anymore",
            "please dont disturb",
        ),
        must_not=("Do not text? or may I", "I did not text back yesterday"),
    ),
    Family(
        "don't send me texts",
        "{not} [ever|even|want {you} to|like {you} to|have to|to|need to]* (send|"
        "sending|forward) <[me|us]* {your}* [{junk}|and|or]* ({texts}|{junk}|these|"
        "anymore)|(me|us) [ur|your|any|this]* (anything|nothing|shit|crap|stuff|"
        "things|junk|garbage) (_|else|more|again|ever|any more|anymore|from|please|"
        "like|about)|[any|more|anything|another|text|thing|one]* to (this|my|our) "
        "(number|phone|cell|line) (_|again|any more|anymore|please|ever)> ",
        must=(
            "Please do not send any further messages",
            "don't send me any more texts",
            "don't send these to me",
            "Pls do not send me anything else",
            "Do not send to this number",
            "don't send anything to this phone",
            "dont send me ur crap",
        ),
        must_not=(
            "don't send me the invoice yet",
            "you never send me photos",
            "don't send me anything spicy",
            "do not send to the old address",
        ),
    ),
    Family(
        "I don't want you texting me",
        "{not} want {you} [guys|people]* <texting|contacting|messaging|calling|sending|bothering>",
        must=("I don't want you contacting me",),
        must_not=("I don't want you waiting in the rain",),
    ),
    Family(
        "enough, stop it",
        "enough [already|is enough|of this]* _ <stop> [it|this|already|now]* . $",
        must=("Enough!! Stop it",),
        must_not=("is that enough? stop me if not",),
    ),
    Family(
        "no more texts",
        "_ {lead}* (no more|no further|not another|enough|zero|no mas|not one more) "
        "[of|with|more|your|these|the|damn|fucking|unwanted|unsolicited|marketing|"
        "promotional|spam|political|text|further]* <texts?|txts?|messages?|msgs?|sms|"
        "spam|notifications|alerts|promos?|promotions|ads|communications?|texting|"
        "blasts|contact|reminders|solicitations?|mensajes|textos|offers|coupons|ads|"
        "of (this|these)|promotional> (. $|. please|please|pls|plz|thanks|thank|to|"
        "from|ever|ok|at all|already|. (i|stop|we|thank|thanks|this|not|wrong|you|"
        "remove|leave))",
        must=(
            "no more txts pls",
            "Enough with the texts!",
            "No more messages to this number",
            "no more mensajes please",
            "no more of these",
            "nomore texts",
        ),
        must_not=(
            "no texts yet?",
            "no message from him so far",
            "no more text books in stock?",
            "no more of these chips please?",
        ),
    ),
    Family(
        "no texts please",
        "_ {lead}* no [text|promotional|promo|sales|political|marketing|spam|calls or|"
        "more|unwanted]* <texts|txts|messages|msgs|sms|spam|texting|promos|contact|"
        "calls or texts|mensajes|textos> [or calls|or emails|or texts|calls|(to|at) "
        "(this|my) (number|phone|cell|line)|on this (number|phone)|here|from you|like "
        "these]* (. $|please|pls|plz|thanks|thank|ok)",
        must=(
            "No texts please",
            "no spam",
            "no texts or calls to this number",
            "no calls or texts please",
            "no promotional texts please",
        ),
        must_not=("no messages on my phone", "no texts?", "no calls please, text only"),
    ),
    Family(
        "leave me alone",
        "leave (me|us|this number|this phone|my phone|my family|my \\w+|our family) "
        "[the|hell|fuck|f|ef|tf|heck]* [be|in|completely|please|pls] <alone|peace|tf> ",
        must=(
            "Leave me alone",
            "please just leave us alone.",
            "Go away and leave me alone",
            "leave us alone",
        ),
        must_not=(
            "did you leave me a voicemail",
            "Should I leave the dog alone?",
            "leave me be the judge of that",
        ),
    ),
    Family(
        "get lost",
        "^ {lead}* <get [the] [hell|fuck]* lost|take a hike|beat it|kick rocks|scram|"
        "hit the road|shove off> ({please}|and|lose my number)* . $",
        must=("please get lost", "Take a hike", "beat it"),
        must_not=(
            "where do I get off",
            "get lost on the way there, which exit?",
            "beat it until it is stiff",
        ),
    ),
    Family(
        "go away",
        "^ {lead}* (go|stay|fuck|f|piss|buzz|bug|eff|fk|knock) [the] [hell|fuck]* <away|off> "
        "({please}|of my phone)* . $",
        must=("Go away", "fuck off!"),
        must_not=("go away for the weekend?", "take the week off"),
    ),
    Family(
        "wrong number: lose it",
        "wrong [number|phone|person] [_]* {lead}* <lose|delete|erase|remove|trash|"
        "forget> (it|this|me) ",
        must=("wrong # lose it",),
        must_not=("wrong size, lose the receipt and it is gone",),
    ),
    Family(
        "this phone: do not text it",
        "(phone|number|line|landline|cell|mobile) [_|but|so|and|please|just]* {lead}* "
        "{not} [ever]* <{verb}> [or {verb}]* (it|here|back|again) [again|anymore|"
        "please|ever]* _ ",
        must=(
            "This is a business phone. Do not text it.",
            "idk how u got my number but dont text it",
        ),
        must_not=("My number, do not text it to him yet",),
    ),
    Family(
        "don't hit me up",
        "{not} [ever|even|again|want {you} to]* <hit|hmu|blow|waste|bother> [me|us|my|"
        "up|this|your|our|time|data|phone|line|number|breath|money|on|with]* (again|"
        "anymore|any more|ever|_ $|{texting}|please) ",
        must=(
            "don't hit me up again",
            "dont hmu",
            "don't waste your time texting me",
            "don't bother texting",
        ),
        must_not=("don't bother, I found it", "no waste of time at all, thanks"),
    ),
    Family(
        "no more",
        "^ {lead}* no <more> ({please}|enough|no more|_|stop|already|i said|thank you)* . $",
        must=("No more!!!",),
        must_not=("no more?",),
    ),
    Family(
        "one more text and",
        "(one|1|another|next|single|any|if i get) [one|another|more|other|single]* "
        "<text|message|msg|txt|call|sms> [from|you|like|this|and|or|again|i|will|is|"
        "means|=]* {threat}",
        must=("one more text and I'm calling the cops", "1 more text and i sue"),
        must_not=("one more message from the lawyer?",),
    ),
    Family(
        "don't call me again",
        "{start} {lead}* {not} [ever|text|or|you]* <call|phone|ring> [or|text|and]* "
        "{me} [or|text|and|email]* (again|anymore|ever|period)",
        must=("don't call me again", "do not call this number anymore"),
        must_not=("he did not call me again", "I did not call him again"),
    ),
    Family(
        "do not contact",
        "^ {lead}* (do not|don'?t) [ever|call|or|and]* <text|contact|message> [or|and|text"
        "|call|me]* [ever|again|anymore|please|thanks]* . $",
        must=("Do not contact", "do not call or text please"),
        must_not=("Do not call the old number, I have a new one",),
    ),
    Family(
        "don't reach out",
        "{start} {lead}* {not} [ever|want {you} to]* <reach> out ",
        must=("Do not reach out to me again",),
        must_not=("he did not reach out of the car",),
    ),
    Family(
        "knock it off",
        "_ {lead}* (knock|cut) it <off|out> [already|now|please|ok]* . $",
        must=("knock it off", "cut it out"),
        must_not=("knock it off the wall?",),
    ),
    Family(
        "would you mind not texting",
        "(mind|about|start|try|appreciate|prefer) * not <texting|contacting|messaging"
        "|sending|bothering|spamming> ",
        must=("Would you mind not texting me",),
        must_not=("sorry for not texting back",),
    ),
    Family(
        "I refuse to get these",
        "(refuse|decline|declining|object|opposed|oppose|reject|no need|no use|no "
        "interest|never want|no desire|don'?t have time|no time) [to|for|in|receive|"
        "receiving|get|getting|any|more|of|further|have|see|being|your]* {your}* "
        "<{many}|these|messages|being (texted|contacted|messaged)> ",
        must=(
            "I object to these messages",
            "I refuse to receive any more of these",
            "I decline further messages",
            "I have no need for these messages",
        ),
        must_not=("no need for a bag", "I object to the price on the door"),
    ),
    Family(
        "nothing from you",
        "(don'?t|do not|never|no longer|not|i|we) (want|wanna|need|like) [to hear|to "
        "get|to receive]* <nothing|anything|em|shit|crap> [else|more|to do|at all]* "
        "(from|with) ({you}|your|this|these) ",
        must=("I don't want nothing from yall", "I want nothing from you"),
        must_not=("I want nothing from the bakery today", "I want something from you"),
    ),
    Family(
        "I don't want em",
        "^ {lead}* (i don'?t|don'?t|do not|never) (want|need) <em|them|these> "
        "[anymore|any more|please|thanks|ok]* . $",
        must=("Don't want em", "I dont want these."),
        must_not=("don't want them in red?", "don't want this one"),
    ),
    Family(
        "no part of this",
        "(want|wish|care) [to]* [be|have]* [a|no]* <part of|involved in|included in> "
        "[any]* (this|these|that|your list|your texts|it) _",
        must=("i want no part of this", "I don't want to be a part of this"),
        must_not=("I want a part of the cake",),
    ),
    Family(
        "off my phone",
        "_ {lead}* (get|stay|keep|be|stop|go)* [the|hell|fuck|f|tf|away|out|offa]* "
        "(off|out) [of|from]* (my|our|this) <phone|cell|inbox|line|messages|texts|"
        "number|dms> [please|pls|now|already|you|creeps?|and|lol]* _",
        must=("get off my phone", "stay out of my inbox", "off my phone please"),
        must_not=("get off my lawn lol", "take the case off my phone?"),
    ),
    Family(
        "leave me be",
        "^ {lead}* <leave> (me|us) (be|out of (this|it|these|your list)) ({please})* . $",
        must=("leave me be", "leave me out of this"),
        must_not=("leave me be the judge of that",),
    ),
    Family(
        "enough",
        "^ {lead}* <enough> ({please}|enough|no more|_|stop|already|i said|thank you)* . $",
        must=("enough!!! no more", "Enough!"),
        must_not=("enough for six please", "enough?"),
    ),
)
