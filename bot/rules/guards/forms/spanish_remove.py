"""How people say in Spanish: take me off your list, I never agreed, I will report you."""

from __future__ import annotations

from typing import Final

from bot.rules.guards.family import Family

REMOVE: Final = (
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
        "{ini} {guia}* <{borrar}> [ya|de una vez]* (mi|este|el|mis|nuestro|su|sus|"
        "ese) (número|numero|celular|cel|teléfono|telefono|contacto|nombre|datos|num|"
        "información) ({fin}|de {los}* {lista} {fin}|. )",
        must=(
            "borren mi número",
            "elimine mi numero de su lista",
            "quiten este teléfono por favor",
            "mi papá murió, por favor quiten su número",
            "no conozco a esa persona por favor quiten este numero",
        ),
        must_not=("cambie mi número de cuenta", "borra mi pedido número 2"),
    ),
    Family(
        "denme de baja",
        "(darse|dan|da|diera|dieran|dese|den|dar|deme|dame|darme|dar|demen|doy|den|"
        "dad|dadme|pónganme|póngame|solicito|quiero|pido|déme|dénme|darnos) [de|la|mi|"
        "una|el|me|a|mi]* <baja> ({fin}|de {los}* {lista}|del (servicio|sistema|"
        "listado|grupo|programa)|esta|mi (suscripción|numero|número|celular|teléfono|"
        "contacto))",
        must=(
            "denme de baja",
            "Quiero darme de baja de la lista",
            "¿cómo me doy de baja?",
            "Dese de baja mi numero",
            "Me dan de baja por favor",
        ),
        must_not=("estoy de baja por enfermedad", "quiero dar de baja mi línea de internet"),
    ),
    Family(
        "quiero salir de la lista",
        "_ {guia}* <dejar la lista|salir|salirme|salgo|quito|quitarme|borro|elimino|"
        "desuscribirme|desuscribir|desinscribirme|borrarme|desafiliarme|retirarme|"
        "desapuntarme|darme|desubscribirme|desuscribo> [de {los}* {lista}] (_|por "
        "favor|porfavor|gracias|ya)",
        must=(
            "quiero salir de esta lista",
            "cómo me desuscribo",
            "necesito desuscribirme",
            "quiero dejar la lista",
        ),
        must_not=("quiero salir temprano del hospital", "¿a qué hora puedo salir?"),
    ),
    Family(
        "me pueden quitar de la lista",
        "<quitar|sacar|borrar|eliminar|remover|retirar|quiten|saquen|borren|"
        "eliminaran|borraran|quitaran|sacaran|sacan|quitan|borran|eliminan|saca|quita|"
        "borra|elimina|eliminen|sacara|quitara> [me|mi|número|nombre|de una vez|este|"
        "numero]* (de|en) {los}* {lista} [de mensajes]* {fin}",
        must=(
            "me pueden quitar de la lista",
            "me sacan de su lista por favor",
            "me quitan de su lista?",
            "Quisiera que me eliminaran de su lista",
        ),
        must_not=(
            "me pueden quitar de la lista de espera",
            "¿pueden sacar la pizza de aquí a las 5?",
        ),
    ),
    Family(
        "nunca me inscribí",
        "(nunca|no|jamás) [me|he|les|yo]* <inscribí|suscribí|registré|apunté|solicité|"
        "suscrito|inscrito|pedí|autoricé> [a|en|para|recibir|de|por|que]* (esto|eso|"
        "este servicio|nada|ustedes|ningún lado|{los}* {mensajes}) {fin}",
        must=(
            "Nunca me inscribí en esto",
            "no pedí estos mensajes",
            "No me he suscrito a nada",
            "no solicite este servicio",
        ),
        must_not=("nunca me inscribí en el curso", "no pedí la ensalada"),
    ),
    Family(
        "harto de mensajes",
        "<harto|harta|cansado|cansada|hartos|hartas> (de {los}* {mensajes}|de que me) ",
        must=("estoy harto de sus mensajes",),
        must_not=("estoy cansado de esperar",),
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
        "{ini} {guia}* <{borrarme}> {fin}",
        must=("quítenme ya", "no me interesa, bórrenme", "ya no uso ese servicio quitenme"),
        must_not=("quítame la cebolla", "sáqueme una copia"),
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
    Family(
        "no quiero ser parte de la lista",
        "no (quiero|deseo|quisiera|me interesa) [seguir|ser|continuar|estar|más|mas]* "
        "<parte de|pertenecer a|en|dentro de|formar parte de> {los}* (lista|listas|"
        "grupo|sistema|base|servicio|programa) ",
        must=("no quiero ser parte de esta lista", "No quiero pertenecer a su lista"),
        must_not=("no quiero ser parte del problema",),
    ),
    Family(
        "que me eliminen de su lista",
        "(que me|me) <eliminen|borren|quiten|saquen|remuevan|retiren|elimine|borre|"
        "quite|saque> de {los}* {lista} ",
        must=("quiero que me eliminen de su lista",),
        must_not=("que me saquen una muela", "que me quiten de encima este dolor"),
    ),
    Family(
        "borrar número",
        "^ {guia}* <borrar|remover|quitar|eliminar|anular|anule|bloquear|sacar|borren|"
        "quiten|eliminen|cancelar|retirar> [mi|el|este|ese|su|mis|de la|de]* (número|"
        "numero|registro|teléfono|celular|contacto|datos|nombre|lista|suscripción|"
        "información) ({porfavor}|de su lista|de sus registros)* . $",
        must=("Borrar numero", "Anule mi registro", "quitar de la lista"),
        must_not=("cancelar mi número de orden 7", "borrar foto"),
    ),
    Family(
        "nunca les di mi número",
        "(nunca|no|jamás) [yo]* (les|le|te) (di|dí|he dado|dimos|proporcioné) [a|"
        "ustedes|mi|el|este]* <número|numero|teléfono|celular|permiso|datos|"
        "consentimiento|autorización> ",
        must=("yo nunca les di mi numero",),
        must_not=("no le di la dirección",),
    ),
    Family(
        "ya no soy cliente",
        "^ {guia}* (no|ya no|nunca) (soy|somos|fui|he sido) [su|un|una|más|mas]* "
        "<cliente|clienta|miembro|socio|socia|clientes|paciente|suscriptor> [de "
        "ustedes|suyo|ahí|aquí|gracias|por favor|más|mas]* . $",
        must=("no soy cliente", "Ya no soy miembro"),
        must_not=("no soy cliente, ¿puedo ir?",),
    ),
    Family(
        "los voy a reportar",
        "(los|lo|les|te|la|voy|vamos) [a|voy|vamos|voy a]* <reportar|reportarlos|"
        "denunciar|denunciarlos|demandar|demandarlos|bloquear|bloquearlos|reporto|"
        "denuncio|demando|bloqueo|bloqueé|reporté|reportaré|denunciaré|demandaré> "
        "[este|a|ustedes|número|por|acoso|spam|con|la|fcc|policía|de una vez|como|si|"
        "ya]* _",
        must=(
            "los voy a bloquear",
            "Los voy a denunciar por acoso",
            "un mensaje mas y los reporto",
        ),
        must_not=("voy a reportar un bache", "voy a bloquear mi tarjeta"),
    ),
    Family(
        "bloqueado",
        "^ ({guia}|quedan|queda|está|están|estás|ya|los|he|tengo|número)* <bloqueado|"
        "bloqueados|reportado|reportados|bloqueada|denunciado|denunciados> [y|como|"
        "spam|reportado|bloqueado|por|acoso|adiós]* . $",
        must=("bloqueado", "reportado como spam"),
        must_not=("me quedó bloqueada la tarjeta",),
    ),
    Family(
        "esto es acoso",
        "(esto|eso|ya|son|estos|sus mensajes|tus mensajes) [ya]* (es|son) [un|una|"
        "puro|pura|como|ya]* <acoso|spam|hostigamiento|abuso|molestia|fastidio|estafa|"
        "molestos|molesto|basura> ",
        must=("Esto es acoso", "esto es spam"),
        must_not=("¿es spam o de verdad?",),
    ),
    Family(
        "me tienen harto",
        "me (tienen|tiene|traen) [ya|bien|muy|super]* <harto|harta|cansado|cansada|"
        "hasta|loco|loca|fastidiado|fastidiada> ",
        must=("ya me tienen harto", "me tienen cansada con tantos mensajes"),
        must_not=("me tienen contento",),
    ),
    Family(
        "no tienen permiso de escribirme",
        "(nadie|quién|no|sin|nunca|ilegal|qué) [les|le|tienen|tiene|están|está|dio|di|"
        "dimos|han|hay|dieron|es|autorizó]* <permiso|derecho|autorizados|autorizado|"
        "autorización|ilegal|prohibido|mandarme|escribirme> [a|de|para|que|me|mi]* "
        "({escribir}|{mensajes}|usar mi) ",
        must=(
            "nadie les dio permiso de escribirme",
            "No están autorizados a contactarme",
            "no tienen derecho a escribirme",
            "es ilegal mandarme mensajes sin permiso",
        ),
        must_not=("tengo permiso de salir", "no tienen derecho a la entrada"),
    ),
    Family(
        "olvídense de mí",
        "<olvídense|olvídese|olvídate|olvidarse> de (mí|mi número|mi teléfono|mi "
        "numero|este número|mi) [por favor|ya]* _",
        must=("olvidense de mi", "olvidense de mi numero"),
        must_not=("olvídese de la cita",),
    ),
    Family(
        "fuera de mi teléfono",
        "^ {guia}* <fuera|sálganse|lárguense|váyanse> [de mi (teléfono|celular|número|"
        "vida|línea)|ya|por favor|de aquí]* . $",
        must=("fuera de mi telefono", "fuera"),
        must_not=("fuera de servicio",),
    ),
    Family(
        "yo no me inscribí",
        "^ {guia}* [yo]* (no|nunca|jamás) me <inscribí|suscribí|registré|apunté|"
        "anoté> [yo|nunca|jamás|con ustedes|por favor|en nada]* . ",
        must=("yo no me inscribi",),
        must_not=("no me inscribí al curso",),
    ),
    Family(
        "me inscribí por error",
        "(inscribí|suscribí|registré|apunté|anoté|suscrito|registrado|inscrito) [me|"
        "yo|aquí|esto]* por (error|accidente|equivocación) ... <cancelo|cancelar|"
        "salgo|quito|quitar|borrar|baja|quítenme|cancelen|bórrenme> _",
        must=("me inscribi por error, como cancelo",),
        must_not=("me inscribi por error en la clase del lunes, cambienme al martes",),
    ),
    Family(
        "equivocado, borrar",
        "(equivocado|equivocada|incorrecto|error|persona) ... <borrar|eliminar|quitar|"
        "remover> [por favor|lo|gracias|ya]* . $",
        must=("numero equivocado favor de borrar",),
        must_not=("la persona de la foto se puede borrar?",),
    ),
)
