"""What people, clerks and forms write, from fifty countries, and what it means: the table of `test_evidence`."""

# Country | E.164 | spellings, local and international. They are the examples of libphonenumber.
PHONES = """
US | +12015550123 | (201) 555-0123 | +1 201-555-0123 | +1.201-555-0123
CA | +15062345678 | (506) 234-5678 | +1 506-234-5678 | +1.506-234-5678
GB | +447400123456 | 07400 123456 | +44 7400 123456 | 00447400123456
GB | +441212345678 | 0121 234 5678
IE | +353850123456 | 085 012 3456 | +353 85 012 3456 | 00353850123456
IE | +3532212345 | (022) 12345
DE | +4915123456789 | 01512 3456789 | +49 1512 3456789 | 004915123456789
DE | +4930123456 | 030 123456
AT | +43664123456 | 0664 123456 | +43 664 123456 | 0043664123456
CH | +41781234567 | 078 123 45 67 | +41 78 123 45 67 | 0041781234567
CH | +41212345678 | 021 234 56 78
FR | +33612345678 | 06 12 34 56 78 | +33 6 12 34 56 78 | 0033612345678
BE | +32450001234 | 0450 00 12 34 | +32 450 00 12 34 | 0032450001234
NL | +31612345678 | 06 12345678 | +31 6 12345678 | 0031612345678
NL | +31101234567 | 010 123 4567
LU | +352628123456 | 628 123 456 | +352 628 123 456 | 00352628123456
LU | +35227123456 | 27 12 34 56
ES | +34612345678 | 612 34 56 78 | +34 612 34 56 78 | 0034612345678
ES | +34810123456 | 810 12 34 56
PT | +351912345678 | 912 345 678 | +351 912 345 678 | 00351912345678
PT | +351212345678 | 21 234 5678
IT | +393123456789 | 312 345 6789 | +39 312 345 6789 | 00393123456789
IT | +390212345678 | 02 1234 5678
GR | +306912345678 | 691 234 5678 | +30 691 234 5678 | 00306912345678
GR | +302123456789 | 21 2345 6789
TR | +905012345678 | 0501 234 56 78 | +90 501 234 56 78 | 00905012345678
TR | +902123456789 | (0212) 345 67 89
PL | +48512345678 | 512 345 678 | +48 512 345 678 | 0048512345678
CZ | +420601123456 | 601 123 456 | +420 601 123 456 | 00420601123456
CZ | +420212345678 | 212 345 678
SK | +421912123456 | 0912 123 456 | +421 912 123 456 | 00421912123456
SK | +421221234567 | 02 212 345 67
HU | +36201234567 | 06 20 123 4567 | +36 20 123 4567 | 0036201234567
HU | +3612345678 | (06 1) 234 5678
RO | +40712034567 | 0712 034 567 | +40 712 034 567 | 0040712034567
RO | +40211234567 | 021 123 4567
BG | +35943012345 | 043 012 345 | +359 43 012 345 | 0035943012345
BG | +3592123456 | 02 123 456
HR | +385921234567 | 092 123 4567 | +385 92 123 4567 | 00385921234567
RS | +381601234567 | 060 1234567 | +381 60 1234567 | 00381601234567
RS | +38110234567 | 010 234567
SI | +38631234567 | 031 234 567 | +386 31 234 567 | 0038631234567
SE | +46701234567 | 070-123 45 67 | +46 70 123 45 67 | 0046701234567
SE | +468123456 | 08-12 34 56
NO | +4740612345 | 40 61 23 45 | +47 40 61 23 45 | 004740612345
NO | +4721234567 | 21 23 45 67
DK | +4534412345 | 34 41 23 45 | +45 34 41 23 45 | 004534412345
DK | +4532123456 | 32 12 34 56
FI | +358412345678 | 041 2345678 | +358 41 2345678 | 00358412345678
FI | +358131234567 | 013 1234567
IS | +3546111234 | 611 1234 | +354 611 1234 | 003546111234
IS | +3544101234 | 410 1234
EE | +37251234567 | 5123 4567 | +372 5123 4567 | 0037251234567
EE | +3723212345 | 321 2345
LV | +37121234567 | 21 234 567 | +371 21 234 567 | 0037121234567
LV | +37163123456 | 63 123 456
LT | +37061234567 | (0-612) 34567 | +370 612 34567 | 0037061234567
LT | +37031234567 | (0-312) 34567
UA | +380501234567 | 050 123 4567 | +380 50 123 4567 | 00380501234567
UA | +380311234567 | 03112 34567
RU | +79123456789 | 8 (912) 345-67-89 | +7 912 345-67-89 | 0079123456789
RU | +73011234567 | 8 (301) 123-45-67
IL | +972502345678 | 050-234-5678 | +972 50-234-5678 | 00972502345678
IL | +97221234567 | 02-123-4567
AE | +971501234567 | 050 123 4567 | +971 50 123 4567 | 00971501234567
AE | +97122345678 | 02 234 5678
SA | +966512345678 | 051 234 5678 | +966 51 234 5678 | 00966512345678
SA | +966112345678 | 011 234 5678
EG | +201001234567 | 010 01234567 | +20 10 01234567 | 00201001234567
EG | +20234567890 | 02 34567890
MA | +212650123456 | 06 50 12 34 56 | +212 6 50 12 34 56 | 00212650123456
MA | +212520123456 | 05 20 12 34 56
NG | +2348021234567 | 0802 123 4567 | +234 802 123 4567 | 002348021234567
NG | +2342033123456 | 02033 12 3456
KE | +254712123456 | 0712 123456 | +254 712 123456 | 00254712123456
KE | +254202012345 | 020 2012345
ZA | +27711234567 | 071 123 4567 | +27 71 123 4567 | 0027711234567
ZA | +27101234567 | 010 123 4567
IN | +918123456789 | 081234 56789 | +91 81234 56789 | 00918123456789
IN | +917410410123 | 074104 10123
PK | +923012345678 | 0301 2345678 | +92 301 2345678 | 00923012345678
PK | +922123456789 | (021) 23456789
BD | +8801812345678 | 01812-345678 | +880 1812-345678 | 008801812345678
BD | +88027111234 | 02-7111234
TH | +66812345678 | 081 234 5678 | +66 81 234 5678 | 0066812345678
TH | +6621234567 | 02 123 4567
VN | +84912345678 | 0912 345 678 | +84 912 345 678 | 0084912345678
VN | +842101234567 | 0210 1234 567
ID | +62812345678 | 0812-345-678 | +62 812-345-678 | 0062812345678
ID | +62218350123 | (021) 8350123
MY | +60123456789 | +60 12-345 6789 | 0060123456789
MY | +60323856789 | 03-2385 6789
PH | +639051234567 | 0905 123 4567 | +63 905 123 4567 | 00639051234567
PH | +63232345678 | (02) 3234 5678
SG | +6581234567 | 8123 4567 | +65 8123 4567 | 006581234567
SG | +6561234567 | 6123 4567
CN | +8613123456789 | 131 2345 6789 | +86 131 2345 6789 | 008613123456789
CN | +861012345678 | 010 1234 5678
HK | +85251234567 | 5123 4567 | +852 5123 4567 | 0085251234567
HK | +85221234567 | 2123 4567
TW | +886912345678 | 0912 345 678 | +886 912 345 678 | 00886912345678
TW | +886221234567 | 02 2123 4567
JP | +819012345678 | 090-1234-5678 | +81 90-1234-5678 | 00819012345678
JP | +81312345678 | 03-1234-5678
KR | +821020000000 | 010-2000-0000 | +82 10-2000-0000 | 00821020000000
KR | +8222123456 | 02-212-3456
AU | +61412345678 | 0412 345 678 | +61 412 345 678 | 0061412345678
AU | +61212345678 | (02) 1234 5678
NZ | +64211234567 | 021 123 4567 | +64 21 123 4567 | 0064211234567
NZ | +6432345678 | 03 234 5678
BR | +5511961234567 | (11) 96123-4567 | +55 11 96123-4567 | 005511961234567
BR | +551123456789 | (11) 2345-6789
AR | +5491123456789 | 011 15-2345-6789 | +54 9 11 2345-6789 | 005491123456789
AR | +541123456789 | 011 2345-6789
CL | +56221234567 | (2) 2123 4567 | +56 2 2123 4567 | 0056221234567
CL | +56600123456 | 600 123 456
MX | +522221234567 | 222 123 4567 | +52 222 123 4567 | 00522221234567
MX | +522001234567 | 200 123 4567
CO | +573211234567 | 321 1234567 | +57 321 1234567 | 00573211234567
CO | +576012345678 | (601) 2345678
PE | +51912345678 | 912 345 678 | +51 912 345 678 | 0051912345678
PE | +5111234567 | (01) 1234567
"""

# The same person: one name | the other, each `given / family`, or whole.
ONE_PERSON = """
Jen Moody | Jenny Moody
Dan Miller | Danny Miller
John / Smith | JOHN / SMITH
John / Smith | Smith / John
John / Smith | John Smith
John / Smith | Smith, John
John / Smith | Mr. John Smith
John / Smith | Dr John Smith PhD
John / Smith | J. / Smith
John / Smith | John / Smyth
John / Smith | Jon / Smith
John / Smith | Johnny / Smith
John / Smith | John Q. Smith
John / Smith | John / Smtih
Robert / Jones | Bob / Jones
William / Jones | Bill / Jones
Anthony / Miller | T. / Miller
Elizabeth / Taylor | Liz / Taylor
Elizabeth / Taylor | Betty / Taylor
Margaret / Brown | Peggy / Brown
Catherine / Clark | Katherine / Clark
Mary Ann / Clark | Maryann / Clark
Sean / O'Brien | Seán / OBrien
Siobhán / Ní Dhónaill | Siobhan / Ni Dhonaill
Jürgen / Müller | Juergen / Mueller
Jürgen / Müller | Jurgen / Muller
Groß, Hans | Hans / Gross
Johannes / Weiß | Hans / Weiss
Josef / Huber | Sepp / Huber
Katharina / Bauer | Kathi / Bauer
Karl-Heinz / Schmidt | Karl Heinz / Schmidt
Maximilian / von Habsburg | Max / Habsburg
Frau Dr. Anna Schäfer | Anna / Schaefer
Urs / Zürcher | Urs / Zuercher
François / Lefèvre | Francois / Lefevre
Hélène / Dupont | Helene / DUPONT
Jean-Pierre / Martin | Jean Pierre / Martin
Mme Claire Moreau | Claire / Moreau
Frédéric / Petit | Fred / Petit
Geert / van den Berg | Geert / van den Berg
Jan / de Vries | Jan / Vries
Willem / Jansen | Wim / Jansen
Cornelis / Bakker | Kees / Bakker
Håkan / Åström | Hakan / Astrom
Åse / Øvergård | Aase / Oevergaard
Søren / Kjær | Soren / Kjaer
Lars / Lindström | Lasse / Lindstrom
Jussi / Mäkinen | Juhani / Makinen
Guðrún / Jónsdóttir | Gudrun / Jonsdottir
José / García López | Pepe / García
José Luis / Fernández | Jose Luis / Fernandez
Francisco / Muñoz | Paco / Munoz
María José / Pérez Gómez | Maria Jose / Perez
José García López | José / García López
Dolores / Ruiz | Lola / Ruiz
João / da Silva | Joao / Silva
António / Gonçalves | Antonio / Goncalves
Francisco / Souza | Chico / Souza
Giuseppe / D'Angelo | Beppe / DAngelo
Giovanni / Rossi | Gianni / Rossi
Sig. Mario Bianchi | Mario / Bianchi
Niccolò / De Luca | Niccolo / De Luca
Łukasz / Wójcik | Lukasz / Wojcik
Katarzyna / Kowalska | Kasia / Kowalska
Anna / Kowalska | Anna / Kowalski
Małgorzata / Nowak | Gosia / Nowak
Jiří / Dvořák | Jirka / Dvorak
Jana / Nováková | Jana / Novak
Zsuzsanna / Szabó | Zsuzsa / Szabo
István / Nagy | Pista / Nagy
Ştefan / Ionescu | Stefan / Ionescu
Gheorghe / Popescu | George / Popescu
Đorđe / Petrović | Dorde / Petrovic
Živa / Žagar | Ziva / Zagar
Γεώργιος / Παπαδόπουλος | Georgios / Papadopoulos
Γεώργιος / Παπαδόπουλος | Giorgos / Papadopoulos
Μαρία / Παπαδοπούλου | Maria / Papadopoulou
Ιωάννης / Βλάχος | Yannis / Vlachos
Κωνσταντίνος / Μακρής | Kostas / Makris
Χ. / Βλάχος | Χρήστος / Βλάχος
Александр / Иванов | Aleksandr / Ivanov
Александр / Иванов | Alexander / Ivanov
Александр / Иванов | Sasha / Ivanov
Анна / Иванова | Anna / Ivanov
Юлия / Соколова | Yulia / Sokolova
Дмитрий / Волков | Dima / Volkov
Володимир / Шевченко | Volodymyr / Shevchenko
Георги / Димитров | Georgi / Dimitrov
Çağrı / Işık | Cagri / Isik
İbrahim / Şahin | Ibrahim / Sahin
Mehmet / Öztürk | Mehmet / Ozturk
Mohammed / Ali | Muhammad / Ali
Mohamed / Hassan | Mo / Hassan
Ahmad / Khalil | Ahmed / Khalil
Yusuf / Rahman | Yousef / Rahman
محمد / علي | محمد / علي
יוסף / כהן | יוסף / כהן
王伟 | 伟 / 王
山田太郎 | 太郎 / 山田
김민수 | 민수 / 김
Nguyễn / Đức Anh | Nguyen / Duc Anh
Nguyễn Thị Hương | Huong / Nguyen Thi
สมชาย / ใจดี | สมชาย / ใจดี
अमित / शर्मा | अमित / शर्मा
Priya / Raghavan | P. / Raghavan
Chinedu / Okafor | CHINEDU / OKAFOR
Siti / Nurhaliza | siti / nurhaliza
"""

# Two people, whatever else they share.
TWO_PEOPLE = """
Ana Rosalía Barberá | Ana Azahara Barberá
Luiz Henrique da Rosa | Luiz Gustavo da Rosa
Maria Laura Pastor | Maria Luísa Pastor
Paul / Smith | Paula / Smith
John / Smith | Jane / Smith
Maria / Rossi | Mario / Rossi
Andrea / Keller | Andreas / Keller
Louis / Mathieu | Louise / Mathieu
Michel / Martin | Michèle / Martin
Frédéric / Petit | Frédérique / Petit
René / Blanc | Renée / Blanc
Simon / Roth | Simone / Roth
Gabriel / Moser | Gabriele / Moser
Daniel / Wolf | Daniela / Wolf
Christian / Vogel | Christina / Vogel
Julian / Hahn | Juliane / Hahn
Stefan / Kraus | Stefanie / Kraus
Petr / Novák | Petra / Nováková
Jan / Kowalski | Jana / Kowalska
Martin / Horák | Martina / Horáková
Александр / Иванов | Александра / Иванова
Валентин / Орлов | Валентина / Орлова
Carlos / Díaz | Carla / Díaz
Antonio / Gil | Antonia / Gil
Francisco / Vega | Francisca / Vega
Luis / Soto | Luisa / Soto
Emil / Lund | Emilie / Lund
Erik / Berg | Erika / Berg
Ali / Yılmaz | Ayşe / Yılmaz
Bob / Jones | Bill / Jones
Liz / Taylor | Lucy / Taylor
J. / Smith | Mary / Smith
Anna / Becker | Hannah / Becker
Peter / Lang | Dieter / Lang
Tim / King | Tom / King
Jack / Hill | Jill / Hill
Wei / Wang | Ming / Wang
Giulia / Conti | Giulio / Conti
Kim / Larsen | Tim / Larsen
Noah / Fischer | Nora / Fischer
Sofia / Ferrari | Sonia / Ferrari
Marta / Silva | Marcos / Silva
Omar / Farouk | Amir / Farouk
Kumiko / Sato | Yumiko / Sato
Hendrik / Smit | Hendrika / Smit
Klaus P. / Hesse | Klaus Maria / Hesse
"""

# One given name, and another family: who marries changes it.
RENAMED = """
Anna / Schmidt | Anna / Weber
Maria / Rossi | Maria / Bianchi
Karen / Miller | Karen / Davis
Sofia / Andersson | Sofia / Lindqvist
Olga / Ivanova | Olga / Petrova
"""

# What stands in a name's field, or nothing, and names nobody; profiles call themselves what they like.
NO_NAMES = """
Unknown / Unknown
N/A / N/A
Guest / Customer
test / test
- / -
anonymous
Kunde
xxx / xxx
"""

# Written | what it is; nothing after the bar: no address of anybody's.
EMAILS = """
 Anna.Smith@Example.COM | anna.smith@example.com
Anna Smith <anna@example.org> | anna@example.org
mailto:anna@example.org | anna@example.org
anna+news@example.org | anna@example.org
ANNA@EXAMPLE.ORG | anna@example.org
a.n.n.a@gmail.com | anna@gmail.com
anna+x@googlemail.com | anna@gmail.com
müller@example.de | müller@example.de
info@bücher.example | info@xn--bcher-kva.example
jsmith@example.co.uk | jsmith@example.co.uk
anna@example.org. | anna@example.org
info@firma.example | info@firma.example
sales@firma.example | sales@firma.example
familie.weber@example.de | familie.weber@example.de
noemail@example.com |
none@none.com |
test@test.com |
keine@firma.example |
noreply@shop.example |
n/a |
- |
anna@ |
@example.org |
anna example.org |
unknown@nowhere.invalid |
xxx@xxx.com |
"""

# Country | one home | another spelling of it, each `street; postcode; city`.
HOMES = """
US | 12 Main St Apt 4; 62704; Springfield | 12 Main Street #4; 62704; Springfield
US | 1200 Oak Avenue; 97201; Portland | 1200 Oak Ave; 97201; PORTLAND
US | 5112 145th St; 98052; Redmond | 5112 145th street; 98052; Redmond
CA | 24 Sussex Drive; K1M 1M4; Ottawa | 24 Sussex Dr; K1M1M4; Ottawa
GB | Flat 3, 12 High Street; SW1A 1AA; London | 12 High St Flat 3; sw1a1aa; London
GB | 7 The Green; M1 3AE; Manchester | 7 Green; M13AE; Manchester
IE | 5 O'Connell Street; D01 F5P2; Dublin | 5 OConnell St; D01F5P2; Dublin
DE | Hauptstraße 5b; 10115; Berlin | Hauptstr. 5 b; 10115; Berlin
DE | Goethestr. 12; 60313; Frankfurt | Goethe-Straße 12; 60313; Frankfurt am Main
AT | Mariahilfer Straße 10; 1060; Wien | Mariahilferstr. 10; 1060; Wien
CH | Bahnhofstrasse 7; 8001; Zürich | Bahnhofstr. 7; 8001; Zuerich
FR | 12 rue de la Paix; 75002; Paris | 12, Rue de la Paix; 75002; PARIS
FR | 110 rue Foch; 12884; Rodez | 110 R Foch; 12884; Rodez
BE | Wetstraat 16; 1000; Brussel | Wetstraat 16; 1000; Bruxelles
NL | Dorpsstraat 136; 1014 AB; Amsterdam | Dorpsstr. 136; 1014AB; Amsterdam
LU | 3 Rue du Fort; 1611; Luxembourg | 3, rue du Fort; 1611; Luxembourg
ES | Calle Mayor, 127; 28013; Madrid | C/ Mayor 127; 28013; Madrid
PT | Rua Augusta 24; 1100-053; Lisboa | R. Augusta, 24; 1100053; Lisboa
IT | Via Roma 97; 00185; Roma | V. Roma, 97; 00185; ROMA
GR | Ερμού 12; 105 63; Αθήνα | Ermou 12; 10563; Athina
TR | Atatürk Caddesi No: 16; 34430; İstanbul | Ataturk Cad. No 16; 34430; Istanbul
PL | ul. Długa 7 m. 3; 00-950; Warszawa | Długa 7 m 3; 00950; Warszawa
CZ | Vodičkova 12; 110 00; Praha | Vodickova 12; 11000; Praha
SK | Obchodná 9; 811 06; Bratislava | Obchodna 9; 81106; Bratislava
HU | Váci utca 10; 1052; Budapest | Vaci utca 10; 1052; Budapest
RO | Strada Lipscani 5; 030031; București | Lipscani Strada 5; 030031; Bucuresti
BG | бул. Витоша 18; 1000; София | bul. Vitosha 18; 1000; Sofia
HR | Ilica 25; 10000; Zagreb | ILICA 25; 10000; Zagreb
SI | Slovenska cesta 4; 1000; Ljubljana | Slovenska Cesta 4; 1000; ljubljana
SE | Storgatan 3; 111 29; Stockholm | Storg. 3; 11129; Stockholm
NO | Karl Johans gate 22; 0026; Oslo | Karl Johans Gate 22; 0026; OSLO
DK | Nørregade 10; 1165; København | Norregade 10; 1165; Kobenhavn
FI | Mannerheimintie 1; 00100; Helsinki | mannerheimintie 1; 00100; Helsinki
IS | Laugavegur 20; 101; Reykjavík | Laugavegur 20; 101; Reykjavik
EE | Pikk 5; 10123; Tallinn | pikk 5; 10123; Tallinn
LV | Brīvības iela 30; LV-1050; Rīga | Brivibas iela 30; LV1050; Riga
LT | Gedimino pr. 9; 01103; Vilnius | Gedimino pr 9; 01103; Vilnius
UA | вул. Хрещатик 22; 01001; Київ | вул. Хрещатик, 22; 01001; Київ
RU | ул. Ленина 5; 101000; Москва | ул Ленина, 5; 101000; Москва
IN | 14 MG Road; 560001; Bengaluru | 14, M G Road; 560 001; Bengaluru
AU | 6 Tullaroop Street; 2602; Canberra | 6 Tullarop St; 2602; Canberra
NZ | 22 Queen Street; 1010; Auckland | 22 Queen St; 1010; Auckland
ZA | 9 Long Street; 8001; Cape Town | 9 Long St; 8001; Cape Town
BR | Avenida Paulista 900; 01310-100; São Paulo | Av. Paulista, 900; 01310100; Sao Paulo
MX | Calle Juárez 15; 06050; Ciudad de México | Juarez 15; 06050; Ciudad de Mexico
SG | 10 Orchard Road; 238841; Singapore | 10 Orchard Rd; 238841; Singapore
"""

# Country | two homes that are not one.
TWO_HOMES = """
US | 12 Main St Apt 4; 62704; Springfield | 12 Main St Apt 5; 62704; Springfield
US | 12 Main St; 62704; Springfield | 14 Main St; 62704; Springfield
GB | 7 The Green; M1 3AE; Manchester | 7 Park Road; M1 3AE; Manchester
GB | Flat 1, 12 High Street; SW1A 1AA; London | Flat 2, 12 High Street; SW1A 1AA; London
DE | Hauptstraße 5; 10115; Berlin | Hauptstraße 5; 80331; München
DE | Hauptstraße 5a; 10115; Berlin | Hauptstraße 5b; 10115; Berlin
FR | 12 rue Pasteur; 13008; Marseille | 12 rue Voltaire; 13008; Marseille
NL | Dorpsstraat 136; 1014 AB; Amsterdam | Dorpsstraat 138; 1014 AB; Amsterdam
PL | ul. Długa 7 m. 3; 00-950; Warszawa | ul. Długa 7 m. 4; 00-950; Warszawa
TR | Gül Sokak No: 5; 35253; İzmir | Gül Sokak No: 7; 35253; İzmir
"""

# Written | region of who wrote it | year-month-day; nothing: it says nothing.
DAYS = """
1980-02-03 | DE | 1980-2-3
19800203 | AU | 1980-2-3
03.02.1980 | DE | 1980-2-3
3.2.1980 | AT | 1980-2-3
03/02/1980 | GB | 1980-2-3
02/03/1980 | US | 1980-2-3
02/13/1980 | DE | 1980-2-13
13/02/1980 | US | 1980-2-13
1980-02-03T00:00:00Z | FR | 1980-2-3
1980/02/03 | JP | 1980-2-3
1980-13-02 | SE | 1980-2-13
1900-01-01 | US |
1970-01-01 | DE |
1899-12-30 | GB |
2000-01-01 | IT |
1980-02-30 | DE |
1880 | DE |
0000-00-00 | DE |
n/a | DE |
31.12.2199 | DE |
"""

# How alike two days are: same, swapped, a slip, or two people's.
DAYS_ALIKE = """
1980-02-03 | 1980-02-03 | SAME
1980-02-03 | 1980-03-02 | SWAPPED
1980-02-13 | 1980-02-12 | SLIP
1980-02-13 | 1989-02-13 | SLIP
1980-02-13 | 1980-02-31 | MISSING
1981-02-13 | 1918-02-13 | SLIP
1980-02-13 | 1955-07-08 | CLASH
1980-02-13 | 1981-03-13 | CLASH
1980-02-13 | 1970-01-01 | MISSING
1980-02-13 |  | MISSING
"""
