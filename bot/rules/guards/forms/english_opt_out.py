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
        "_ ({lead}|i|we|i'?m|am|have|i'?ve|already|hereby|would|be|will)* <opt|opting|opted"
        "|optout|opts> [{me}|myself|my number]* [out] ({bye}|(of|from) {your}* ({texts}"
        "|{junk}|everything|all|list|receiving|getting|messaging|it|this|these|them|being"
        "|here|program|service))",
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
        "texted|contacted|this|these|any)|for (this|these|{your}* {texts})|{you} to "
        "{verb}|and|so|you)",
        must=(
            "You do not have my permission to text me",
            "I do not consent",
            "not authorized to contact me",
            "Nobody gave you permission to text this phone",
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
        "sending|to|u|subscribe|more of|read|accept]* {your}* <{texts}|{junk}> [any "
        "more|anymore]* ({bye}|from|to|about|sent|coming)",
        must=(
            "I dont want these texts anymore",
            "I no longer wish to receive messages",
            "do not want your spam",
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
        "receive|get|see|getting|have|keep (getting|receiving)|any|more|of|this]* "
        "<these|crap|junk|spam> [any more|anymore|please|at all]* (. |from {you})",
        must=(
            "I don't want these",
            "don't want any more of these",
            "i dont need these anymore",
            "i dont wanna get these anymore",
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
        "I never signed up",
        "(never|didn'?t|did not|not|don'?t remember|haven'?t) [ever]* <sign|signed|subscribe"
        "|subscribed|opt|opted|agree|agreed|requested|request|enroll|enrolled|signing"
        "|register|registered> [up|in|into|to|for|you|u|be|on|a|receive|get|by|via]* "
        "({your}* ({texts}|{junk}|list)|this|these|any of this|contacted|texted|spammed) (. "
        "|please|pls|and|so|from|take|remove|stop|shit|crap|list|service|bs|at all)",
        must=("I never signed up for this.", "I never opted in to this"),
        must_not=("I never signed up for this class", "I didn't agree to this price, did I"),
    ),
    Family(
        "tired of texts",
        "{fed_up} (of|with|by|getting) [getting|receiving|all|so many|hearing|you|guys"
        "|people]* {your}* <{texts}|{junk}|texting>",
        must=("I'm so tired of these texts", "sick of getting your messages"),
        must_not=("I'm tired of waiting for a text back", "done with the paperwork"),
    ),
    Family(
        "do not call list",
        "(don'?t|do not|dnc|donot) [call|contact|text|solicit|message|disturb]* <list"
        "|registry|lists|register>",
        must=("Put this number on your do not call list", "I'm on the Do Not Contact registry"),
        must_not=("I don't see it on the list",),
    ),
    Family(
        "cease and desist",
        "<cease> [and|or] (desist|all|any|contact|communication|texting|further)",
        must=("Cease and desist", "cease all contact"),
        must_not=("it will cease raining soon?",),
    ),
    Family(
        "I will report you",
        "(i|i'?m|am|i'?ll|will|going|gonna|be|been|has|have|you'?re|are|youre|you|ur|this is"
        "|is)* [to|been|be|now]* <report|reporting|reported|block|blocking|blocked"
        "|harassment|harassing|spamming> ({you} [guys|people]* (to|for|if|as|. |and|now"
        "|again)|(this|your|ur|the) number|(this|it|you|u) as [spam|a]|as spam|me|us|and "
        "(blocked|reported))",
        must=("I'm reporting you to the FCC", "blocked and reported", "you are harassing me"),
        must_not=("I want to report you made my day", "my card is blocked, can you help?"),
    ),
    Family(
        "blocked",
        "^ ({you}|you'?re|youre|i|i'?m|number|are|is|and|this)* <blocked|blocking|reported> "
        "[you|u|this number|and|blocked|reported|deleted|spam|as|your number|now]* . $",
        must=("Blocked.", "blocked and reported", "you're blocked"),
        must_not=("the drain is blocked",),
    ),
    Family(
        "this is harassment",
        "(this|it|that|these) (is|are|'?s) [now|pure|just|borderline|becoming|illegal]* "
        "<harassment|spam|harassing|unsolicited|illegal> _",
        must=("This is harassment!", "this is spam"),
        must_not=("is this spam?", "this is spam musubi, is it still warm?"),
    ),
    Family(
        "my lawyer",
        "(my|an|a|our|contact|call|calling|contacting|violation|violating|violates|the) [of"
        "|the|a]* <lawyer|attorney|fcc|ftc|tcpa> (will (be|contact|hear|sue|file|call)|about "
        "(this|you)|if you|. $|act|law|rules)",
        must=("You are in violation of the TCPA.", "my lawyer will be in touch"),
        must_not=("do you have the number of the lawyer you used?",),
    ),
    Family(
        "I did not ask for texts",
        "(never|didn'?t|did not|not) [ever]* (ask|asked|asking) [up|in|to|for|you|u|"
        "be|on|a|receive|get|any|of]* <{texts}|{junk}|these|texted|contacted|"
        "messaged> ",
        must=(
            "did not ask for these texts",
            "I never asked to be contacted",
            "I never asked for these texts",
        ),
        must_not=("I didn't ask for this much detail, thanks",),
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
        "I opted out, and you still write",
        "<unsubscribed|opted out|optout|removed me|(texted|sent|replied|said|typed|"
        "wrote|responded|asked|clicked|hit|put|told) * stop> ... (still|keep|keeps|"
        "again|yet) [you|i|are|am|getting|receiving|you'?re|im|i'?m|keep|to|get|"
        "here]* (text|texting|texts|getting|receiving|get|receive|send|sending|"
        "messaging|these|messages|contacting) ",
        must=(
            "I have unsubscribed 5 times and still get these",
            "I texted STOP and you keep texting",
        ),
        must_not=(
            "we stop at six, do you still get mail?",
            "Is the tree removed? The birds are still here",
        ),
    ),
)
