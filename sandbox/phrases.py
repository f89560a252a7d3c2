"""What customers write: tickets and public posts, in the languages of the world's countries."""

# Subjects of tickets. Each language has the same six: late, broken, invoice, exchange, question, praise.
SUBJECTS: dict[str, tuple[str, ...]] = {
    "en": (
        "Where is my order?",
        "Arrived broken",
        "Wrong amount on the invoice",
        "I'd like to exchange an item",
        "Question about caffeine",
        "Thank you!",
    ),
    "de": (
        "Wo bleibt meine Bestellung?",
        "Kanne beschädigt angekommen",
        "Falscher Betrag auf der Rechnung",
        "Ich möchte umtauschen",
        "Frage zum Koffeingehalt",
        "Vielen Dank!",
    ),
    "fr": (
        "Où est ma commande ?",
        "Article arrivé cassé",
        "Erreur sur la facture",
        "Je souhaite un échange",
        "Question sur la théine",
        "Merci beaucoup !",
    ),
    "es": (
        "¿Dónde está mi pedido?",
        "Llegó roto",
        "Importe erróneo en la factura",
        "Quisiera cambiar un artículo",
        "Pregunta sobre la cafeína",
        "¡Muchas gracias!",
    ),
    "it": (
        "Dov'è il mio ordine?",
        "Arrivato rotto",
        "Importo errato in fattura",
        "Vorrei cambiare un articolo",
        "Domanda sulla caffeina",
        "Grazie mille!",
    ),
    "nl": (
        "Waar blijft mijn bestelling?",
        "Kapot aangekomen",
        "Verkeerd bedrag op de factuur",
        "Ik wil graag ruilen",
        "Vraag over cafeïne",
        "Hartelijk dank!",
    ),
    "pl": (
        "Gdzie jest moje zamówienie?",
        "Przyszło uszkodzone",
        "Błędna kwota na fakturze",
        "Chcę wymienić produkt",
        "Pytanie o kofeinę",
        "Dziękuję!",
    ),
    "sv": (
        "Var är min beställning?",
        "Kom fram trasig",
        "Fel belopp på fakturan",
        "Jag vill byta en vara",
        "Fråga om koffein",
        "Tack så mycket!",
    ),
    "tr": (
        "Siparişim nerede?",
        "Kırık geldi",
        "Faturadaki tutar yanlış",
        "Ürün değişimi istiyorum",
        "Kafein hakkında soru",
        "Teşekkürler!",
    ),
    "el": (
        "Πού είναι η παραγγελία μου;",
        "Έφτασε σπασμένο",
        "Λάθος ποσό στο τιμολόγιο",
        "Θέλω αλλαγή προϊόντος",
        "Ερώτηση για την καφεΐνη",
        "Ευχαριστώ πολύ!",
    ),
}
# The same six at more length; {product} and {number} are filled in.
BODIES: dict[str, str] = {
    "en": "Hello, this is about order {number} ({product}). Could you please look into it? Best wishes, {name}",
    "de": "Guten Tag, es geht um die Bestellung {number} ({product}). Können Sie bitte nachsehen? Viele Grüße, {name}",
    "fr": "Bonjour, il s'agit de la commande {number} ({product}). Pourriez-vous vérifier ? Cordialement, {name}",
    "es": "Hola, se trata del pedido {number} ({product}). ¿Podrían revisarlo? Un saludo, {name}",
    "it": "Buongiorno, si tratta dell'ordine {number} ({product}). Potete verificare? Cordiali saluti, {name}",
    "nl": "Hallo, het gaat om bestelling {number} ({product}). Kunt u dit nakijken? Groeten, {name}",
    "pl": "Dzień dobry, chodzi o zamówienie {number} ({product}). Proszę o sprawdzenie. Pozdrawiam, {name}",
    "sv": "Hej, det gäller order {number} ({product}). Kan ni titta på det? Vänliga hälsningar, {name}",
    "tr": "Merhaba, {number} numaralı sipariş ({product}) hakkında yazıyorum. Kontrol eder misiniz? Saygılar, {name}",
    "el": "Γεια σας, πρόκειται για την παραγγελία {number} ({product}). Μπορείτε να το ελέγξετε; Ευχαριστώ, {name}",
}
# Public posts that name the brand: praise, complaint, question, chatter.
POSTS: dict[str, tuple[str, ...]] = {
    "en": (
        "Loving the new {product} from @{brand} ☕",
        '@{brand} my parcel has been "on its way" for nine days. Anyone there?',
        "@{brand} do you ship the {product} to the islands?",
        "Rainy Sunday, good book, @{brand}. That's it.",
    ),
    "de": (
        "Der neue {product} von @{brand} ist großartig 🍵",
        "@{brand} seit neun Tagen keine Lieferung, keine Antwort. Hallo?",
        "@{brand} gibt es {product} auch in Bio?",
        "Regen, Sofa, Tee von @{brand}. Mehr braucht es nicht.",
    ),
    "fr": (
        "Coup de cœur pour {product} de @{brand} 🍵",
        "@{brand} neuf jours sans nouvelles de mon colis, c'est normal ?",
        "@{brand} le {product} existe-t-il en vrac ?",
        "Dimanche pluvieux, un thé @{brand} et un livre.",
    ),
    "es": (
        "Me encanta el {product} de @{brand} 🍵",
        "@{brand} nueve días esperando y nadie contesta.",
        "@{brand} ¿enviáis {product} a Canarias?",
        "Tarde de lluvia con un té de @{brand}.",
    ),
    "it": (
        "Adoro il {product} di @{brand} 🍵",
        "@{brand} nove giorni di attesa e nessuna risposta!",
        "@{brand} il {product} torna disponibile?",
        "Pioggia, divano e un tè di @{brand}.",
    ),
    "nl": (
        "Heerlijk, de {product} van @{brand} 🍵",
        "@{brand} al negen dagen geen pakje en geen antwoord?",
        "@{brand} is {product} ook los te koop?",
        "Regen, boek, thee van @{brand}. Klaar.",
    ),
    "pl": (
        "Uwielbiam {product} od @{brand} 🍵",
        "@{brand} dziewięć dni czekania i cisza.",
        "@{brand} czy {product} wróci do sprzedaży?",
        "Deszcz, książka i herbata od @{brand}.",
    ),
    "sv": (
        "Älskar {product} från @{brand} 🍵",
        "@{brand} nio dagar utan paket eller svar?",
        "@{brand} finns {product} i lösvikt?",
        "Regn, bok och te från @{brand}.",
    ),
    "tr": (
        "@{brand} {product} harika 🍵",
        "@{brand} dokuz gündür kargo yok, cevap yok.",
        "@{brand} {product} tekrar gelecek mi?",
        "Yağmur, kitap ve @{brand} çayı.",
    ),
    "el": (
        "Λατρεύω το {product} της @{brand} 🍵",
        "@{brand} εννέα μέρες χωρίς δέμα και χωρίς απάντηση.",
        "@{brand} θα ξανάρθει το {product};",
        "Βροχή, βιβλίο και τσάι @{brand}.",
    ),
}
REPLIES: dict[str, str] = {
    "en": "@{handle} Thank you for writing! Please send us your order number in a direct message.",
    "de": "@{handle} Danke für die Nachricht! Bitte schicken Sie uns die Bestellnummer per Direktnachricht.",
    "fr": "@{handle} Merci pour votre message ! Envoyez-nous votre numéro de commande en message privé.",
    "es": "@{handle} ¡Gracias por escribirnos! Envíanos el número de pedido por mensaje directo.",
    "it": "@{handle} Grazie per averci scritto! Inviaci il numero d'ordine in privato.",
    "nl": "@{handle} Bedankt voor je bericht! Stuur ons het bestelnummer in een privébericht.",
    "pl": "@{handle} Dziękujemy za wiadomość! Prosimy o numer zamówienia w wiadomości prywatnej.",
    "sv": "@{handle} Tack för ditt meddelande! Skicka ordernumret i ett direktmeddelande.",
    "tr": "@{handle} Mesajınız için teşekkürler! Sipariş numaranızı özel mesajla iletir misiniz?",
    "el": "@{handle} Ευχαριστούμε για το μήνυμα! Στείλτε μας τον αριθμό παραγγελίας με προσωπικό μήνυμα.",
}
JOBS: dict[str, tuple[str, ...]] = {
    "en": (
        "Office Manager",
        "Head of Purchasing",
        "Accountant",
        "Chief Executive",
        "Event Planner",
        "Executive Assistant",
        "Barista Trainer",
    ),
    "de": (
        "Büroleitung",
        "Leiterin Einkauf",
        "Buchhaltung",
        "Geschäftsführung",
        "Veranstaltungsplanung",
        "Assistenz der Geschäftsleitung",
    ),
    "fr": ("Responsable achats", "Comptable", "Directrice générale", "Assistant de direction", "Chargée d'événements"),
    "es": ("Jefe de compras", "Contable", "Directora general", "Asistente de dirección"),
    "it": ("Responsabile acquisti", "Contabile", "Amministratore delegato", "Assistente di direzione"),
    "nl": ("Hoofd inkoop", "Boekhouder", "Directeur", "Office manager"),
    "pl": ("Kierownik zakupów", "Księgowa", "Dyrektor", "Asystentka zarządu"),
    "sv": ("Inköpschef", "Ekonom", "VD", "Kontorsansvarig"),
    "tr": ("Satın Alma Müdürü", "Muhasebeci", "Genel Müdür", "Ofis Yöneticisi"),
    "el": ("Υπεύθυνος Προμηθειών", "Λογιστής", "Διευθυντής", "Γραμματέας Διοίκησης"),
}
INDUSTRIES = ("Hospitality", "Retail", "Consulting", "Education", "Healthcare", "Manufacturing", "Media", "Technology")
LEGAL_FORMS: dict[str, str] = {
    "US": "Inc.",
    "GB": "Ltd",
    "DE": "GmbH",
    "FR": "SARL",
    "ES": "S.L.",
    "IT": "S.r.l.",
    "NL": "B.V.",
    "PL": "Sp. z o.o.",
    "SE": "AB",
    "TR": "A.Ş.",
    "GR": "Α.Ε.",
}
TRADES: dict[str, tuple[str, ...]] = {
    "en": ("Hotels", "Bakery", "Consulting", "Books", "Clinic", "Works", "Media", "Software"),
    "de": ("Hotels", "Bäckerei", "Beratung", "Buchhandlung", "Praxis", "Maschinenbau", "Verlag"),
    "fr": ("Hôtels", "Boulangerie", "Conseil", "Librairie", "Clinique", "Éditions"),
    "es": ("Hoteles", "Panadería", "Consultores", "Librería", "Clínica"),
    "it": ("Alberghi", "Panificio", "Consulenza", "Libreria", "Clinica"),
    "nl": ("Hotels", "Bakkerij", "Advies", "Boekhandel"),
    "pl": ("Hotele", "Piekarnia", "Doradztwo", "Księgarnia"),
    "sv": ("Hotell", "Bageri", "Konsult", "Bokhandel"),
    "tr": ("Otelcilik", "Fırın", "Danışmanlık", "Kitabevi"),
    "el": ("Ξενοδοχεία", "Αρτοποιία", "Σύμβουλοι", "Βιβλιοπωλείο"),
}


def _pairs(text: str) -> dict[str, str]:
    return dict(pair.split("/") for pair in text.split())


# How people are called by those who know them: full -> short.
NICKNAMES = _pairs(
    """James/Jim Robert/Bob John/Jack Michael/Mike William/Bill David/Dave Richard/Dick Joseph/Joe Thomas/Tom
Christopher/Chris Charles/Chuck Daniel/Dan Matthew/Matt Anthony/Tony Steven/Steve Andrew/Andy Joshua/Josh
Kenneth/Ken Timothy/Tim Ronald/Ron Edward/Ted Nicholas/Nick Jonathan/Jon Benjamin/Ben Samuel/Sam Gregory/Greg
Alexander/Alex Patricia/Pat Jennifer/Jenny Elizabeth/Liz Barbara/Barb Susan/Sue Jessica/Jess Margaret/Peggy
Michelle/Shelly Deborah/Debbie Rebecca/Becky Katherine/Kate Samantha/Sam Christine/Chris Pamela/Pam
Maximilian/Max Sebastian/Basti Wolfgang/Wolf Matthias/Matze Katharina/Kathi Stefanie/Steffi
Susanne/Susi Elisabeth/Lisa Franziska/Franzi Gabriele/Gabi Frédéric/Fred Stéphane/Steph Catherine/Cathy
Francisco/Paco José/Pepe Manuel/Manolo Concepción/Concha Dolores/Lola Mercedes/Merche Giuseppe/Beppe
Francesco/Franco Alessandro/Sandro Antonio/Toni Giovanni/Gianni Johannes/Jan Hendrik/Henk Cornelis/Kees
Wilhelmina/Mina Katarzyna/Kasia Małgorzata/Gosia Aleksandra/Ola Stanisław/Staszek Krzysztof/Krzysiek
Margareta/Greta Birgitta/Gitte Mehmet/Memo Mustafa/Mıstık Γεώργιος/Γιώργος Δημήτριος/Δημήτρης
Κωνσταντίνος/Κώστας Ιωάννης/Γιάννης Νικόλαος/Νίκος Αικατερίνη/Κατερίνα Παναγιώτης/Πάνος"""
)
