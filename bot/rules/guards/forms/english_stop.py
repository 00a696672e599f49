"""How people say in English: stop."""

from __future__ import annotations

from typing import Final

from bot.rules.guards.family import Family

STOP_A_CHANNEL: Final = (
    Family(
        "stop texting me",
        "<{halt}> * {texting} [to|at|on]* ({me}|{digits})",
        must=(
            "Who is this? Stop texting me",
            "quit calling my phone",
            "cease messaging us",
            "stop f***ing texting me",
            "stp textng me",
            "I already told you twice to stop texting me. Next I call the FCC.",
        ),
        must_not=("Did you stop texting me?", "Don't stop texting me", "he stopped texting her"),
    ),
    Family(
        "stop texting",
        "<{halt}> [from]* {your}* {texting} [and {texting}|or {texting}|{your}* "
        "{texts}|{your}* {junk}|these|this|those|them|things|crap|shit|stuff|garbage|"
        "junk|bullshit|to (this|my) number|him|her|my wife|my husband|my kids|my mom|"
        "to \\d+ [\\d+]*|me|me {texts}|me {junk}|money|up|insurance|new|offers|my "
        "\\w+|to (me|us)]* {end}",
        must=(
            "please stop sending these",
            "Could you stop texting?",
            "stop calling",
            "no means no stop texting",
            "stop sendin me texts",
            "stop selling me stuff",
            "stop sending to 555-555-0142",
            "stop calling and texting",
        ),
        must_not=(
            "I can't stop writing tonight",
            "we stop sending it to the old address",
            "ok I'll stop texting you now lol",
        ),
    ),
    Family(
        "stop the texts",
        "{start} {lead}* <{halt}|quit|cancel|kill|mute|pause|terminate|disable|"
        "deactivate|suspend|block> {your}* ({texts}|{junk}) ({bye}|to|from|about|w)",
        must=(
            "cancel texts",
            "I asked already, stop the messages",
            "how do I stop these alerts?",
            "please deactivate text alerts for this number",
            "Would it be possible to stop the texts?",
            "Is there a number to call to stop these texts?",
        ),
        must_not=(
            "Please stop the recurring charge on my card",
            "stop payment on check 1182",
            "the messages stop at nine",
        ),
    ),
    Family(
        "the texts must stop",
        "({texts}|{junk}|this|these|it) (need|needs|must|have|has|had|should|better|"
        "got|gotta|please|can|to) [to|better|now|be|please|got]* <stop|end|cease|"
        "stopped|discontinued> _",
        must=("These texts need to stop.", "this has got to stop"),
        must_not=("When do the alerts usually stop coming?",),
    ),
    Family(
        "make the texts stop",
        "((can|could|will|would|when|please|make|let) {your}* ({texts}|{junk}) [please|just"
        "|ever]*|({texts}|these|{junk}) to [please|just|all]*) <stop|end|cease> [please|now]* _",
        must=("I would like these messages to stop", "can these messages stop please?"),
        must_not=(
            "we walk to the stop. These texts help",
            "will the messages on the board stop here?",
        ),
    ),
    Family(
        "how to stop getting these",
        "(do|need|how|like|want|have|way|wish|ready) * to <stop|quit> (getting|receiving"
        "|hearing from) {your}* ({texts}|{junk}|these|this|those|you|it|them) ",
        must=("what do I need to do to stop getting these",),
        must_not=("how do I stop getting cramps?",),
    ),
    Family(
        "turn off texts",
        "_ {lead}* (turn|shut|switch|cut) [it|them]* <off> {your}* ({texts}|{junk}) {bye}",
        must=("turn off these notifications please", "Turn off text notifications for my number"),
        must_not=(
            "turn off the text of the poem in the lobby?",
            "please turn off the heat",
            "how do i turn off the alarm",
        ),
    ),
    Family(
        "knock it off with the texts",
        "_ {lead}* (knock it off|cut it out|enough|chill out|chill|cool it|back off|"
        "lay off|ease up|that'?s enough|easy) [already|now]* with {your}* <{many}|"
        "{texting}> _",
        must=("knock it off with the texts", "enough already with your promos"),
        must_not=("chill out with the kids", "that's enough with the onions"),
    ),
    Family(
        "turn these off",
        "_ {lead}* (turn|shut|switch|cut) {your}* ({texts}|{junk}|these) <off> {bye}",
        must=("turn these texts off", "how do I turn these off?"),
        must_not=("turn these off the main road?",),
    ),
    Family(
        "cancel my subscription",
        "{start} {lead}* <stop|cancel|end|terminate|discontinue|kill|quit> [my|the|"
        "this|our|your|any|all|text|sms|message]* (subscription|subscriptions|text "
        "service|sms service|text program|text club|vip texts) ({please}|_|to {your}* "
        "({texts}|this|these|service)) ",
        must=("Cancel my subscription to these texts", "Discontinue text service"),
        must_not=(
            "cancel my subscription to the magazine",
            "I want to cancel my gym subscription plan",
        ),
    ),
    Family(
        "if you stopped texting",
        "if {you} [guys|all|would|could|could please|just|people|'?d]* <stop|stopped|"
        "quit|cease|ceased|did not|didn'?t|not> ({texting}|sending) ",
        must=(
            "I'd be grateful if you stopped texting",
            "it would be nice if you stopped texting me",
        ),
        must_not=("call me if you stopped by", "what if you quit the club?"),
    ),
)

STOP_ALONE: Final = (
    Family(
        "stop, misspelled or stretched",
        "^ {lead}* <stop{1,10}|s{2,3}top|sttop|sto{3,8}p{1,2}|sstop|stpo|sotp|tsop|"
        "stp|stoped|st0p|stopo|stopt|stopl|stopit|stope|srop|dtop|syop|stopall|"
        "stoppit|{unsub}|exit|halt|terminate|cease|desist|remove|arret|arrêt|optout|"
        "discontinue|opt|revoke|quit|stahp> ({please}|_|sorry|out|stop|texts?|pls|"
        "unsubscribe|quit|end|cancel|2 end|to end|2 opt out|to opt out|i beg {you}|"
        "i'?m begging|for real|fr|omg|wtf|bro|dude|man|guys|lol no|or else|send me|to "
        "text me|text me|message me|call me|hmu|hitting me up|everything|{your}* "
        "{texts}|with|{your}* {junk})* . [haha .] $",
        must=(
            "stoppp",
            "Stpo",
            "unsub",
            "unsuscribe pls",
            "STOP THIS",
            "stop now",
            "Remove please",
            "Stop 2 end",
            "stop please I beg you",
            "stop send me",
            "stop or else",
            "stop hmu",
        ),
        must_not=("stoop", "shop", "unsubscribed?", "stops", "step"),
    ),
    Family(
        "wrong number, stop",
        "{start} {lead}* <stop|unsubscribe|stopp|stahp|quit it> [please|pls|plz|this|"
        "now|already]* . $",
        must=(
            "You have the wrong number, please stop",
            "not her, stop",
            "I said stop",
            "Im 14 stop",
            "SCAM STOP",
        ),
        must_not=("Which is the next stop", "You always work. Just quit."),
    ),
    Family(
        "please stop",
        "(please|pls|plz|{start} {lead}* just|{start} just) [just]* <stop|stopp> "
        "[this|it|these|them|now|already|doing this|the|with]* [nonsense|crap|shit|bs|"
        "garbage|madness|harassment]* _",
        must=(
            "Please stop! I never gave you my number",
            "just stop. nobody lives here",
            "you text me every single day please stop",
            "these cost me money please stop them",
        ),
        must_not=("please stop by on your way",),
    ),
    Family(
        "stop these",
        "_ {lead}* <stop|end|quit> [getting|receiving|sending]* (these|this|them|all "
        "this) [please|pls|plz|now|immediately|asap|already|stuff|crap|shit|nonsense|"
        "bs|garbage|harassment|spam]* _",
        must=("How do I stop these?", "Can you stop this please?"),
        must_not=("where does this bus stop? this one",),
    ),
    Family(
        "make it stop",
        "make {your}* [{texts}|it|them|thing]* <stop> [please|pls|plz|now|already|asap]* _",
        must=("please make it stop", "How do I make these texts stop", "make it stop pls"),
        must_not=("does the tram make a stop there?",),
    ),
    Family(
        "stop, and a reason",
        "^ {lead}* <stop|unsubscribe|unsub|stopp|optout|stopall|end> ({reason}|(_|i|i'?m"
        "|i'?ve|this|you|u|we|who|wrong|not|no|don'?t|do|never|is|it'?s|my|please|pls|now"
        "|already|or|he|she|there|because|and|idk) ... {reason}) ",
        must=("Stop. I never signed up", "STOP who is this", "stop this is harassment"),
        must_not=(
            "Stop! you made my day 😂",
            "Stop at the bank first, running late",
            "Stop, what colour is the dress?",
        ),
    ),
    Family(
        "I said stop",
        "(_|repeatedly|i|we|i'?m|i'?ve|we'?ve|have|already|just|times|to|do) [have|"
        "already|repeatedly|just|clearly|now|had|i]* {told} [already|you|u|them|"
        "y'?all|this|again|to|the word|with|for|times|time|twice|before|that|a|an|my|"
        "\\d+|three|multiple|several|many|please|word|of|number|be|want|nicely|"
        "politely|guys|people|kindly]* <stop|unsubscribe|quit|removed|stopped|unsub|"
        "stopping|end> (_|please|already|now|again|twice|like|over|\\d+|before|it|"
        "this|three|so|times|texting|sending|many|multiple|several|a|and|but|to|stop|"
        "yesterday|last|weeks?|days?|month|in|on|this|already|five|four|two|2x|3x|did|"
        "nothing|didn'?t)",
        must=(
            "I said stop",
            "STOP STOP STOP I said STOP",
            "i've asked you to stop three times",
            "I texted STOP yesterday and you are still texting me",
            "I have repeatedly asked you to stop",
            "Asked you to stop last month",
        ),
        must_not=(
            "It said reply STOP to opt out but I want to stay in",
            "He told me to stop",
            "asked you to stop by later",
        ),
    ),
    Family(
        "what part of stop",
        "(part of|means|meaning|word|understand) [of|the|do]* [word]* <stop|unsubscribe|stopp> ",
        must=("What part of STOP don't you get", "stop means stop", "what part of STOP"),
        must_not=("which bus goes to your stop?", "which part of no smoking area is ours?"),
    ),
    Family(
        "will you stop",
        "(when|why|will|would|can|could|won'?t|can'?t|please) [will|won'?t|would|can'?t|do]* "
        "{you} [guys|people|ever|please|not|just|pls|never]* <stop|quit> (_|{texting}|please"
        "|this|these) ",
        must=("When will you stop?", "why can't you people stop texting"),
        must_not=("why did you stop", "will you stop at the corner store"),
    ),
    Family(
        "cancel everything",
        "^ {lead}* <end|quit|terminate> (it|this|that|all|everything|now) ({please})* . $",
        must=("End this",),
        must_not=("end of story",),
    ),
    Family(
        "stop, or else",
        "<stop|quit|end> [this|it|these|them|that|now|please|texting|messaging|"
        "calling|me|the|texts|harassing]* (or|before|or else|otherwise|unless you "
        "want) {threat}",
        must=("stop or i call the cops", "stop texting or my lawyer will write to you"),
        must_not=("stop by or call the office", "stop before the police station on the left"),
    ),
    Family(
        "if you do not stop",
        "(if|unless) ({you} [guys|people]*|{your}* ({texts}|{junk})|these|this|it) "
        "[ever|all]* [do|don'?t|do not|won'?t|doesn'?t|does not|are not]* [ever|"
        "immediately]* <stop|quit|cease> [{texting}|me|this|these|now|immediately|"
        "coming|please]* (_|{threat})",
        must=(
            "I will sue you if you don't stop",
            "if these messages don't stop I'll file a complaint",
        ),
        must_not=("what happens if I stop taking it?", "if it doesn't stop raining we cancel"),
    ),
    Family(
        "if you keep texting",
        "(if|unless) ({you} [guys|people]*|{your}* ({texts}|{junk})|these|this|it) "
        "[ever|all]* <keep|keeps|continue|continues> [on|to]* ({texting}|{verb}|"
        "contacting|bothering|coming) [me|us|this|these|now]* (_|{threat})",
        must=("if you keep texting me I will call the police",),
        must_not=("if you keep going you see the bank",),
    ),
    Family(
        "text me again and",
        "({verb}|texts?) {me} <again|one more time|once more|one more|ever again|"
        "anymore> [and|&|or|i'?ll|i|will|see]* {threat}",
        must=(
            "text me again and im reporting u",
            "If you contact me one more time my attorney will call",
        ),
        must_not=(
            "text me again when the car is ready",
            "call me again and I'll tell you the code",
        ),
    ),
    Family(
        "you need to stop",
        "{you} [guys|people|all|folks|really|just]* (need|needs|have|got|gotta|ought|"
        "better|must|should) [got|to|just|really|please|better]* <stop|quit> (_|"
        "{texting}|this|please|now)",
        must=("yall gotta stop", "You all have got to stop"),
        must_not=("you should stop by", "you need to stop at the desk"),
    ),
    Family(
        "don't you understand stop",
        "{not} [{you}|people|guys]* <understand|comprehend> [about|the|word|by|what|"
        "of|a]* (stop|no) _",
        must=("What don't you understand about stop",),
        must_not=("I don't know about that stop on the left",),
    ),
    Family(
        "cancel these",
        "^ {lead}* <cancel|stop|end|quit> (these|those|all|everything|all of (it|this|"
        "these)) ({please})* . $",
        must=("cancel everything", "cancel these please"),
        must_not=("cancel it", "cancel that"),
    ),
    Family(
        "my wish, to stop",
        "(consider|treat|take) [this|my|that|it|as|the|a|an|message|text|official|"
        "formal|final|request|notice]* to <stop|cease|end|opt out|unsubscribe|remove> "
        "(_|{texting}|{texts}|me|my|contacting)",
        must=("Consider this my notice to stop",),
        must_not=("take the trail to stop four",),
    ),
    Family(
        "already done, stop",
        "already (donated|voted|gave|bought|sold|have|got|did|paid|moved|hired|"
        "switched|own|booked|done|ordered|answered|responded|signed|unsubscribed) "
        "[\\w+] [\\w+] [_] <stop|quit> [asking|begging|{texting}|please|now|it]* _",
        must=("already donated stop asking",),
        must_not=("we are already at the next stop",),
    ),
    Family(
        "I demand you stop",
        "(demand|insist|beg|request|ask|asking|begging|want|need|ordering|telling|"
        "wish) [that|for]* {you} [to|all|guys|please|immediately|just|people]* <stop|"
        "cease|quit> [it|this|now|immediately|please]* _",
        must=("Under the TCPA I demand you stop",),
        must_not=("I need you to stop at the desk", "I'm asking you to stop by"),
    ),
    Family(
        "cancel, misspelled",
        "^ <cancel> [please|pls|now|thanks|por favor]* . $",
        must=("cancell", "Cancle please"),
        must_not=("cancel 2",),
    ),
    Family(
        "what part of no",
        "<part> of no (_|do|don'?t|did|didn'?t|is)",
        must=("What part of NO?", "which part of no do you not get"),
        must_not=("part of no smoking area",),
    ),
    Family(
        "my second request to stop",
        "(second|third|fourth|2nd|3rd|4th|last|final|fifth|\\d+th|another) <request|"
        "notice|time|warning|attempt> [i|i'?m|asking|have|asked|that|you]* (to|for) "
        "[be|you|to]* (stop|cease|quit|removed|removal|opt out|unsubscribe|taken off) ",
        must=("this is my second request to stop", "Second notice to cease"),
        must_not=("last time I asked to be seen today",),
    ),
)
