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
        "desuscribe|altoo|stop|desactivar|detente|desinscribir|desinscribirme|"
        "dessuscribir|unsuscribir|unsuscribirme|unsubscribir|desubscribir|cancelen|"
        "cancele|cancelo|lárguense|no sigan|no insistan|ya no sigan> ({porfavor}|alto|"
        "baja|parar|basta|_|definitiva|total|de los mensajes|mensajes|con esto|esto|"
        "mas|de mensajes|estos mensajes|los mensajes|textos|gracias|suscripción|sms)* "
        ". $",
        must=(
            "ALTO",
            "baja por favor",
            "parar",
            "¡Basta ya!",
            "cancelar suscripción",
            "detente",
            "CANCELEN ESTO",
            "unsuscribirme",
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
        "^ {porfavor}* (no|ya no|ya estuvo) <más|mas|bueno|basta|bien> ({porfavor}|mensajes)* . $",
        must=("No más", "ya no mas por favor"),
        must_not=("no más pan gracias", "¿no más?"),
    ),
    Family(
        "quítenme de la lista",
        "[_ {guia}*] <{borrarme}> [ya|por favor|porfavor|entonces]* (de|del) {los}* "
        "{lista} [de mensajes|de datos|de contactos|de correo|de distribución|de "
        "textos|de envío|de difusión|de llamadas|de ustedes|de clientes]* {fin}",
        must=(
            "quítenme de su lista",
            "Por favor bórrenme de la base de datos",
            "sáqueme de aquí",
            "no me interesa quiteme de su lista",
            "Remuévame de la lista",
        ),
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
        "(dese|den|dar|deme|dame|darme|dar|demen|doy|den|dad|dadme|pónganme|póngame|"
        "solicito|quiero|pido|déme|dénme|darnos) [de|la|mi|una|el|me|a|mi]* <baja> "
        "({fin}|de {los}* {lista}|del (servicio|sistema|listado|grupo|programa)|esta|"
        "mi (suscripción|numero|número|celular|teléfono|contacto))",
        must=(
            "denme de baja",
            "Quiero darme de baja de la lista",
            "¿cómo me doy de baja?",
            "Dese de baja mi numero",
        ),
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
    Family(
        "quítenme",
        "(_|interesa|interesado|interesada|equivocado|favor|que) {guia}* <{borrarme}> {fin}",
        must=("quítenme ya", "no me interesa, bórrenme"),
        must_not=("quítame la cebolla", "sáqueme una copia"),
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
        "este número: bórrenlo",
        "(número|numero|teléfono|telefono|celular|lista|número es|contacto) ... "
        "<bórrelo|bórrenlo|elimínelo|elimínenlo|quítelo|quítenlo|sáquelo|sáquenlo|"
        "remuévanlo|remuévalo|olvídenlo|bórralo|quítalo|elimínalo|sácalo> ",
        must=(
            "Este número ya no es de ella, borrelo por favor",
            "quien les dio mi numero? borrenlo",
        ),
        must_not=("si el número de orden está mal, cámbielo",),
    ),
    Family(
        "no autorizo el uso de mi número",
        "no [les|le|te|los|yo|he]* <autorizo|autorizamos|autoricé|autorizado> [a|que|"
        "el|la|usar|utilicen|usen|utilizar|uso|envío|de|mi]* (mi|este|mis) (número|"
        "numero|celular|teléfono|datos|contacto|información) ",
        must=("No autorizo el uso de mi número",),
        must_not=("no autorizo el cargo a mi tarjeta",),
    ),
    Family(
        "pongan fin",
        "(pongan|ponga|pon|poner|ponerle|póngale|pónganle) [ya|un|le]* <fin|alto> a "
        "{los}* ({mensajes}|esto) ",
        must=("pongan fin a estos mensajes",),
        must_not=("ponga un alto en la esquina",),
    ),
    Family(
        "si siguen, los reporto",
        "{amenaza} ... (si|porque) [me|no|ustedes|se|ya]* <siguen|sigue|sigues|paran|"
        "para|dejan|deja|vuelven|vuelve|continúan|insisten|mandan|escriben|llaman|"
        "molestan> ",
        must=(
            "les voy a reportar si siguen mandando mensajes",
            "voy a llamar a mi abogado si me vuelven a escribir",
        ),
        must_not=("¿me van a bloquear la tarjeta si la uso allá?",),
    ),
    Family(
        "si siguen, abogado",
        "si [me|no|ustedes|se|ya]* <siguen|sigue|sigues|paran|para|dejan|deja|vuelven|"
        "vuelve|continúan|insisten|mandan|escriben|llaman|molestan> ... {amenaza} ",
        must=("si no paran los voy a demandar",),
        must_not=("si sigue lloviendo, ¿me cancelan la cita?",),
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
