"""What people do in English to end texts: they want to be left out. See `english_acts`."""

from __future__ import annotations

from typing import Final

from bot.rules.guards.family import Family

LEAVE: Final = (
    Family(
        "remove me, from",
        "<remove|removed|delete|deleted|erase|erased|dropped|scratch|strike|cross|purge|"
        "unsubscribe|unsubscribed|unenroll|scrub|wipe|clear|exclude|excluded|withdraw|unlist|"
        "bump|boot|kick|rmv|rm|detach|eliminate|banish|discard|blacklist|omit|toss> [{my_entry}|"
        "her|him|them|it|this|that|everyone|my \\w+|my \\w+ \\w+|and my \\w+]* [right|completely|"
        "permanently|entirely|please|immediately|the|hell|fuck|tf|off|out]* (off|from|of|form|"
        "frm|outta|out|offa) ([of|your|ur|this|the|any|all|these|whatever|every|that|which|ever|"
        "damn|stupid|fucking|u|you'?re|yours?|ya|guys|people'?s|company'?s|{channel}|text|"
        "message|contact|mailing|calling|phone|bulk|mass|customer|client|auto|automated|"
        "distribution|patient|donor|voter|campaign|robo|entire|godforsaken]* lists?|[of]* (this|"
        "it|yours) (_|please|now|thing|shit|crap|mess|bs|chain|thread|group|immediately)|* "
        "({channel}|databases?|systems?|records?|contacts|blasts?|campaigns?|directory|mailings?|"
        "rolodex|phonebook|files?|thread|chain|distribution|subscription|rotation|crm|phones?|"
        "everything)) ",
        must=(
            "kick my number off your blast",
            "omit this line from all of your future mailings",
        ),
        must_not=(
            "remove me from the lease",
            "remove us from the guest list",
        ),
        is_open=True,
    ),
    Family(
        "get me off",
        "(take|taken|get|getting|drop|pull|keep|cut|leave|block|put) [{my_entry}|her|him|them|it|"
        "this|that|everyone|my \\w+|my \\w+ \\w+|and my \\w+]* [right|completely|permanently|"
        "entirely|please|immediately|the|hell|fuck|tf|off|out]* (off|from|of|form|frm|outta|out|"
        "offa) <[of|your|ur|this|the|any|all|these|whatever|every|that|which|ever|damn|stupid|"
        "fucking|u|you'?re|yours?|ya|guys|people'?s|company'?s|{channel}|text|message|contact|"
        "mailing|calling|phone|bulk|mass|customer|client|auto|automated|distribution|patient|"
        "donor|voter|campaign|robo|entire|godforsaken]* lists?|* ({channel}|databases?|systems?|"
        "records?|contacts|blasts?|campaigns?|directory|mailings?|rolodex|phonebook|files?|"
        "thread|chain|distribution|subscription|rotation|crm|phones?|everything)> ",
        must=("take me off whatever list this is", "get my mom's cell out of your campaign"),
        must_not=(
            "take me off the list for Friday yoga",
            "take my daughter off the guest list",
        ),
        is_open=True,
    ),
    Family(
        "lose my number, open",
        "<rmv|remove|delete|erase|lose|forget|trash|discard|burn|ditch|drop|scrub|purge|wipe|"
        "loose|misplace|destroy|shred|unsave|toss|dump|block|eliminate> [that|you|guys|ever|all|"
        "had|have|know|knew|got|the|of|each|every|everything|about|instances|please|any|entire|"
        "record|records]* (my|this|our|these|his|her) [cell|phone|mobile|contact|entire|whole|"
        "damn|personal|cellular|telephone|name|and|wife'?s|husband'?s|mom'?s|son'?s|daughter'?s|"
        "dad'?s|mother'?s|father'?s]* (number|numbers|digits|info|information|contact|data|"
        "details|profile|line|cell|name (_|off|from|out|please|now|and)|phone|nbr) ",
        must=(
            "would someone delete our entire contact info",
            "lose this damn number and never use it",
            "kindly discard my cell number",
        ),
        must_not=(
            "delete my number 2 order",
            "lose my number plate and get a new one",
            "don't lose my number",
        ),
        is_open=True,
    ),
    Family(
        "remove, misspelled",
        "^ {lead}* <rmv|rm|rmove|unenroll|unlist|unfollow|deregister|delist|unsign|unregister|"
        "disenroll|unenrol> ({please}|us)* . $",
        must=("plz rmv me", "unenroll", "unfollow"),
        must_not=("unlist my house", "rm 4?"),
        is_open=True,
    ),
    Family(
        "wrong person, and an act",
        "(wrong (number|person|guy|lady|woman|man|phone|cell|contact)|(isn'?t|not|ain'?t|no "
        "longer|is not|aren'?t|never) [the|my|her|his|their|for|a|that|is|am|was|to|owner|of|"
        "have|has|had]* (for \\w+|number|phone|line|cell|name|person|him|her|customer|\\w+'s)|"
        "(doesn'?t|don'?t|does not|do not) [have|own|use|live|work|know]* (here|this|that)|new "
        "number|landline|passed away|deceased|died|(work|business|kids?|child'?s|company|office|"
        "school|daughter'?s|son'?s) (phone|cell|number|line)|moved away|minor|don'?t know (you|"
        "who|any|anyone|anybody)) ... <stop|quit|remove|unsubscribe|erase|delete|take (it|me|us|"
        "this|him|her|them|my|that)|cease|lose|update your> [it|this|that|me|us|him|her|them|my|"
        "your|the|off|out|please|now|texting|calling|messaging|contacting|sending|name|number|"
        "list|lists|records]* (_|from|{texting}|{channel})",
        must=(
            "she doesnt have this number anymore, take it off",
            "this line isn't for John so erase it",
        ),
        must_not=(
            "wrong person on the invoice, please fix the name",
            "I have a new number, 555 0100",
        ),
        is_open=True,
    ),
    Family(
        "request, and an end",
        "(request|requesting|asked|asking|demand|want|wish|like|need|begging|told|said|telling|"
        "get|gets|be|being|ask|please|pls|kindly|wanna|how|trying|tried|try|way|can|could) [i|we|"
        "do|can|to|for|you|guys|that|be|my|an|a|this|the|it|get|have|is|been|many|times|"
        "repeatedly|not|no|number|of|me|us|just|please]* <removed from|deleted from|taken off|"
        "removal from|opted out|off (of|from) (this|these|your|ur|the)> [this|these|your|ur|the|"
        "any|all|of|damn]* ({channel}|lists?|text|sms|system|database|mailing|it|this|_|thing|"
        "group|chain|thread|marketing|everything) ",
        must=("how does one get removed from this list", "please get us off of this thing"),
        must_not=("how can I get out of this contract", "can I get removed from the lease"),
        is_open=True,
    ),
    Family(
        "my number, removed",
        "(my|our|this|his|her|these) [cell|phone|mobile|contact|mother'?s|father'?s|husband'?s|"
        "wife'?s|mom'?s|dad'?s|son'?s|daughter'?s]* (number|numbers|name|info|information|cell|"
        "phone|data|contact|line|email) [to|be|is|needs|need|must|should|gets|get|would|please|"
        "has|have|been|are|now|immediately|completely]* <removed|deleted|erased|purged|scrubbed|"
        "taken (off|out|down)|off [of]* (this|your|ur)|out of (this|your|ur)|unsubscribed|"
        "blocked on your> ",
        must=(
            "i want my number removed",
            "Make sure my number is removed",
            "I'd like my name off this list please",
        ),
        must_not=("was my number removed?", "I want my name off the lease"),
        is_open=True,
    ),
    Family(
        "leave the list",
        "(leave|exit|quit|leaving|get out of|let (me|us) out of|want out of|out of|off of|drop "
        "out of|escape|withdraw from|part of|in|stay on|remain on|be on|be in) [this|your|the|ur|"
        "that|these|any|damn|stupid|text|texting|group|sms|message|mailing|contact|annoying]* "
        "<list|lists|group|thread|chat|texts|campaign|program|group text|chain|blast|texting> "
        "[thing|please|now|text|anymore|any more|chat]* _",
        must=("how do i leave this list", "want to leave this group"),
        must_not=("is he in the group?", "we leave with the group", "leave it on the list for me"),
        is_open=True,
    ),
    Family(
        "off my phone, open",
        "(off|out of|outta|outa|gtfo|out my|offa) [of|the|hell|fuck]* <my|our|this> [damn|"
        "fucking|cell]* (phone|cell|inbox|line|dms|messages|texts|mobile) ",
        must=("gtfo my phone", "outta my phone", "stay the hell out of my damn inbox"),
        must_not=("what fell out of my phone case? ", "get off my lawn"),
        is_open=True,
    ),
    Family(
        "removal, in a word",
        "^ {lead}* <removal|(remove|delete|erase|unsubscribe) (remove|delete|contact|number|name|"
        "info|data|all|everything|unsubscribe|from all|permanently|phone)> ({please}|remove|from "
        "(all|list|lists|system|database|everything)|number|contact|list|all)* . $",
        must=("removal please", "remove remove remove", "delete contact"),
        must_not=("removal of snow please", "delete the note", "remove all onions"),
        is_open=True,
    ),
    Family(
        "on the list of those who want no calls",
        "(on|the|your|to|a|national|this is a|internal|state) (do not|don'?t|no) <call|text|"
        "contact|solicit> [or|and|call|text|contact]* (_|list|please|registry|number|database|"
        "registery) ",
        must=("put me on do not call", "This is a do not text number"),
        must_not=("please do not call the desk",),
        is_open=True,
    ),
)
