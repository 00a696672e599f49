"""What people do in English to end texts: they stop them.

The families here and in the two modules beside it are open: each is an act with what it is about,
and what follows does not matter unless a lookalike (`english_lookalikes`) speaks against it. So
a wording that nobody has written down is taken too.
"""

from __future__ import annotations

from typing import Final

from bot.rules.guards.family import Family

STOP: Final = (
    Family(
        "stop, and texts",
        "<{halt}|cancel|kill|disable|deactivate|suspend|silence|mute|enough|ban|knock|"
        "(turn|shut|switch) [{these}] off|cut> * ({channel}|(text|message|sms|group|chat) "
        "(thread|chain|chat|service|blasts?))",
        must=(
            "pls end this text thread",
            "stop it with all the promos",
            "that's enough messages",
        ),
        must_not=("stop the alarm", "enough for four people", "cancel my order"),
        is_open=True,
    ),
    Family(
        "stop, then a clause",
        "^ {lead}* <stop|unsubscribe|unsub|optout|opt out|stopp|remove> [please|now|it|this|all|"
        "texting|already|me|pls|stop]* . ",
        must=(
            "Stop. We sold the boat",
            "STOP, my phone bill is huge",
            "unsubscribe. nice store tho",
        ),
        must_not=("Stop! you made my day", "Stop, what colour is the dress?", "Stop at the desk."),
        is_open=True,
    ),
    Family(
        "stop, and whom",
        "^ {lead}* <stop|quit|unsubscribe|stopp> [it|this|now|please|texting]* (rn|mam|m'am|"
        "ma'?m|yo|homie|jerk|jerks|loser|losers|creep|creeps|weirdo|fam|sis|lady|mister|mr|hun|"
        "asshole|assholes|fool|idiot|idiots|moron|morons|thank you for your|y'?all|you all|"
        "folks|buddy|pal|bud|dawg|boi|bruh|brother|homeboy|bot|robot|stupid|you \\w+|u \\w+|"
        "spammer|spammers|scammer|scammers|bs|2|4|frfr|fr|today|tonight|everything|"
        "completely|permanently|thankyou|thnx|thanx|thanku|pleeease|rightnow|w|wit|2day) ",
        must=("stop rn", "stop mam", "stop thank you for your service", "quit it u creep"),
        must_not=("stop sign", "stop lying", "stop here on the left?"),
        is_open=True,
    ),
    Family(
        "unsubscribe, anywhere",
        "<unsubscribe|unsubscribed|unsubscribing|unsub|unsubbed|unsubs|optout|"
        "opt out|opted out|opting out|opts out|opt (me|us) out|desubscribe|unsubscription|"
        "stop2end|stop2quit|stop2stop|stoptexting|stoptxt|stopall|endtexts|stopnow|stopplease> ",
        must=(
            "opted out months ago why am i getting this",
            "STOP2END",
            "is unsubscribe the word? then that",
        ),
        must_not=(
            "unsubscribe me from the gym membership",
            "opt out of the dental plan",
            "unsubscribe from what?",
            "I unsubscribed by mistake",
        ),
        is_open=True,
    ),
    Family(
        "stop, and who speaks",
        "^ {lead}* <stop|unsubscribe|unsub> [it|this|now|please|already|texting|all]* (i|i'?m|"
        "i'?ve|im|we|we'?re|you|u|ur|your|yall|y'?all|my (wife|husband|son|daughter|mom|mother|"
        "dad|father|name|phone|kids?|house|plan)|not|no|wrong|who|whoever|this (is|isn'?t|ain'?t|"
        "number|phone|person)|don'?t|do not|never|already|it'?s|he|she|there|nobody|isn'?t|"
        "ain'?t|didn'?t|dont|thats|that'?s|why|how (many|did)|she'?s|he'?s|they|dead|deceased|"
        "sold|moved|or|before|until|wtf|omg|ffs|for the|already) ",
        must=("STOP I dont have a car", "stop my wife is asleep", "unsubscribe she moved away"),
        must_not=("Stop I love it", "stop you're so nice", "stop my order please"),
        is_open=True,
    ),
    Family(
        "I sent STOP",
        "(i|we|i'?ve|we'?ve|i'?m|have|already|keep|tried|trying|just|times|time|even|after|still|"
        "my|ive|_) [have|had|already|keep|kept|just|even|been|tried|try|to|twice|once|also|am|"
        "was|literally|clearly|many|\\w+ times|did]* (reply|replying|replied|replies|text|"
        "texting|texted|type|typed|typing|send|sending|sent|say|said|saying|write|wrote|writing|"
        "tried|try|trying|press|pressed|put|answer|answered|answering|entered|enter|hit|hitting|"
        "used|did|responded|responding|told|asked|requested|selected|clicked) [back|in|with|the|"
        "word|to|you|{you}|guys|this|number|a|that|already|please|be|it|and|over|many|several|"
        "times|multiple|\\d+]* <stop|unsubscribe|unsubscribed|quit|end|cancel|opt out|optout|"
        "removed|stopped|unsub> ",
        must=(
            "i keep sending stop and nothing happens",
            "tried stop 3 times. still getting them",
            "I have even responded with the word STOP",
        ),
        must_not=("what happens if I text stop?", "he said stop", "I said stop by at four"),
        is_open=True,
    ),
    Family(
        "STOP does not work",
        "(stop|unsubscribe|unsubscribing|opt out|opting out|optout|removal|unsub|stopping) "
        "[command|link|button|word|is|does|do|did|option|apparently|request|message|texts?|"
        "feature|thing|has|seems to|to]* (doesn'?t|didn'?t|don'?t|not|isn'?t|won'?t|never|does "
        "nothing|did nothing|broken|fails|failed) * <work|working|worked|works|anything|nothing|"
        "stop|broken|failed|through|processed|honored|respected> ",
        must=("your stop command is not working", "Unsubscribing doesn't work?"),
        must_not=("the bus stop does not have a working light", "my car stopped, it won't work"),
        is_open=True,
    ),
    Family(
        "cancel the text thing",
        "^ {lead}* <cancel|end|stop|quit|terminate|kill|drop> [my|me|the|this|our|us|ur|your|it|"
        "text|with|all|that]* (sub|subs|texting|texts?|(text|texting|sms|message|messaging) "
        "(thing|things|stuff|plan|crap|deal|shit|bs)|me out|us out|me|us|out|subscri[bp]tions?|"
        "subscribtion|subsciption|subscrption|subscribing|service) ({please}|us)* . $",
        must=("cancel me out", "cancel the text thing", "cancel sub", "kill all texting"),
        must_not=("cancel it", "cancel the sub on rye", "cancel my service on Main St"),
        is_open=True,
    ),
    Family(
        "off with this",
        "^ {lead}* (turn|shut|switch|cut) (it|this|these|that|them|all|everything) <off> [please|"
        "now|thanks]* (.|?) $",
        must=("how do I shut this off", "How do I turn this off"),
        must_not=("turn off at exit 9", "how do I turn off the alarm"),
        is_open=True,
    ),
    Family(
        "again with the texts",
        "(again|enough|every (day|week|hour|morning|night)|always|constantly|chill|done|relax|"
        "ease up|slow down|cool it|go easy|nonstop) with {your}* <{channel}> ",
        must=("Again with the texts??", "Every day with these texts. Enough."),
        must_not=("again with the kids", "what's with the text on the sign"),
        is_open=True,
    ),
    Family(
        "stop, at the end",
        "(_|and|so|but|then|or) {lead}* [just|now|so]* <stop|quit (it|this|that|now|please)|"
        "unsubscribe|remove|unsub|desist> [it|this|that|these|them|now|please|pls|already|"
        "texting|me|us|all|ok|okay|thanks|immediately|the|madness|nonsense|with|messages|texts|"
        "messaging|contacting|calling|doing|nonsense|insanity|asap|thank you]* . $",
        must=(
            "You've texted me 4 times today. Stop it.",
            "stop the madness",
            "every morning at six, quit it please",
        ),
        must_not=("omg so cute, stop it", "which is the next stop"),
        is_open=True,
    ),
    Family(
        "not me, remove",
        "(me|him|her|them|person|number|phone|interested|customer|nope|no|wrong|here|anymore|"
        "person'?s|line|mine|care|want|need|english|thanks|ty|thx|nah|k|nty|lol|bruh|asked|ask|"
        "consent|know|selling|buying|market|sale|ok) [please|pls|so|just|and|you]* <remove|"
        "unsubscribe|delete|stop> [please|pls|now|thanks|me|us]* . $",
        must=("not me remove", "I do not know anybody by that name here remove"),
        must_not=("which lid do I remove", "is it this remove?"),
        is_open=True,
    ),
    Family(
        "what makes you stop",
        "(make|kill|get|force|convince|cost|tell|take|take for|ask|asking|beg|begging|got|told) "
        "{you} [guys|people|all|folks]* [to|from|not to|2|please]* <stop|quit|cease|leave me|"
        "leave us|knock it off> ",
        must=("what will make you stop", "would it kill you to stop", "how do i get yall to quit"),
        must_not=("would it kill you to stop by", "did I ask you to stop at the corner"),
        is_open=True,
    ),
    Family(
        "no more, at the end",
        "_ {lead}* no <more> [please|ok|thanks|thank you|now|ever|period]* . $",
        must=("My carrier charges me for these. No more.",),
        must_not=("are there no more?", "no more, thanks, I am full of cake"),
        is_open=True,
    ),
    Family(
        "leave me in peace",
        "^ {lead}* [can {you}|why can'?t {you}|just]* (let|leave) (me|us|my \\w+|this \\w+) [the|"
        "hell|fuck|heck|f]* <be|alone|peace|in peace|outta> [please|pls|now|already|and|with|"
        "your|{channel}|or|jerks?]* _",
        must=("let me be", "can you just let us be already", "leave my mom alone"),
        must_not=("let me be clear on the price",),
        is_open=True,
    ),
    Family(
        "stay away",
        "^ {lead}* (stay|keep|go|back|buzz|bug|piss|eff|fck|fuk|sod|naff|fuck|run|step) [the|"
        "hell|fuck|tf|right]* <away|off|out|lost|hell> [of|from|please|pls|now|already|and|me|my|"
        "phone|number|inbox|line|cell|texts|messages|life|to|spammers?|creeps?|you|guys|people|"
        "with|your|{channel}|or|jerks?]* _",
        must=("stay away from my phone", "back off", "step off"),
        must_not=("stay off the highway", "back off the price a little"),
        is_open=True,
    ),
    Family(
        "someone else",
        "^ [{lead}|go|find|get|try]* (bother|harass|annoy|bug|pester|spam|scam|text|message|"
        "someone|somebody|anyone) [someone|somebody|anyone|another \\w+]* <else> [to|text|bother|"
        "message|spam|annoy|harass|who \\w+|that cares|please|now|instead]* . $",
        must=("go bother someone else", "find someone else to text", "text someone else"),
        must_not=("did you text someone else?", "I will text someone else from the team"),
        is_open=True,
    ),
    Family(
        "forget that I exist",
        "^ {lead}* <forget|pretend|lose> (i|we|(about|that|you) [i|me|us|ever|knew|know|met|"
        "texted|have]*|my existence|this (number|phone)|me) [exist|exists|existed|please|now|"
        "ever|happened|don'?t|never|me|us|my number]* . $",
        must=("forget i exist", "forget about me"),
        must_not=("forget it", "forget about it haha", "never mind"),
        is_open=True,
    ),
    Family(
        "never again",
        "^ {lead}* (never|not ever) <again> [please|thanks|now|ever|text me|to this number]* . $",
        must=("never again",),
        must_not=("never mind", "never again will I order the soup"),
        is_open=True,
    ),
    Family(
        "what do I text to stop",
        "(what|where|which|how|got) * (text|reply|say|type|send|do|write|call|press|get|make|"
        "way) * <unsubscribe|stop|unsub|quit|removed> [{texting}|getting|receiving|it|this|these|"
        "them|{channel}|the|all|anymore|please|now|from|your|list|texts]* _",
        must=("what do i reply to get these to stop", "which word must I text to quit this"),
        must_not=("what do I press to stop the machine", "how do I get to the next stop"),
        is_open=True,
    ),
    Family(
        "stop, the last word",
        "<stop|stopp> [please|now|texting|it|this|pls|thanks|asap|already]* . $",
        must=("I am not who you think I am stop", "we have never been to your shop stop it"),
        must_not=("which is the next stop", "my dog won't stop", "he told me to stop"),
        is_open=True,
    ),
    Family(
        "take the hint",
        "^ {lead}* (take|get) (the|a) <hint|hints|clue|memo> [already|please|and|people|guys|now|"
        "stop]* . ",
        must=("Take the hint", "get a clue people"),
        must_not=("get a hint of vanilla?",),
        is_open=True,
    ),
)
