"""What people do in English to end texts: they complain, ask why, threaten. See `english_acts`."""

from __future__ import annotations

from typing import Final

from bot.rules.guards.family import Family

COMPLAIN: Final = (
    Family(
        "a law is named",
        "<fcc|ftc|tcpa|dnc|bbb|7726|canspam|telemarketing|telemarketer|telemarketers|registry> ",
        must=(
            "these violate the TCPA",
            "you will hear from the FCC",
            "I am on the no call registry",
        ),
        must_not=("the act at the play was great", "our wedding registry is online"),
        is_open=True,
    ),
    Family(
        "I report, sue or block you",
        "(i|i'?ll|i'?m|im|ill|we|we'?ll|we'?re|will|gonna|or|going|and|then|be|getting|have|"
        "been|you'?re|ur|before|to|already|just|am|so|next) [a|am|will|just|already|about|going|"
        "to|gonna|have|be|also|getting|definitely|immediately|straight|reported|and|now|both]* "
        "<report|reporting|reported|sue|suing|sued|block|blocking|blocked|blacklist|"
        "blacklisting|prosecute|flag|flagging|flagged> (and|or|{you}|this (number|contact|"
        "message|text|spam|company|line)|your|ur|the (number|sender)|all|it as|as|these|every) ",
        must=(
            "you text me one more time and ill block u",
            "you're getting blocked and reported",
            "I am flagging this number",
        ),
        must_not=("he blocked me", "I'll report to the front desk", "I will report the leak"),
        is_open=True,
    ),
    Family(
        "spam, alone",
        "^ {lead}* (this is|these are|your|more|pure|all|just|you|{you} (are|r)|what|a|it'?s|"
        "total|stupid|damn|annoying|you'?re|got)* <spam|spammer|spammers|spamming|scam|scammer|"
        "scammers|unsolicited|unwanted|harassment|harassing|unwelcome|blocked|reported|"
        "harassers|spambot> (and|{channel}|text|message|number|you|me|us|{please}|blocked|"
        "reported|deleted|this|bot|bye|caller|sender|a|of)* . $",
        must=("SPAM!!!", "spammer", "unsolicited messages", "unwanted texts"),
        must_not=("is this spam?", "spam musubi", "I got spam for lunch"),
        is_open=True,
    ),
    Family(
        "texts are unwanted",
        "(texts|text messages|messages|txts|msgs|sms|notifications|alerts|promos|promotions|ads|"
        "texting|messaging|blasts|solicitations?|communications?|spam|solicitation) [that|which|"
        "you|send|sent|i|get|am|getting|from|are|r|is|were|being|have|been|become|got|gotten|"
        "getting|so|very|really|super|damn|fucking|quite|just|too|a|an|beyond|now|extremely|all|"
        "the|me|it|{you}|considered|to]* <unwanted|unsolicited|unwelcome|(not|no longer|aren'?t|"
        "never) [at|all|really]* (welcome|wanted|needed|appreciated|necessary|requested)|"
        "annoying|irritating|intrusive|harassing|harassment|bothersome|excessive|obnoxious|"
        "ridiculous|disturbing|disruptive|nuisance|invasive|inappropriate|illegal|relentless|"
        "aggravating|exhausting|useless|crazy|creepy|invasion|stressful|endless|insane> ",
        must=(
            "texts not welcome",
            "i find these texts intrusive",
            "The messages you send are a nuisance",
        ),
        must_not=("the text on the old sign", "are texts welcome?", "are the texts still wanted?"),
        is_open=True,
    ),
    Family(
        "a complaint, without a name for it",
        "(this is|these are|you are|you'?re|ur|{you} (are|r)|{you} guys are|you people are|i "
        "(consider|call|find) (this|these|it|that)|it'?s|that'?s|thats|quit|stop|yall|y'?all|it "
        "is) [just|now|getting|becoming|borderline|nothing but|such|really|clearly|basically|a|"
        "an|the|pure|straight|up|all|plain|literally|legally|legal|all|still|so|like|total|be|"
        "being|got|gotten|my|massive|bunch|of|some|these]* <harassment|harassing|harrasing|"
        "spamming|spammers|spammer|spammy|scammers|scammer|stalking|unsolicited|(violation|"
        "invasion) of [my|our]* privacy|violating|violation|invading|a nuisance|borderline "
        "harassment|bothering (me|us)|annoying (me|us|as)|pestering|blowing|bombarding|unwanted|"
        "illegal|robocalling|driving me|unacceptable|relentless|intrusive> ",
        must=(
            "This is harrassment at this point",
            "This is a violation of my privacy",
            "yall are spamming",
            "quit harassing an old lady",
            "You're blowing up my phone",
        ),
        must_not=(
            "the neighbors are harassing me",
            "is it illegal to park there?",
            "this is annoying, my sink leaks",
        ),
        is_open=True,
    ),
    Family(
        "blocked, goodbye",
        "^ {lead}* [goodbye|_|bye|just|earned|a|will|be|gonna|going|to|consider|yourself|"
        "yourselves|getting|been|now|you|you'?re|ur|u|r|are|have|has|both|i|i'?m|all|am|and|so|"
        "already|this|number|is|then|congrats|welcome|get|got|instant|permanent|permanently]* "
        "<block|blocked|blocking|reporting|reported|(gonna|going to|will|i'?ll|ill|imma) report|"
        "blacklisted> [now|you|this|and|reported|blocked|reporting|as|spam|deleted|bye|goodbye|"
        "number|deleting|forever|immediately|today|it|again|list|ed|for|junk|your|ass|all|of|u|"
        "them|every]* . $",
        must=(
            "you just earned a block",
            "consider yourself blocked",
            "goodbye, blocked",
            "gonna report this",
        ),
        must_not=("my card is blocked", "have you blocked me?", "report the leak", "he blocked me"),
        is_open=True,
    ),
    Family(
        "a complaint about texts",
        "<complain|complaint|complaints|complaining|grievance|objection|sick|upset|unhappy|"
        "furious|livid|angry|annoyed|harassed|bothered|disturbed|woken|stalked> * (about|over|by|"
        "with|against|at|for) * ({channel}|{bare}) ",
        must=("who do i complain to about these texts", "I am woken by your texts"),
        must_not=("a complaint about the soup", "sick of this weather"),
        is_open=True,
    ),
    Family(
        "any more of these and",
        "(any|one|1|another|next|more|keep) [more|of|from|time|single|you|like|sending|this|one|"
        "get|it]* (these|this|text|texts|message|txt|msg|one|you|contact|time|texting|it|up) "
        "[again|from|this|number|and|or|then|will|is|goes|means|i|i'?m|i'?ll|you|you'?ll|me|we|"
        "my]* * <police|cops|report|reporting|reported|sue|suing|sued|lawyer|lawyers|attorney|"
        "block|blocking|blocked|complaint|fcc|court|harassment|authorities> ",
        must=("any more of these and I'm calling the police", "one more text gets a complaint"),
        must_not=("one more question for the clerk", "any more of these left?"),
        is_open=True,
    ),
    Family(
        "you are annoying",
        "^ {lead}* ({you} (are|r)|you'?re|ur|these are|y'?all are|you people are|you guys are) "
        "[so|very|really|too|just|a|an|the|getting|being|fucking|all|super|extremely]* <annoying|"
        "annoyance|relentless|pest|pests|irritating|nuisance|worst|pathetic|harassers|stalkers|"
        "stalker|creepy|unbelievable|rude> [now|people|as|hell|fuck|and|please|stop]* . $",
        must=("you're annoying", "you people are the worst"),
        must_not=("you're so annoying haha", "are you annoying?"),
        is_open=True,
    ),
    Family(
        "too many, open",
        "<too many|too much|way too|so many|excessive|endless|nonstop|non stop|bombarding|"
        "bombarded|inundated|flooded|overwhelmed|overwhelming|overload|sick|tired|fed up|fedup|"
        "weary|exhausted|irritated|annoyed|had it|had enough|have enough|hate|hating|despise|"
        "loathe|(i'?m|im|i am|so|we'?re|totally|completely|all|am) (done|over|through|finished)> "
        "[of|with|by|up|all|getting|receiving|being|reading|seeing|your|these|the|this|those|"
        "damn|fucking|stupid|hearing|from|you|constant|daily|random|unwanted|so|many|to|get|when|"
        "guys|political|sales|marketing|spam|text|me|having|subscribed|on|nonstop|endless|"
        "deleting|about|annoying|same|way|too|much|sending]* ({channel}|these _|these [please|"
        "anymore|stop]* _|this (list|spam|crap)|your (crap|shit|bs|junk)|texted|contacted|"
        "spammed|bothered|hearing from|from {you}) ",
        must=(
            "im done getting these",
            "i have had enough of these",
            "I am exhausted by all the marketing texts",
            "completely overwhelmed by your constant messages",
        ),
        must_not=("how many texts do I get", "too many onions", "sick of this weather"),
        is_open=True,
    ),
    Family(
        "you text too much",
        "({you}|they|your \\w+|this company) [guys|people|all|just|really|always|definitely|"
        "seriously|way|do|be|are|r|folks]* <text|message|texting|messaging|sending|spam|contact|"
        "texts|msg|contacting|spamming|send (stuff|things|texts|messages|these|them|us)> [me|us|"
        "out|these|people|stuff|things|way|this|far|shit|crap|like|this number|my phone]* (too "
        "(much|often|many|frequently|damn)|constantly|(every|all) [single|damn]* (day|hour|time|"
        "night|morning|week)|nonstop|non stop|excessively|so (much|often|many)|all the time|"
        "everyday|daily) ",
        must=(
            "you text too much",
            "you guys text way too often",
            "yall send stuff every single day",
        ),
        must_not=("do you text every day?", "you text so well"),
        is_open=True,
    ),
    Family(
        "who gave you my number",
        "(who|where|which) [the|in|hell|fuck|tf|f|did|do|you|even|on|earth|from|of|people|guys|"
        "get|company|jerk|idiot|person|exactly|it|was|that]* (gave|give|sold|told|gives|"
        "get|got|obtain|obtained|find|found|buy|bought|shared|provided|authorized|said|signed) "
        "[{you}|it|out|to|about|guys|people|all|could|can]* <my|this|our|me> [personal|cell|"
        "phone|private|name|and|contact|home|work|up]* (number|info|information|digits|cell|phone|"
        "name|contact|for (this|these)|text|texts|_)",
        must=(
            "who gave you my number",
            "where did you guys get my info",
            "who signed me up for this",
        ),
        must_not=("who gave you the estimate", "how did you get my number"),
        is_open=True,
    ),
    Family(
        "why do you text me",
        "(why|wtf|what the (hell|fuck|heck)|for what reason) [the|in|hell|fuck|heck|tf|on|earth|"
        "god'?s|name|would|do|does|r|are|is|am|did|have|been|{you}|your|company|guys|people|all|"
        "y|this|i|we|still|always|constantly|even|a|bot|just|so|many|get|keep|keeps|continue|"
        "continues|to|number|idiots|asking|my|wife|phone|company|people]* <texting|messaging|"
        "spamming|contacting|harassing|bothering|getting|receiving|sending|hitting|blowing|"
        "bugging|pestering|annoying|text|message|get|receive|contact|spam|send> [me|up|us|so|"
        "many|all|any|to|the|of|more|your]* ({us}|{bare}|{channel}|messages?)",
        must=(
            "why are you texting me",
            "why am i getting these messages",
            "why does your company keep texting us",
            "why do we keep receiving your ads",
        ),
        must_not=("why are you not texting me?", "why did you text me the wrong address"),
        is_open=True,
    ),
    Family(
        "still going on",
        "(still|keep|keeps|kept|constantly|continue|continues|continually|repeatedly|always|"
        "continuing) [on|be|me|are|am|is|being|just|get]* <getting|receiving|receive|texting|"
        "messaging|coming|contacting|spamming|bothering|harassing|texted|contacted|spammed|"
        "harassed|bothered|sending|send|blowing|hitting|to (text|message|spam|harass|bother|"
        "contact|send)> [me|us|up|so|many|all|all of|of|your|from|any|the|damn|stupid|unwanted|"
        "more|to|through|in|my|this|with|at|like|same|here]* ({channel}|these|me|us|phone|number|"
        "by ({you}|your|this)) ",
        must=(
            "im still getting texts",
            "I keep getting these messages",
            "our line constantly gets hit, keeps receiving promos",
        ),
        must_not=("I keep getting a busy signal", "am I still getting texts?", "keep texting me!"),
        is_open=True,
    ),
    Family(
        "how come I am on the list",
        "(why|who|how come|whoever|since when|when did|how [the|hell|tf|in|fuck]* did i) * <on|"
        "added|add|put|signed|subscribed|sign|enrolled> [me|us|my|this|up|on|onto|to|in|into|for|"
        "number|phone|name|wife|husband]* (this|your|the|ur|these|a) [damn|stupid|text|texting|"
        "spam|mailing|calling|contact|call|marketing|group|sms]* (list|lists|group|thread|chat|"
        "texts|messages|database|system|{channel}) ",
        must=(
            "why am i on this list",
            "who put me on this list",
            "why was my wife added to your texts",
        ),
        must_not=("which list am I on", "who is on the list for Friday", "why is there no list"),
        is_open=True,
    ),
)
