"""What speaks in Spanish against an act that is open: another object, another person, a time."""

from __future__ import annotations

from typing import Final

from bot.rules.guards.family import Family

LOOKALIKES: Final = (
    Family(
        "un pedido, una cita, una cuenta",
        "(mi|mis|el|la|los|las|un|una|del|al|de|ese|esa|este|esta|su|sus|esos|otro|otra|más|mas|"
        "con|en|a|sin|por|nada|cero) <{cosa}> ",
        must=("cancelen mi pedido", "no me inscribí al curso", "quítenme de la lista de espera"),
        must_not=("quiten mi número",),
    ),
    Family(
        "a otra hora",
        "<antes|después|despues|hasta (las|el|la|que|mañana|\\d+|yo)|todavía no|tan temprano|tan "
        "tarde|temprano|mientras|entre|durante|al trabajo|a la oficina|al buzón|por la noche|en "
        "la noche|por la mañana> [de|de las|que|del|las|la|el|a|\\\\d+|por favor|lunes|yo|llegue|"
        "salga|esté|trabajo|_]* ",
        must=("no me escriban antes de las 9", "no me llamen tan temprano"),
        must_not=("no me escriban nunca",),
    ),
    Family(
        "hoy no",
        "({contactar}|{mandar}|manden|mande|envíen) [me|nada|el|la|los|las|más]* <hoy|mañana|"
        "todavía|aún|el (lunes|martes|miércoles|jueves|viernes|sábado|domingo)|este (lunes|"
        "viernes|fin)> ",
        must=("no manden mensajes hoy", "no me escriba mañana"),
        must_not=("no me manden nada",),
    ),
    Family(
        "de otro modo, de veras",
        "<llámenme|llámeme|llámame|escríbanme|escríbame|escríbeme|mándenme|mándeme|mándame|"
        "envíenme|envíeme|avísenme|avíseme|avísame|use este|usen este|escriba a|a este sí|en "
        "lugar|en vez|sino> ",
        must=("no me escriba, llameme",),
        must_not=("no me escriban",),
    ),
    Family(
        "de broma, con gusto",
        "<jaja|jajaja|jajajaja|jeje|jejeje|lol|haha|encanta|encantan|bromeo|broma|bonito|qué "
        "padre|te quiero|gracias por|perfecto|excelente|buenísimo> ",
        must=("ya paren jaja", "me encantan sus mensajes"),
        must_not=("paren",),
    ),
    Family(
        "quiero seguir",
        "<por error|sin querer|accidente|seguir recibiendo|sigan mandando|sigan enviando|quiero "
        "seguir|dejé de recibir|no me llega|no me llegan|no me han|no he recibido|no recibí|"
        "perder|perderme|extraño> ",
        must=("puse stop por error", "no quiero perder sus mensajes"),
        must_not=("no quiero recibir mensajes",),
    ),
    Family(
        "otra persona",
        "(mi (ex|hijo|hija|esposo|esposa|jefe|vecino|vecina|hermano|hermana|mamá|papá|novio|"
        "novia)|él|ella|alguien|los vecinos|el vecino) [ya|no|me|siempre|que|se|todavía]* <deja|"
        "para|molesta|molestan|escribe|escriben|llama|quiere|quieren|sigue|siguen|manda|acosa|"
        "bloqueó|dejan> ",
        must=("mi ex no deja de escribirme", "los vecinos me molestan"),
        must_not=("mi hijo ya no vive aquí",),
    ),
    Family(
        "¿ya?",
        "_ [oye|hola|disculpe|perdón|y|ya|si|es que]* (me|estoy|sigo|están|siguen|por qué|porque|"
        "ya|cuántas|cuántos|cada cuánto|qué|que|cuándo|te) [ya|me|no|les|le|estoy|sigo|que|en|"
        "tiempo]* <dieron|quitaron|borraron|lista|dejaron|dejan|mandan|mensajes|siguen|molestan|"
        "baja|llegan|suscrito|suscrita> ... ? ",
        must=("¿ya me dieron de baja?", "por que ya no me mandan mensajes?"),
        must_not=("ya me quitaron todo. paren",),
    ),
    Family(
        "no pares, no me quites",
        "(no|nunca) (me|nos|se|lo|la)* <quiten|quites|quite|borren|borres|borre|saquen|saques|"
        "saque|den|des|dé|eliminen|cancelen|olviden|deje|dejen|pare|paren> (de|la|el|mi|me|en|_|"
        "por|a|sin) ",
        must=("no me den de baja", "no me quiten de la lista"),
        must_not=("no quiero más",),
    ),
    Family(
        "otro número",
        "<número|numero|teléfono> (de (orden|pedido|cuenta|cliente|mesa|talla|piezas|factura|"
        "serie|habitación|caso)|viejo|anterior|nuevo|antiguo) ",
        must=("borren mi número de cuenta viejo",),
        must_not=("borren mi número",),
    ),
    Family(
        "pregunta de hecho",
        "_ [y|hola|disculpe|oiga|ya]* <es|está|son|cuándo|dónde|donde|cuánto|cuántos|a qué hora|"
        "en qué|puedo|te> * * ? ",
        must=("es spam?", "¿a qué hora puedo salir?"),
        must_not=("hay manera de parar",),
    ),
    Family(
        "estoy de baja",
        "(estoy|está|sigo|estuve|ando) de <baja> ",
        must=("estoy de baja",),
        must_not=("quiero darme de baja",),
    ),
    Family(
        "no me dejen",
        "no (me|nos|lo|la) <dejen|dejes|deje> ",
        must=("no me dejen esperando",),
        must_not=("no, dejen de escribir",),
    ),
    Family(
        "ya está hecho",
        "(has|ha|han|hemos|está|fue|fuiste|quedas|queda) [sido]* <dado|dada|dados|cancelado|"
        "cancelada|eliminado|eliminada|suscrito|"
        "suscrita> [de]* (baja|suscripción|_|su|tu|exitosamente|del|de la) ",
        must=("Te has dado de baja. No recibirás más mensajes.",),
        must_not=("quiero ser dado de baja",),
    ),
)
