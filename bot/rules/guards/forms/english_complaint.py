"""How people complain in English: too many, never asked for, I will report you."""

from __future__ import annotations

from typing import Final

from bot.rules.guards.family import Family

COMPLAINT: Final = (
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
        "{fed_up} (of|with|by|getting) [getting|receiving|all|so many|hearing|you|"
        "guys|people]* {your}* <{many}|being (texted|contacted|spammed|messaged|"
        "harassed|bothered)|(this|the) (crap|shit|bs|spam|bullshit|nonsense|"
        "harassment|garbage)>",
        must=(
            "I'm so tired of these texts",
            "sick of getting your messages",
            "sick of this crap",
            "tired of being texted",
        ),
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
        "(i|i'?m|am|i'?ll|will|going|gonna|be|been|has|have|you'?re|are|youre|you|ur|"
        "this is|is)* [to|been|be|now]* <report|reporting|reported|block|blocking|"
        "blocked|harassment|harassing|spamming> ({you} [guys|people]* (to|for|if|as|. "
        "|and|now|again)|(this|your|ur|the) number|(this|it|you|u) as [spam|a]|as "
        "spam|me|us|and (blocked|reported))",
        must=(
            "I'm reporting you to the FCC",
            "blocked and reported",
            "you are harassing me",
            "I'm reporting you",
        ),
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
        "(this|it|that|these) (is|are|'?s) [now|pure|just|borderline|becoming|illegal|"
        "an|unwanted|so]* <harassment|spam|harassing|unsolicited|illegal|unwanted> "
        "[text|texts|solicitation|contact|messages?|marketing|and|spam|harassment]* _",
        must=("This is harassment!", "this is spam", "This is unwanted solicitation"),
        must_not=("is this spam?", "this is spam musubi, is it still warm?"),
    ),
    Family(
        "my lawyer",
        "(my|an|a|our|contact|call|calling|contacting|violation|violating|violates|"
        "the) [of|the|a]* <lawyer|attorney|fcc|ftc|tcpa> (will (be|contact|hear|sue|"
        "file)|about (this|you)|if you|. $|act|law|rules)",
        must=("You are in violation of the TCPA.", "my lawyer will be in touch"),
        must_not=(
            "do you have the number of the lawyer you used?",
            "My lawyer will call you about the deed",
        ),
    ),
    Family(
        "I did not ask for texts",
        "(never|didn'?t|did not|not) [ever]* (ask|asked|asking) [up|in|to|for|you|u|"
        "be|on|a|receive|get|any|of]* <{many}|these|texted|contacted|messaged> ",
        must=(
            "did not ask for these texts",
            "I never asked to be contacted",
            "I never asked for these texts",
        ),
        must_not=("I didn't ask for this much detail, thanks",),
    ),
    Family(
        "I opted out, and you still write",
        "<unsubscribed|opted out|optout|removed me|(texted|sent|replied|said|typed|"
        "wrote|responded|asked|clicked|hit|put|told) * stop> ... (and|but|yet|_) "
        "[i'?m|im|i am|i|you|you'?re|y'?all|u|ur|am|are|they|is]* (still|keep|keeps|"
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
            "I unsubscribed from email, do I still get texts",
        ),
    ),
    Family(
        "I never signed up, and no more",
        "_ [i|we|lol|um|hey|hi|sorry|but|have|i'?ve]* (never|didn'?t|did not|not|have "
        "not|haven'?t) [ever|even|actually|once]* <signed up|sign up|subscribe|"
        "subscribed|enroll|enrolled|opted|opted in|opt in|registered|join|joined> "
        "[with|to|for]* [{you}|your company|anything|this|any of this|these|your "
        "texts|this list|no list|you all]* [please|sorry|though|and]* _",
        must=("Never signed up", "I didn't subscribe to anything", "i never subscribed"),
        must_not=("I never signed up for the class", "I didn't subscribe to the magazine"),
    ),
    Family(
        "I never gave you my number",
        "(never|didn'?t|did not|don'?t remember|not|haven'?t) [ever]* (gave|give|"
        "given|giving|provide|provided|gived) [{you}|anyone|out|people|guys|your "
        "company|it]* (my|this|our) [phone|cell|personal|new]* <number|numbers|info|"
        "information|contact|cell|digits> [to (you|anyone|your company)|out|so|please|"
        "and]* _",
        must=("I never gave you my number", "i never gave my number"),
        must_not=(
            "I didn't give you my number at the desk yet",
            "I did not give my info to the nurse yet",
        ),
    ),
    Family(
        "I never asked for this",
        "^ {lead}* [i|we]* (never|didn'?t|did not) [ever]* <ask|asked|authorize|"
        "authorized|request|requested|agree|agreed|consent|consented> [for|to]* (this|"
        "these|any of this|your texts) ({please})* . ",
        must=("never asked for this", "Did not authorize this"),
        must_not=("I never asked for a refund", "I did not authorize that charge"),
    ),
    Family(
        "no longer a customer",
        "^ {lead}* [i|i'?m|we|we'?re|am|are|he|she|is|haven'?t been|been]* (no longer|"
        "not|not even|never) [been|was|even|your|am|is]* (a|your|an|customers?) "
        "[longtime|paying|current|registered|active]* <customer|client|member|"
        "subscriber|patient|student|resident|voter|customers|clients|members|"
        "employee> [of yours|anymore|any more|here|there|at|your|store|company|with|"
        "you]* ({please}|_)* . $",
        must=("i'm no longer a customer", "I am not a member"),
        must_not=("I'm not a member, can I still come?", "am I not a member?"),
    ),
    Family(
        "your texts are annoying",
        "({many}|these|they) (is|are|'?s|has been|have been|gets?|getting|has become|"
        "become) [so|very|really|just|getting|becoming|extremely|beyond|freaking|"
        "fucking|super|all|an|such|pure|now]* <{annoying}> [text|texts|solicitation|"
        "solicitations|messages?|contact|marketing|and|please|stop|now|spam]* _",
        must=("your texts are annoying", "these are unwanted"),
        must_not=("this is annoying, the app won't load", "it is too much sauce", "is this spam?"),
    ),
    Family(
        "I hate these texts",
        "(hate|can'?t stand|can not stand|cannot stand|dislike|despise|loathe|don'?t "
        "like|do not like|can'?t take|don'?t appreciate|do not appreciate|over|can'?t "
        "deal with) [any more|more|of|getting|receiving|all|to get|anymore]* (these|"
        "your|ur|so many|this many|the constant|this kind of|of these) [damn|stupid|"
        "constant|annoying|text|sms|marketing|fucking|daily|kind of]* <{many}> ",
        must=("I hate these texts", "I can't take any more of these texts", "I'm over these texts"),
        must_not=("I hate the way these shoes look", "I like these texts"),
    ),
    Family(
        "too many texts",
        "_ {lead}* [this is|way|just|{you}|send|sends|getting|get|far|i|we|it'?s|"
        "sending]* too (many|much) [damn|fucking|of|these|your|text]* <{many}> [from "
        "{you}|per|a|day|week|every|for|me|and]* (_|bye|please|stop|unsubscribe|"
        "unsubscribing|i)",
        must=("Too many texts", "too much spam bye"),
        must_not=("too many choices", "are there too many messages in my inbox?"),
    ),
    Family(
        "why are you still texting me",
        "(why|how come|how) [the|hell|fuck|tf|are|r|do|does|is|am|would|did]* ({you}|"
        "i|we|this|they) [guys|people|all|am|are|do|is|company]* <still|keep|keeps|"
        "continue|continuing> [to|on|be|getting|receiving|get|sending]* ({texting}|"
        "{your}* {many}|texted|contacted|spammed|these|messaged) ",
        must=("why are you still texting me", "Why am I still getting these texts"),
        must_not=("why do I keep getting an error", "why am I still on hold"),
    ),
    Family(
        "I keep getting these",
        "(i|we|you|y'?all|u) [guys|people]* <keep|still|constantly|always> [getting|"
        "receiving|get|receive|sending|send|on]* [me|us]* ({your}* {many}|these|this "
        "number|(texting|messaging|contacting|calling|blowing up) (me|us|my phone)) "
        "... (not|no|don'?t|do not|dont|never|stop|remove|take|want|delete|"
        "unsubscribe|off|wrong|told) ",
        must=(
            "i keep getting these messages and i dont want them",
            "Y'all still texting me after I said no",
        ),
        must_not=("I always get the large, no ice", "we keep the keys, don't worry"),
    ),
    Family(
        "you are reported",
        "({you}|you'?re|youre|this|ur|i'?ve|i have|i|this number) [guys|are|is|r|just|"
        "being|getting|gonna be|will be|have been|has been|been|now]* <reported|"
        "blocked|forwarded> [you|this|it|twice|already|your number|and|as|again|ur "
        "number|both|all]* (_|to (7726|the fcc|the ftc|fcc|ftc)|stop|spam|times)",
        must=(
            "You're getting reported",
            "I have forwarded this to 7726",
            "I've blocked you twice, stop using new numbers",
        ),
        must_not=("the road is blocked", "I reported it to the office"),
    ),
    Family(
        "my request, once more",
        "(thought|told|said|confirmed|sure) [that|you|i|we|was|were|had|have|already|"
        "been|me|it|would|be|got]* <removed|unsubscribed|taken off|opted out|"
        "unsubbed> [from|of]* [this|these|your|list|all|already|it|texts]* _",
        must=("I thought I was removed from this",),
        must_not=("I thought it was removed from the menu",),
    ),
    Family(
        "by mistake",
        "({texts}|these|this|signed up|signed me up|subscribed|number|list) * (in|by|"
        "on) <error|mistake|accident> [please|pls]* [_] [please|pls|i|can|so|and|just|"
        "kindly]* (fix|remove|cancel|stop|take|unsubscribe|delete|update|opt|correct)",
        must=("im getting these texts in error please fix", "i signed up by mistake please cancel"),
        must_not=("I got this order by mistake", "the number is in error, my bill should be 40"),
    ),
    Family(
        "wrong phone",
        "({texts}|these|this|messages) [are|is|keep|going|coming|was|were|sent|not]* "
        "(to|for) (the|a) <wrong> (phone|number|person|cell|guy|woman|man) ",
        must=("These texts are coming to the wrong phone.",),
        must_not=("this was sent to the wrong house",),
    ),
    Family(
        "still, after I said stop",
        "(still|keep|keeps|continue|continuing) ... <after|despite|though> [i|i'?ve|"
        "have|already|saying|replying|sending|texting|being|the|asking|to]* "
        "(unsubscribing|unsubscribed|stop|opting out|opted out|removed|asked|told|"
        "unsubscribe) ",
        must=(
            "still getting texts after unsubscribing",
            "I'm still getting these texts after replying STOP",
        ),
        must_not=("still open after nine?",),
    ),
    Family(
        "you are bothering me",
        "({you} (are|r|keep)|{you}'?re|youre) [really|just|seriously|all|guys|people|"
        "constantly]* <bothering|harassing|annoying|spamming|pestering|stalking> (me|"
        "us|this|my) ",
        must=("You are bothering me",),
        must_not=("you're not bothering me at all", "who is bothering me at the door"),
    ),
    Family(
        "a complaint with the FCC",
        "(file|filing|filed|making|make|submitting|contacting|contact|calling|going "
        "to|a|an|the) [formal|complaint|with|to|the|report|my]* <fcc|ftc|bbb|attorney "
        "general|tcpa> [complaint|violation|now|about|you|report]* _",
        must=(
            "I'm going to file an FCC complaint",
            "Filing a complaint with the FCC now",
            "I'm contacting the attorney general",
        ),
        must_not=(
            "does the FCC license come with it?",
            "is the attorney general there a client of yours",
        ),
    ),
    Family(
        "my lawyer, if this goes on",
        "<lawyer|attorney|police|cops|court> if (this|{you}|these|it|the) [texts|"
        "messages|harassment|spam]* (continues|continue|keeps|keep|does|don'?t|do not|"
        "doesn'?t|persists|happens) ",
        must=("I'll get a lawyer if this continues",),
        must_not=("is the lawyer in if I come at 5",),
    ),
)
