"""What speaks in English against an act that is open: another object, another person, a time."""

from __future__ import annotations

from typing import Final

from bot.rules.guards.family import Family

LOOKALIKES: Final = (
    Family(
        "an order, an appointment, a bill",
        "((off|from|out|unsubscribe|unsubscribed|opt|opted|optout|opting|unsubscribing) [from|of|"
        "out|off|the|my|a|an|this|that|our|your|all|any|\\w+]* [\\w+]|(cancel|delete|remove|"
        "removed|end|drop|take|pull|erase|keep|lose|sign|signed|ask|asked|agree|agreed|authorize|"
        "authorized|consent|consented|request|requested|permission|interested|wish|want|need|"
        "send|use|hate|done|over|sick|tired|stand) *|(stop|quit|halt|suspend|cut|turn off|too "
        "many|no more|opt out|disable|put|texts|messages|spam|text|message) [\\w+] [of|the|my|"
        "this|a|your|our|all|in|on|about|for|any|auto|her|his]* [\\w+]) <{thing}> ",
        must=("take me off the waitlist for Tuesday", "opt out of paper billing"),
        must_not=("take me off the list",),
    ),
    Family(
        "a list for one thing",
        "<list> (for|on|at|of|price|tonight|tomorrow|today|until|next|and (add|put|"
        "keep|move)|but) ",
        must=("take me off the list for Friday yoga",),
        must_not=("take me off the list please",),
    ),
    Family(
        "another entry instead",
        "<old|second|previous|duplicate|wrong> [phone|cell|contact|home|work]* (number|one|"
        "phone|info|contact|address|card) ",
        must=("delete my old number and use this one",),
        must_not=("this is an old flip phone",),
    ),
    Family(
        "and the new one",
        "(and|but|,|_|then) [please|just|to|i'?ll|can you|instead]* <use|add|keep|move|switch|"
        "replace|update|change|rebook|reschedule|book|swap|transfer> (me|it|my|the|us|this "
        "(one|number|instead)|them|to|with|that|her|him|in|another) ",
        must=(
            "take me off Tuesday and move me to Friday",
            "remove my number and add my wife's, keep it",
        ),
        must_not=("please put me on your do not call list",),
    ),
    Family(
        "a time",
        "<before|after|until|till|til|between|unless|while|during|except|yet> "
        "(\\d+\\w*|noon|midnight|dinner|lunch|work|school|church|driving|the|i|you|it|we|my|"
        "he|she|they|then|that|tomorrow|monday|tuesday|wednesday|thursday|friday|saturday|"
        "sunday|next|dark|breakfast|bed|.|later|hours|class|meetings?|morning|evening) ",
        must=("Don't text me before 9", "do not text while driving"),
        must_not=("don't text me after what you did",),
    ),
    Family(
        "at that time",
        "(me|us|it|text|call|message|here|phone|number) <at|so|too|on> (\\d+\\w*|night|late|"
        "early|noon|midnight|work|home|the office|church|school|weekends|sundays?|saturdays?|"
        "mondays?|weekdays) ",
        must=("please don't call me at work",),
        must_not=("stop texting at all",),
    ),
    Family(
        "another way",
        "(_|please|just|only|or|better|can|rather|to|but|me|this) <instead|rather than|email|"
        "e-mail|voicemail|call|in person|by (mail|phone|email)> (_|me|us|is|works|would|please|"
        "at|only|when|it|the|works|better|my|if|to|in) ",
        must=("don't text me, call me",),
        must_not=("I said do not call again",),
    ),
    Family(
        "somebody else",
        "(he|she|they|my (ex|son|daughter|husband|wife|boss|sister|brother|mom|dad|neighbors?|"
        "friends?|kids?|cousin|roommate|coworker|doctor|landlord|tenant|dog|boyfriend|"
        "girlfriend|phone|bank|insurance|bf|gf)|the \\w+|someone|somebody|people|everyone|"
        "neighbors?) [is|was|has|have|had|are|were|keeps?|kept|still|just|also|"
        "won'?t|will|would|did|does|do|to|not|never|always|doesn'?t|don'?t|didn'?t|of|been|"
        "can'?t|isn'?t|got|gets|even]* <stop|stopped|stops|quit|block|blocked|texting|text|"
        "harassing|harass|spamming|messaging|calling|texts|texted|bothering|contacting|remove|"
        "removed|deleted|unsubscribed|getting|get|sent|sending|blocking|reported|report|"
        "subscribed|gave|annoying|message|received> ",
        must=("he blocked me", "the neighbors are harassing me", "my ex keeps texting me"),
        must_not=("your company keeps texting me",),
    ),
    Family(
        "a question about one's own",
        "_ [ok|hi|hey|so|and|but|please|sorry|wait|can you|tell|check|see|me|hello]* (am|was|"
        "were|did|do|does|is|are|has|have|had|will|would|should|if|whether|why|when|how|what|"
        "could) [not|just|still|already|ever|happens|to|if|come|long|often|many|much|do|does|"
        "did|have]* (i|you|we|my|the|these|your|it|y'?all|u|any|this|that|they|more|there) "
        "[guys|still|just|ever|already|have|been|being|get|got|not|to|by|accidentally|somehow|"
        "even|mean]* <unsubscribed|removed|unsubscribe|subscribed|blocked|stop|stopped|quit|"
        "getting|texts|send|sent|remove|taken|opted out|reported|messages|alerts|delete|deleted|"
        "on|text|spam|receive|welcome|wanted|needed|get|receiving|not|from> ... [?] ".replace(
            "[?]", "?"
        ),
        must=(
            "did i get removed from the list?",
            "am I unsubscribed?",
            "will I still get texts?",
            "are these texts automated?",
        ),
        must_not=("did you read? stop it.",),
    ),
    Family(
        "by mistake",
        "<accident|accidentally|mistake|mistakenly|mistakingly|resubscribe|re-subscribe|"
        "subscribe back|add me back|back on|put me back|opt in|opt back> ",
        must=("I unsubscribed by mistake, please add me back",),
        must_not=("take me off",),
    ),
    Family(
        "I miss them",
        "<miss|missed|missing|afraid|worried|not (getting|receiving|texting|sending)|stopped "
        "(getting|receiving|sending|coming|texting)|haven'?t (received|gotten|got)|no longer "
        "(getting|receiving)|never (got|received|came|get)|didn'?t (get|receive|see)|did not "
        "(get|receive|see)|don'?t (get|receive|see)|do not (get|see)|isn'?t (getting|receiving)|"
        "(more|less|fewer) (often|of these please)|not (stop|blocked)> ",
        must=("I don't want to miss your texts", "I stopped getting your texts, why?"),
        must_not=("I do not want your texts",),
    ),
    Family(
        "a joke, a joy",
        "<really ?|heard this one|haha|hahaha|hahah|lol|lmao|lmfao|rofl|love|loved|funny|"
        "hilarious|cute|sweet|blushing|blush|kidding|joking|jk|playing|teasing|xoxo|xx|made my "
        "day|too kind|so nice|believe|hammer|amazing|gorgeous|sexy|baby|babe|honey|darling|xxx|"
        "bday|birthday|great|awesome|fine|good|perfect|happy|glad|party> ",
        must=("Stop! you made my day", "omg stop, so cute"),
        must_not=("stop it you weirdo",),
    ),
    Family(
        "I who write",
        "(i|we) [still|also|just|really|usually|normally|would|will|can|could|should|did|may]* "
        "(don'?t|do not|never|won'?t|can'?t|cannot|shouldn'?t|better not|dun) [even|ever|want "
        "to|need to|mean to|have to|like to|usually|want|to]* <text|txt|message|msg|call|contact|"
        "bother|write|disturb|bug|send|spam|use|give|share|annoy|hit|trouble|harass|reply|"
        "sms|email|phone|dm|reach> ",
        must=("I don't text my boss", "I don't want to bother you"),
        must_not=("i don't want you to text me",),
    ),
    Family(
        "go on",
        "(_|please|pls|and|but|just|always|can you|you can|hope you|yes) [do]* <keep|continue> "
        "[on|to|up]* (texting|sending|messaging|contacting|getting|receiving|text|send|the|them|"
        "these|those|it|me (posted|updated|on|informed|in)|up|your|receive) [me|us|the|these|"
        "them|those|it|posted|updated|in|on|up]* (_|please|updates|texts|the|i|thanks|love|all|"
        "it|if|when|on|about) ",
        must=("keep texting me!", "please continue to send updates"),
        must_not=("you keep texting me", "they continue to send"),
    ),
    Family(
        "stop by",
        "<stop> ([.] (sign|signs|light|watch)|by|in|at|over|sign|signs|light|lights|watch|"
        "loss|order|"
        "payment|motion|near|there|here ?|the (bus|car|music|noise|press|presses|world|leak|"
        "bleeding|truck|delivery|order|water|cap|game)|being|worrying|laughing|lying|crying|"
        "making|playing|talking|eating|drinking|smoking|working|selling|serving|spoiling|"
        "running|teasing|tempting|charging|calling (it|me (sir|babe|names|that))|stressing|"
        "thinking|saying|acting|joking|complaining|whining|apologizing|flirting) ",
        must=("stop by and remove the couch", "Stop worrying about my texts"),
        must_not=("stop. by the way I never signed up", "stop texting me"),
    ),
    Family(
        "please send",
        "(please|pls|can you|could you|can u|would you|will you|and|but|you can) [please|also|"
        "just|only]* <send|resend|text|message|tell|give|forward|show|explain|help> (me|us|it|"
        "the|my|him|her|again|when|over|a) (the|a|it|when|again|your|what|if|my|to|how|_|where|"
        "later|about|back|know|tomorrow|today|for|on|at|in) ",
        must=("I didn't get the texts, please resend it", "stop the alarm and text me the code"),
        must_not=("please text no more",),
    ),
    Family(
        "two numbers of things",
        "<number|#|item> (\\d+ (order|item|combo|choice|_|and|please|from|on)|one|two|three|four|"
        "five|of|plate|tag|in line) ",
        must=("delete my number 2 order", "Delete my number of guests"),
        must_not=("delete my number",),
    ),
    Family(
        "is it that?",
        "<number|unsubscribe|unsubscribed|list|stop|lawyer|attorney> ? ",
        must=("lose my number? No way",),
        must_not=("unsubscribe!",),
    ),
    Family(
        "from something",
        "<unsubscribe|unsubscribed|unsub|unsubscribing|opt|opted|opting|optout> [me|us|out|my "
        "number]* (from|of|form|forms|for|date|period|option for|window|link|button|page) [the|a|"
        "my|our|some]* \\w+ ",
        must=("unsubscribe from the wine club", "Which opt out form is it"),
        must_not=("unsubscribe now",),
    ),
    Family(
        "just text",
        "(call|calling|phone|ring|email|mail|text|message|texting|house) [_|me|us|my|house|home|"
        "work|cell|phone|number]* (just|only|please|pls|you can|but|instead|contact|use|and) "
        "<text|txt|message|email|call|this|my|the|me> (me|us|instead|my|only|one|number|other|_) ",
        must=("please dont call just text me", "don't text my work phone use this one"),
        must_not=("don't call or text me",),
    ),
    Family(
        "from there, to there",
        "<from this|sending me to|send me to|send me a|send me the|sending me the> "
        "(number|phone|voicemail|\\w+) ",
        must=("are you still texting from this number", "why are you sending me to collections"),
        must_not=("why are you sending me these",),
    ),
    Family(
        "a question of fact",
        "_ [ok|hi|hey|so|and|but|please|sorry|wait|hello|why|how|when]* <is|are|was|were|does|do|"
        "did|has|have|where|when|which|what> (i|it|he|she|the|that|my|we|any|these|those|your|"
        "there (too|many|any|a|much)|do|does|is|are|button|bus|form|one|colou?r|size|time|day) * "
        "* ? ",
        must=("does the FCC license come with it?", "are texts to the desk free, is it wanted?"),
        must_not=("are you going to stop texting me?", "you are coming, are you?"),
    ),
    Family(
        "the law of something else",
        "<(fcc|ftc) (license|licensed|approved|certified|id|rules|form)|(wedding|gift|baby|"
        "bridal|our|the) registry> ",
        must=("Does the FCC license come with the radio", "our wedding registry is online"),
        must_not=("the FCC hears of this",),
    ),
    Family(
        "the text on a thing",
        "<text|texts|messages|mensajes> (on|of|in|de|en) (the|a|my|our|el|la|los|mi|voz) (sign|"
        "poem|cake|book|wall|shirt|page|machine|document|contract|label|buzón|voz|ad|screen|menu|"
        "lobby) ",
        must=("turn off the text on the sign",),
        must_not=("stop the texts on my phone",),
    ),
    Family(
        "a stop on the way",
        "(^ you|the|next|last|first|bus|truck|pit|full|one|a|which|that|my|our|tram|train|"
        "shuttle|rest|"
        "every|each|only|press to|right|left|wrong|non|won'?t|can'?t|cannot|doesn'?t|didn'?t|"
        "don'?t|never|not|will|would|should|must|ever|him|her|them|he|she|they|gonna|2|(he|she|"
        "they|doctor|mom|everyone|it) (said|says)|rain 2|quick|door|car|water|music|rain|cant|"
        "does|did|pain|noise|until you|when you|metro|subway|taxi|(told|tells|asked|begged|"
        "taught) me to|(my|the) \\w+ [order|to|will|did|does|just]*|it will completely|tour|"
        "final|short|"
        "long|hard|full|dead|let'?s|lets|another|some|any) <stop> ",
        must=("how do I get to the next stop",),
        must_not=("you have to stop",),
    ),
    Family(
        "an advertisement",
        "<claim|prize|freemsg|congratulations|awarded|ringtone|ringtones|polyphonic|toppoly|"
        "admirer|quiz|tariffs|login|kickoff|hols|loyalty|150ppm|(unsub|unsubscribe|optout|opt "
        "out) [_]* (reply|txt|text|send|with|stop|by|available|at anytime|\\d+)> ",
        must=("Unsub reply X", "Claim your prize! Stop sms 08718", "To opt out txt X to 85555"),
        must_not=("unsubscribe",),
    ),
)
