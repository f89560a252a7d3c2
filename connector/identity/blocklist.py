"""The block list: handles that are nobody's, or everybody's. They never link two records.

Forms are filled with them when a customer gives none, and a role's mailbox is read by
whoever is on duty. Values are in the normalised form of `schemas.identifiers`.
"""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# RFC 2606 and 6761 (.local: 6762): names that lead nowhere. `example.com` and its kin are not among them, though
# they are reserved too: documentation, demonstrations and tests are full of people who live there.
DEAD_DOMAINS = ("invalid", "localhost", "local", "test", "test.com", "domain.com", "noemail.com", "nomail.com")

# A mailbox of a role or a machine (RFC 2142 names many), in the languages of our first customers.
ROLES = _words(
    """
    abuse accounting accounts acquisti admin administracion administrator ap ar bestellung bestellungen billing
    bookkeeping booking bookings buchhaltung careers commande commandes compras compta comptabilite contact contacto
    contato customerservice customercare direzione einkauf empfang enquiries enquiry facturacion facturation
    faktura feedback finance hello help helpdesk hostmaster hr info infos information inquiries invoice invoices it
    jobs kontakt legal mail mailerdaemon marketing media news newsletter noc office order orders ordini payments
    pedidos postmaster press privacy procurement purchasing rechnung rechnungen recepcion reception reklamation root
    sales secretary secretaria secretariat sekretariat security service services shop staff support team tech vendas
    ventas verkauf vertrieb webmaster zamowienia
    """
)

# What people and tills type when they have to type something.
PLACEHOLDERS = _words(
    """
    a aa aaa abc anonym anonymous asd asdf customer donotreply dummy email example fake foo guest keine keineemail
    kunde na nn no nobody noemail nomail none noreply notprovided null sample sincorreo sinemail temp test test1
    test123 tester testing unbekannt unknown user x xx xxx xyz
    """
)

# What mailboxes are made up of (sunnyfish@), though some people are called so.
MADE_UP = _words(
    """
    baby bear bird boy butterfly cat child cool crazy cyber dancer dark dog dolphin dragon dream eagle fan fire fish
    flower fox funny galaxy gamer ghost girl gold golden happy heart hell king kitty lady legend lion little love lover
    lucky magic man master metal mister monkey moon mouse music ninja ocean panda pink pirate pixel pony power prince
    princess pro punk queen rabbit rain rainbow rebel rock rocker shadow silver snow soccer sonic spirit star storm
    sugar sun sunny sunshine super surfer sweet tiger travel turbo wild wind witch wolf wonder world
    """
)

# Ids that stand for no id.
NO_IDS = frozenset({"0", "-1", "00000000-0000-0000-0000-000000000000", "none", "null", "nan", "n/a", "undefined"})


def is_blocked(kind: str, value: str) -> bool:
    """Whether this handle says nothing about who somebody is."""
    if kind == "email":
        return _is_blocked_email(value)
    return value.partition(":")[2].strip().lower() in NO_IDS


def _is_blocked_email(value: str) -> bool:
    mailbox, _, domain = value.rpartition("@")
    # A tag says which of a role's matters it is (support+orders@).
    mailbox = mailbox.partition("+")[0]
    mailbox = mailbox.replace(".", "").replace("-", "").replace("_", "")
    if mailbox in ROLES or mailbox in PLACEHOLDERS:
        return True
    return any(domain == dead or domain.endswith("." + dead) for dead in DEAD_DOMAINS)
