"""How people say in Spanish that they want no more texts, and what only looks like it."""

from __future__ import annotations

from typing import Final

from bot.rules.guards.family import Family

SPANISH: Final = (
    Family(
        "ALTO",
        "^ {porfavor}* <alto{1,4}|baja|parar|pare|paren|para|pará|detener|detenga|"
        "detengan|cancelar|basta|fin|terminar|quitar|salir|eliminar|anular|suspender|"
        "desuscribir|desuscribirme|párale|párenle|párele|deténganse|deténgase|remover|"
        "borrar|borrarme|eliminarme|elimíname|elimíneme|elimínenme|bórrame|bórreme|"
        "bórrenme|quítame|quíteme|quítenme|sácame|sáquenme|sáqueme|suscripción|"
        "desuscribe|altoo|stop|desactivar|cancela|cancélenme|cancélame|desuscripción|"
        "desuscribo|váyanse|detente|desinscribir|desinscribirme|dessuscribir|"
        "unsuscribir|unsuscribirme|unsubscribir|desubscribir|cancelen|cancele|cancelo|"
        "lárguense|no sigan|no insistan|ya no sigan> ({porfavor}|alto|baja|parar|"
        "basta|_|definitiva|total|de los mensajes|mensajes|con esto|esto|mas|de "
        "mensajes|estos mensajes|los mensajes|textos|gracias|suscripción|sms)* . $",
        must=(
            "ALTO",
            "baja por favor",
            "parar",
            "¡Basta ya!",
            "cancelar suscripción",
            "detente",
            "CANCELEN ESTO",
            "unsuscribirme",
            "por última vez paren",
            "quiero cancelar",
            "cancelenme",
            "desuscripcion",
        ),
        must_not=("más bajo", "¿para?", "sale una alta", "la baja"),
    ),
    Family(
        "no me manden mensajes",
        "(no|nunca|jamás|tampoco|q no|ni) [me|nos|le|les|se|vuelvan|vuelva|vuelvas|volver"
        "|vayan|quiero que|deben|debe|puede|pueden|a|que|más|mas|ya|deseo que|te|sigan|siga"
        "|sigas|anden|andes|estén|esté|estés|intenten|tienen|tiene|permiso|para|de"
        "|autorizo]* <{escribir}> [me|nos]* {los}* [{mensajes}|cosas|esto] {fin}",
        must=(
            "ya no me manden mensajes",
            "No me envíen más textos por favor",
            "no me escriban más",
        ),
        must_not=(
            "no me mandes el recibo por correo",
            "¿por qué no me llamaron ayer?",
            "no me escriban después de las nueve",
        ),
    ),
    Family(
        "dejen de mandar",
        "<{dejar}> [ya|por favor|porfavor]* ((de|con|a) [estar|una vez|una buena vez|me]* "
        "({escribir}|{los}* {mensajes}|acosarme|hacer spam)|(mandarme|enviarme|escribirme"
        "|llamarme))",
        must=("dejen de escribirme", "por favor paren con los mensajes", "deja de mandarme textos"),
        must_not=("dejé de comer pan", "paren de llover jaja"),
    ),
    Family(
        "paren los mensajes",
        "_ {guia}* <pare|paren|parar|para|detener|detenga|detengan|cancelar|cancele|"
        "cancelen|cancela|cancelo|suspender|suspenda|suspendan|desactivar|desactiven|"
        "desactive|eliminar|eliminen|quitar|quiten|terminar|terminen|bloquear|"
        "bloqueen|anular|anulen|basta|stop|alto|cesen|cesar|borrar|darme|evitar|"
        "finalizar|quitarme> [de|con|a]* [recibir|baja]* {los}* ({mensajes}|[el|"
        "este]* servicio de ({mensajes}|texto)|(suscripción|subscripción|suscripcion) "
        "[a {los}* {mensajes}|de {los}* {mensajes}]) {fin}",
        must=(
            "quiero cancelar los mensajes",
            "detengan estos mensajes",
            "cancelen mi suscripción",
            "Quiero cancelar mi suscripción a estos mensajes",
            "suspender el servicio de mensajes",
            "no spanish, stop los mensajes",
        ),
        must_not=(
            "quiero cancelar mi cita",
            "para el mensaje de la tarjeta: feliz día",
            "quiero cancelar mi suscripción al gimnasio",
        ),
    ),
    Family(
        "no quiero mensajes",
        "(no|tampoco|nunca) [ya|me|he|te|les]* <quiero|quería|deseo|quisiera|queremos"
        "|deseamos|interesa|interesan|gustan|gusta|necesito|autorizo|autoricé|autorizado"
        "|acepto|pedí|solicité|pido|solicito|apetece|kiero|deseamos|permito> [ya|más|mas"
        "|seguir|recibir|recibiendo|que|me|nos|a|nada|obtener|tener|de|volver|ver|estar"
        "|continuar|sigan|siga|por|en|este|su|sus|para|sigan|saber|les]* ({los}* {mensajes}"
        "|{escribir}|nada de ustedes|más de ustedes|nada más de ustedes|en {los}* {lista}"
        "|suscrito|suscrita|contactado|contactada|molestado|de ustedes|esto|estos) {fin}",
        must=(
            "no quiero recibir mas mensajes",
            "Ya no deseo sus promociones",
            "no autorizo este contacto",
        ),
        must_not=(
            "no quiero cancelar mi cita",
            "no me interesa el seguro pero sí el cambio de aceite",
        ),
    ),
    Family(
        "no más mensajes",
        "_ {guia}* (no|ni un|ningún|ya|basta de|suficientes|cero) [más|mas|ya]* [de]* "
        "<mensajes|mensaje|textos|texto|sms|publicidad|promociones|promos|spam|ofertas"
        "|llamadas|mensajitos|notificaciones|alertas|anuncios|propaganda|msjs|texts> (más"
        "|mas|. $|por favor|porfavor|porfa|gracias|a este|please|ya)",
        must=("no más mensajes", "Ya no mas textos porfavor", "ni un mensaje más"),
        must_not=("¿no hay mensajes para mí?", "no mensajes de voz, solo llamada"),
    ),
    Family(
        "no más",
        "^ {porfavor}* (no|ya no|ya estuvo|ya) <más|mas|bueno|basta|bien|quiero más|"
        "quiero mas> ({porfavor}|mensajes|más|mas|de mensajes|textos|nada)* . $",
        must=("No más", "ya no mas por favor", "ya estuvo bueno de mensajes"),
        must_not=("no más pan gracias", "¿no más?", "ya no?"),
    ),
    Family(
        "número equivocado, paren",
        "_ {guia}* <paren|pare|alto|basta|stop|bórrenme|párenle|deténganse> [ya|por favor"
        "|gracias]* . $",
        must=("Número equivocado. Paren.",),
        must_not=("¿es muy alto?", "no, es muy alto"),
    ),
    Family(
        "no recibir más mensajes",
        "(no|dejar de|sin|evitar) <recibir> {los}* ({mensajes}|esto|estos) ",
        must=("como hago para no recibir más mensajes", "dejar de recibir mensajes"),
        must_not=("quiero recibir mensajes",),
    ),
    Family(
        "déjenme en paz",
        "<déjenme|déjeme|déjame|dejarme|dejadme|déjennos|déjenos> [ya|por favor|porfavor]* "
        "(en paz|tranquilo|tranquila|tranquilos|de molestar|sola|solo) ",
        must=("Déjenme en paz", "déjame tranquila"),
        must_not=("déjame en la esquina", "déjeme ver y le aviso"),
    ),
    Family(
        "dije alto",
        "(dije|dicho|digo|pedí|pedido|repito|escribí|puse|mandé|respondí|pido|dijimos) [que"
        "|ya|les|le|te|a|ustedes|veces|muchas|varias|la|palabra|me]* <alto|stop|basta|paren"
        "|pare|parar|pares|dejen|baja|quiten|quitaran|borraran|saquen|dejaran|pararan> (_"
        "|más|mas|ya|por favor|me|de|porfavor)",
        must=("ya dije que paren", "Dije ALTO", "les pedí que me quitaran... dije basta"),
        must_not=("dijo que no hay cita", "me dijeron que parar ahí está prohibido"),
    ),
    Family(
        "alto, y una razón",
        "^ {porfavor}* <alto|paren|pare|basta|stop|parar|baja|cancelar|stopp> _ ... "
        "(no (hablo|mas|más|quiero|deseo|soy|es|me|conozco|los|quiero|estoy|pedí|"
        "autoricé|vivo|tengo|les|molesten)|nunca (me|pedí|di|autoricé)|equivocado|"
        "equivocada|equivocados|mensajes|textos|spam|molestando|molestar|molesten|"
        "acoso|reportar|denunciar|denuncia|abogado|quién|harto|harta|suficiente|"
        "interesa|lista|número|reporto|bloquear|bloqueo) ",
        must=("ALTO. No soy cliente", "Paren, número equivocado", "stop, no quiero nada"),
        must_not=("Alto ahí, jaja, ya voy", "basta con dos kilos, gracias"),
    ),
    Family(
        "no deseo ser contactado",
        "no (deseo|quiero|quisiera) [volver a]* ser <contactado|contactada|molestado|molestada> ",
        must=("no deseo ser contactado",),
        must_not=("no quiero ser grosero",),
    ),
    Family(
        "no quiero recibir nada",
        "no (quiero|deseo|necesito|quisiera) [seguir]* <recibir|recibiendo> [más|mas]* nada ",
        must=("Ya no quiero recibir nada",),
        must_not=("¿no voy a recibir nada?",),
    ),
    Family(
        "que no me lleguen mensajes",
        "(no|dejen de|dejar de|deje de|nunca) [me|que|más|mas|vuelvan|vuelva|a]* "
        "<lleguen|llegue|llegarme|lleguan> [más|mas|me]* {los}* ({mensajes}|esto|"
        "estos|de ustedes) ",
        must=("Como le hago para que ya no me lleguen estos mensajes",),
        must_not=("no me llegan los mensajes", "ojalá no llegue tarde"),
    ),
    Family(
        "pongan fin",
        "(pongan|ponga|pon|poner|ponerle|póngale|pónganle) [ya|un|le]* <fin|alto> a "
        "{los}* ({mensajes}|esto) ",
        must=("pongan fin a estos mensajes",),
        must_not=("ponga un alto en la esquina",),
    ),
    Family(
        "siguen mandando",
        "(por qué|porque|porqué|pq|xq|por que|y|todavía|aún|aun) [me|nos|ustedes|les|"
        "todavía]* <siguen|sigue|sigues|continúan> (mandando|enviando|escribiendo|"
        "texteando|molestando|llamando|mandándome|enviándome|escribiéndome|mandandome|"
        "enviandome|escribiendome|insistiendo) ",
        must=("por que me siguen mandando mensajes si ya dije que no",),
        must_not=("por qué siguen cerrados", "¿y siguen abiertos?"),
    ),
    Family(
        "no quiero nada",
        "^ {guia}* (no|ya no) [me|nos]* (quiero|queremos|deseo|necesito|me interesa|"
        "interesa) <nada> [más|mas|gracias|de ustedes|con ustedes|por favor|de eso|"
        "suyo]* . $",
        must=("ya les dije que no quiero nada", "no quiero nada de ustedes"),
        must_not=("no quiero nada picante", "¿no necesito nada?"),
    ),
    Family(
        "no me gustaría recibir",
        "no me (gustaría|gusta|agrada|interesa|gustaria) [seguir|que|me|más|mas|"
        "estar]* <recibir|recibiendo|lleguen|manden|escriban|envíen|contacten> ",
        must=("No me gustaría recibir más mensajes",),
        must_not=("no me gustaría llegar tarde",),
    ),
    Family(
        "nada de mensajes",
        "_ {guia}* (nada|ninguno|ninguna|cero) [de|más|mas]* <mensajes|textos|sms|"
        "llamadas|publicidad|promociones|spam|ofertas|msjs> [por favor|porfavor|porfa|"
        "gracias|ya|más|mas]* . $",
        must=("nada de mensajes por favor",),
        must_not=("no he visto nada de mensajes hoy?",),
    ),
    Family(
        "dejen en paz a mi mamá",
        "(dejen|deje|deja|dejan|dejar|dejas) [ya|por favor]* <en paz|tranquilo|"
        "tranquila|tranquilos> [a|este|mi|mamá|número|teléfono|por favor]* ",
        must=("Dejen en paz a mi mamá", "me pueden dejar en paz"),
        must_not=("deje el coche en el taller",),
    ),
    Family(
        "¿cómo cancelo esto?",
        "(cómo|se puede|puedo|puede|pueden) [puedo|se|hago para|le hago para|hacer "
        "para|podría]* <detengo|paro|quito|cancelo|bloqueo|desactivo|elimino|detener|"
        "parar|quitar|cancelar|desactivar|apago> {los}* ({mensajes}|esto|eso|estos|"
        "suscripción) [por favor|de mi|celular|teléfono|ya]* _",
        must=("¿Cómo cancelo esto?", "como quito estos mensajes", "Se puede cancelar esto?"),
        must_not=("cómo cancelo mi cita", "cómo desactivo la alarma", "¿cómo cancelo este pedido?"),
    ),
    Family(
        "stop no quiero más",
        "^ {porfavor}* <alto|paren|pare|stop|unsubscribe|baja> {porfavor}* no (soy|"
        "hablo|mas|más|quiero|deseo|es|me|conozco|los|estoy|pedí|autoricé|vivo|tengo|"
        "les|molesten) ",
        must=(
            "STOP NO QUIERO MAS",
            "Stop no soy yo",
            "Unsubscribe no hablo ingles",
            "alto por favor no soy la persona",
        ),
        must_not=("para mi no quiero azúcar", "la parada no es aquí"),
    ),
    Family(
        "no mas mensajes, en medio",
        "(no|ni|ya no) <más|mas|un> [de]* (mensajes|textos|mensaje más|texto más|sms|"
        "msjs|texts|llamadas) [por favor|porfavor|porfa|please|gracias|ya|a este "
        "número|de ustedes]* . $",
        must=("no english no mas mensajes",),
        must_not=("no más mensajes de voz, mejor texto",),
    ),
    Family(
        "paren con eso",
        "^ {porfavor}* <paren|pare|terminen|acaben|dejen|ya> [ya]* con (eso|esto|sus "
        "mensajes|los mensajes|tantos mensajes) ({porfavor})* . $",
        must=("paren con eso",),
        must_not=("con eso basta", "pare con el pan"),
    ),
    Family(
        "siguen llegando",
        "<siguen|sigue|siguen> [me|a|mi]* (llegando|llegándome|entrando|cayendo) "
        "{los}* ({mensajes}|_) ",
        must=("por que me siguen llegando mensajes", "Ya cancelé y me siguen llegando mensajes"),
        must_not=("siguen llegando los paquetes?",),
    ),
    Family(
        "ya les puse alto",
        "(ya|les|he) [les|le|ya]* (puse|mandé|escribí|envié|dije|pedí|cancelé|di de "
        "baja|contesté|puesto|dicho|mandado|pedido|respondí) [que]* <stop|alto|baja|"
        "basta|cancelar|paren|que no|no> (_|y|tres|dos|\\d+|muchas|varias|veces|pero|"
        "muy) ",
        must=("Ya les puse STOP y siguen", "ya les mande stop tres veces", "ya dije que no"),
        must_not=("ya les dije que si", "ya le dije que no me duele"),
    ),
    Family(
        "demasiados mensajes",
        "(demasiados|muchos|tantos|muchísimos|cantidad de|puros) [de|sus]* <mensajes|"
        "textos|sms|anuncios|promociones|avisos> ",
        must=("son demasiados mensajes", "me llegan muchos mensajes, ya no quiero"),
        must_not=("son demasiados para la mesa",),
    ),
    Family(
        "ya no",
        "^ {porfavor}* <ya> no ({porfavor}|más|mas|de mensajes)* . $",
        must=("por favor ya no",),
        must_not=("ya no?", "ya no duele"),
    ),
    Family(
        "cómo dejo de recibir",
        "cómo [puedo|hago para|se]* <dejo|dejar> de (recibir|ver|tener) {los}* "
        "({mensajes}|esto|estos) ",
        must=("como dejo de recibir estos mensajes",),
        must_not=("como dejo una reseña",),
    ),
)

NOT_A_WISH: Final = (
    Family(
        "no dejen de mandar",
        "(no|nunca|sin) <dejen|dejes|deje|deja|paren|pares|pare|parar|dejar|cancelen|canceles|"
        "cancele|quiten|borren|eliminen|me (quites|quiten|borren|borres|saquen|den de baja|des "
        "de baja|eliminen|olviden)|(quiero|deseo|voy a) (cancelar|salir|salirme)> [de]* ",
        must=("no dejen de mandarme ofertas", "no paren de escribirme"),
        must_not=("no quiero más, dejen de mandarme mensajes",),
    ),
    Family(
        "mejor de otra manera",
        "_ [mejor|solo|por favor|sino|pero]* <mándenme|mándeme|mándame|envíenme|envíeme"
        "|envíame|escríbanme|escríbame|escríbeme|llámenme|llámeme|llámame|mejor> ",
        must=("No me llamen, mándenme un texto",),
        must_not=("no me llamen por favor",),
    ),
    Family(
        "perdón por molestar",
        "(perdón por|no quiero|no quisiera|disculpe por|disculpen por|perdone por|sin|"
        "no es por|espero no|siento|lamento) <molestar|molestarlos|molestarle|"
        "molestarte|molestando> ",
        must=("no quiero molestar, a que hora abren",),
        must_not=("no quiero que me estén molestando",),
    ),
    Family(
        "a esa hora no",
        "({escribir}|{mensajes}) [tan|muy]* <temprano|tarde|antes de|después de> ",
        must=("no me llamen tan temprano",),
        must_not=("tarde o temprano no me escriban",),
    ),
    Family(
        "a otra cosa",
        "<escriban|escriba|escribas|molesten|moleste|molestes|contacten|llamen|busquen> (al|el|"
        "en la|en el|a la|la|las|los|a los|una|un) ",
        must=("no molesten al perro", "no escriban en la pared"),
        must_not=("no me escriban nunca",),
    ),
    Family(
        "un mensaje, a otra persona",
        "<(mensaje|texto) a (mi|la|el|su|otra)|sorpresa|en la pared|total> ",
        must=("no mande el mensaje a mi esposo",),
        must_not=("no manden mensajes a este número",),
    ),
    Family(
        "permiso de otra cosa",
        "permiso de <entrar|salir|trabajo|construcción|estacionar|residencia> ",
        must=("no tienen permiso de entrar",),
        must_not=("no tienen permiso de escribirme",),
    ),
)
