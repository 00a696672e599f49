"""What people do in English to end texts: they want none and allow none. See `english_acts`."""

from __future__ import annotations

from typing import Final

from bot.rules.guards.family import Family

NO: Final = (
    Family(
        "do not, and text me",
        "{dont} [{you}|to|ever|even|keep|keep on|be|bother|continue|continue to|start|want|in|"
        "again|dare|really|go|try|trying|please|have to|need to|or|and|call|text|message|have|"
        "let|anyone|anybody|your|people|bot|robot|system|under any|circumstances|circumstance|"
        "(me|us) or|for any reason|in any way|guys|just|simply|attempt|attempt to]* <{write}|"
        "{ing}> [or|and|back|{write}|to|out|up|at|on|any]* ({us}|back) ",
        must=(
            "no need to keep texting me",
            "Pls dont txt me im at work",
            "you really dont need to message me anymore",
            "I must ask you to not contact this phone",
        ),
        must_not=("don't text me before 9", "he did not text me", "I don't text my boss"),
        is_open=True,
    ),
    Family(
        "do not, and send me texts",
        "{dont} [to|you|be|ever|even|keep|keep on|continue|continue to|start|want|again|dare|"
        "really|try|please|have to|need to]* (send|sending|forward|forwarding|text|message|"
        "bombard|flood|bother) * <{channel}|{bare}|junk|crap|garbage|trash|shit|bullshit|"
        "(anything|nothing) (_|further|else|more|again|at all|to (me|us|this))> ",
        must=("please do not forward me any of these promos", "dont be sending me them texts"),
        must_not=("don't send the flowers", "did you send the texts?"),
        is_open=True,
    ),
    Family(
        "do not, and my number",
        "{dont} [ever|even|want you to|please|keep|keep on|to]* <use|using|include|share|sell|"
        "add|keep|save|store|give|have|put|dial|solicit|enroll|sign|involve> [me|us|out|up|on|in|"
        "for|to]* [my|this|our|any|of|your|the|phone|cell|on|text|mailing|marketing|calling|"
        "spam]* ({entry}|{channel}|lists?|database|system|campaigns?|mailing)",
        must=(
            "do not use this number for marketing",
            "Do not include my number in your campaigns",
            "dont include me in your texts",
        ),
        must_not=("don't use the side door", "do not use my old number, use this one"),
        is_open=True,
    ),
    Family(
        "not wanted",
        "({not}|cannot|can'?t|no|zero|hardly|nobody|no one|noone|none of us) * <accepting|"
        "allowing|permitted|want|wants|wanting|wanna|wanted|wish|need|needed|care|desire|enjoy|"
        "appreciate|interested|interest|stand|tolerate|accept|authorize|agree|consent|asked|ask|"
        "request|requested|expect|looking|welcome|like|subscribe> * ({channel}|(nothing|contact|"
        "communication) * from ({you}|your)|to be (texted|contacted|messaged|called|spammed|"
        "notified|solicited|bothered|reached)|being (texted|contacted|messaged|called|spammed|"
        "notified|solicited|bothered)) ",
        must=(
            "I don't appreciate being texted by strangers",
            "cant stand all your promos",
            "not looking for any offers by text, no texts",
        ),
        must_not=("I don't want to miss your texts", "I don't need the text, just call"),
        is_open=True,
    ),
    Family(
        "rather not",
        "(like|rather|prefer|want|wish|love|appreciate|ask|asking|choose|chose|decided|going|opt|"
        "rather that|rather if) [to|that|you|if|i|we]* (not|no longer|never|didn'?t|don'?t|did "
        "not|do not|stop|quit) [to|be|ever|keep|have]* <receive|receiving|texted|contacted|"
        "messaged|hear|hearing|text|contact|message|bother|included> [me|us|your|from|any|more|"
        "of|all|the|such]* ({channel}|these|{you}|your|me|us|this|list|_ $|again|anymore|further|"
        "at all) ",
        must=(
            "i'd like to not receive these",
            "i'd really rather you didn't text me",
            "we would prefer to not be contacted",
        ),
        must_not=("I'd rather not get the soup", "I'd like to get your texts"),
        is_open=True,
    ),
    Family(
        "want none of this",
        "^ {lead}* [i|we]* (don'?t|do not|no longer|never) [really|even]* (want|need|wish|care|"
        "like|wanting|wanted) [to|for|be|a|part|of|any|get|participate|in|on|do|receive|your|"
        "this|the]* <this|these|those|participate|any of (this|these)|to do this|subscribe|"
        "subscribed|list|group|included> [anymore|any more|at all|please|thanks|thank you|now|ok|"
        "again|crap|stuff|mess]* . $",
        must=("I don't want this", "i dont wish to participate anymore"),
        must_not=("I don't want this one", "I don't want it", "don't need this by Friday"),
        is_open=True,
    ),
    Family(
        "never signed up",
        "(never|didn'?t|did not|don'?t|do not|not|haven'?t|wasn'?t|nobody|no one|noone|without|"
        "ain'?t|no) * <sign|signed|signing|subscribe|subscribed|subscribing|opt|opted|enroll|"
        "enrolled|register|registered|agree|agreed|consent|consented|authorize|authorized|"
        "request|requested|asked|join|joined|approve|approved|permit|permission|gave|given|"
        "granted|give {you}|give out|allow|allowed|invite|invited|giving|signing|subscribing|"
        "joining|agreeing|requesting|opting|providing|provided> * ({channel}|{bare}|[to] (text|"
        "contact|message|call|bother) ({us}|people)|(my|this|our) [cell|phone|mobile|personal|"
        "home|work]* (number|digits|cell)|(to|for|in|up) ({bare}|(anything|nothing|any) (_|from|"
        "and|so|please)))",
        must=(
            "I never once asked for these",
            "I dont subscribe to this",
            "this number never opted in to anything",
            "nobody in my house agreed to be getting texts",
            "I certainly never gave out my cell to you",
        ),
        must_not=("I never signed up for the class", "I did not ask for this color"),
        is_open=True,
    ),
    Family(
        "you have no right",
        "({you} [guys|people|all|do|are|really|still|certainly|clearly]* (not|don'?t|no|never|"
        "aren'?t|lack|without|had no)|(nobody|no one|noone) * {you}|who gave {you}|not) "
        "[have|had|get|got|given|been|given|gave|any|my|the|a|to|no|did|i|is|are|told|it]* "
        "<permission|right|rights|consent|authorization|allowed|authorized|permitted|authority|"
        "business> [to|for|be|in|contact|texting|text|messaging|contacting|calling|message|"
        "using|bothering|call|use|send|sending]* ({us}|texts|messages|my number|_)",
        must=("you never had my consent to message this phone",),
        must_not=("you have the right to return it", "you are not allowed to park here"),
        is_open=True,
    ),
    Family(
        "no marketing",
        "{start} {lead}* <no|zero> [more|further|any|text|sms|unsolicited|unwanted|such|of|these|"
        "your|spam|political|phone|or|calls|and|texts|emails]* (solicitation|soliciting|"
        "solicitations|solicitors|marketing|ads|advertising|advertisements|advertisement|spam|"
        "spamming|promos|promotions|promo|telemarketing|texting|texts|messages|msgs|txts|contact|"
        "communication|communications|notifications|alerts|offers|coupons|updates|messaging|"
        "calls or texts|texts or calls|contacting|sms|mensajes|junk) [or|and|{channel}|calls|"
        "texts|at|all|ever|from you|anymore|to (this|my) (number|phone)|via|on this|number|phone|"
        "here|again|like|these|of|any|kind|whatsoever]* ({please})* . $",
        must=(
            "no solicitation",
            "no marketing please",
            "no ads plz",
            "No notifications whatsoever please",
        ),
        must_not=("no texts?", "no ads in the app?", "no texts from the driver today"),
        is_open=True,
    ),
    Family(
        "my consent ends",
        "<revoke|revoked|revoking|revokes|withdraw|withdrawn|withdrawing|rescind|rescinded|"
        "rescinding|retract|terminate|terminated|void> * (consent|permission|authorization|"
        "approval|authorisation|opt in|permissions|agreement to (text|contact|receive))",
        must=("i rescind my prior express consent", "we withdraw all earlier permission"),
        must_not=("I withdraw my application", "revoke the keycard"),
        is_open=True,
    ),
    Family(
        "not trying to get texts",
        "({not}|ain'?t|no) [nobody|no one|even|one]* <tryna|trynna|trying to|want|wan|wants|"
        "wanna|asked for|got time for|have time for|need|gonna|here for> [get|read|see|be|to|"
        "getting|all|yo|yo'|ya|yall|these|y'?all'?s|your|dem|them|any|receive|deal with|anymore|"
        "more|no]* ({channel}|texted|messaged) ",
        must=("not tryna get texts", "ion want yo texts", "dont wan these texts"),
        must_not=("ain't nobody got time for that", "not trying to get messy"),
        is_open=True,
    ),
    Family(
        "hear from you",
        "({not}|rather not|rather that i not) * <hear|hearing> * from ({you}|your|this number|"
        "anyone|people) ",
        must=("i dont wanna hear from yall anymore", "not one of us likes hearing from you people"),
        must_not=("I did not hear from the plumber",),
        is_open=True,
    ),
    Family(
        "no more, and texts",
        "(no|zero|not one|not any) (more|further) <{channel}> ",
        must=("I was promised no more texts",),
        must_not=("no more tickets left?", "are there any more texts coming?"),
        is_open=True,
    ),
    Family(
        "I better not get another",
        "(better not|never|sure i never|see|rather not|rather never|not) [ever|want|to|wish|need|"
        "like|you|send|sending|me|us]* (get|see|receive|getting|send|have) [me|us|even]* "
        "(another|one more|a single) [damn|single|of|your]* <{channel}|text|message|msg|txt> ",
        must=("I better not get another text", "never send us another message"),
        must_not=("I did not get another text",),
        is_open=True,
    ),
    Family(
        "not interested, ever",
        "(not|never|no longer|zero|no) [longer|ever|been|at|all|be|even|remotely|the|least|bit|"
        "slightest|will]* <interested|interest> [at all|_|in]* (ever|whatsoever|period|never|"
        "anything|any of (this|it|these)|whatever|nothing|your [stupid|damn|so|called]* (offers?|"
        "business|company|services?|products?|stuff|crap|party|candidate|campaign|deals?|sales?|"
        "bs|shit|spam)) ",
        must=(
            "Not interested. Ever.",
            "I'm not interested in anything you have",
            "no interest whatsoever in your business",
        ),
        must_not=("not interested", "not interested in the upgrade", "not interested in seconds"),
        is_open=True,
    ),
    Family(
        "no permission",
        "(no|without|zero|lacks?|never) [any|my|express|written|the|prior|such|your]* "
        "<permission|consent|authorization> [was|is|has|been|ever|to|given|granted|for|by|me|us|"
        "any|of|these|this|{channel}|here|from]* (_|texts?|text|contact|message) ",
        must=("no permission was given", "all this without my consent"),
        must_not=("no permission slip", "without consent of the doctor I wait"),
        is_open=True,
    ),
    Family(
        "do not call",
        "^ {lead}* (do not|don'?t) <call|text|contact|message|reply|respond|engage> [or|and|call|"
        "text|contact|again|please|ever|back|anymore|to this|number|me]* . $",
        must=("DO NOT CALL", "do not call me or text me"),
        must_not=("do not call him", "don't call it that", "do not call before noon"),
        is_open=True,
    ),
)
