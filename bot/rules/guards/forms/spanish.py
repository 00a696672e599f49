"""How people say in Spanish that they want no more texts, and what only looks like it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bot.rules.guards.family import Family

CLASSES: Final[Mapping[str, str]] = {
    "porfavor": "por favor|porfavor|porfa|porfis|x favor|xfa|xfavor|pf|favor|please|pls"
    "|gracias|muchas gracias|grasias|ya|ahora|inmediatamente|de inmediato"
    "|ahora mismo|hoy|todo|de una vez|señor|señora|señorita|ok|hola|buenos "
    "días|buenas tardes|buenas|oye|oigan|oiga|bueno|disculpe|disculpen|perdón"
    "|no|sí|stop|lo antes posible|cuanto antes|de favor|y",
    "guia": "por favor|porfavor|porfa|porfis|x favor|xfa|xfavor|favor de|favor|please|pls"
    "|hola|ya|oye|oigan|oiga|bueno|y|no|sí|que|le|les|te|pido|ruego|agradecería"
    "|solicito|exijo|quiero|quisiera|deseo|necesito|me gustaría|he|pedido|dicho"
    "|dije|disculpe|disculpen|perdón|pueden|puede|puedes|podrían|podría|podrías"
    "|cómo|puedo|puedo hacer para|hago para|hacer para|para|buenos días|buenas "
    "tardes|buenas|gracias|ok|tienen|tiene|deben|solo|señores|mejor|pedí|número "
    "equivocado|se equivocaron|soy|entonces|pero|se|me|ahora|urgente|hacer|a ver|como",
    "fin": "_|por favor|porfavor|porfa|porfis|x favor|xfa|gracias|please|pls|ya|nunca"
    "|jamás|más|ahora|inmediatamente|de inmediato|nada|ni|y|o|no|a este|a mi|a ese"
    "|este|desde|otra vez|de nuevo|en|soy|que no|es|porque|pq|xq|o los|nuevamente"
    "|tanto|tantos|con|número|para|tan|a esta|de ustedes|de parte",
    "escribir": "busquen|mandaran|mandara|enviaran|escribieran|escribiera|llamaran"
    "|molestaran|mande|mandes|manden|mandar|mandarme|mandando|manda|envíe"
    "|envíes|envíen|enviar|enviarme|enviando|escriba|escribas|escriban"
    "|escribir|escribirme|escribiendo|textee|textees|texteen|textes|texte"
    "|textear|textearme|texteando|text|mensajee|mensajeen|moleste|molestes"
    "|molesten|molestar|molestarme|molestando|contacte|contactes|contacten"
    "|contactar|contactarme|contactando|llame|llames|llamen|llamar|llamarme"
    "|llamando|hable|hablen|hablar|fastidiar|fastidien|fastidiando|chingando"
    "|chingar|chinguen|marquen|insistan",
    "mensajes": "mensajes (de|por) (texto|sms|whatsapp)|mensaje de texto|mensajes|mensaje"
    "|mensajitos|textos|texto|sms|msjs|msj|msg|msgs|mensages|mensage"
    "|notificaciones|alertas|avisos|publicidad|propaganda|promociones|promos"
    "|ofertas|anuncios|spam|comunicaciones|correos|llamadas|recordatorios|mms"
    "|texts|boletines|novedades|encuestas|comunicación|contacto|información"
    "|whatsapps",
    "los": "más|mas|los|estos|esos|sus|tus|todos|todas|estas|esas|esa|las|la|el|este|esta"
    "|de|ningún|ninguna|ningunos|otro|otros|otra|tantos|tantas|tanto|con|ese|su|tu"
    "|nada|ni un|ni|un|una|malditos|pinches|putos|jodidos|molestos|texto|por texto"
    "|recibir|recibiendo|mandar|enviar|mandando|enviando|mandarme|enviarme|que me "
    "manden|que me envíen|me|de texto|sms|a|lo|ya|mi|nuestra|mis",
    "dejar": "deje|dejes|dejen|deja|dejad|dejar|dejá|pare|pares|paren|para|parad|parar"
    "|pará|cese|cesen|cesar|eviten|evite|absténganse|absténgase|basta|detengan"
    "|detenga|suspendan|suspenda",
    "borrar": "remueve|quíten|quita|quitar|borre|borren|borra|borrar|elimine|eliminen"
    "|elimina|eliminar|saque|saquen|saca|sacar|remueva|remuevan|retire|retiren"
    "|retirar|retira|quiten|olvide|olviden|olvida",
    "borrarme": "quítenme|quíteme|quítame|quitarme|bórrenme|bórreme|bórrame|borrarme"
    "|elimínenme|elimíneme|elimíname|eliminarme|sáquenme|sáqueme|sácame"
    "|sacarme|remuévanme|remuéveme|retírenme|retíreme|retírame|desuscríbanme"
    "|desuscríbame|desuscríbeme|desuscribirme",
    "lista": "base de datos|teléfono|celular|cel|lista|listas|listado|base|sistema"
    "|registro|registros|contactos|agenda|directorio|mensajes|aquí|acá|ahí|este"
    "|esto|grupo|suscripción|servicio|programa|publicidad|textos|todo",
}

SPANISH: Final = (
    Family(
        "ALTO",
        "^ {porfavor}* <alto{1,4}|baja|parar|pare|paren|para|pará|detener|detenga|detengan"
        "|cancelar|basta|fin|terminar|quitar|salir|eliminar|anular|suspender|desuscribir"
        "|desuscribirme|párale|párenle|párele|deténganse|deténgase|remover|borrar|borrarme"
        "|eliminarme|elimíname|elimíneme|elimínenme|bórrame|bórreme|bórrenme|quítame|quíteme"
        "|quítenme|sácame|sáquenme|sáqueme|suscripción|desuscribe|altoo|stop|desactivar> "
        "({porfavor}|alto|baja|parar|basta|_|definitiva|total|de los mensajes|mensajes|con "
        "esto|esto|mas|de mensajes|estos mensajes|los mensajes|textos|gracias|suscripción"
        "|sms)* . $",
        must=("ALTO", "baja por favor", "parar", "¡Basta ya!", "cancelar suscripción"),
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
        "_ {guia}* <pare|paren|parar|para|detener|detenga|detengan|cancelar|cancele|cancelen"
        "|cancela|cancelo|suspender|suspenda|suspendan|desactivar|desactiven|desactive"
        "|eliminar|eliminen|quitar|quiten|terminar|terminen|bloquear|bloqueen|anular|anulen"
        "|basta|stop|alto|cesen|cesar|borrar|darme|evitar|finalizar|quitarme> [de|con|a]* "
        "[recibir|baja]* {los}* ({mensajes}|suscripción|subscripción|suscripcion) {fin}",
        must=("quiero cancelar los mensajes", "detengan estos mensajes", "cancelen mi suscripción"),
        must_not=("quiero cancelar mi cita", "para el mensaje de la tarjeta: feliz día"),
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
        "^ {porfavor}* (no|ya no|ya estuvo) <más|mas|bueno|basta|bien> ({porfavor}|mensajes)* . $",
        must=("No más", "ya no mas por favor"),
        must_not=("no más pan gracias", "¿no más?"),
    ),
    Family(
        "quítenme de la lista",
        "_ {guia}* <{borrarme}> ({fin}|de {los}* {lista} [de mensajes|de datos|de contactos"
        "|de correo|de distribución|de textos|de envío|de difusión]* {fin})",
        must=("quítenme de su lista", "Por favor bórrenme de la base de datos", "sáqueme de aquí"),
        must_not=("quítame de la lista de espera", "sácame una foto", "bórrame la cita del martes"),
    ),
    Family(
        "borren mi número",
        "_ {guia}* <{borrar}> [ya|de una vez]* (mi|este|el|mis|nuestro) (número|numero"
        "|celular|cel|teléfono|telefono|contacto|nombre|datos|num|información) ({fin}|de "
        "{los}* {lista} {fin}|. )",
        must=(
            "borren mi número",
            "elimine mi numero de su lista",
            "quiten este teléfono por favor",
        ),
        must_not=("cambie mi número de cuenta", "borra mi pedido número 2"),
    ),
    Family(
        "denme de baja",
        "(denme|deme|dame|darme|dar|demen|doy|den|dad|dadme|pónganme|póngame|solicito|quiero"
        "|pido|déme|dénme|darnos) [de|la|mi|una|el|me|a|mi]* <baja> ({fin}|de {los}* {lista}"
        "|del (servicio|sistema|listado|grupo|programa)|esta|mi suscripción)",
        must=("denme de baja", "Quiero darme de baja de la lista", "¿cómo me doy de baja?"),
        must_not=("estoy de baja por enfermedad", "quiero dar de baja mi línea de internet"),
    ),
    Family(
        "quiero salir de la lista",
        "_ {guia}* <salir|salirme|salgo|quito|quitarme|borro|elimino|desuscribirme"
        "|desuscribir|desinscribirme|borrarme|desafiliarme|retirarme|desapuntarme|darme"
        "|desubscribirme|desuscribo> [de {los}* {lista}] (_|por favor|porfavor|gracias|ya)",
        must=("quiero salir de esta lista", "cómo me desuscribo", "necesito desuscribirme"),
        must_not=("quiero salir temprano del hospital", "¿a qué hora puedo salir?"),
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
        "me pueden quitar de la lista",
        "<quitar|sacar|borrar|eliminar|remover|retirar|quiten|saquen|borren> [me|mi|número"
        "|nombre|de una vez|este|numero]* (de|en) {los}* {lista} [de mensajes]* {fin}",
        must=("me pueden quitar de la lista",),
        must_not=(
            "me pueden quitar de la lista de espera",
            "¿pueden sacar la pizza de aquí a las 5?",
        ),
    ),
    Family(
        "nunca me inscribí",
        "(nunca|no|jamás) [me|he|les|yo]* <inscribí|suscribí|registré|apunté|solicité"
        "|suscrito|inscrito|pedí|autoricé> [a|en|para|recibir|de|por|que]* (esto|eso|{los}* "
        "{mensajes}) {fin}",
        must=("Nunca me inscribí en esto", "no pedí estos mensajes"),
        must_not=("nunca me inscribí en el curso", "no pedí la ensalada"),
    ),
    Family(
        "harto de mensajes",
        "<harto|harta|cansado|cansada|hartos|hartas> (de {los}* {mensajes}|de que me) ",
        must=("estoy harto de sus mensajes",),
        must_not=("estoy cansado de esperar",),
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
        "revoco mi consentimiento",
        "(revoco|retiro|revocar|retirar|cancelo|anulo|revoque|no doy|no di|no he dado|nunca "
        "di|quito|no tienen|no tiene|no les doy|no les di|nunca les di|jamás di) [mi|el|su"
        "|ningún|ni|a|todo|más|la|por|este|medio]* <consentimiento|autorización|permiso"
        "|consentimento> ",
        must=("revoco mi consentimiento", "no tienen mi permiso para escribirme"),
        must_not=("necesito la autorización del seguro", "¿sin permiso se puede estacionar?"),
    ),
    Family(
        "alto, y una razón",
        "^ {porfavor}* <alto|paren|pare|basta|stop|parar|baja|cancelar|stopp> _ ... (no (soy"
        "|es|me|conozco|los|quiero|estoy|pedí|autoricé|vivo|tengo|les|molesten)|nunca (me"
        "|pedí|di|autoricé)|equivocado|equivocada|equivocados|mensajes|textos|spam"
        "|molestando|molestar|molesten|acoso|reportar|denunciar|denuncia|abogado|quién|harto"
        "|harta|suficiente|interesa|lista|número|reporto|bloquear|bloqueo) ",
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
        "no les autorizo",
        "no [les|le|te|los|yo]* <autorizo|autorizamos> (_|que|a {escribir}|para {escribir})",
        must=("no les autorizo",),
        must_not=("no autorizo la compra",),
    ),
    Family(
        "quiero que me borren",
        "que me <borren|quiten|saquen|eliminen|remuevan|retiren> {fin}",
        must=("quiero que me borren",),
        must_not=("que me saquen una cita",),
    ),
)

NOT_A_WISH: Final = (
    Family(
        "no dejen de mandar",
        "(no|nunca|sin) <dejen|dejes|deje|deja|paren|pares|pare|parar|dejar|cancelen"
        "|canceles|cancele|quiten|borren|eliminen|me quites|me quiten> [de]* ",
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
)
