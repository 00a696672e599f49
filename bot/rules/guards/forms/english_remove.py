"""How people say in English: take me off your list."""

from __future__ import annotations

from typing import Final

from bot.rules.guards.family import Family

REMOVE: Final = (
    Family(
        "cancel my number",
        "{start} {lead}* <cancel> (me|us|(my|this|our) [cell|mobile|phone] (number|phone|cell|info|"
        "name|contact|entry)) ({bye}|from now|from {your}* {list} {bye})",
        must=("cancel my number", "please cancel me from your list"),
        must_not=("cancel my", "cancel my number 2 order", "can you cancel my name change"),
    ),
    Family(
        "remove me",
        "{start} {lead}* <remove|delete|erase|drop|scrub|purge|unlist|deregister|"
        "unenroll|disenroll|unregister|withdraw|unfollow|exclude|removed|remov|clear|"
        "removing|wipe|ditch|nix> {my_entry} ({bye}|from now|from {your}* "
        "{list} {bye})",
        must=(
            "I'm not your customer anymore, remove me pls",
            "remove my number",
            "unenroll me",
            "remove 555-555-0142 from your list",
            "remove number",
            "please remove 555 0142",
        ),
        must_not=(
            "Delete my number 2 order, keep the first",
            '"Delete me" is the name of the book, do you have it?',
            "remove my name tag and send a new one",
            "remove 2 of the chairs",
            "delete 4471 and 4472 from the order",
        ),
    ),
    Family(
        "take me off",
        "{start} {lead}* (take|get|pull|cross|scratch|strike|drop|knock) {my_entry} <off> "
        "(please|pls|plz|. |now|immediately|thanks|asap)",
        must=("take me off", "Take my name off, thanks"),
        must_not=("take me off hold", "take me off the waitlist for Tuesday but keep Thursday"),
    ),
    Family(
        "take me off your list",
        "<remove|delete|drop|erase|scrub|purge|scratch|exclude|withdraw|block|unlist"
        "|removing|eliminate|clear|unenroll|removed> {my_entry} [off|out|right]* (off|from"
        "|out|outta|of) {your}* {list} [list|lists|messages?|texts?|system|chain|thread"
        "|blasts?|now|database]* {bye}",
        must=(
            "remove my number from your system asap",
            "delete me from your database",
            "please drop me from the list",
        ),
        must_not=("don't remove me from the list!", "remove me from the waitlist for Friday yoga"),
    ),
    Family(
        "remove from list",
        "_ {lead}* <remove|delete|removed> [off] (from|off) {your}* {list} {bye}",
        must=("remove from list", "please remove from your system"),
        must_not=("To remove from phonebook sms NO", "remove from the oven when done?"),
    ),
    Family(
        "get off this list",
        "(get|getting|getting|be|want|like|how|go|am|i'?m|come|opted|me|removed|"
        "please|being|remove|taken|signed|number|off) (off|out|from) [of] (this|your|"
        "the|these|ur|that|all) [damn|fucking|stupid|mailing|texting|text|sms|contact|"
        "marketing|call|calling|message|phone|distribution|spam]* <list|lists|mailing|"
        "database|system|group text|texts|messages|subscription|records> [list|"
        "lists]* {bye}",
        must=(
            "How do I get off this list? I don't want these",
            "I want off your mailing list",
            "who do I talk to about getting off this list",
        ),
        must_not=(
            "where do I get off the bus",
            "is he out of the group?",
            "get off the list for yoga",
        ),
    ),
    Family(
        "I want to be removed",
        "(want|wanted|wish|like|asked|ask|asking|request|requesting|requested|need|"
        "demand|i|how|should|please|expect|supposed|prefer) * (be|get|been) <removed|"
        "taken|unsubscribed|deleted|opted|unlisted|unenrolled> [off|out]* [from|of|"
        "off]* ({your}* {list}|{bye}|\\d+|three|several|many|multiple|last|twice)",
        must=(
            "I asked to be removed already",
            "How do I get removed?",
            "I want to be taken off",
            "I've asked to be taken off 3 times now",
        ),
        must_not=("should it be removed from the oven?", "Can the stain be removed?"),
    ),
    Family(
        "I told you to remove me",
        "{told_you} <remove|delete|unsubscribe|erase|removing> {my_entry} ",
        must=("I told you guys before to remove me",),
        must_not=("I asked them to remove the old one", "I asked them to take me to gate 4"),
    ),
    Family(
        "lose my number",
        "<get rid of|throw away|throw out|dispose of|rid of|toss out|destroy|expunge|"
        "lose|forget|erase|delete|remove|drop|ditch|trash|toss|scratch|loose|scrub|"
        "burn> (my|this|our) [phone|cell|mobile|contact]* (number|numbers|digits|"
        "contact|num|nbr|no|info|information) (. |please|pls|plz|now|and|asap|thanks|"
        "immediately|from|in your|or|already|ok|before|dude|bro|creep|asshole|jerk|"
        "idiot|moron|loser|bitch|forever|bye|right|lol)",
        must=(
            "lose my number",
            "Kindly delete this number from your phone",
            "Lose my number creep",
            "get rid of my number",
            "throw away my number",
            "Get rid of this number in your system",
        ),
        must_not=(
            "lose my number? No way, I saved it!",
            "I forgot my number, can you look me up by name?",
            "did you delete my number?",
        ),
    ),
    Family(
        "I want out",
        "^ {lead}* [i|we]* (let me|want|get me|lemme) <out> [of (this|these|here|the|"
        "your) [list|group|texts?|thing]]* ({please}|_|stop|i|no|thanks|remove|it|"
        "me)* . $",
        must=("I want out", "let me out of this list"),
        must_not=("I want out of the lease early, is there a fee?", "let me out at the corner"),
    ),
    Family(
        "take me off this",
        "(take|taking|get|pull|keep|cross|strike) {my_entry} [right]* <off|outta> "
        "[of] {your}* {list} [list|lists|messages?|texts?|system|chain|thread|blasts?|"
        "now|database]* {bye}",
        must=(
            "Please take me off your texting list, thanks",
            "get me off of this",
            "take me outta this",
        ),
        must_not=(
            "take me off the list for Friday yoga",
            "take me off hold",
            "take me out of the rain",
            "take me out to the ball game",
        ),
    ),
    Family(
        "keep me out of your system",
        "(take|get|pull|keep|taken) [{my_entry}] (out|from|outta) [of] {your}* <list|lists"
        "|mailing|database|system|records?|contacts|directory|subscription|campaigns?"
        "|rolodex> {bye}",
        must=("Take this number out of your system",),
        must_not=("get me a quote from your system", "take a number from the stand"),
    ),
    Family(
        "wrong number, remove it",
        "_ {lead}* <remove|unsubscribe|removed|delete> [it|number|this|me] "
        "[please|pls|plz|now|asap|immediately|thanks|thank you|from list|the number]* "
        ". $",
        must=(
            "not me, remove",
            "you have the wrong number. Remove it please",
            "Didn't ask for this. Remove.",
            "this is spam, delete it",
            "Not Maria. Remove.",
            "Unwanted texts. Remove.",
        ),
        must_not=("It is number 4, not 5. Remove the salad", "remove this?"),
    ),
    Family(
        "get off this",
        "(how|can|want|let|wanna|need) [do|can|would|to|i|we]* get <off> [of] (this|these|here) _",
        must=("how do I get off this?",),
        must_not=("where do I get off?",),
    ),
    Family(
        "delete my data",
        "{start} {lead}* (remove|delete|erase|wipe|purge|destroy|scrub|forget) [all|"
        "any|every|of|the]* (my|our|this) [personal|contact|phone|all]* <information|"
        "info|data|details|records?> ({bye}|(you have|on file|from|off|out))",
        must=("Please delete all my information from your system", "wipe my data now"),
        must_not=(
            "delete my details on order 4 and use the new ones",
            "erase the records shelf, it is wrong in the plan",
        ),
    ),
    Family(
        "off the list",
        "^ {lead}* <off> {your}* (list|lists|mailing list|text list) ({please})* . $",
        must=("Off the list please", "off your list now"),
        must_not=("off the list of ingredients?", "20% off the list price"),
    ),
    Family(
        "please remove, at the end",
        "(landline|number|list|line|phone|fax|spam|person|customer|cell|member|"
        "interested|please|pls|plz|texts|anymore|longer|\\d\\d\\d\\d+|gone|here) "
        "[please|pls|plz|so|and|kindly|just]* <remove|unsubscribe> [it|this|me|please|"
        "asap|now]* . $",
        must=("This is a landline please remove", "5555550142 remove"),
        must_not=(
            "what number do I press to remove the lid?",
            "Which button do I press? The seats please remove?",
        ),
    ),
    Family(
        "it, from your list",
        "<remove|delete|take|erase|get|pull|drop|scrub|cross> (it|this|that|him|her|"
        "them|mine|his|hers) [off|out|right]* (off|from|out of|outta) (your|ur|all|"
        "any|whatever|this|these) [of|damn|the|your|texting|text|mailing|contact|"
        "calling|marketing|phone|call|sms|stupid|customer|client]* (list|lists|"
        "mailing|database|system|systems|contacts|records|files?|texts|messages|"
        "directory|rolodex|service) ",
        must=("this is a work phone, remove it from your list", "take him off your list"),
        must_not=("remove it from the oven", "take this off the system drive first"),
    ),
    Family(
        "my number: take it off",
        "(number|phone|list|landline|cell|info|name) [_|from]* {lead}* (take|remove|"
        "delete|lose|drop|erase|get|trash) <it> [off|out|please|now|right]* _",
        must=("who gave you my number take it off", "wrong number, lose it"),
        must_not=(
            "what is the number to take it to the dump?",
            "his name is on the box, get it out of the car",
        ),
    ),
    Family(
        "I want it removed",
        "(number|name|list|info|information|texts?|messages?|phone) ... (want|like|"
        "need|wish|ask|prefer) [for|that]* (it|this|me|that|them) [to be|be]* "
        "<removed|deleted|erased|taken off> (_|from|off|please|now|asap|immediately)",
        must=("my name was added to your list by mistake. I would like it removed.",),
        must_not=("the number on the door is wrong, do you like it removed or painted over?",),
    ),
    Family(
        "remove me, anywhere",
        "<remove|delete|unsubscribe|take|removing> ((me|us) off|me|us|my number|this "
        "number|our number) [please|pls|plz|now|asap|immediately|thanks|thank you|"
        "already|ok]* . $",
        must=("cant stand these texts remove me", "screw you take me off"),
        must_not=("he said he would drop me",),
    ),
    Family(
        "want off",
        "_ {lead}* [i|we|just|really]* (want|wanna|lemme|let me|get me) [to|be|get]* "
        "<off> [of]* [{your}* {list}|this thing]* ({please}|_)* . $",
        must=("I want off", "want off", "lemme off this list"),
        must_not=("I want 20 off", "I want Monday off"),
    ),
    Family(
        "take my name out",
        "{start} {lead}* (take|pull|get|drop|strike|leave) (my|our|this|his|her) "
        "(name|number|info|contact|cell|phone) <out|off|down> [please|pls|of your "
        "list]* _",
        must=("Please take my name out", "could someone on your end pull my number off?"),
        must_not=("take my number out front", "take my name down for two at six"),
    ),
    Family(
        "pull my name",
        "{start} {lead}* <pull|scratch|strike|cross out> (my|our|this|his|her) (name|"
        "number|info|contact|cell|phone) _",
        must=("could someone on your end pull my name?",),
        must_not=("pull my number when I get there",),
    ),
    Family(
        "forget me",
        "{start} {lead}* <forget|pretend> (me|us|{you} [guys]* [ever|never]* (have|"
        "had|got|know|knew) (my|this|our) number|about (texting|messaging|contacting) "
        "me) [please|pls|now|ever|existed]* _",
        must=(
            "Please forget me",
            "forget you have my number",
            "please pretend you never had this number",
        ),
        must_not=("please don't forget me", "forget me not flowers"),
    ),
    Family(
        "I'd like off",
        "(i'?d|i would|would|i) like <off> [of|this|that|list|the|your|it|please|thing]* _",
        must=("Not sure how I got on this list but I'd like off",),
        must_not=("I'd like off street parking",),
    ),
    Family(
        "how do I get out",
        "(signed|list|subscribed|enrolled|mistake|accident|error|texts) ... how [do|"
        "can]* i [get|cancel|opt|leave|back]* <out|off|cancel|leave|undo|stop> [of|it|"
        "this|these|the|list]* _",
        must=("I must have signed up by accident, how do I get out",),
        must_not=("list price? And how do I get out there",),
    ),
    Family(
        "from these reminders",
        "<remove|delete|take|drop|unsubscribe|get> {my_entry} (off|from|out of) "
        "{your}* ({many}|list) [please|pls|thanks|now|asap]* _",
        must=(
            "I've graduated, please remove me from the student list",
            "can you remove me from these reminders, I go elsewhere",
        ),
        must_not=("remove me from the guest list for Friday", "take me off the waitlist"),
    ),
    Family(
        "take me out of this",
        "(take|taking|get|pull) {my_entry} out <of> {your}* (list|lists|mailing|"
        "database|system|group|thread|program|texts|messages) [now|please]* {bye}",
        must=("take me out of the group",),
        must_not=("take me out of the rain", "take me out to the ball game"),
    ),
)
