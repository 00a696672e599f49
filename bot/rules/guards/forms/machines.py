"""What machines send and no person would, in English and Spanish."""

from __future__ import annotations

from typing import Final

from bot.rules.guards.family import Family

LABELLED: Final = (
    Family(
        "auto-reply:",
        "^ {hello}* * <auto|automatic|automated|away|vacation|ooo> [sms|text|email|message]* "
        "(reply|response|message|responder|answer|respond|autoreply|notification|text) .",
        must=(
            "Auto-reply: I am away",
            "Automated response: we are closed",
            "AUTO RESPONSE - back at 9",
        ),
        must_not=("auto reply worked lol, what hours", "did I get an automatic reply?"),
    ),
    Family(
        "autoreply:",
        "^ {hello}* <autoreply|autoresponse|autoresponder|ooo> ",
        must=("Autoreply: back on Monday", "OOO until 8/12"),
        must_not=("my autoreply is off",),
    ),
    Family(
        "this is an automated message",
        "(this is|it is|it'?s|this was|i am|i'?m|reached) [an|a|our|sent|by]* <automated"
        "|automatic|auto|unattended> ",
        must=("This is an automated message.", "Thanks for texting, this is automated"),
        must_not=("is this an automated message?", "is your car wash automatic?"),
    ),
    Family(
        "sent automatically",
        "(message|reply|text|response|sms) [was|is|has been|being]* (sent|generated) "
        "<automatically|automated> ",
        must=("This reply was generated automatically",),
        must_not=("does the door open automatically?",),
    ),
    Family(
        "not monitored",
        "{thing} [is|are|this]* (not|no longer|never|isn'?t|aren'?t|un) [currently|being"
        "|actively]* <monitored|attended|staffed|checked> ",
        must=("This mailbox is not monitored. Please do not reply.",),
        must_not=("is my heart rate monitored overnight?",),
    ),
    Family(
        "unmonitored",
        "{thing} (is|are) [currently]* <unmonitored|unattended|unstaffed> ",
        must=("texts are unmonitored after 5",),
        must_not=("is the pool unattended?",),
    ),
    Family(
        "we do not monitor this",
        "(do not|don'?t|does not) [actively]* <monitor> (this|these) {thing} ",
        must=("We do not monitor this inbox.",),
        must_not=("why don't you check your mailbox",),
    ),
    Family(
        "do not reply",
        "(_|please|kindly) do not [directly] <reply|respond|replying> (to this|directly|_"
        "|here|as|via)",
        must=("Please do not reply to this text.", "DO NOT REPLY. For help visit our site"),
        must_not=("why do you not reply to me?", "I do not reply to spam"),
    ),
    Family(
        "unable to deliver",
        "(unable to|could not|cannot|can'?t|couldn'?t|failed to|was not|message not|msg not"
        "|text not|sms not|wasn'?t|not be) [be] <deliver|delivered|sent|processed|forwarded> "
        "[your|the|this|to]* (message|text|. service|. error|. please|. the|. msg|. this|sms"
        "|. recipient|. $)",
        must=("Message not sent. Service access denied.", "Unable to deliver your message"),
        must_not=("you could not deliver my couch?", "I have not sent the form yet"),
    ),
    Family(
        "delivery failed",
        "(^|.) [your|the|this|last|active|sms|text|msg|frm|subj|to|unable]* (delivery"
        "|message|sms|text|msg|send|transmission) [has|status|was|been|notification]* "
        "<failed|failure|blocking|blocked|undeliverable|undelivered|error|notification> (_"
        "|is|to (be|send|deliver)|for|because|due|failure)",
        must=(
            "Delivery failure",
            "Message Blocking is active.",
            "FRM:MAILER-DAEMON SUBJ:Delivery Failure",
        ),
        must_not=("The delivery guy failed to ring", "my payment failed"),
    ),
    Family(
        "mailer daemon",
        "<daemon|postmaster|undeliverable|mailerdaemon> ",
        must=("FRM:MAILER-DAEMON SUBJ:Delivery Status Notification",),
        must_not=("the demon costume",),
    ),
    Family(
        "the number you are texting",
        "the [wireless|mobile|cellular|phone]* {who} [to whom|that|which] you (are|have"
        "|were) <texting|texted|trying|dialed|messaging|messaged|dialled|reached|contacting>",
        must=("The number you are texting is a landline", "The person you have texted is away"),
        must_not=("is this the number you texted from", "the number you gave me is wrong"),
    ),
    Family(
        "landline",
        "(is|to|be|as) [a|an|likely|sent]* <landline> ",
        must=("This number is a landline and has no texts",),
        must_not=("do you have a landline?",),
    ),
    Family(
        "error: invalid number",
        "<error|invalid|failed|denied|failure> [.|?]* * (invalid|number|destination|valid"
        "|recipient|code) ... (number|code|destination|resend|send|try|denied|text)",
        must=("Error Invalid Number. Please re-send using a valid 10 digit mobile number",),
        must_not=("my error, wrong size", "I got an error on the code page"),
    ),
    Family(
        "error and a number",
        "^ <error> [.] [code|no|number]* \\d+ ",
        must=("Error: 4504 message not found", "Error 30"),
        must_not=("error on page 4",),
    ),
    Family(
        "free msg",
        "^ * [.] * free <msg> (your|you|unable|from|a|we|for|data|the) ",
        must=("T-Mobile: FREE MSG Your bill is ready",),
        must_not=("do you have free msg boards",),
    ),
    Family(
        "service access denied",
        "(service|access|messaging|permission) [access|is]* <denied|restricted|blocked> . ",
        must=("Error 1204: Service access denied.",),
        must_not=("my card was denied",),
    ),
    Family(
        "network message",
        "^ * [.] * (network|carrier|system|free|wireless) <msg|message|msgs|notice|alert> .",
        must=("NETWORK MSG: Unable to send", "AT&T Free Msg: Your statement is ready."),
        must_not=("my network msg did not arrive", "free message board?"),
    ),
    Family(
        "FreeMsg",
        "^ * [.] * <freemsg|netmsg|vzmsg|vzwmsg> ",
        must=("FreeMsg: your balance is low",),
        must_not=("free pizza?",),
    ),
    Family(
        "you have been unsubscribed",
        "{you_have} [now|been|successfully|already|not|no longer|currently|re|just|also]* "
        "<unsubscribed|subscribed|resubscribed|opted|removed|enrolled|unenrolled|signed"
        "|registered> [out|in|up]* (_|from|to|for|of|and|successfully|by)",
        must=(
            "You have successfully been re-subscribed to messages from this number.",
            "You are unsubscribed and will get no more texts.",
            "You've opted out of alerts.",
        ),
        must_not=("You have unsubscribed me?", "are you signed up"),
    ),
    Family(
        "you will receive no more messages",
        "(you|no) [will|are|more|further]* [not|no longer|messages|texts|now|longer]* [be]* "
        "<receive|receiving|sent> [any|no|more|further|text|be]* (messages?|texts?|alerts?"
        "|notifications?|sms) (from|unless|at|until|_|on)",
        must=(
            "You will not receive any more messages from us.",
            "You will no longer receive texts.",
        ),
        must_not=("did you receive my text?", "will I receive a text?"),
    ),
    Family(
        "reply START to",
        "<reply|replying|respond|replies> [with|back]* (stop|start|help|unstop|info"
        "|subscribe|yes|y|join|alto|ayuda) (to|for|at|2|if|and|or|anytime|_ (to|text|msg"
        "|reply|help|stop))",
        must=("Reply START to resubscribe.", "Welcome! Reply HELP for help."),
        must_not=("I reply to help my mom", "can I text help?"),
    ),
    Family(
        "message rates may apply",
        "<rates> may apply",
        must=("Msg&Data Rates May Apply.",),
        must_not=("which rates apply to seniors?",),
    ),
    Family(
        "not receiving notifications",
        "(not receiving|isn'?t receiving|has|have|muted|silenced) [my|all]* <notifications> ",
        must=(
            "(I’m not receiving notifications. If this is urgent, reply “urgent” to notify me.)",
        ),
        must_not=("I am not receiving your texts",),
    ),
    Family(
        "do not disturb while driving",
        "disturb [while|driving|mode|is|focus|has|been|my]* <turned|driving|enabled|activated> ",
        must=("I’m driving with Do Not Disturb While Driving turned on.",),
        must_not=("please do not disturb the cat on the porch",),
    ),
    Family(
        "thank you for contacting us",
        "(thank you|thanks|ty) [so much] for [your] <contacting|texting|reaching|messaging"
        "|writing|calling|opting|subscribing|joining|message|text|inquiry|enquiry|email"
        "|interest|msg|patience> ... [{will}]* (we|we'?ll|team|representative|someone|agent"
        "|member|our|us|automated|staff|advisor|specialist|soon|shortly|hours) ... ({answer}"
        "|closed|office|hours|automated|automatically|shortly|soon|possible|assist)",
        must=(
            "Thanks for contacting us! We will get back to you soon.",
            "Thank you for your message. We're unavailable, but will respond as soon as possible.",
        ),
        must_not=("Thanks for your message, see you tomorrow", "Thanks for the hours"),
    ),
    Family(
        "respuesta automática",
        "(respuesta|mensaje|contestación|texto|contestador|aviso) [de]* <automática"
        "|automático|automatizado|automatizada|automáticamente> ",
        must=("Respuesta automática: estoy fuera.", "Este es un mensaje automático."),
        must_not=("¿la puerta es automática o manual?",),
    ),
    Family(
        "no responda a este mensaje",
        "no <responda|respondas|respondan|conteste|contestes|responder> [a] (este|esta) ",
        must=("Por favor no responda a este mensaje.",),
        must_not=("no me respondas tarde",),
    ),
    Family(
        "no es monitoreado",
        "no [está|es|se|son|siendo]* <monitoreado|monitoreada|monitorea|supervisado|atendido"
        "|supervisada|monitoreados> ",
        must=("Este buzón no está monitoreado.",),
        must_not=("mi hijo fue atendido ayer",),
    ),
    Family(
        "gracias por contactarnos",
        "gracias por <contactarnos|contactar|contactarte|escribirnos|escribir|escribirme"
        "|comunicarte|comunicarse|comunicarnos|su|tu|llamar|llamarnos|ponerte|suscribirte"
        "|suscribirse|enviar> ... (responder|responderemos|responderé|contestaremos"
        "|atenderemos|pondremos|breve|pronto|posible|automático|horario|asesor|agente"
        "|oficina|vacaciones|contestaré|brevedad|fuera) ",
        must=("Gracias por contactarnos. Le responderemos a la brevedad.",),
        must_not=("gracias por su ayuda, nos vemos mañana",),
    ),
    Family(
        "el número al que escribe",
        "el <número|usuario|abonado|suscriptor|cliente|celular> [al|que|a|quien|usted|con"
        "|el]* (marcó|llama|escribe|envió|intenta|marcado|texteando|contactar|está llamando"
        "|escribió) ",
        must=("El número al que escribe no acepta mensajes.", "el abonado que usted marcó no está"),
        must_not=("el número de mi orden es 7",),
    ),
    Family(
        "este número no recibe mensajes",
        "(número|buzón|línea|celular|teléfono|chat) no <recibe|acepta|admite|puede> "
        "[recibir]* (mensajes|textos|sms|llamadas|respuestas) ",
        must=("Este número no recibe mensajes",),
        must_not=("mi celular no puede mandar fotos",),
    ),
    Family(
        "el usuario no está disponible",
        "^ el (usuario|abonado|cliente|número|suscriptor) * no [se] (está|encuentra) "
        "<disponible|activo> ",
        must=("El usuario no está disponible",),
        must_not=("el doctor no está disponible",),
    ),
    Family(
        "no se pudo entregar",
        "(mensaje|texto|sms) * [no] * (no|sin) [se pudo|ha sido|fue|pudo ser|será|se ha "
        "podido]* <entregar|entregado|enviado|enviar|entregarse> ",
        must=("Su mensaje no se pudo entregar.", "El mensaje no fue enviado"),
        must_not=("no he enviado la forma",),
    ),
    Family(
        "se ha dado de baja",
        "(se|has|ha|te|usted|hemos|fue|está|estás) [has|ha|sido|le|dado|te|ya]* [de]* "
        "[baja]* <baja|suscrito|suscrita|desuscrito|cancelado|desuscrita|inscrito> (_"
        "|correctamente|de (la|nuestra|los|las)|a|exitosamente|con éxito|al)",
        must=("Se ha dado de baja correctamente.", "Te has suscrito a nuestras alertas."),
        must_not=("¿se ha cancelado mi cita de ayer o no la hicieron?", "estoy de baja"),
    ),
    Family(
        "ya no recibirá mensajes",
        "no <recibirás|recibirá|recibirán> ",
        must=("Ya no recibirá más mensajes de este número.",),
        must_not=("¿cuándo lo recibirá?",),
    ),
    Family(
        "envíe AYUDA",
        "(envía|envíe|responde|responda|escribe|escriba|envíanos|texto|textea|manda) [con|la"
        "|palabra]* <ayuda|alto|baja|alta|parar|cancelar|inicio> (para|y|al)",
        must=("Responda ALTO para cancelar.",),
        must_not=("necesito ayuda para una orden",),
    ),
    Family(
        "cannot receive replies",
        "({thing}|{who}|this|it|device|landline|service) [is|it|does|that|and|you|are"
        "|texting]* (cannot|can'?t|can not|unable to|does not|doesn'?t|not able to|not set "
        "up to|not|no longer) [currently] <receive|accept|accepting|receiving|support"
        "|process> [inbound|incoming|any|text|sms|your|these|mms|new]* (messages?|texts?|sms"
        "|replies|calls|responses|messaging|mms|text|response)",
        must=(
            "The person you are texting is not accepting messages",
            "This number does not accept incoming messages.",
        ),
        must_not=("my phone cannot send pictures", "I did not receive your message"),
    ),
    Family(
        "unable to send",
        "<unable> to (send|receive|deliver|process|forward) [your|the|this|any|text]* "
        "(message|messages|text|texts|sms) ",
        must=("Unable to send message", "Receiver 5555550123 unable to receive message"),
        must_not=("I was unable to send the form",),
    ),
    Family(
        "text START to",
        "(text|send|txt|type) [the|word]* <start|unstop|resubscribe|subscribe> (to|for|at|if|and) ",
        must=("Text START to opt back in.",),
        must_not=("can you text me when you start to cook?",),
    ),
)
