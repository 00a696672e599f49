"""What looks in English like a wish to leave, and is none."""

from __future__ import annotations

from typing import Final

from bot.rules.guards.family import Family

NOT_A_WISH: Final = (
    Family(
        "not to stop",
        "(i don'?t|(_|please|pls|plz|we|so|but|and|just|to|hey|no|pleaase|omg|really) "
        "(don'?t|do not|dun|dont)|never|not to) [ever|wanna|want|you dare|need to|"
        "have to|mean to|want [you] to|please]* <stop|quit|unsubscribe|delete|remove|"
        "lose|take|leave> ",
        must=("Don't stop texting me", "don't remove me from the list!"),
        must_not=("you did not stop, please stop texting me", "I will sue you if you don't stop"),
    ),
    Family(
        "I did not opt out",
        "(didn'?t|did not|not|never|don'?t) [want|to|mean|wanna|try|trying|ever|be|asking]* "
        "<opt out|opted out|unsubscribe|unsubscribed> ",
        must=("I did not opt out", "I'm not trying to unsubscribe"),
        must_not=("you did not remove me", "I never opted in"),
    ),
    Family(
        "I don't want to stop",
        "(not|don'?t|never|dont|do not) (want|wanna|like|mean|wish|trying) [to|be|you|"
        "them|it|the|these|your|my|text|texts|alerts|messages|reminders]* <stop|quit|"
        "opt|removed|leave|end|taken|deleted|unsubscribed|dropped|blocked> ",
        must=(
            "I don't want to stop getting these, just fewer",
            "I don't want the text alerts to stop",
        ),
        must_not=("I don't want these, stop",),
    ),
    Family(
        "did you stop?",
        "(did|have|has|had|didn'?t|haven'?t) ({you}|i|they|we|he|she|it|anyone|someone) "
        "[ever|all|guys|already|just|accidentally|get|got|been]* <stop|stopped|quit|unsubscribe"
        "|unsubscribed|remove|removed|take|taken|delete|deleted|opt|blocked|block> ",
        must=("did you stop texting me?", "Why did you remove me from the list?"),
        must_not=("I asked you did I not? Stop texting me",),
    ),
    Family(
        "he stopped",
        "(he|she|they|everyone|nobody|mom|dad|him|her|them|neighbors?|my (ex|boss|brother|sister|"
        "roommate|coworker|cousin|landlord)) [is|are|was|has|have|had|will|would|to|won'?t|"
        "can'?t|should|could|never|just|keeps?|please|might|did|didn'?t|did not|finally]* <stop|"
        "quit|stopped|remove|text|leave|call|lose|harassing|blocked|spamming|stalking|texting> ",
        must=("he won't stop texting me", "They should stop sending me to voicemail"),
        must_not=("tell your people: stop texting me",),
    ),
    Family(
        "you don't text me",
        "(_|why|if|but|that|since|when|because|cos|coz|cuz|how come|and|so|then|as|sure) [ok"
        "|lol|hey]* ({you}|they|he|she|i|we) (don'?t|do not|never|dont|dun|didn'?t|did not"
        "|haven'?t) [even|ever]* <text|txt|message|msg|call|sms|contact|send|write|bother"
        "|phone|email> ",
        must=("you don't text me anymore", "why you never call me again"),
        must_not=("I told you don't text me",),
    ),
    Family(
        "another way instead",
        "({not}|stop|quit|no|cancel|end|rather) ... _ [please|pls|just|instead|but|"
        "only|you can|better]* <call|email|ring|phone|text|txt|mail> ((me|us|my|him|"
        "her) (_|at|on|instead|only|please|pls|when|if|or|and|the|your|a|my|back|"
        "first|any|with|before|after|later|about|tomorrow|today|in|for|directly|here|"
        "through|to|by|via|as|whenever|is|what|it)|instead|only|at|or email|the|_|is "
        "(better|fine|best)) ",
        must=(
            "don't call me, text me",
            "Do not text me. Please email me the contract",
            "stop calling, text me when it ships",
        ),
        must_not=("please don't text me", "text me again and im reporting u"),
    ),
    Family(
        "instead",
        "<instead|until|unless> ",
        must=("don't text me, call instead",),
        must_not=("don't text me",),
    ),
    Family(
        "I want to stay",
        "(want|like|wish|prefer|love|glad|going|gonna|happy) [to|2]* [still]* <stay|remain"
        "|keep|continue> ",
        must=("It said reply STOP to opt out but I want to stay in",),
        must_not=("I want to leave this list",),
    ),
    Family(
        "keep them coming",
        "(_|but|and|so) [please|pls|but|and|just|so|yes]* <keep> (sending|them|it|me on"
        "|texting|the|those|these|texts|text|messages) ",
        must=("Don't remove me, keep me on the list", "stop? no! keep them coming"),
        must_not=("you keep sending these, stop",),
    ),
    Family(
        "text STOP to 85555",
        "(_|to|2|or|off|charges|free|by|just|alerts|texts|messages|service|please|pls|call"
        "|can|and|further|with|\\w*\\d\\w*) (reply|text|txt|send|replying|texting|txting|sms"
        "|msg|replies) [with|the|word|by|a]* <stop|end|cancel|unsubscribe|quit|optout|no"
        "|remove|out> ",
        must=("Deals! Reply STOP to end", "2stop txt stop", "unsubscribe by texting STOP"),
        must_not=("I already texted you to stop",),
    ),
    Family(
        "to stop, text",
        "(to|2|4) <stop|end|cancel|unsubscribe|opt|remove|quit> * [_] * (call "
        "(\\w*\\d\\w*|us|our|toll|1)|reply (with|stop|no|end|back|to|\\w+ .|out|quit|"
        "cancel)|(text|txt|send|sms) (the|stop|no|end|out|quit|\\w*\\d\\w*|cancel|"
        "unsubscribe|to|back|us|word)|replying|visit|click|tap) ",
        must=("To stop further messages call 5555550123", "to opt out, reply with the word NO"),
        must_not=(
            "I asked you to stop, remove me",
            "I told you twice to stop texting me. Next I call the FCC.",
        ),
    ),
    Family(
        "call, do not text",
        "_ [please|pls|just|instead|but|only|you can|better]* <call|email|ring|phone|"
        "mail> (_|instead|only|at|or email|the|is (better|fine|best)) ",
        must=("Please call, don't text", "don't text, call"),
        must_not=("please don't call",),
    ),
    Family(
        "I'll stop",
        "(i'?ll|i will|i'?m going to|i'?m gonna|i should|i could|i need to|i have to|"
        "i had to|i must|let me|we'?ll|we will|i cannot|i can'?t|cant|can'?t|ill|imma|"
        "i might|i tried to|trying to|won'?t|he won'?t) [just|also|not|even|better|"
        "now|please|seem to|probably]* <stop|quit> ",
        must=(
            "ok I'll stop texting you now lol",
            "can't stop writing",
            "my dog won't stop barking",
        ),
        must_not=("stop it, I can't", "you can stop"),
    ),
    Family(
        "while driving",
        "<texting|text|texts> (and|while|n) (drive|driving) ",
        must=("can you stop texting and driving lol",),
        must_not=("I'm driving, stop texting",),
    ),
    Family(
        "delete my card",
        "<delete|remove|erase|update|change|clear> [my|the|our|all]* (card|credit card|credit|"
        "payment|billing|address|order|bank|insurance|photo|cart|account) ",
        must=("delete my card info",),
        must_not=("delete my info",),
    ),
    Family(
        "unsubscribed from something else",
        "<unsubscribe|unsubscribed> [me|us]* from [the|my|your|a]* [\\w+] {thing} ",
        must=("unsubscribe me from the gym membership",),
        must_not=("unsubscribe me from the texts",),
    ),
    Family(
        "the wrong name, the wrong size",
        "the <wrong> (name|size|color|order|item|address|time|amount|date|day|thing|one|form|"
        "price) ",
        must=("you keep calling me the wrong name",),
        must_not=("the wrong person",),
    ),
)
