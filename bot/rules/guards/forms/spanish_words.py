"""Classes of Spanish words that the families of opt-outs are written with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

CLASSES: Final[Mapping[str, str]] = {
    "porfavor": "por favor|porfavor|porfa|porfis|x favor|xfa|xfavor|pf|favor|please|"
    "pls|gracias|muchas gracias|grasias|ya|ahora|inmediatamente|de "
    "inmediato|ahora mismo|hoy|todo|de una vez|señor|señora|señorita|ok|"
    "hola|buenos días|buenas tardes|buenas|oye|oigan|oiga|bueno|disculpe|"
    "disculpen|perdón|no|sí|stop|lo antes posible|cuanto antes|de favor|y|"
    "quiero|deseo|quisiera|me gustaría|por última vez|última vez|urgente|"
    "señores|te|les|pido|digo|dije|inglés|no hablo|no english|español",
    "guia": "por favor|porfavor|porfa|porfis|x favor|xfa|xfavor|favor de|favor|please|"
    "pls|hola|ya|oye|oigan|oiga|bueno|y|no|sí|que|le|les|te|pido|ruego|"
    "agradecería|solicito|exijo|quiero|quisiera|deseo|necesito|me gustaría|he|"
    "pedido|dicho|dije|disculpe|disculpen|perdón|pueden|puede|puedes|podrían|"
    "podría|podrías|cómo|puedo|puedo hacer para|hago para|hacer para|para|"
    "buenos días|buenas tardes|buenas|gracias|ok|tienen|tiene|deben|solo|"
    "señores|mejor|pedí|número equivocado|se equivocaron|soy|entonces|pero|se|"
    "me|ahora|urgente|hacer|a ver|como|quisiera que|quiero que|me pueden|me "
    "puede|necesito que|cómo hago para|interesa|interesado|interesada|"
    "equivocado|equivocada|cliente|persona|hablo|inglés|favor|falleció|murió|"
    "ustedes|señores|les suplico que|suplico|ruego que|exijo que|hay (manera|"
    "forma|modo) de|se puede|es posible|puedo|favor de|a ver si|pero|error|"
    "cómo|ojalá|servicio|vive|lista|numero|teléfono",
    "fin": "_|por favor|porfavor|porfa|porfis|x favor|xfa|gracias|please|pls|ya|nunca|"
    "jamás|más|ahora|inmediatamente|de inmediato|nada|ni|y|o|no|a este|a mi|a "
    "ese|este|desde|otra vez|de nuevo|en|soy|que no|es|porque|pq|xq|o los|"
    "nuevamente|tanto|tantos|con|número|para|tan|a esta|de ustedes|de parte|"
    "señor|señora|urgente|bye|adiós|adios|saludos|urgentemente|lo antes "
    "posible|cuanto antes|si no|hasta|favor|estoy|quiero|les|le|me|sin|gracia|"
    "a mí|a mi|a nuestro|plz|asap|thanks|bro|por (mensaje|texto|celular|"
    "teléfono|correo|este)|de ellos|suyos|suyas|te|se|los voy|gente|aquí|a mí|"
    "cel|a (mi|este|mis|nuestro|su)|saben|estafadores|bro|si",
    "escribir": "busquen|mandaran|mandara|enviaran|escribieran|escribiera|llamaran|"
    "molestaran|mande|mandes|manden|mandar|mandarme|mandando|manda|envíe|"
    "envíes|envíen|enviar|enviarme|enviando|escriba|escribas|escriban|"
    "escribir|escribirme|escribiendo|textee|textees|texteen|textes|texte|"
    "textear|textearme|texteando|text|mensajee|mensajeen|moleste|molestes|"
    "molesten|molestar|molestarme|molestando|contacte|contactes|contacten|"
    "contactar|contactarme|contactando|llame|llames|llamen|llamar|"
    "llamarme|llamando|hable|hablen|hablar|fastidiar|fastidien|"
    "fastidiando|chingando|chingar|chinguen|marquen|insistan|joder|jodan|"
    "jodiendo|fregar|frieguen|fregando|spamear|insistir|insista|insistas|"
    "acosar|acosen|acosando|buscar|busque|texteando|escribirle|mandarle|"
    "mandarnos|enviarnos|chatear|hostigar|hostiguen|marcar|marque|"
    "hostigando|contestar|comuniquen|comunique|comunicarse|mandes mas|"
    "envies|envien|molestarnos|contactaran|contactara|textearan|"
    "molestarme|buscarme|insistirme|contactarnos",
    "mensajes": "mensajes (de|por) (texto|sms|whatsapp)|mensaje de texto|mensajes|"
    "mensaje|mensajitos|textos|texto|sms|msjs|msj|msg|msgs|mensages|"
    "mensage|notificaciones|alertas|avisos|publicidad|propaganda|"
    "promociones|promos|ofertas|anuncios|spam|comunicaciones|correos|"
    "llamadas|recordatorios|mms|texts|boletines|novedades|encuestas|"
    "comunicación|contacto|información|whatsapps|msjes|mnsjs|mensajería|"
    "emails",
    "los": "más|mas|los|estos|esos|sus|tus|todos|todas|estas|esas|esa|las|la|el|este|esta"
    "|de|ningún|ninguna|ningunos|otro|otros|otra|tantos|tantas|tanto|con|ese|su|tu"
    "|nada|ni un|ni|un|una|malditos|pinches|putos|jodidos|molestos|texto|por texto"
    "|recibir|recibiendo|mandar|enviar|mandando|enviando|mandarme|enviarme|que me "
    "manden|que me envíen|me|de texto|sms|a|lo|ya|mi|nuestra|mis",
    "dejar": "deje|dejes|dejen|deja|dejad|dejar|dejá|pare|pares|paren|para|parad|"
    "parar|pará|cese|cesen|cesar|eviten|evite|absténganse|absténgase|basta|"
    "detengan|detenga|suspendan|suspenda|dejara|dejaran|dejasen|parara|"
    "pararan|cesaran|dejarás|detente|deténganse|ya dejen",
    "borrar": "remueve|quíten|quita|quitar|borre|borren|borra|borrar|elimine|eliminen|"
    "elimina|eliminar|saque|saquen|saca|sacar|remueva|remuevan|retire|"
    "retiren|retirar|retira|quiten|olvide|olviden|olvida|remover|anular|"
    "anule|anulen|bloquear|quitarle|dar de baja|desactiven|desactive|"
    "suspendan|suspenda|tachen|tache|pierdan|pierda|tiren|tire|boten|bote|"
    "olvídense de|bloqueo|bloqueen|tachar|quitaran|borraran|eliminaran|"
    "sacaran",
    "borrarme": "quítenme|quíteme|quítame|quitarme|bórrenme|bórreme|bórrame|borrarme|"
    "elimínenme|elimíneme|elimíname|eliminarme|sáquenme|sáqueme|sácame|"
    "sacarme|remuévanme|remuéveme|retírenme|retíreme|retírame|"
    "desuscríbanme|desuscríbame|desuscríbeme|desuscribirme|remuévame|"
    "remuévanme|quítenos|quítennos|bórrennos|sáquennos|elimínennos|"
    "quiteme de una vez|quitenme|quiteme|dénme de baja|exclúyanme|"
    "exclúyame|desactívenme",
    "lista": "base de datos|teléfono|celular|cel|lista|listas|listado|base|sistema|"
    "registro|registros|contactos|agenda|directorio|mensajes|aquí|acá|ahí|"
    "este|esto|grupo|suscripción|servicio|programa|publicidad|textos|todo|"
    "sistemas|grupos|marketing|envíos|distribución|clientes",
    "amenaza": "(reportar|reportarlos|reporto|reportaré|demandar|demandarlos|demando|demanda|"
    "demandaré|denunciar|denunciarlos|denuncio|denunciaré|denuncia|abogado|"
    "abogada|abogados|policía|bloquear|bloquearlos|bloqueo|bloquearé|acoso|"
    "autoridades|fcc|quejarme|queja)",
    "ini": "_|persona|favor|porfavor|interesa|interesado|interesada|equivocado|cliente|"
    "servicio|ustedes|aquí|ahí|así|número|lista|que",
    "contactar": "escriba|escribas|escriban|escribir|escribirme|escribirnos|escribiendo|"
    "textee|textees|"
    "texteen|texte|textes|textear|textearme|texteando|mensajee|mensajeen|moleste|molestes|"
    "molesten|molestar|molestarme|molestarnos|molestando|contacte|contactes|contacten|contactar|"
    "contactarme|contactando|llame|llames|llamen|llamar|llamarme|llamando|fastidien|fastidiar|"
    "busquen|acosen|acosar|hostiguen|insistan|insistir|joder|jodan|chinguen|chingar|marquen|"
    "hablen|comuniquen|comunicarse|escribieran|contactaran|molestaran|llamaran|escribiera|"
    "contactara|escribirle|(mandar|mandarme|mandando|mande|manden|mandes|enviar|enviarme|"
    "enviando|envíe|envíen|envíes) {los}* {mensajes_varios}",
    "mandar": "mande|mandes|manden|mandar|mandarme|mandarnos|mandando|envíe|envíes|envíen|"
    "enviar|enviarme|"
    "enviarnos|enviando|reenvíen|mandaran|enviaran|manda|envía|meter|meterme|hagan llegar|"
    "lleguen|reciba",
    "mensajes_varios": "mensajes|mensajitos|textos|sms|notificaciones|alertas|avisos|"
    "publicidad|propaganda|"
    "promociones|promos|ofertas|anuncios|spam|comunicaciones|recordatorios|mms|boletines|"
    "encuestas|whatsapps|mensajería|marketing|mensaje de texto|textitos|correos|cupones|basura|"
    "invitaciones",
    "cosa": "cita|citas|pedido|pedidos|orden|órdenes|reserva|reservas|reservación|factura|facturas|"
    "recibo|recibos|cuenta|cuentas|tarjeta|tarjetas|cargo|cargos|pago|pagos|seguro|seguros|curso|"
    "cursos|clase|clases|paquete|paquetes|envío|receta|recetas|membresía|gimnasio|póliza|"
    "contrato|préstamo|internet|cable|espera|invitados|precio|precios|cebolla|queso|hielo|sal|"
    "azúcar|muela|brace|yeso|radiografía|copia|copias|foto|fotos|artículo|producto|carrito|"
    "compra|plan|técnico|doctor|entrega|obra|corte|médica|revista|boleto|boletos|vuelo|hotel|"
    "mesa|comida|sopa|pizza|color|talla|zapatos|ropa|servicio de|cheque|tratamiento|medicina|"
    "trabajo|puerta|vecino|vecina|esposa|esposo|casa|app|aplicación|alarma|luz|luces|agua|fuga|"
    "carro|coche|tour|viaje|fiesta|boda|examen|escuela|equipo|partido|dirección|domicilio|"
    "garantía|reembolso|depósito|música|planta|temporada|presión|california|yoga|postre|propina|"
    "multa|expediente|hemorragia",
}
