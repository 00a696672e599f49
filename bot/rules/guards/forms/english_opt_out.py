"""How people say in English: I opt out, I want no texts, you may not."""

from __future__ import annotations

from typing import Final

from bot.rules.guards.family import Family

OPT_OUT: Final = (
    Family(
        "unsubscribe me",
        "_ ({lead}|(i|we) [already|have|want|just]*|have)* <{unsub}|unsubscibed> "
        "({me}|from (this|these|your|all|everything|ur|here|{texts}|the (list|texts|"
        "text))|all|to (these|this|your|the|all)|[already|twice|again|like|before|"
        "yesterday|(\\d+|five|three|four|two|many|several|multiple) times]* . |"
        "immediately|asap|please|pls|plz|now|thanks|thx|thank|my|this|today|and|or|"
        "number|already|everything)",
        must=(
            "Unsubscribe me from everything",
            "I want to unsubscribe",
            "how do I unsubscribe",
            "I unsubscribed 3 times already",
        ),
        must_not=("I unsubscribed from that gym ages ago", "Unsubscribe by texting STOP to 85555"),
    ),
    Family(
        "unsubscribe me, within a sentence",
        "(please|pls|plz|to|can {you}|just|and|so) <{unsub}> (me|us|this|my|please|pls|_ $)",
        must=("you were supposed to unsubscribe me last week",),
        must_not=("To unsubscribe text STOP",),
    ),
    Family(
        "un-subscribe",
        "^ {lead}* un <subscribe|subscribed|sub> ({please})* . $",
        must=("un subscribe", "please un-subscribe me"),
        must_not=("subscribe",),
    ),
    Family(
        "I'd rather not get these",
        "<rather|prefer> not [to] (receive|get|be|have|hear) ({your}* ({texts}|{junk})|these"
        "|this|texted|contacted|from you) ",
        must=("I'd rather not receive these",),
        must_not=("I'd rather not get the soup",),
    ),
    Family(
        "how do I unsubscribe",
        "(how|where|way|want|like|need|un) [do|can|could|to|would|i|we|should]* <{unsub}> (_ "
        "$|. |from (this|these|your|texts|text)|please|pls|now|thanks)",
        must=("how can I unsubscribe?",),
        must_not=("how do I subscribe?", "how do I unsubscribe from the email newsletter?"),
    ),
    Family(
        "opt out",
        "_ ({lead}|i|we|i'?m|am|have|i'?ve|already|hereby|would|be|will)* <opt|opting|"
        "opted|optout|opts> [{me}|myself|my number]* [out] ({bye}|(of|from) {your}* "
        "({texts}|{junk}|everything|all|list|receiving|getting|messaging|it|this|"
        "these|them|being|here|program|service))",
        must=("i'd like to opt out of these messages", "opt me out please", "I'm opting out."),
        must_not=("opt out of paper billing", "can I opt in?", "we opted for the blue one"),
    ),
    Family(
        "I revoke my consent",
        "(revoke|take back|withdraw|rescind|retract|revoking|withdrawing|rescinding|"
        "revoked|remove|end|cancel|terminate|withdrawn|pull) [my|any|all|the|prior|"
        "express|your|previous|and|written|sms|to|for|text|every]* <consent|"
        "permission|authorization|authorisation|opt in> (_|to|for|and|immediately|"
        "please|now|from|of|effective|as|i|we|that|given|previously|you|regarding)",
        must=(
            "I revoke my consent",
            "I hereby withdraw any permission to text me",
            "I withdraw any consent I may have given to receive texts from you",
        ),
        must_not=("I want to revoke my offer for the flat, sorry", "withdraw my application"),
    ),
    Family(
        "my consent is withdrawn",
        "<consent|permission|authorization> [to|for|is|has|been|hereby|was|text|contact|me"
        "|now|officially|message]* (revoked|withdrawn|rescinded|denied|terminated|removed|over)",
        must=("Consent revoked.", "my permission to text is hereby withdrawn"),
        must_not=("permission slip was denied by the school",),
    ),
    Family(
        "no consent",
        "(nobody|no one|noone|who|no longer|don'?t|do not|never|didn'?t|did not|not|"
        "no|without|lack) [ever|have|give|gave|given|grant|granted|got|get|had|you|my|"
        "any|your|u|giving|of|express|prior|written]* <consent|permission|"
        "authorization|consented|consenting|authorized|authorize|authorised> (_|to "
        "[be|being|receive|receiving|get|getting]* ({verb}|{texting}|{your}* {texts}|"
        "texted|contacted|this|these|any)|(to|for) (use|using) (my|this) number|for "
        "(this|these|{your}* {texts})|{you} to {verb}|and|so|you)",
        must=(
            "You do not have my permission to text me",
            "I do not consent",
            "not authorized to contact me",
            "Nobody gave you permission to text this phone",
            "you dont have permission to use my number",
        ),
        must_not=(
            "My son does not have permission to leave early",
            "I do not consent to the sale of the car",
        ),
    ),
    Family(
        "I want no texts",
        "{not} [longer|ever|really|even]* (want|wanna|wish|desire|care|need|like) [to|"
        "2|for]* [be|keep|receive|recieve|get|have|see|read|receiving|getting|you|"
        "sending|to|u|subscribe|more of|read|accept]* {your}* <{many}|(another|any|"
        "one more|single|more) [text|more]* (texts?|messages?)|deals|harassment|spam> "
        "[any more|anymore]* ({bye}|from|to|about|sent|coming)",
        must=(
            "I dont want these texts anymore",
            "I no longer wish to receive messages",
            "do not want your spam",
            "I don't want your texts anymore",
        ),
        must_not=(
            "I don't want to stop getting these, just fewer",
            "I want to text you a picture, which number?",
            "I don't want the text on the cake in red",
        ),
    ),
    Family(
        "I want none of this",
        "{not} [longer|ever|really|even]* (want|wanna|wanted|need|like|wish|care) [to|"
        "receive|get|see|getting|have|keep (getting|receiving)|any|more|of|this|your|"
        "ur|any of this]* <these|crap|junk|spam> [any more|anymore|please|at all]* (. "
        "|from {you}|on my)",
        must=(
            "I don't want these",
            "don't want any more of these",
            "i dont need these anymore",
            "i dont wanna get these anymore",
            "don't want your crap on my phone",
        ),
        must_not=("I don't want these shoes anymore, refund?", "I don't need this by Friday"),
    ),
    Family(
        "I don't want to be texted",
        "{not} [longer|ever|really]* (want|wish|like|care|need|prefer|desire) [you|u|anyone"
        "|them]* to [be|keep|get|getting|being|have|continue|in|part]* <texted|contacted"
        "|messaged|bothered|disturbed|subscribed|spammed|solicited|receive|receiving|hear> "
        "(_|[any|anything|more|else|back|further]* from ({you}|your|this|these)|by|any more"
        "|anymore|again|please|ever|at|on|via)",
        must=(
            "I do not wish to be contacted",
            "don't want to hear from you",
            "I don't want to be bothered again",
        ),
        must_not=("I don't want to be late", "I don't want to hear it from the kids"),
    ),
    Family(
        "not interested in texts",
        "(not|no longer|zero|isn'?t|never) [longer|at all|really|even]* <interested"
        "|interest> in ([receiving|getting] {your}* ({texts}|{junk})|(receiving|getting) "
        "(this|these|any|it|those)|being (texted|contacted|messaged|on)|hearing from you"
        "|this list|further contact) ",
        must=("I'm not interested in receiving messages", "no longer interested in your texts"),
        must_not=("not interested in the extended warranty but yes to the tune up",),
    ),
    Family(
        "I don't want to be on your list",
        "{not} [longer|ever]* (want|wish|like|care|need) to [be|stay|remain]* (on|in|part "
        "of) {your}* <list|lists|mailing|database|system|group|thread|program> ",
        must=("i dont want to be on this list anymore",),
        must_not=("I don't want to be on the bus list",),
    ),
    Family(
        "I don't want you to text me",
        "{not} (want|like|need|wish) ({you}|anyone|them) to [ever|keep]* <{verb}> (me|us"
        "|this|my|these|any|texts?|again|anymore) ",
        must=("I don't want you to text me",),
        must_not=("I don't want you to call before noon",),
    ),
    Family(
        "opt out, anywhere",
        "(request|requested|requesting|honor|honour|process|respect|consider|accept|"
        "allow|want|wish|like|need|choose|choosing|thought|please|pls|asked|trying|"
        "confirm|complete|submit|decided|this|my|just|can|how|where) [i|me|my|an|the|"
        "to|this|that|you|an|our|us|for|do|u|would|as|officially|already|it]* <opt "
        "out|opted out|optout|opt (me|us|my number|this number) * out|unsubscribe> "
        "[of|from|request|please|now|already|these|this|all|requests?|texts|"
        "immediately|preference|status|number]* _",
        must=(
            "Please honor my opt out request",
            "i requested opt out",
            "I thought i opted out already",
            "Please consider this my opt-out",
        ),
        must_not=(
            "can I opt out of the gym class and keep swimming",
            "I want to opt out of paperless",
        ),
    ),
    Family(
        "opt me the hell out",
        "<opt> (me|us|my \\w+|this number) [the|hell|fuck|tf|f|right|all|way|completely]* out ",
        must=("opt me the hell out", "opt my number out"),
        must_not=("opt for the later one, out of these two",),
    ),
    Family(
        "removal, please",
        "(request|requesting|requested|demand|want|need|asking for|ask for) [a|an|the|"
        "my|immediate|for|to have|number]* <removal|deletion|unsubscription> (_|from "
        "{your}* {list}|of (my|this|our) (number|name|info|data|phone|information)|"
        "asap|please|now|immediately)",
        must=("request removal", "requesting removal from your database"),
        must_not=("I need a quote for removal of a stump", "request removal of the old couch"),
    ),
    Family(
        "removal request",
        "^ {lead}* <removal|opt out|optout|unsubscribe|unsubscription|deletion> "
        "request [please|pls]* . $",
        must=("Removal request",),
        must_not=("tree removal request",),
    ),
    Family(
        "respect my wishes",
        "(respect|honor|honour) (my|our) (wish|wishes|request|requests|decision|"
        "privacy|right|rights|choice|space|time) ... <stop|contacted|texted|removed|"
        "opt|unsubscribe|messaged|quit|cease|leave> ",
        must=("Please respect my wishes and stop", "Please respect my request not to be contacted"),
        must_not=("we respect your wishes and stop at noon",),
    ),
    Family(
        "I revoke",
        "^ ({lead}|i|we|hereby)* <revoke|revoking|revoked> ({please}|it|consent|my|"
        "all|everything)* . $",
        must=("I revoke",),
        must_not=("revoke the bid",),
    ),
    Family(
        "no longer agree",
        "(no longer|do not|don'?t|never|didn'?t|did not) [ever]* <agree|agreed|"
        "consent|consented|authorize|allow|accept|approve> [to|of|be|being|receive|"
        "receiving|get|getting|any|you]* {your}* ({texts}|texted|contacted|messaged|"
        "this kind) ",
        must=("I no longer agree to receive texts",),
        must_not=("I don't agree to the terms in the message board",),
    ),
    Family(
        "you may not text me",
        "{you} [guys|people|all]* (are not|have no|r not|do not|aren'?t|don'?t have|"
        "do not have|are never) [any|the|a]* <allowed|authorized|permitted|welcome|"
        "business|permission> [to|been|given|be]* ({verb}|{texting}|contact|send) "
        "({me}|texts|my|these) ",
        must=("You are not allowed to text me", "You have no permission to text me"),
        must_not=("you are welcome to text me", "are you allowed to text me the total?"),
    ),
    Family(
        "but unsubscribe",
        "(but|so|and|please|just|pls|now|anyway|everything|guys|day|then) "
        "<unsubscribe|unsub> [me|please|pls|now|thanks|from|this|all|these|list]* . $",
        must=("love you guys but unsubscribe",),
        must_not=("why would I do that and unsubscribe from it",),
    ),
    Family(
        "I'm opting out",
        "(i'?m|im|i am|we'?re|we are|hereby) [now|officially|also|gonna|going to|"
        "just]* <opting out|opted out|unsubscribing> _",
        must=("Thanks for everything but I'm opting out",),
        must_not=("I'm opting out of the dental plan",),
    ),
)
