"""What people do in Spanish to end texts, each act with what it is about.

These are open, as those in English (`english_acts`).
"""

from __future__ import annotations

from typing import Final

from bot.rules.guards.family import Family

ACTS: Final = (
    Family(
        "no, y escribir",
        "(no|nunca|jamás|ni|tampoco|evite|eviten|abstenerse de|absténganse de) [me|nos|le|les|lo|"
        "ya|vuelvan|vuelva|vuelvas|volver|sigan|siga|sigas|seguir|continúen|continúe|a|más|nunca|"
        "quiero|deseo|que|se|te|por favor|anden|ande|estén|esté|estar|andar|favor de|intenten|"
        "traten de|deben|debe|pueden|puede|permito|autorizo|acepto|ustedes|se atrevan|a estarme|"
        "tienen|gusta|insistan|en]* <{contactar}> ",
        must=(
            "no continúen enviando mensajes",
            "no se atrevan a escribirme otra vez",
            "no permito que me contacten",
        ),
        must_not=(
            "no me escriban antes de las 9",
            "no me escribieron",
            "no me llamen tan temprano",
        ),
        is_open=True,
    ),
    Family(
        "no, y mandar mensajes",
        "(no|nunca|jamás|ni|tampoco|evite|eviten|dejen de|deje de|deja de|dejar de|paren de|pare "
        "de|absténganse de|basta de|cesen de) * <{mandar}> * ({mensajes_varios}|nada|cosas|esto|"
        "estos|basura|más|mas|estas cosas) ",
        must=("que ya no me estén enviando cosas así", "no manden jamás otro de sus textos"),
        must_not=("no me mande el recibo", "no manden el pedido"),
        is_open=True,
    ),
    Family(
        "parar, y mensajes",
        "<dejen|deje|deja|dejar|dejad|paren|pare|parar|párenle|párale|bájenle|cesen|cese|cesar|"
        "detengan|detenga|detener|detengo|paro|terminen|termine|terminar|suspendan|suspenda|"
        "suspender|basta|alto|stop|fin|cancelen|cancele|cancela|cancelar|cancelo|cancelación|"
        "anulen|anule|anular|desactiven|desactive|desactivar|apaguen|apague|apagar|quiten|quite|"
        "quitar|eliminen|elimine|eliminar|finalicen|finalizar|chole|acaben|corten|eviten|evitar|"
        "evite|interrumpan|bloquear|silenciar|acabar> [ya|de|con|a|los|las|estos|estas|esos|esas|"
        "sus|tus|todos|todas|mi|la|el|estar|por favor|tanto|tanta|tantos|tantas|tener|mandar|"
        "enviar|recibir|mandando|enviando|mandarme|enviarme|malditos|pinches|este|esta|esa|ese|"
        "mis|cualquier|me|más|escribir|suscripción a]* ({mensajes_varios}|(mi|la|esta|este) "
        "(suscripción|registro|inscripción|afiliación)|{contactar}) ",
        must=(
            "párenle con los mensajes",
            "cancelación de mensajes",
            "apaguen las notificaciones",
            "cancelen mi registro",
            "ya chole con los mensajes",
        ),
        must_not=("cancelen mi pedido", "deje su mensaje", "no dejen de mandar mensajes"),
        is_open=True,
    ),
    Family(
        "quitar, y mi número",
        "<quiten|quite|quita|quitar|borren|borre|borra|borrar|eliminen|elimine|elimina|eliminar|"
        "saquen|saque|saca|sacar|remuevan|remueva|remover|retiren|retire|retirar|anulen|anule|"
        "cancelen|cancele|cancelar|bajen|baja|olviden|olvide|olvida|pierdan|tiren|desactiven|"
        "desechen|supriman|suprimir|tachen|excluyan|excluir|usen|use|usar|llamen|den de baja|dar "
        "de baja|denle de baja|dejen de usar> [por favor|ya|de una vez|inmediatamente|de|todos|"
        "todo|su|lista|a]* (mi|este|mis|nuestro|el|ese) (número|numero|teléfono|celular|cel|"
        "contacto|datos|nombre|información|registro|línea) ",
        must=("no usen mi numero", "supriman ya mis datos", "desactiven este celular"),
        must_not=("anoten mi numero", "borren mi número de cuenta viejo y pongan el nuevo"),
        is_open=True,
    ),
    Family(
        "quitarme, y de la lista",
        "<quitarme|quítenme|quíteme|quítame|quítennos|quitarnos|borrarme|bórrenme|bórreme|"
        "bórrame|eliminarme|elimínenme|elimíneme|elimíname|sacarme|sáquenme|sáqueme|sácame|"
        "sacarnos|removerme|remuévanme|retirarme|retírenme|excluirme|exclúyanme|desuscribirme|"
        "desuscríbanme|salirme|(salir|salgo) (de|del)|me (quitan|quiten|borran|borren|sacan|"
        "saquen|eliminan|eliminen|quita|borra|saca|elimina|remueven|quito|borro|salgo|quiero "
        "salir)> [ya|por favor|a mí|a mi|favor|inmediatamente|hoy|pueden|de una vez]* (_|[de|"
        "del]* [su|esta|este|la|el|tu|sus|todas|todos|las|los|estos|cualquier|maldita]* (lista|"
        "listas|base|sistema|grupo|mensajes|registro|registros|contactos|directorio|chat|agenda|"
        "programa|textos|aquí|ahí|esto|promociones|publicidad|envíos|suscripción)) ",
        must=(
            "tengan la bondad de quitarme",
            "me quiero salir del grupo",
            "exijo sacarme ya de sus contactos",
        ),
        must_not=("quítenme de la lista de espera", "quiero salir a comer", "sácame de dudas"),
        is_open=True,
    ),
    Family(
        "dar de baja",
        "<denme|dame|deme|den|dar|darme|denos|darnos|dan|doy|quiero|solicito|pido|deseo|necesito|"
        "dé|tramitar|procesen|procesar> [me|la|mi|de|por favor|dar|darme|el número|este número|"
        "su|una|nos]* (baja) (_|ya|por favor|de (la|su|esta|sus|los|estos|todo|este) ({lista}|"
        "{mensajes_varios}|servicio|promociones)|del (servicio|sistema|grupo|programa)|este|mi|a "
        "(mi|este)|inmediata|inmediatamente|porfa|gracias|definitiva) ",
        must=("denos de baja", "quiero la baja", "solicito mi baja inmediata"),
        must_not=("quiero la baja médica", "planta baja por favor", "dar de baja el internet"),
        is_open=True,
    ),
    Family(
        "baja del servicio",
        "^ {guia}* <baja> (del servicio|de mensajes|de la lista|de esto|total|definitiva|"
        "inmediata|ya|por favor|porfa|gracias)* . $",
        must=("baja del servicio", "BAJA definitiva"),
        must_not=("baja California", "baja un poco el precio"),
        is_open=True,
    ),
    Family(
        "no, y querer",
        "(no|nunca|jamás|tampoco|nadie|ni|ningún|cero) * <quiero|queremos|quiere|quieren|deseo|"
        "deseamos|quisiera|necesito|necesitamos|acepto|aceptamos|autorizo|autorizamos|interesa|"
        "interesan|interesado|interesada|interés|gusta|gustan|gustaría|pido|soporto|aguanto|"
        "prefiero|permito> [más|mas|ya|a|en|que|me|nos|los|las|estos|estas|esos|sus|tus|todos|"
        "ningún|ninguna|ni|un|una|solo|recibir|recibiendo|seguir|tener|ver|leer|estar|ser|parte|"
        "de|su|la|esta|este|tanto|tantos|tanta|otro|otra|nada|saber|el|tipo|ustedes|mandando|"
        "nuevos]* ({mensajes_varios}|(nada|saber|contacto) [nada|más]* de (ustedes|ti|usted|su)|"
        "lista|recibirlos|recibirlas|recibir (_|más|mas|nada|esto|estos)|{contactar}|esto (_|por|"
        "ya|gracias|más)|estar aquí) ",
        must=(
            "no estoy interesado en sus mensajes",
            "no acepto publicidad",
            "ya no me interesa recibirlos",
            "gracias pero no deseo recibir mas",
        ),
        must_not=("no quiero la cita", "no quiero perder sus mensajes", "no me interesa el seguro"),
        is_open=True,
    ),
    Family(
        "nunca di permiso",
        "(no|nunca|jamás|nadie|sin|ni|tampoco|quién|cuándo) * <suscribí|inscribí|registré|"
        "registrado|registrada|suscrito|suscrita|pedí|pedido|solicité|solicitado|autoricé|"
        "autorizado|autorizó|autorizo|consentimiento|consentí|permiso|acepté|aceptado|firmé|"
        "apunté|afilié|subscribí|inscrito|proporcioné|compartí|(di|dado|dieron|dio) [mi|el|a|"
        "este]* (número|teléfono|celular|datos|consentimiento|permiso|autorización)> [a|de|para|"
        "que|me|mi|esto|ni|ustedes|con|en|recibir|más|sus|estos|su|el|los|nada|ningún|les|le|"
        "yo]* ({mensajes_varios}|esto|ustedes|{contactar}|_|número|lista|escribieran|mandaran|"
        "contactaran|enviaran|nada|servicio|publicidad) ",
        must=(
            "nunca he dado mi consentimiento",
            "quien les dio permiso",
            "quien los autorizo a escribirme",
            "yo jamás acepté recibir esto",
        ),
        must_not=("no me inscribí al curso", "no autorizo el cargo", "no pedi esa pizza"),
        is_open=True,
    ),
    Family(
        "de dónde sacaron mi número",
        "(quién|de dónde|dónde|cómo|quien|como|donde|por qué|porque|xq) [les|le|fue|que|es|"
        "diablos|demonios|ustedes|ch\\\\w+|carajos|se|los|lo|te]* <dio|dieron|sacaron|sacó|"
        "sacaste|consiguieron|consiguió|obtuvieron|obtuvo|tienen|tiene|encontraron|pasó|"
        "compartió|vendió|agarraron> [ustedes|a|ustedes|usted]* (mi|este|mis|nuestro) (número|"
        "numero|teléfono|celular|cel|datos|contacto|información|nombre) ",
        must=(
            "de donde sacaron mi numero",
            "quien les dio mi numero",
            "como consiguieron mi numero",
        ),
        must_not=("quien les dio mi expediente", "como consigo mi numero de cliente"),
        is_open=True,
    ),
    Family(
        "por qué me escriben",
        "(por qué|porque|por que|xq|a qué|para qué|cuántas veces|todos los días|todo el día|a "
        "cada rato|cada rato|diario|siguen|sigue|sigues|siguen y siguen|insisten|insiste) [me|"
        "nos|ustedes|tanto|les|siguen|sigue|insisten|insiste|en|a|y|mucho|cada|rato|todavía|aún|"
        "lo mismo|están|está|tengo|que|ya|tantos|sigo|seguimos|continúan]* <escriben|escribe|"
        "escribes|textean|molestan|molesta|contactan|llaman|escribiendo|texteando|molestando|"
        "contactando|llamando|escribirme|molestarme|(mandan|manda|envían|llegan|llega|recibo|"
        "mandando|enviando|llegando|recibiendo|mandarme|enviarme) [sus|estos|esos|tantos|los|más|"
        "mas|puros|tus|me|a mí|a mi|cosas]* ({mensajes_varios}|cosas|esto|estos|mensaje)> ",
        must=(
            "por qué me mandan mensajes",
            "porque me llegan estos mensajes",
            "por que insisten en escribirme",
            "por que me escriben",
        ),
        must_not=("por que no me escriben", "a que hora me llaman", "por que me cobran"),
        is_open=True,
    ),
    Family(
        "siguen llegando, abierto",
        "<sigo|siguen|sigue|seguimos|continúan|continúo|todavía|aún> [me|nos|yo|recibo|todavía|a|"
        "mi|celular|me los|con|sus|los|estos|tus]* (recibiendo|llegando|mandando|enviando|"
        "escribiendo|molestando|llegan|recibo|insistiendo|{mensajes_varios}|mandan|escriben) ",
        must=(
            "sigo recibiendo mensajes",
            "todavia me escriben y ya pedi la baja",
            "siguen con sus mensajes",
        ),
        must_not=("siguen abiertos?", "siguen mandando los pedidos?"),
        is_open=True,
    ),
    Family(
        "me molestan",
        "(me|nos) [están|está|siguen|tienen|han|ya|estás|andan|tiene|vienen|bien|muy|tan]* "
        "<molestan|molestando|acosando|acosan|hostigando|hostigan|hartaron|cansaron|hartan|"
        "fastidian|fastidiando|enfadan|spameando|bombardean|bombardeando|hartado|cansado|harto|"
        "harta|saturan|enferman|chocan|chingando|jodiendo|fastidiaron|estresan> [mucho|ya|con|"
        "tanto|por|demasiado|muchísimo|a|diario|de]* [sus|tus|estos|los|tantos|tanto|esos|todos|"
        "el|puro]* ({mensajes_varios}|ustedes|_) ",
        must=(
            "me molestan sus mensajes",
            "me estan molestando",
            "ya me hartaron",
            "me estan acosando con sus mensajes",
        ),
        must_not=("me molesta la muela", "me molestan los zapatos", "te molestan los mensajes?"),
        is_open=True,
    ),
    Family(
        "harto, abierto",
        "<harto|harta|hartos|cansado|cansada|cansados|aburrido|aburrida|odio|detesto|molestia|"
        "fastidio|fastidiosos|fastidiado|fastidiada|chole|molestos|demasiados|demasiadas|tantos|"
        "tantas|muchos|muchas|mucho|puro|puros|excesivo|exceso|demasiado|saturado|suficientes|"
        "enfadosos|insoportables|hasta la madre|hasta el gorro> [de|con|por|ya|estoy|que|son|los|"
        "estos|sus|tus|tantos|todos|tanta|tanto|esos|estas|recibir|el|malditos|pinches|me|mandan|"
        "envían|sus|esta|tienen]* ({mensajes_varios}) ",
        must=(
            "odio estos mensajes",
            "que molestia estos mensajes",
            "mucho spam",
            "cansada de tanta publicidad",
        ),
        must_not=(
            "muchas gracias por el mensaje",
            "estoy harto de esperar",
            "cuantos mensajes mandan?",
        ),
        is_open=True,
    ),
    Family(
        "los mensajes son molestos",
        "(mensajes|textos|sms|avisos|notificaciones|promociones) [son|ya|muy|me|tan|super|no|"
        "están|que|mandan|resultan|demasiado|bien|de ustedes|suyos|puro|pura|un|una|solo|a mí]* "
        "<molestos|molestan|fastidian|fastidiosos|spam|acoso|hostigamiento|cansan|hartan|"
        "indeseados|no (deseados|solicitados)|molestia|intrusivos|inoportunos|basura|fastidio|"
        "excesivos|demasiados> ",
        must=("mensajes no solicitados", "sus textos me fastidian"),
        must_not=("los mensajes son buenos", "¿son molestos los mensajes?"),
        is_open=True,
    ),
    Family(
        "spam, solo",
        "^ {guia}* (son|esto es|es|mucho|puro|unos|pura|puros|ustedes|eso es|un|una|ya)* <spam|"
        "spammers|spammer|acoso|acosadores|hostigamiento|estafa|estafadores|bloqueados|bloqueado|"
        "bloqueé|reportados|reporté|denunciados> ({porfavor}|este número|por spam|por acoso|y|"
        "reportado|reportados|bloqueados|a ustedes|su número)* . $",
        must=("son unos spammers", "puro spam", "bloqueados por spam"),
        must_not=("es spam?", "bloqueé mi tarjeta"),
        is_open=True,
    ),
    Family(
        "un mensaje más y",
        "(otro|un|uno|más|siguiente|próximo|si|vuelven|vuelve|sigue|siguen) [más|mas|me|a|vez]* "
        "<mensaje|texto|msj|sms|mensajito|escribir|escribirme|mandarme|escriben|mandan|"
        "molestando|molestar|molestarme|escribiendo|texteando|mandando> ... (demando|demandar|"
        "demanda|denuncio|denunciar|denuncia|policía|policia|reporto|reportar|reportarlos|"
        "bloqueo|bloquear|abogado|abogada|fcc|queja|legal|autoridades) ",
        must=("otro mensaje y llamo a la policia", "si siguen molestando hablo con mi abogado"),
        must_not=("otro mensaje por favor", "un mensaje del doctor?"),
        is_open=True,
    ),
    Family(
        "molesten a otro",
        "<molesten|molestar|moleste|molesta|busquen|escríbanle|escríbale|escribirle|mándenle|"
        "escriban|fastidien|spameen|acosen|jodan|chinguen> a (otro|otra|alguien|otros) [persona|"
        "lado|gente|más|número|por favor|ya|tonto|pendejo]* _",
        must=("vayan a molestar a otro", "escribanle a otra persona", "busquen a otro"),
        must_not=("escribanle a mi esposa", "busquen a otro tecnico"),
        is_open=True,
    ),
    Family(
        "en paz",
        "<dejen|deja|deje|déjenla|déjenlo|déjela|déjelo|déjala|déjalo|déjenos|déjenme|déjame|"
        "déjeme|déjennos|dejarme|dejar> [a|ya|por favor|de una vez|a mi|en|este|mi|mi \\\\w+|"
        "número|teléfono|me|celular|familia|vivir]* (en paz|paz|tranquilo|tranquila|tranquilos|"
        "dormir|descansar|vivir|sola|solo) ",
        must=("deja mi numero en paz", "dejen dormir, ya no escriban", "dejen a mi familia en paz"),
        must_not=("dejen la factura sola en la mesa", "que en paz descanse"),
        is_open=True,
    ),
    Family(
        "ya déjenme",
        "^ {guia}* <déjenme|déjame|déjeme|párenle|párale|dejen|deténganse> [ya|por favor|en|de "
        "una vez|de chingar|de joder|todo]* . $",
        must=("ya dejenme", "párenle ya por favor"),
        must_not=("dejenme ver", "dejenme saber"),
        is_open=True,
    ),
    Family(
        "ya puse STOP",
        "<puse|mandé|escribí|envié|contesté|respondí|digo|dije|pongo|puesto|mandado|escrito|"
        "dicho|pedí|pido|pedido|respondo|contesto|tecleé|texteé|cancelé|mande> [ya|el|la|palabra|"
        "les|que|un|varias|veces|como|tres|dos|con|muchas|mil|a|ustedes|mensaje|de]* (stop|alto|"
        "baja|cancelar|parar|basta|unsubscribe|paren|pare|dejen|que no (_|me (escriban|manden|"
        "llamen|molesten)|quiero (más|mas|mensajes|recibir|nada|sus)|escriban|manden)|quiten|me "
        "(quiten|borren|saquen|eliminen|den de baja)) [y|no|ya|siguen|me|quiero|funciona|dos|"
        "tres|varias|_]* ",
        must=(
            "puse stop y no funciona",
            "ya escribi alto varias veces",
            "cuantas veces les digo que paren",
        ),
        must_not=("puse stop por error", "dije que no quiero cebolla"),
        is_open=True,
    ),
    Family(
        "para no recibir más",
        "(qué|cómo|que|como|dónde|cuál|a quién|hago|hacer|manera|forma|modo|puedo|hay|tengo) * "
        "para <no recibir|que (paren|pare|dejen|ya no|no me)|parar|detener|dejar de recibir|"
        "salir|salirme|darme de baja|cancelar|desuscribirme|que me (quiten|saquen|borren|"
        "eliminen|den)|quitarme|borrarme|ya no recibir> (_|más|mas|estos|esto|{mensajes_varios}|"
        "los|sus|sms|de (esta|este|la|su|aquí)|de (escribir|mandar|molestar|enviar)|{contactar}|"
        "{mandar}|nada|escriban|manden|la suscripción|baja|me) ",
        must=("que hago para no recibir mas", "que tengo que poner para que paren"),
        must_not=("que hago para no recibir el pedido", "hay modo de parar en la tienda?"),
        is_open=True,
    ),
    Family(
        "stop, y algo más",
        "^ {guia}* <stop|alto|basta|paren|stoppp|stopp|unsubscribe> [ya|por favor|porfa|please|"
        "con esto|ahora|todo]* (_|yo|no|ya|me|nadie|este|esta|número|quién|soy|estoy|señor|"
        "señora|señorita|pinches|o los|o lo|son|es|dejen|gracias|nunca|se|a (esto|todo|los|sus)) ",
        must=("stop no me interesa", "alto se equivocaron", "Paren. Trabajo de noche."),
        must_not=("alto ahi jajaja", "stop en la esquina", "basta con dos"),
        is_open=True,
    ),
    Family(
        "sin mensajes",
        "^ {guia}* <sin|cero|no|nada de|ni un|ni|ningún|no más> [más|mas|un|solo|por favor|de|"
        "sus|esos|estos|otro]* ({mensajes_varios}|mensaje|texto) ({porfavor}|más|mas|ya|nunca|a "
        "(este|mi) (número|celular|teléfono))* . $",
        must=("sin mensajes por favor", "ni un mensaje mas"),
        must_not=("sin mensajes?", "no mensajes nuevos en mi buzon"),
        is_open=True,
    ),
    Family(
        "ya no, gracias",
        "^ {guia}* <(gracias|no|stop|alto) ya no|ya no (gracias|por favor|más|quiero más|quiero "
        "nada|sigan|sigo|molesten|insistan)> ({porfavor})* . $",
        must=("no gracias ya no", "ya no quiero más", "ya no por favor"),
        must_not=("ya no voy", "ya no quiero la pizza"),
        is_open=True,
    ),
    Family(
        "ya paren, al final",
        "(_|ya|que|mames|favor|vez|mismo|ustedes) <paren|párenle|basta|dejen|déjenme|deténganse> "
        "[ya|wey|güey|por favor|de una vez|con eso|con esto|señores|gente]* . $",
        must=("no mames ya paren", "otra vez ustedes? ya dejenme", "ya parenle wey"),
        must_not=("que no paren", "donde paran?"),
        is_open=True,
    ),
    Family(
        "ya estuvo",
        "^ {guia}* [ya]* <estuvo [bueno|suave|bien]*|fue suficiente|suficiente|es suficiente|"
        "estoy (harto|harta) [de (esto|ustedes)]*|ni uno más> [ya|por favor|con (sus|los|estos|"
        "tantos) {mensajes_varios}|gracias]* . $",
        must=("ya estuvo suave", "ya fue suficiente", "estoy harta", "ni uno mas"),
        must_not=("suficiente para 6", "ya estuvo la comida?"),
        is_open=True,
    ),
    Family(
        "hasta cuándo",
        "(cuándo (van|vas|va) a|cómo le hago para que|hay * de que|qué parte|que no|no|entiendan|"
        "entienden) [que|ya|de|van|va|a|me|no|es|entienden|entiende]* <paren|parar|dejar|dejen|"
        "dejarme|entienden que|entiendan que|no quiero mensajes> ",
        must=("cuando van a parar", "hay alguna forma de que paren?"),
        must_not=("cuando van a abrir", "hasta cuando es la oferta"),
        is_open=True,
    ),
    Family(
        "por qué estoy en su lista",
        "(por qué|porque|xq|quién|cómo|quien|como) [estoy|me|llegué|puso|metió|mi número|está|"
        "agregó|inscribió|anotó|fue que|apuntó|metieron|agregaron|pusieron|terminé|apareció|"
        "aparezco|mi|número|nombre]* en (su|esta|la|tu|sus) [de]* <lista|listas|base|grupo|"
        "sistema> ",
        must=("por que estoy en su lista", "quien me puso en esta lista"),
        must_not=("como veo mi nombre", "quién está de espera"),
        is_open=True,
    ),
)
