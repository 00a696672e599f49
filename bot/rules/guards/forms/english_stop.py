"""How people say in English: stop."""

from __future__ import annotations

from typing import Final

from bot.rules.guards.family import Family

STOP_A_CHANNEL: Final = (
    Family(
        "stop texting me",
        "<{halt}> [from|with|all|the|fucking|with the]* {texting} [to|at|on]* {me}",
        must=("Who is this? Stop texting me", "quit calling my phone", "cease messaging us"),
        must_not=("Did you stop texting me?", "Don't stop texting me", "he stopped texting her"),
    ),
    Family(
        "stop texting",
        "{start} {lead}* <{halt}> [from]* {your}* {texting} [{your}* {texts}|{your}* {junk}"
        "|these|this|those|them|things|crap|shit|stuff|garbage|junk|bullshit|to this number"
        "|him|her|my wife|my husband|my kids|my mom]* {bye}",
        must=("please stop sending these", "Could you stop texting?", "stop calling"),
        must_not=("I can't stop writing tonight", "we stop sending it to the old address"),
    ),
    Family(
        "stop the texts",
        "{start} {lead}* <{halt}|cancel|kill|terminate|disable|deactivate|suspend|block> "
        "{your}* ({texts}|{junk}) ({bye}|to|from|about|w)",
        must=("cancel texts", "I asked already, stop the messages", "how do I stop these alerts?"),
        must_not=(
            "Please stop the recurring charge on my card",
            "stop payment on check 1182",
            "the messages stop at nine",
        ),
    ),
    Family(
        "the texts must stop",
        "({texts}|{junk}|this|these|it) (need|needs|must|have|has|had|should|better|got"
        "|gotta|please) [to|better|now|be|please|got]* <stop|end|cease|stopped|discontinued> _",
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
        must=("turn off these notifications please",),
        must_not=("turn off the text of the poem in the lobby?", "please turn off the heat"),
    ),
)

STOP_ALONE: Final = (
    Family(
        "stop, misspelled or stretched",
        "^ {lead}* <stop{1,10}|s{2,3}top|sttop|sto{3,8}p{1,2}|sstop|stpo|sotp|tsop|stp"
        "|stoped|st0p|stopo|stopt|stopl|stopit|stope|srop|dtop|syop|stopall|stoppit|{unsub}"
        "|exit|halt|terminate|cease|desist|remove|arr[eê]t|optout|discontinue|opt|revoke"
        "|quit|stahp> ({please}|_|sorry|out|stop|texts?|pls|unsubscribe|quit|end|cancel)* . "
        "[haha .] $",
        must=(
            "stoppp",
            "Stpo",
            "unsub",
            "unsuscribe pls",
            "STOP THIS",
            "stop now",
            "Remove please",
        ),
        must_not=("stoop", "shop", "unsubscribed?", "stops", "step"),
    ),
    Family(
        "wrong number, stop",
        "{start} {lead}* <stop|unsubscribe|stopp|stahp> [please|pls|plz|this|now|already]* . $",
        must=("You have the wrong number, please stop", "not her, stop", "I said stop"),
        must_not=("Which is the next stop", "You always work. Just quit."),
    ),
    Family(
        "please stop",
        "{start} {lead}* (please|pls|plz|just) [just]* <stop|stopp> [this|it|now|already"
        "|doing this]* [nonsense|crap|shit|bs|garbage|madness]* _",
        must=("Please stop! I never gave you my number", "just stop. nobody lives here"),
        must_not=("please stop by on your way",),
    ),
    Family(
        "stop these",
        "_ {lead}* <stop|end|quit> [getting|receiving|sending]* (these|this|them|all this) "
        "[please|pls|now|stuff|crap|shit|nonsense|bs|garbage|harassment|spam]* _",
        must=("How do I stop these?", "Can you stop this please?"),
        must_not=("where does this bus stop? this one",),
    ),
    Family(
        "make it stop",
        "make {your}* [{texts}|it|them|thing]* <stop> _",
        must=("please make it stop", "How do I make these texts stop"),
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
        "(i|we|i'?m|i'?ve|we'?ve|have|already|just|times|to|do) [have|already|just|clearly"
        "|now|had|i]* {told} [already|you|u|them|y'?all|this|again|to|the word|with|for"
        "|times|time|twice|before|that|a|an|my|\\d+|three|multiple|several|many|please|word"
        "|of|number|be|want|nicely|politely|guys|people|kindly]* <stop|unsubscribe|quit"
        "|removed|stopped|unsub|stopping|end> (_|please|already|now|again|twice|like|over"
        "|\\d+|before|it|this|three|so|times|texting|sending|many|multiple|several|a|and|but"
        "|to|stop)",
        must=("I said stop", "STOP STOP STOP I said STOP", "i've asked you to stop three times"),
        must_not=("It said reply STOP to opt out but I want to stay in", "He told me to stop"),
    ),
    Family(
        "what part of stop",
        "(part|which|means|mean|word|meaning|understand|again) [of|the|do]* [word]* <stop"
        "|unsubscribe|stopp> ",
        must=("What part of STOP don't you get", "stop means stop"),
        must_not=("which bus goes to your stop?",),
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
)
