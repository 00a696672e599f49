"""Classes of English words that the families of opt-outs are written with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

CLASSES: Final[Mapping[str, str]] = {
    "ask": "ask|asking|request|requesting|telling|begging|can|could|would|will|won'?t|"
    "gonna need|asking",
    "you": "you|u|ya|y'?all",
    "lead": "yo|aye|bruh|dawg|fam|homie|bro|pal|jeez|geez|gosh|nty|please|pls|plz|plse|kindly|"
    "just|now|"
    "ok|okay|k|and|so|but|then|hey|hi|hello|yo|yes|no|nope|yeah|sorry|again|also|seriously|"
    "immediately|look|listen|guys|sir|ma'?am|dude|bro|man|wtf|ffs|thanks|thank you|no thanks|thx|"
    "ty|all|simply|politely|asap|for the last time|[you] guys|hereby|formally|officially|{ask} "
    "{you} [guys|people|all|folks|please|just|kindly|maybe|possibly|possible]*|{you} (must|"
    "should|better|can)|{you} [guys|people|all] (need|have|ought|are) to|(i|we) [am|will|would]* "
    "{ask} {you} to|i'?m {ask} {you} to|(i|we) (asked|told|want|need|beg|wish|request|demand) "
    "{you} (to|would)|i'?d like {you} to|(i|we) would like {you} to|(i|we) request that {you}|i "
    "demand that {you}|(i|we) said [to]|is there [any] (a|any|some) way to|(how|where|when) (do|"
    "can|would|could) (i|we|one)|how to|what do i do to|how does one|how do you|do i have to|can "
    "i|may i|could i|let me|(i|we) (want|wanna|need|wish|choose|elect|would like|prefer|ask|"
    "request|demand|have) [to]|i'?d (like|prefer|rather) [to]|i'?m trying to|i am trying to|"
    "i'?ve decided to|wanna|want to|(i|we|i'?d|we'?d) [would|really]* appreciate [it] if (you'?d|"
    "{you} (would|could)|{you})|appreciate it if (you'?d|{you} (would|could)|{you})|help me|go "
    "ahead and|would {you} mind|wrong (number|person)|not interested|(this|it) is not [the]|i am|"
    "i'?m [not]|[i|we|i'?ve|we'?ve]* [have|already|had|just|gotta|told|times|how|many|do]* "
    "{told_you}|(no|not) thanks|bye|goodbye|wrong [number|person|guy]|there'?s no need to|(it'?s|"
    "its) time to|you can|you guys can|feel free to|make sure [to|you]|how 2|how do {you}|{ask} "
    "(someone|somebody|anyone|anybody) [on your end|there|please|just]*|allow me to|lemme|have "
    "got to|got to|gotta|need to|you [guys|people|all|folks]* (have|got|gotta) [got]* to|screw "
    "{you}|fuck {you}|pretty please|oh my god|damn|goddammit|dear|to whom it may concern|good "
    "(morning|afternoon|evening)|folks|team|requesting to|trying to|ready to|last (time|warning)|"
    "final (warning|notice|request)|hell (no|nah)|nah|naw|stop|is it possible to|would it be "
    "possible [for you] to|any chance {you} (could|can|would)|(i|i'?d|we|it) [would|will|'?d|be|"
    "very|really]* (grateful|great|nice|thankful|glad|wonderful|awesome|better) if {you} [would|"
    "could|just|all|guys]*|{you} [guys]* (are|r) (relentless|insane|crazy)|but|who do i (talk|"
    "speak|contact|call|write|text) [to] [to|about]|is there (a|any|some) (number|way|person|"
    "link|place|option) [to|i can|that] [call|to|text|do]*|under the tcpa|i (demand|insist) "
    "[that]* [you]*|be advised that|please note|this serves as notice to|what (do|will) [i|it]* "
    "[have|need|take]* to [do|say|make|get]* [you|to]*|i'?m going to need you to|signed up by "
    "mistake",
    "bye": "_|please|pls|plz|plse|now|immediately|asap|today|thanks|thank|thx|ty|"
    "already|forever|permanently|right|at once|or i|or else|and|i|ok|okay|"
    "before|as|any more|anymore|ever|again|you|u|indefinitely|completely|"
    "altogether|entirely|from now|for good|sir|ma'?am|period|because|bc|cause|"
    "this is|it'?s|im|i'?m|we|that|so|if possible|kindly|effective|all "
    "together|(for|at|to|from) (this|my|me|our)|on (this|my) (number|phone|"
    "cell|line)|by|it is|its|since|don'?t|do not|you'?re|or i'?ll|go|stop|til|"
    "until|no|not|but|about|to {you}|, i|he|she|they|who|who'?s",
    "start": "_|number|person|interested|anymore|number and|person and|number so|here|"
    "phone|guy|lady|woman|man|gal|please|pls|plz|so|list|landline|spam|this|"
    "up|spanish|español|spam|scam|deceased|passed|dead|died|customer|anymore|"
    "customer|member|subscribe|wrong|bro|bud|name|off|work|him|her|now|"
    "already|not (me|her|him|\\w+)|\\d\\d|illegal|anyone|by mistake|enough|"
    "phone|this is|whoever this is|anybody|someone|me|demand {you}|request "
    "{you}|insist {you}",
    "please": "please|pls|plz|plse|kindly|now|thanks|thank you|thank u|thx|ty|ok|sir|"
    "ma'?am|asap|immediately|already|right now|today|forever|all|everything|"
    "me|this|it|these|that|pretty please|for good|completely|immediatly|tf|"
    "the hell|guys|people|folks|bro|dude|man|right away",
    "halt": "stop{1,4}|terminate|stoop|stpo|quit|cease|discontinue|halt|end|refrain|"
    "desist|stp|sotp|stahp|st0p|knock off|lay off|cut out",
    "texting": "te?x{0,1}t{1,2}i?n?g|te?xt{1,2}in|textn|texing|textung|textign|txtng|"
    "messagin|mesaging|massaging|msgn|messaging|msging|sending?|"
    "contacting?|calling?|spamming?|bothering?|harassing?|bugging?|sends?|"
    "hitting? (up|on|me up|us up)|blowing (me|us) up|hmu|trying to (sell|"
    "reach|contact|text|get|convince|call)|selling|soliciting|asking (me|"
    "us) for|advertising|marketing|pitching|smsing|emailing|writing|"
    "pestering|soliciting|disturbing|annoying|reaching out|blowing up|"
    "hitting up|hounding|badgering|phoning|(with|it with) {your}* "
    "{texting_noun}|bombarding|notifying|messing with|txtn|spammin|"
    "botherin|harassin|buggin|callin|sendin|hittin (up|me up)|blowin (up|"
    "me up)|reaching",
    "texting_noun": "texts?|texting|messages?|msgs?|spam|txts?|calls?",
    "verb": "text|txt|message|msg|contact|sms|bother|disturb|write|spam|harass|bug|"
    "solicit|email|notify|pester|ping|reach out to|hit|hit up",
    "me": "me|us|this [phone|cell|mobile] (number|phone|line|cell|person)|(my|our|his|"
    "her|their) [cell|mobile|phone|work|personal] [phone] (number|phone|line|"
    "cell|mobile|family|wife|husband|mom|kid|son|daughter)|here|my (mother|mama|"
    "grandma|grandmother|grandpa|grandfather|dad|father|parents|sister|brother|"
    "child|office|workplace|employees|baby) [phone|cell|number]*",
    "my_entry": "me|us|myself|this [phone|cell] (number|phone|contact|person)|(my|our|"
    "his|her|their|my \\w+|my \\w+'s|the) [cell|mobile|phone|work|home|"
    "business|office] (number|phone|name|info|information|contact|data|"
    "details|cell|email|entry|numbers|digits)|mi numero|mi número|my|all "
    "of my (info|information|data)|my wife|my husband|my mom|my dad|my "
    "son|my daughter|my kid|my kids|my mother|my father|these numbers|"
    "both numbers|both of us|the number|number|name|this (cell|line|"
    "landline|phone)|my (grandma|grandmother|grandpa|brother|sister|"
    "father|mother|parents|line|landline)|{digits}",
    "your": "all|of|the|this|that|these|those|your|ur|any|any more|anymore|more|my|"
    "such|further|future|so many|with|w|daily|constant|stupid|annoying|damn|"
    "fucking|freaking|unwanted|unsolicited|automated|marketing|promotional|"
    "political|random|sms|text|me|us|another|other|kind|types?|sending|"
    "getting|receiving|dumb|endless|bloody|goddamn|incessant|weekly|sales|"
    "subscription|to|from you|subscribed|single|even one|mass|group|robo|"
    "recurring|additional|nonstop|dang|darn|f|effing|fckn|fkn|ridiculous|"
    "useless|worthless|pointless|scammy|spammy|company'?s|nasty|junk|silly|"
    "non stop|bulk|los|las|sus|business|real estate|campaign|donation|"
    "fundraising|job|loan|insurance|warranty|on my phone|student|vaccine|"
    "reminder|appointment|customer|client|donor|voter|patient|member|vip|"
    "loyalty|parent|tenant|guest text|alumni|employee|job alert|coupon|ur|"
    "dang|lousy",
    "texts": "texts?|text messages?|txts?|messages?|mesages?|massages?|msgs?|sms|"
    "smses|mms|notifications?|alerts?|spam|ads?|promos?|promotions?|"
    "communications?|blasts?|texting|messaging|newsletters?|advertisements?|"
    "advertising|solicitations?|correspondence|contact|marketing|sms'?s|"
    "text'?s|mensajes|textos|text msgs?|txt msgs?|texs?|messges|textmessages?",
    "junk": "updates?|reminders?|offers?|emails?|deals?|coupons?|surveys?|harassment|"
    "harassing|spamming|calls|advertisments?|robotexts?|chain",
    "list": "lists?|mailing|texting|text|texts|sms|messages?|messaging|contacts?|calling"
    "|call|phonebook|phone book|phone|database|data base|system|systems|records?"
    "|directory|distribution|subscription|subscriptions|subscribers?|campaigns?"
    "|program|everything|here|this|it|these|marketing|spam|rolodex|files?|group"
    "|thread|notifications?|alerts?|service|crm",
    "not": "don'?t|do not|dont|no longer|not|never|didn'?t|did not|wouldn'?t|would "
    "not|doesn'?t|don'?t [even|ever|really|actually]|do not [even|ever|really]|"
    "dnt|no more|nor|stop and|noone|nobody should|no need to|there is no need "
    "to|not allowed to|refuse to|not authorized to|decline to|no right to|have "
    "no right to",
    "unsub": "unsub|unsubscribed?|unsuscribed?|unsubscriber|unsubscribing|unsuscribing|unsubbed",
    "told": "said|told|asked|asking|texted|typed|wrote|replied|answered|requested|say|tell"
    "|sent|saying|telling|responded|repeated|ask|written",
    "reason": "already|(i'?m|i am) (at|in)|this is (my|a|not)|i am not|i'?m not|you "
    "have been|my (work|phone|cell)|never (signed|sign|subscribed|asked|"
    "agreed|gave|opted|authorized|requested|consented)|(not|didn'?t|don'?t|"
    "no) (sign|signed|ask|interested|know|subscribe|agree|opt|authorize|"
    "consent|need|want|care|live|work|give)|wrong (number|person|guy|lady|"
    "phone)|who (is|are|r|dis|tf|the hell)|report|reporting|reported|harass|"
    "harassment|harassing|spam|scam|scammer|scammers|annoying|unsolicited|"
    "block|blocking|blocked|fcc|ftc|tcpa|lawyer|attorney|sue|legal|police|"
    "illegal|consent|permission|no longer|moved|already (told|said|have|got|"
    "sold|bought|voted)|told {you}|i said|enough|sick of|tired of|customer|"
    "too (many|much)|leave (me|us)|lose my|deceased|passed away|wasting|"
    "waste|no more|remove|delete|texts|messages|msgs|list|unwanted|my "
    "number|this number|messaging me|texting me|creepy|privacy|unsubscribe|"
    "stop|idk|don'?t text|do not text|isn'?t|ain'?t|crazy|idiots?|beg|"
    "begging|cops|court|complaint|landline|scamming|fraud|stalking|asleep|"
    "sleeping|fuck|fucking|shit|wtf|ffs|bullshit|nicely|politely|gave|or "
    "else|scammers?|never",
    "fed_up": "sick|tired|fed up|fedup|done|over|exhausted|annoyed|irritated|bothered",
    "told_you": "{told} [{you}|guys|people|folks|idiots|already|once|twice|before|yesterday|"
    "last|week|weeks|month|night|time|times|\\d+|one|two|three|four|five|a|many|"
    "several|multiple|few|hundred|million|nicely|politely|again|now|that|i|the|"
    "other|day|repeatedly|over|and|have|gotta|so]* to [please|just|kindly|now]*",
    "threat": "(i|i'?ll|i'?m|im|ill|we|we'?ll|my|you|you'?ll|ur|you'?re|will|gonna|"
    "going|or else|expect) ... (report|reporting|reported|sue|suing|lawsuit|"
    "block|blocking|blocked|cops|police|lawyer|lawyers|attorney|attorneys|"
    "court|fcc|ftc|tcpa|charges|complaint|complaints|complain|legal|bbb|"
    "harassment|authorities|attorney general|sued|fined|better business "
    "bureau)|(i|we) * (cops|police|court|complaint|lawyer|attorney|fcc|ftc)",
    "digits": "\\d\\d\\d \\d\\d\\d \\d\\d\\d\\d|_ \\d\\d\\d _ \\d\\d\\d \\d\\d\\d\\d|"
    "\\d\\d\\d \\d\\d\\d\\d|\\d\\d\\d\\d\\d\\d\\d\\d*",
    "end": "_|please|pls|plz|now|immediately|asap|today|thanks|thank|thx|ty|already|"
    "forever|permanently|right now|at once|or i|or else|anymore|any more|ever|"
    "again|period|because|bc|cause|this is|it'?s|im|i'?m|i am|we are|on this|"
    "for (good|ever)|to this|at this|from now|sir|so|if|and (take|remove|"
    "delete|lose|leave|do|i)|about|unless|before i|kthx|lol|haha|bye|it is",
    "annoying": "annoying|unwanted|unsolicited|ridiculous|out of hand|excessive|"
    "bothersome|intrusive|illegal|harassment|spam|a nuisance|getting old|"
    "driving me (crazy|nuts|insane)|insane|unwelcome|not welcome|"
    "inappropriate|pointless|useless|irritating",
    "many": "texts|text messages|messages|msgs|sms|smses|notifications|alerts|spam|ads|"
    "promos|promotions|communications|blasts|texting|messaging|newsletters|"
    "advertisements|advertising|solicitations|text'?s|mensajes|textos|"
    "textmessages|robotexts|updates|reminders|offers|emails|coupons|surveys|"
    "spamming|calls",
    "channel": "texts|text messages?|messages|msgs|txts|sms|mms|notifications?|alerts|spam|"
    "ads|adverts?|promos|promotions|promotional|marketing|blasts?|newsletters?|solicitations?|"
    "solicitation|communications?|texting|messaging|mailings|campaigns?|robotexts?|"
    "advertisements?|advertising|telemarketing|robocalls|coupons|offers|deals|"
    "text (alerts?|blasts?|ads?|spam|marketing|notifications?)|mensajes|texting me|text'?s|"
    "reminders|surveys|updates|junk texts|blasting|solicit|soliciting",
    "these": "these|this|those|them|em|it|your|ur|the|all|my|any|text",
    "dont": "don'?t|do not|never|don'?t (ever|you|even)|no need to|no reason to|no point in|"
    "no point|"
    "needn'?t|must not|mustn'?t|cannot|can'?t|may not|shall not|shan'?t|shouldn'?t|should not|"
    "better not|not to|(don'?t|do not) need to|no longer [need to]|quit|not be|not allowed to|to "
    "not|nobody should|no one should|not ok to|not okay to|isn'?t ok to|please not|you not|u not|"
    "stop and (don'?t|do not)|dun|dunt|don|refrain from|avoid",
    "write": "text|txt|message|msg|contact|sms|bother|disturb|write|spam|harass|bug|solicit|"
    "notify|pester|ping|reach out to|hit|hit up|dm|communicate with|respond to|"
    "reply to|market to|advertise to|blow up|annoy|approach|torment",
    "ing": "texting|messaging|contacting|calling|spamming|bothering|harassing|bugging|writing|"
    "emailing|"
    "pestering|notifying|hitting up|reaching out to|blowing up|annoying|disturbing|hounding|"
    "soliciting|pinging|phoning|(hitting|blowing|lighting) [up]* (me|us|my|our|this)|reaching out",
    "bare": "(these|those|this|them|em|any of (this|these)|all this) (_|anymore|any more|"
    "please|at|from|"
    "and|so|stop|again|ever|now|or|pls|plz|but|remove|because|thanks|crap|shit|spam|stuff|junk|"
    "list|mess|nonsense|bullshit|garbage|service|{channel})",
    "us": "me|us|this (number|phone|cell|line|person|mobile|#|device|contact|address)|"
    "anyone (at|here)|{digits}|my (kids?|child|children|mom|mother|mama|grandma|"
    "grandmother|dad|father|grandpa|parents|house|family|home|line|number|phone|cell|mobile|"
    "[work|business|cell|mobile|personal|home|house]* (phone|number|line|cell))",
    "entry": "(my|this|our|the|that) [cell|phone|mobile|work|home|personal|contact]* (number|"
    "numbers|phone|cell|info|information|contact|data|name|digits|line)",
    "thing": "appointments?|appts?|reservations?|bookings?|orders?|memberships?|leases?|"
    "invoices?|billing|"
    "bills?|paperless|paycheck|insurance|warranty|policy|policies|prescriptions?|refills?|"
    "medication|meds|pills|payments?|autopay|auto pay|delivery|deliveries|shipments?|packages?|"
    "waitlists?|waiting|standby|guest|roster|schedule|class|classes|courses?|statements?|"
    "contract|loan|mortgage|rental|raffle|gym|magazine|newspaper|club|cake|speaker|mute|hold|"
    "team|yoga|trip|shifts?|application|bid|cards?|deposit|refund|receipt|quote|estimate|"
    "charges?|fees?|cart|menu|onions|pizza|vitamins|dental|meals?|account|accounts|box|boxes|bus|"
    "alarm|water|heat|leak|wine|prices?|meeting|interview|party|wedding|visit|procedure|surgery|"
    "test|calls? schedule|duty|bench|case|ticket|tickets|flight|hotel|room|car|truck|house|plan|"
    "plans|school|lesson|lessons|practice|game|games|event|events|item|items|size|color|dinner|"
    "lunch|brunch|table|tables|stain|couch|tree|trees|stump|will|deed|title|photo|photos|"
    "pictures?|posts?|comment|comments|dates?|time slot|slot|slots|fries|sauce|drive|tag|license|"
    "licenses|licensed|horn|app|device|manual|sounds?|machine|collections|cleaning|ride|trial|"
    "haircut|procedures?|tour|overtime|(on call|cancellation|waiting|standby|guest|wait|price|"
    "email|e-mail|packing|wish|shopping|grocery|call|gluten free|prayer|wine|class|team|invite|"
    "player|backup|free|sub|substitute|volunteer|watch|honor|party) lists?",
}
