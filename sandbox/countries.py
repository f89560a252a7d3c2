"""Countries: how people are called there, where they live and how their phones are written.

Phone numbers come from the ranges that a country keeps for films and books (Ofcom, NANPA,
ARCEP, Bundesnetzagentur, PTS); the other countries have no such range. A `#` is a digit.
The ranges kept for mobiles (07700 900, 06 39 98) are left out: libphonenumber calls them impossible.
Those that are left are small: in a large world they wrap round, and several people hold a number.
"""
# ruff: noqa: E501 - lists of names read best in full lines, and a dotless i is a letter.

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Country:
    """`family` may have a form for women behind a bar. `share` is its part of a hundred households."""

    code: str
    language: str
    share: int
    currency: str
    per_euro: float
    calling_code: str
    trunk: str
    men: tuple[str, ...]
    women: tuple[str, ...]
    families: tuple[str, ...]
    places: tuple[tuple[str, str | None, str], ...]
    streets: tuple[str, ...]
    street_form: str
    mobiles: tuple[str, ...]
    landlines: tuple[str, ...]


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.split(","))


US = Country(
    code="US",
    language="en",
    share=16,
    currency="USD",
    per_euro=1.08,
    calling_code="1",
    trunk="",
    men=_words(
        "James Robert John Michael William David Richard Joseph Thomas Christopher Charles Daniel Matthew Anthony Mark "
        "Steven Andrew Paul Joshua Kenneth Kevin Brian Timothy Ronald Jason Edward Jeffrey Ryan Jacob Nicholas Gary "
        "Eric Jonathan Stephen Larry Justin Benjamin Samuel Gregory Alexander"
    ),
    women=_words(
        "Mary Patricia Jennifer Linda Elizabeth Barbara Susan Jessica Sarah Karen Lisa Nancy Sandra Ashley Emily "
        "Kimberly Margaret Donna Michelle Carol Amanda Melissa Deborah Stephanie Rebecca Sharon Laura Cynthia Amy "
        "Kathleen Angela Shirley Brenda Pamela Nicole Katherine Samantha Christine Rachel Paula"
    ),
    families=_words(
        "Smith Johnson Williams Brown Jones Garcia Miller Davis Rodriguez Martinez Hernandez Lopez Gonzalez Wilson "
        "Anderson Thomas Taylor Moore Jackson Martin Lee Perez Thompson White Harris Sanchez Clark Ramirez Lewis "
        "Robinson Walker Young Allen King Wright Scott Torres Nguyen Hill Flores Green Adams Nelson Baker Hall Rivera "
        "Campbell Mitchell Carter Roberts O'Brien McDonald Washington Kowalski Yamamoto Patel Okafor"
    ),
    places=(
        ("Springfield", "IL", "6270#"),
        ("Portland", "OR", "9720#"),
        ("Austin", "TX", "7870#"),
        ("Columbus", "OH", "4320#"),
        ("Denver", "CO", "8020#"),
        ("Albany", "NY", "1220#"),
        ("Phoenix", "AZ", "8500#"),
        ("Boston", "MA", "0211#"),
    ),
    streets=_lines("Main St, Oak Ave, Maple Dr, Cedar Ln, Washington Blvd, Park Ave, Lake View Rd, 2nd St, Elm St"),
    street_form="{number} {street}",
    mobiles=tuple(
        f"({area}) 555-01##"
        for area in _words(
            "201 202 203 205 206 207 208 209 210 212 213 214 215 216 217 218 219 224 225 228 229 231 234 239 240 248 "
            "251 252 253 254 256 260 262 267 269 270 276 281 301 302 303 304 305 307 308 309 310 312 313 314 315 316 "
            "317 318 319 320 321 323 325 330 334 336 337 339 347 351 352 360 361 386 401 402 404 405 406 407 408 409"
        )
    ),
    landlines=tuple(
        f"({area}) 555-01##"
        for area in _words(
            "410 412 413 414 415 417 419 423 424 425 432 434 435 440 443 469 478 479 480 484 501 502 503 504 505 507 "
            "508 509 510 512 513 515 516 517 518 520 530 540 541 551 559 561 562 563 567 570 571 573 574 580 585 586 "
            "601 602 603 605 606 607 608 609 610 612 614 615 616 617 618 619 620 623 626 630 631 636 641 646 650 651"
        )
    ),
)

GB = Country(
    code="GB",
    language="en",
    share=14,
    currency="GBP",
    per_euro=0.85,
    calling_code="44",
    trunk="0",
    men=_words(
        "Oliver George Harry Jack Jacob Noah Charlie Muhammad Thomas Oscar William James Henry Leo Alfie Joshua "
        "Freddie Archie Ethan Isaac Alexander Joseph Edward Samuel Max Logan Lucas Daniel Theo Arthur Benjamin Ian "
        "Graham Nigel Colin Stuart Alan Keith Trevor Gareth"
    ),
    women=_words(
        "Olivia Amelia Isla Emily Ava Lily Mia Sophia Isabella Grace Poppy Ella Evie Charlotte Jessica Daisy Alice "
        "Freya Florence Phoebe Matilda Rosie Harriet Eleanor Margaret Susan Catherine Gillian Fiona Heather Zoë Siân "
        "Priya Aisha Helen Elizabeth Victoria Chloë Joanna Rebecca"
    ),
    families=_words(
        "Smith Jones Taylor Brown Williams Wilson Johnson Davies Robinson Wright Thompson Evans Walker White Roberts "
        "Green Hall Wood Jackson Clarke Clark Harris Patel Hughes Lewis Edwards Turner Hill Cooper Ward Morris Moore "
        "Khan Baker King Harrison Morgan Allen James Scott Phillips Watson Parker Price Bennett Begum Young Griffiths "
        "O'Connor MacDonald Fitzgerald Smith-Jones Singh Adeyemi Fraser Owen"
    ),
    places=(
        ("London", None, "SW1A #AA"),
        ("Leeds", "West Yorkshire", "LS1 #BA"),
        ("Bristol", None, "BS1 #TR"),
        ("Edinburgh", None, "EH1 #YS"),
        ("Cardiff", None, "CF10 #PX"),
        ("Manchester", "Greater Manchester", "M1 #AE"),
        ("Sheffield", "South Yorkshire", "S1 #HE"),
    ),
    streets=_lines("High Street, Station Road, Church Lane, Mill Lane, Victoria Road, The Green, Park Road, Queensway"),
    street_form="{number} {street}",
    mobiles=("020 7946 0###", "0113 496 0###", "0114 496 0###", "0116 496 0###", "0117 496 0###", "0118 496 0###"),
    landlines=(
        "0121 496 0###",
        "0131 496 0###",
        "0141 496 0###",
        "0151 496 0###",
        "0161 496 0###",
        "0191 498 0###",
        "029 2018 0###",
    ),
)

DE = Country(
    code="DE",
    language="de",
    share=16,
    currency="EUR",
    per_euro=1.0,
    calling_code="49",
    trunk="0",
    men=_words(
        "Ben Paul Leon Finn Elias Jonas Luis Noah Felix Lukas Maximilian Henry Moritz Julian Alexander Thomas Michael "
        "Andreas Stefan Peter Hans Klaus Jürgen Günter Wolfgang Uwe Dieter Jörg Matthias Frank Bernd Karl-Heinz Sören "
        "Björn Tobias Sebastian Florian Christoph Götz Murat"
    ),
    women=_words(
        "Emma Mia Hannah Emilia Sofia Lina Anna Marie Lea Clara Ursula Monika Petra Sabine Renate Helga Karin Brigitte "
        "Ingrid Erika Andrea Claudia Susanne Gabriele Christine Katharina Julia Stefanie Nicole Melanie Jördis Käthe "
        "Anna-Lena Franziska Annette Bärbel Heike Birgit Ayşe Elisabeth"
    ),
    families=_words(
        "Müller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann Schäfer Koch Bauer Richter Klein "
        "Wolf Schröder Neumann Schwarz Zimmermann Braun Krüger Hofmann Hartmann Lange Schmitt Werner Krause Meier "
        "Lehmann Schmid Schulze Maier Köhler Herrmann König Walter Mayer Huber Kaiser Fuchs Peters Lang Scholz Möller "
        "Weiß Jung Hahn Vogel Groß Strauß Yılmaz Nowak Müller-Lüdenscheidt Böhm"
    ),
    places=(
        ("Berlin", None, "1011#"),
        ("Hamburg", None, "2009#"),
        ("München", "Bayern", "8033#"),
        ("Köln", "Nordrhein-Westfalen", "5066#"),
        ("Frankfurt am Main", "Hessen", "6031#"),
        ("Leipzig", "Sachsen", "0410#"),
        ("Düsseldorf", "Nordrhein-Westfalen", "4021#"),
    ),
    streets=_lines("Hauptstraße, Bahnhofstraße, Gartenweg, Schulstraße, Lindenallee, Am Markt, Kirchgasse, Mühlenweg"),
    street_form="{street} {number}",
    mobiles=("030 23125###", "069 90009###", "040 66969###"),
    landlines=("0221 4710###", "089 99998###"),
)

FR = Country(
    code="FR",
    language="fr",
    share=12,
    currency="EUR",
    per_euro=1.0,
    calling_code="33",
    trunk="0",
    men=_words(
        "Gabriel Léo Raphaël Arthur Louis Jules Adam Maël Lucas Hugo Noah Liam Jean Pierre Michel André Philippe René "
        "Alain Jacques Bernard Marcel Daniel Roger Robert Paul Claude Christian Henri Georges Nicolas François "
        "Jean-Luc Jean-Pierre Frédéric Stéphane Benoît Loïc Étienne Thierry"
    ),
    women=_words(
        "Jade Louise Emma Alice Ambre Lina Rose Chloé Mia Léa Anna Mila Marie Jeanne Françoise Monique Catherine "
        "Nathalie Isabelle Jacqueline Anne Sylvie Martine Madeleine Nicole Suzanne Hélène Christine Marguerite Denise "
        "Sophie Céline Aurélie Émilie Anaïs Inès Geneviève Marie-Claire Amélie Zoé"
    ),
    families=_words(
        "Martin Bernard Thomas Petit Robert Richard Durand Dubois Moreau Laurent Simon Michel Lefebvre Leroy Roux David "
        "Bertrand Morel Fournier Girard Bonnet Dupont Lambert Fontaine Rousseau Vincent Muller Lefèvre Faure André "
        "Mercier Blanc Guérin Boyer Garnier Chevalier François Legrand Gauthier Garcia Perrin Robin Clément Morin "
        "Nicolas Henry Roussel Mathieu Gautier Masson Marchand Duval Denis Nguyễn D'Angelo Beauséjour"
    ),
    places=(
        ("Paris", "Île-de-France", "7501#"),
        ("Lyon", None, "6900#"),
        ("Marseille", None, "1300#"),
        ("Toulouse", "Occitanie", "3100#"),
        ("Nantes", None, "4400#"),
        ("Lille", "Hauts-de-France", "5900#"),
        ("Besançon", None, "2500#"),
    ),
    streets=_lines(
        "rue de la Paix, avenue Victor Hugo, rue du Général Leclerc, place de l'Église, rue Pasteur, impasse "
        "des Lilas, boulevard Voltaire, chemin du Moulin"
    ),
    street_form="{number} {street}",
    mobiles=("01 99 00 ## ##", "02 61 91 ## ##", "03 53 01 ## ##"),
    landlines=("04 65 71 ## ##", "05 36 49 ## ##"),
)

ES = Country(
    code="ES",
    language="es",
    share=9,
    currency="EUR",
    per_euro=1.0,
    calling_code="34",
    trunk="",
    men=_words(
        "Hugo Mateo Martín Lucas Leo Daniel Alejandro Manuel Pablo Álvaro Adrián David Antonio José Francisco Juan "
        "Javier Carlos Jesús Miguel Rafael Pedro Ángel Fernando Luis Sergio Jorge Alberto Iñaki Ramón Andrés Joaquín "
        "Íñigo Óscar Rubén"
    ),
    women=_words(
        "Lucía Sofía Martina María Julia Paula Valeria Emma Daniela Carla Carmen Ana Isabel Dolores Pilar Teresa Rosa "
        "Cristina Laura Mercedes Francisca Antonia Marta Elena Raquel Concepción Begoña Inés Ángela Mónica Itziar Rocío "
        "Beatriz Silvia Nuria"
    ),
    families=_lines(
        "García López, González Pérez, Rodríguez Sánchez, Fernández Ruiz, López Martín, Martínez Gómez, Sánchez Díaz, "
        "Pérez Moreno, Gómez Muñoz, Martín Álvarez, Jiménez Romero, Ruiz Alonso, Hernández Gutiérrez, Díaz Navarro, "
        "Moreno Torres, Muñoz Domínguez, Álvarez Vázquez, Romero Ramos, Alonso Gil, Gutiérrez Serrano, Navarro Blanco, "
        "Torres Molina, Domínguez Suárez, Ramos Castro, Gil Ortega, Serrano Rubio, Ortiz Sanz, Ibáñez Núñez, Peña Cano"
    ),
    places=(
        ("Madrid", None, "2801#"),
        ("Barcelona", "Cataluña", "0800#"),
        ("Valencia", None, "4600#"),
        ("Sevilla", "Andalucía", "4100#"),
        ("A Coruña", "Galicia", "1500#"),
        ("Málaga", "Andalucía", "2901#"),
    ),
    streets=_lines(
        "Calle Mayor, Avenida de la Constitución, Calle del Sol, Plaza de España, Calle Nueva, Paseo de Gracia"
    ),
    street_form="{street}, {number}",
    mobiles=("600 ### ###", "611 ### ###"),
    landlines=("910 ### ###", "930 ### ###"),
)

IT = Country(
    code="IT",
    language="it",
    share=8,
    currency="EUR",
    per_euro=1.0,
    calling_code="39",
    trunk="",
    men=_words(
        "Leonardo Francesco Alessandro Lorenzo Mattia Andrea Gabriele Riccardo Tommaso Edoardo Giuseppe Antonio "
        "Giovanni Mario Luigi Roberto Stefano Marco Paolo Salvatore Vincenzo Domenico Niccolò Davide Luca Simone "
        "Nicolò Giosuè Pietro Raffaele"
    ),
    women=_words(
        "Sofia Giulia Aurora Ginevra Alice Emma Giorgia Beatrice Anna Vittoria Maria Giuseppina Rosa Angela Giovanna "
        "Teresa Lucia Carmela Caterina Francesca Antonella Chiara Silvia Paola Elena Martina Federica Valentina Noemi "
        "Nicoletta"
    ),
    families=_words(
        "Rossi Russo Ferrari Esposito Bianchi Romano Colombo Ricci Marino Greco Bruno Gallo Conti Costa Giordano "
        "Mancini Rizzo Lombardi Moretti Barbieri Fontana Santoro Mariani Rinaldi Caruso Ferrara Galli Martini Leone "
        "Longo Gentile Martinelli Vitale Lombardo Serra Coppola D'Angelo D'Amico Forlì Lanzafame Cantù Sarà"
    ),
    places=(
        ("Roma", "RM", "0018#"),
        ("Milano", "MI", "2012#"),
        ("Napoli", "NA", "8013#"),
        ("Torino", "TO", "1012#"),
        ("Forlì", "FC", "4712#"),
        ("Firenze", "FI", "5012#"),
    ),
    streets=_lines("Via Roma, Via Garibaldi, Corso Italia, Via Dante, Piazza del Duomo, Via Verdi, Viale dei Mille"),
    street_form="{street} {number}",
    mobiles=("320 ### ####", "347 ### ####"),
    landlines=("06 5555 ####", "02 5555 ####"),
)

NL = Country(
    code="NL",
    language="nl",
    share=6,
    currency="EUR",
    per_euro=1.0,
    calling_code="31",
    trunk="0",
    men=_words(
        "Noah Daan Levi Sem Liam Lucas Finn Luuk James Milan Jan Johannes Hendrik Cornelis Pieter Willem Gerrit Jacobus "
        "Dirk Bram Thijs Sjoerd Jeroen Maarten Joost Ruben Koen René Mohammed"
    ),
    women=_words(
        "Emma Julia Mila Tess Sophie Zoë Sara Nora Yara Eva Maria Johanna Anna Cornelia Wilhelmina Elisabeth Catharina "
        "Hendrika Margaretha Anneke Femke Sanne Lotte Marijke Ingrid Noëlle Renée Fatima Saskia"
    ),
    families=_lines(
        "de Jong, Jansen, de Vries, van den Berg, van Dijk, Bakker, Janssen, Visser, Smit, Meijer, de Boer, Mulder, "
        "de Groot, Bos, Vos, Peters, Hendriks, van Leeuwen, Dekker, Brouwer, de Wit, Dijkstra, Smits, de Graaf, van der "
        "Meer, van der Linden, Kok, Jacobs, de Haan, Vermeulen, van den Heuvel, 't Hart, el Idrissi, Yılmaz"
    ),
    places=(
        ("Amsterdam", None, "101# AB"),
        ("Rotterdam", None, "301# CD"),
        ("Utrecht", None, "351# EF"),
        ("Den Haag", None, "251# GH"),
        ("Eindhoven", None, "561# JK"),
    ),
    streets=_lines("Dorpsstraat, Kerkstraat, Molenweg, Stationsweg, Julianalaan, Prinsengracht, Schoolstraat"),
    street_form="{street} {number}",
    mobiles=("06 1000####", "06 2000####"),
    landlines=("020 555 ####", "010 555 ####"),
)

PL = Country(
    code="PL",
    language="pl",
    share=6,
    currency="PLN",
    per_euro=4.3,
    calling_code="48",
    trunk="",
    men=_words(
        "Antoni Jan Aleksander Franciszek Nikodem Jakub Leon Stanisław Mikołaj Szymon Piotr Krzysztof Andrzej Tomasz "
        "Paweł Marcin Michał Grzegorz Łukasz Józef Zbigniew Wojciech Sławomir Radosław Żegota Rafał Bartłomiej"
    ),
    women=_words(
        "Zuzanna Julia Maja Zofia Hanna Lena Alicja Oliwia Laura Maria Anna Katarzyna Małgorzata Agnieszka Barbara Ewa "
        "Krystyna Elżbieta Magdalena Joanna Aleksandra Monika Danuta Teresa Żaneta Świetlana Paulina Bożena"
    ),
    families=_words(
        "Nowak Kowalski|Kowalska Wiśniewski|Wiśniewska Wójcik Kowalczyk Kamiński|Kamińska Lewandowski|Lewandowska "
        "Zieliński|Zielińska Szymański|Szymańska Woźniak Dąbrowski|Dąbrowska Kozłowski|Kozłowska Jankowski|Jankowska "
        "Mazur Kwiatkowski|Kwiatkowska Krawczyk Kaczmarek Piotrowski|Piotrowska Grabowski|Grabowska Zając Pawłowski|"
        "Pawłowska Michalski|Michalska Król Wieczorek Jabłoński|Jabłońska Wróbel Stępień Górski|Górska Źrebiec"
    ),
    places=(
        ("Warszawa", "mazowieckie", "00-01#"),
        ("Kraków", "małopolskie", "30-00#"),
        ("Łódź", "łódzkie", "90-00#"),
        ("Wrocław", "dolnośląskie", "50-00#"),
        ("Gdańsk", "pomorskie", "80-00#"),
    ),
    streets=_lines("ul. Polna, ul. Leśna, ul. Słoneczna, ul. Krótka, al. Jana Pawła II, ul. Ogrodowa, ul. Łąkowa"),
    street_form="{street} {number}",
    mobiles=("500 ### ###", "601 ### ###"),
    landlines=("22 555 ## ##", "12 555 ## ##"),
)

SE = Country(
    code="SE",
    language="sv",
    share=5,
    currency="SEK",
    per_euro=11.3,
    calling_code="46",
    trunk="0",
    men=_words(
        "Noah William Hugo Liam Oliver Oscar Lucas Elias Lars Mikael Anders Johan Per Nils Karl Jan Erik Olof Sven Göran "
        "Håkan Åke Björn Jörgen Mattias Fredrik Magnus Pär"
    ),
    women=_words(
        "Alice Maja Vera Alma Selma Elsa Lilly Astrid Maria Elisabeth Anna Kristina Margareta Eva Karin Birgitta Marie "
        "Ingrid Sofia Märta Åsa Ann-Sofie Malin Linnéa Cecilia Gunnel Hanna Kerstin"
    ),
    families=_words(
        "Andersson Johansson Karlsson Nilsson Eriksson Larsson Olsson Persson Svensson Gustafsson Pettersson Jonsson "
        "Jansson Hansson Bengtsson Jönsson Lindberg Jakobsson Magnusson Olofsson Lindström Lindqvist Lindgren Axelsson "
        "Berg Bergström Lundberg Lind Lundgren Åkesson Öberg Sjöström Hellström"
    ),
    places=(
        ("Stockholm", None, "111 2#"),
        ("Göteborg", None, "411 0#"),
        ("Malmö", None, "211 2#"),
        ("Uppsala", None, "753 2#"),
        ("Örebro", None, "702 1#"),
    ),
    streets=_lines("Storgatan, Drottninggatan, Kyrkogatan, Skolvägen, Björkvägen, Ringvägen, Åsgatan"),
    street_form="{street} {number}",
    mobiles=("070-174 06 ##", "08-465 004 ##"),
    landlines=("031-390 06 ##", "040-628 04 ##"),
)

TR = Country(
    code="TR",
    language="tr",
    share=4,
    currency="TRY",
    per_euro=45.0,
    calling_code="90",
    trunk="0",
    men=_words(
        "Yusuf Eymen Mustafa Mehmet Ahmet Ali Hüseyin Hasan İbrahim İsmail Osman Murat Ömer Kerem Emre Burak Çağrı Oğuz "
        "Şükrü Barış İlker Ufuk"
    ),
    women=_words(
        "Zeynep Elif Asel Defne Fatma Ayşe Emine Hatice Meryem Şerife Sultan Özlem Gülşen İrem Büşra Çiğdem Ebru Pınar "
        "Tuğba Işıl Ceren Nur"
    ),
    families=_words(
        "Yılmaz Kaya Demir Çelik Şahin Yıldız Yıldırım Öztürk Aydın Özdemir Arslan Doğan Kılıç Aslan Çetin Kara Koç Kurt "
        "Özkan Şimşek Polat Korkmaz Işık Güneş"
    ),
    places=(
        ("İstanbul", None, "3443#"),
        ("Ankara", None, "0642#"),
        ("İzmir", None, "3525#"),
        ("Muğla", None, "4800#"),
    ),
    streets=_lines("Atatürk Caddesi, Cumhuriyet Caddesi, Gül Sokak, İnönü Bulvarı, Çiçek Sokak"),
    street_form="{street} No: {number}",
    mobiles=("0532 555 ## ##", "0542 555 ## ##"),
    landlines=("0212 555 ## ##", "0312 555 ## ##"),
)

GR = Country(
    code="GR",
    language="el",
    share=4,
    currency="EUR",
    per_euro=1.0,
    calling_code="30",
    trunk="",
    men=_words(
        "Γεώργιος Δημήτριος Κωνσταντίνος Ιωάννης Νικόλαος Χρήστος Παναγιώτης Βασίλειος Αθανάσιος Μιχαήλ Ευάγγελος "
        "Σπυρίδων Αλέξανδρος Στέφανος"
    ),
    women=_words(
        "Μαρία Ελένη Αικατερίνη Βασιλική Σοφία Αγγελική Γεωργία Δήμητρα Κωνσταντίνα Παρασκευή Ευαγγελία Ιωάννα Χριστίνα "
        "Αναστασία"
    ),
    families=_words(
        "Παπαδόπουλος|Παπαδοπούλου Βλάχος|Βλάχου Αγγελόπουλος|Αγγελοπούλου Νικολαΐδης|Νικολαΐδη Γεωργίου Δημητρίου "
        "Ιωαννίδης|Ιωαννίδου Οικονόμου Παππάς|Παππά Καραγιάννης|Καραγιάννη Μακρής|Μακρή Αντωνίου Κωνσταντίνου "
        "Χατζηδάκης|Χατζηδάκη"
    ),
    places=(
        ("Αθήνα", None, "105 5#"),
        ("Θεσσαλονίκη", None, "546 2#"),
        ("Πάτρα", None, "262 2#"),
        ("Ηράκλειο", None, "712 0#"),
    ),
    streets=_lines("Ερμού, Σταδίου, Πανεπιστημίου, Αγίου Δημητρίου, Τσιμισκή, Κοραή"),
    street_form="{street} {number}",
    mobiles=("697 555 ####", "694 555 ####"),
    landlines=("21 0555 ####", "231 055 ####"),
)

COUNTRIES: tuple[Country, ...] = (US, GB, DE, FR, ES, IT, NL, PL, SE, TR, GR)
# A hundred places, so that a throw below 100 picks by share.
BY_SHARE: tuple[Country, ...] = tuple(country for country in COUNTRIES for _ in range(country.share))
