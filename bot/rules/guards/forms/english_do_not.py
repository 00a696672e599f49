"""How people say in English: write no more, take me off your list."""

from __future__ import annotations

from typing import Final

from bot.rules.guards.family import Family

DO_NOT: Final = (
    Family(
        "don't text me again",
        "{not} [ever|even|you|dare|want|to|be|you to|u to]* <{verb}> [or {verb}|and "
        "{verb}|or call|and call|out]* [to|with]* {me} [at|by|on|with]* [this number|"
        "phone|{texts}|text|these|this]* (again|no more|any more|anymore|ever|at all|"
        "in the future|for any|period|under any|from now|unless|_ $|please|pls|plz|"
        "thanks|thank|_ (please|pls|i|wrong|thank|thanks|stop|remove|or|not|no|ever|"
        "never|period|again|you|this|we|take|delete|lose|leave|bye|go|who|it'?s|im|"
        "i'?m))",
        must=(
            "Do not text this number.",
            "dont text me",
            "never contact us again, or I call you",
            "dont txt me no more",
        ),
        must_not=("Don't text me before 9", "you don't text me anymore", "don't call me, text me"),
    ),
    Family(
        "do not text or call",
        "{start} {lead}* (don'?t|do not|never|dont|not to) [ever]* <text|txt|message|msg"
        "|contact|sms|spam|bother> [or {verb}|and {verb}]* (again|any more|anymore|ever"
        "|please|_ $|here|back ever)",
        must=("wrong number do not text", "Please do not contact again", "don't text anymore"),
        must_not=("Do not text? or may I", "I did not text back yesterday"),
    ),
    Family(
        "don't send me texts",
        "{not} [ever|even|want {you} to|like {you} to|have to|to|need to]* (send|"
        "sending|forward) <[me|us]* {your}* [{junk}|and|or]* ({texts}|{junk}|these|"
        "anymore)|(me|us) (anything|nothing|shit|crap|stuff|things|junk|garbage) (_|"
        "else|more|again|ever|any more|anymore|from|please|like|about)|to (this|my) "
        "(number|phone|cell|line) (_|again|any more|anymore|please|ever)> ",
        must=(
            "Please do not send any further messages",
            "don't send me any more texts",
            "don't send these to me",
            "Pls do not send me anything else",
            "Do not send to this number",
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
        "_ {lead}* no [text|marketing|spam]* <texts|txts|messages|msgs|sms|spam|texting"
        "|promos|contact> (. $|please|pls|plz|thanks|thank|ok)",
        must=("No texts please", "no spam"),
        must_not=("no messages on my phone", "no texts?", "no calls please, text only"),
    ),
    Family(
        "leave me alone",
        "leave (me|us|this number|this phone|my phone|my family|my \\w+|our family) "
        "[the|hell|fuck|f|ef|tf|heck]* [be|in|completely|please|pls] <alone|peace|tf> ",
        must=("Leave me alone", "please just leave us alone.", "Go away and leave me alone"),
        must_not=("did you leave me a voicemail", "Should I leave the dog alone?"),
    ),
    Family(
        "get lost",
        "^ {lead}* get [the] [hell|fuck]* <lost> ({please})* . $",
        must=("please get lost",),
        must_not=("where do I get off", "get lost on the way there, which exit?"),
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
        "(phone|number|line|landline|cell|mobile) _ {lead}* {not} [ever]* <{verb}> "
        "[or {verb}]* (it|here|back|again) [again|anymore|please|ever]* _ ",
        must=("This is a business phone. Do not text it.",),
        must_not=("My number, do not text it to him yet",),
    ),
)

REMOVE: Final = (
    Family(
        "remove me",
        "{start} {lead}* <remove|delete|erase|drop|scrub|purge|unlist|deregister|"
        "unenroll|disenroll|unregister|withdraw|unfollow|exclude|removed|remov|clear|"
        "removing|wipe|cancel|ditch|nix> {my_entry} ({bye}|from now)",
        must=("I'm not your customer anymore, remove me pls", "remove my number", "unenroll me"),
        must_not=(
            "Delete my number 2 order, keep the first",
            '"Delete me" is the name of the book, do you have it?',
            "remove my name tag and send a new one",
        ),
    ),
    Family(
        "take me off",
        "{start} {lead}* (take|get|pull|cross|scratch|strike|drop|knock) {my_entry} <off> "
        "(please|pls|plz|. |now|immediately|thanks|asap)",
        must=("take me off", "Take my name off, thanks"),
        must_not=("take me off hold", "take me off the waitlist for Tuesday but keep Thursday"),
    ),
    Family(
        "take me off your list",
        "<remove|delete|drop|erase|scrub|purge|scratch|exclude|withdraw|block|unlist"
        "|removing|eliminate|clear|unenroll|removed> {my_entry} [off|out|right]* (off|from"
        "|out|outta|of) {your}* {list} [list|lists|messages?|texts?|system|chain|thread"
        "|blasts?|now|database]* {bye}",
        must=(
            "remove my number from your system asap",
            "delete me from your database",
            "please drop me from the list",
        ),
        must_not=("don't remove me from the list!", "remove me from the waitlist for Friday yoga"),
    ),
    Family(
        "remove from list",
        "_ {lead}* <remove|delete|removed> [off] (from|off) {your}* {list} {bye}",
        must=("remove from list", "please remove from your system"),
        must_not=("To remove from phonebook sms NO", "remove from the oven when done?"),
    ),
    Family(
        "get off this list",
        "(get|be|want|like|how|go|am|i'?m|come|opted|me|removed|please|being|remove|taken"
        "|signed|number|off) (off|out|from) [of] (this|your|the|these|ur|that|all) [damn"
        "|fucking|stupid|mailing|texting|text|sms|contact|marketing|call|calling|message"
        "|phone|distribution|spam]* <list|lists|mailing|database|system|group text|texts"
        "|messages|subscription|records> [list|lists]* {bye}",
        must=("How do I get off this list? I don't want these", "I want off your mailing list"),
        must_not=(
            "where do I get off the bus",
            "is he out of the group?",
            "get off the list for yoga",
        ),
    ),
    Family(
        "I want to be removed",
        "(want|wanted|wish|like|asked|ask|asking|request|requesting|requested|need|demand|i"
        "|how|should|please|expect|supposed|prefer) * (be|get|been) <removed|taken"
        "|unsubscribed|deleted|opted|unlisted|unenrolled> [off|out]* [from|of|off]* ({your}* "
        "{list}|{bye})",
        must=("I asked to be removed already", "How do I get removed?", "I want to be taken off"),
        must_not=("should it be removed from the oven?", "Can the stain be removed?"),
    ),
    Family(
        "I told you to remove me",
        "{told_you} <remove|delete|take|get|drop|unsubscribe|erase> {my_entry} ",
        must=("I told you guys before to remove me", "Told you guys last week to take me off"),
        must_not=("I asked them to remove the old one", "I asked them to take me to gate 4"),
    ),
    Family(
        "lose my number",
        "<lose|forget|erase|delete|remove|drop|ditch|trash|toss|scratch|loose|scrub|"
        "burn> (my|this|our) [phone|cell|mobile|contact]* (number|numbers|digits|"
        "contact|num|nbr|no|info|information) (. |please|pls|plz|now|and|asap|thanks|"
        "immediately|from|or|already|ok|before|dude|bro|creep|asshole|jerk|idiot|"
        "moron|loser|bitch|forever|bye|right|lol)",
        must=(
            "lose my number",
            "Kindly delete this number from your phone",
            "Lose my number creep",
        ),
        must_not=(
            "lose my number? No way, I saved it!",
            "I forgot my number, can you look me up by name?",
            "did you delete my number?",
        ),
    ),
    Family(
        "I want out",
        "_ {lead}* [i|we]* (let me|want|get me|lemme) <out> [of (this|these|here|the|your) "
        "[list|group|texts?|thing]]* (. $|please|pls|now|. (please|stop|i|no|thanks|remove))",
        must=("I want out", "let me out of this list"),
        must_not=("I want out of the lease early, is there a fee?", "let me out at the corner"),
    ),
    Family(
        "take me off this",
        "(take|get|pull|keep|cross|strike) {my_entry} [right]* <off> [of] {your}* {list} "
        "[list|lists|messages?|texts?|system|chain|thread|blasts?|now|database]* {bye}",
        must=("Please take me off your texting list, thanks", "get me off of this"),
        must_not=("take me off the list for Friday yoga", "take me off hold"),
    ),
    Family(
        "keep me out of your system",
        "(take|get|pull|keep|taken) [{my_entry}] (out|from|outta) [of] {your}* <list|lists"
        "|mailing|database|system|records?|contacts|directory|subscription|campaigns?"
        "|rolodex> {bye}",
        must=("Take this number out of your system",),
        must_not=("get me a quote from your system", "take a number from the stand"),
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
        "wrong number, remove it",
        "(me|number|person|interested|him|her|anymore|customer|longer|here|landline|"
        "this|these|that|spam|list|system|up|number remove|phone) _ {lead}* <remove|"
        "delete|unsubscribe> [it|this|that] [please|now|asap|immediately]* . $",
        must=(
            "not me, remove",
            "you have the wrong number. Remove it please",
            "Didn't ask for this. Remove.",
            "this is spam, delete it",
        ),
        must_not=("It is number 4, not 5. Remove the salad",),
    ),
    Family(
        "get off this",
        "(how|can|want|let|wanna|need) [do|can|would|to|i|we]* get <off> [of] (this|these|here) _",
        must=("how do I get off this?",),
        must_not=("where do I get off?",),
    ),
    Family(
        "knock it off",
        "_ {lead}* (knock|cut) it <off> . $",
        must=("knock it off",),
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
        "delete my data",
        "{start} {lead}* (remove|delete|erase|wipe|purge|destroy|scrub|forget) [all|"
        "any|every|of|the]* (my|our|this) [personal|contact|phone|all]* <information|"
        "info|data|details|records?> ({bye}|(you have|on file|from|off|out))",
        must=("Please delete all my information from your system", "wipe my data now"),
        must_not=(
            "delete my details on order 4 and use the new ones",
            "erase the records shelf, it is wrong in the plan",
        ),
    ),
    Family(
        "off the list",
        "^ {lead}* <off> {your}* (list|lists|mailing list|text list) ({please})* . $",
        must=("Off the list please", "off your list now"),
        must_not=("off the list of ingredients?", "20% off the list price"),
    ),
    Family(
        "please remove, at the end",
        "(landline|number|list|line|phone|fax|spam|person|customer|cell) [please|pls|"
        "plz|so|and|kindly|just]* <remove|unsubscribe> [it|this|me|please|asap|now]* "
        ". $",
        must=("This is a landline please remove",),
        must_not=("what number do I press to remove the lid?",),
    ),
    Family(
        "it, from your list",
        "<remove|delete|take|erase|get|pull|drop|scrub|cross> (it|this|that|him|her|"
        "them|mine|his|hers) [off|out|right]* (off|from|out of|outta) (your|ur|all|"
        "any|whatever|this|these) [of|damn|the|your|texting|text|mailing|contact|"
        "calling|marketing|phone|call|sms|stupid|customer|client]* (list|lists|"
        "mailing|database|system|systems|contacts|records|files?|texts|messages|"
        "directory|rolodex|service) ",
        must=("this is a work phone, remove it from your list", "take him off your list"),
        must_not=("remove it from the oven", "take this off the system drive first"),
    ),
    Family(
        "my number: take it off",
        "(number|phone|list|landline|cell|info|name) [_|from]* {lead}* (take|remove|"
        "delete|lose|drop|erase|get|trash) <it> [off|out|please|now|right]* _",
        must=("who gave you my number take it off", "wrong number, lose it"),
        must_not=(
            "what is the number to take it to the dump?",
            "his name is on the box, get it out of the car",
        ),
    ),
    Family(
        "I want it removed",
        "(number|name|list|info|information|texts?|messages?|phone) ... (want|like|"
        "need|wish|ask|prefer) [for|that]* (it|this|me|that|them) [to be|be]* "
        "<removed|deleted|erased|taken off> (_|from|off|please|now|asap|immediately)",
        must=("my name was added to your list by mistake. I would like it removed.",),
        must_not=("the number on the door is wrong, do you like it removed or painted over?",),
    ),
)
