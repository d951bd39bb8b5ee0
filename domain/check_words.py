"""Closed lists of the checks: foul words, words of health, IBAN lengths, ends of domain names.

A stem ends with an asterisk. ``ANY`` holds what has no harmless meaning in one of the platform's
languages; what has one elsewhere ("con", "pute", "bite") stands under its own language
only, and is looked for in texts of that language.
"""

from collections.abc import Mapping
from typing import Final

ANY: Final = ""

FOUL: Final[Mapping[str, tuple[str, ...]]] = {
    ANY: (
        *("fuck*", "motherfuck*", "shit", "shitty", "bullshit*", "asshole*", "bitch*", "cunt*"),
        *("twat", "twats", "wanker*", "whore*", "slut", "sluts", "dickhead*", "nigger*", "faggot*"),
        *("arschloch*", "arschlöcher*", "scheiß*", "scheiss*", "fotze*", "hurensohn*", "wichser*"),
        *("hure", "huren", "schlampe*", "missgeburt*", "drecksack*", "dreckskerl*", "verpiss*"),
        *("fick", "ficken", "gefickt*", "schwuchtel*", "kanake*"),
        *("connard*", "connasse*", "salope*", "enculé*", "encule", "encules", "putain*"),
        *("bordel de merde", "pédé", "pédés", "trouduc*"),
        *("gilipollas", "cabrón", "cabrones", "hijoputa*", "hijo de puta", "mierda*", "joder"),
        *("maricón", "maricones", "coño", "capullo*"),
        *("cazzo", "cazzi", "stronzo", "stronza", "stronzi", "stronze", "vaffanculo", "puttana*"),
        *("coglione", "coglioni", "merda", "merde", "frocio", "froci", "bastardi"),
        *("klootzak*", "godverdomme", "kutzooi", "hoerenzoon*", "teringlijer*", "lul"),
        *("kurwa", "kurwy", "skurwysyn*", "chujow*", "chuj", "chuje", "pierdol*", "spierdal*"),
        *("jebać", "jebany*", "zajebany*", "pizda*", "cipa", "dupek", "gówno", "gówniany*"),
    ),
    "en": ("bastard", "bastards", "crap", "arse", "arsehole*"),
    "de": (
        "arsch",
        "ärsche",
        "trottel",
        "vollidiot*",
        "spast",
        "spasti*",
        "bastard",
        "kotzbrocken*",
    ),
    "fr": ("con", "cons", "conne", "connes", "pute", "putes", "bite", "bites", "cul", "bâtard*"),
    "es": ("puta", "putas", "puto", "putos", "polla", "pollas", "culo", "cojones"),
    "it": ("fica", "culo", "bastardo", "bastarda", "zoccola", "zoccole", "minchia"),
    "nl": ("kut", "hoer", "hoeren", "kanker*", "tering", "flikker", "debiel"),
    "pl": ("cwel", "cwele", "dziwka", "dziwki", "pedał", "pedały", "huj"),
}
"""Insults and swear words; a moderator decides whether one may stand (GP-8)."""

HEALTH: Final[Mapping[str, tuple[str, ...]]] = {
    ANY: (
        *("hiv", "aids", "chemotherap*", "chimiothérap*", "quimioterap*", "chemioterap*"),
        *("epilepsie*", "epilepsy", "epileptic*", "épilepsie*", "epilepsia", "epilessia"),
        *("schizophren*", "schizophrén*", "esquizofren*", "schizofren*"),
        *("leukämie", "leukaemia", "leukemia", "leucémie", "leucemia", "leukemie", "białaczk*"),
        *("parkinson*", "alzheimer*", "asperger*", "adhs", "tdah", "burnout", "burn-out"),
    ),
    "en": (
        *("cancer", "tumour*", "tumor*", "diabetic*", "diabetes", "pregnant", "pregnancy"),
        *("miscarriage*", "depression", "bipolar", "dialysis", "stroke", "disabled", "disability"),
    ),
    "de": (
        *("krebs", "brustkrebs", "hautkrebs", "krebskrank*", "tumor*", "diabetes", "diabetiker*"),
        *("schwanger*", "fehlgeburt*", "depression*", "depressiv*", "dialyse", "schlaganfall*"),
        *("herzinfarkt*", "schwerbehinder*", "behindert", "pflegegrad*", "psychiatrie*"),
    ),
    "fr": (
        *("cancer*", "tumeur*", "diabète", "diabétique*", "enceinte", "grossesse*", "handicapé*"),
        *("fausse couche", "dépression", "dépressif", "dépressive", "dialyse*", "séropositi*"),
        *("infarctus",),
    ),
    "es": (
        *("cáncer", "tumor*", "diabetes", "diabético*", "diabética*", "embarazada*", "embarazo*"),
        *("depresión", "diálisis", "infarto*", "discapacitad*", "discapacidad", "seropositiv*"),
    ),
    "it": (
        *("cancro", "tumore", "tumori", "diabete", "diabetico", "diabetica", "incinta"),
        *(
            "gravidanza",
            "depressione",
            "dialisi",
            "infarto",
            "disabile",
            "disabili",
            "sieropositiv*",
        ),
    ),
    "nl": (
        *("kankerpatiënt*", "borstkanker", "tumor*", "diabetes", "diabeet", "zwanger*"),
        *("miskraam", "depressie*", "dialyse", "hartinfarct*", "beroerte", "gehandicapt*"),
    ),
    "pl": (
        *("rak piersi", "nowotwór", "nowotwor*", "cukrzyc*", "w ciąży", "poronien*", "depresj*"),
        *("dializ*", "zawał serca", "udar mózgu", "niepełnosprawn*"),
    ),
}
"""Diagnoses and states of a body that speak of a person, not of goods (GP-4, art. 9 GDPR)."""

NUMBER_CUES: Final = frozenset(
    {"order", "invoice", "tracking", "parcel", "item", "article", "serial", "model", "voucher"}
    | {"bestellung", "bestellnr", "bestellnummer", "auftrag", "auftragsnummer", "rechnung"}
    | {"rechnungsnummer", "sendung", "sendungsnummer", "artikel", "artikelnummer", "kundennummer"}
    | {"commande", "facture", "colis", "suivi", "référence", "pedido", "factura", "envío"}
    | {"encomenda", "nota", "fatura", "rastreio", "ordine", "fattura", "spedizione", "articolo"}
    | {"bestelling", "bestelnummer", "factuur", "ordernummer", "zamówienie", "zamówienia"}
    | {"faktura", "faktury", "przesyłka", "przesyłki"}
)
"""Words before a number that is no telephone number, though it looks like one."""

IBAN_LENGTHS: Final[Mapping[str, int]] = {
    **{"AD": 24, "AE": 23, "AL": 28, "AT": 20, "AZ": 28, "BA": 20, "BE": 16, "BG": 22, "BH": 22},
    **{"BR": 29, "BY": 28, "CH": 21, "CR": 22, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "DO": 28},
    **{"EE": 20, "EG": 29, "ES": 24, "FI": 18, "FO": 18, "FR": 27, "GB": 22, "GE": 22, "GI": 23},
    **{"GL": 18, "GR": 27, "GT": 28, "HR": 21, "HU": 28, "IE": 22, "IL": 23, "IS": 26, "IT": 27},
    **{"JO": 30, "KW": 30, "KZ": 20, "LB": 28, "LI": 21, "LT": 20, "LU": 20, "LV": 21, "MC": 27},
    **{"MD": 24, "ME": 22, "MK": 19, "MR": 27, "MT": 31, "MU": 30, "NL": 18, "NO": 15, "PK": 24},
    **{"PL": 28, "PS": 29, "PT": 25, "QA": 29, "RO": 24, "RS": 22, "SA": 24, "SE": 24, "SI": 19},
    **{"SK": 24, "SM": 27, "TN": 24, "TR": 26, "UA": 29, "VA": 22, "VG": 24, "XK": 20},
}
"""How long an account number is in each country (ISO 13616)."""

PLAIN_ENDS: Final = frozenset(
    {"com", "net", "org", "info", "biz", "de", "ch", "fr", "nl", "pl", "eu", "uk", "shop", "store"}
    | {"online", "app", "dev", "io", "ru", "cn", "cz", "dk", "se", "pt", "site", "xyz", "club"}
)
"""Ends of domain names that are no word of the platform's languages."""

WORD_ENDS: Final = frozenset({"es", "it", "at", "be", "co", "me", "ly", "tv", "us", "cc", "to"})
"""Ends that are words as well: "gut.es kam" is two sentences without a space between them."""

PHONE_CUES: Final = (
    *("tel", "telefon", "telefonnummer", "telephone", "téléphone", "teléfono", "telefono"),
    *("telefoon", "phone", "mobile", "mobil", "handy", "handynummer", "móvil", "cellulare"),
    *("mobiel", "komórka", "whatsapp", "call", "fax", "hotline", "numer"),
)
"""Words after which digits are a telephone number, in whatever way they are written."""

STREET_WORDS: Final = (
    *("straße", "strasse", "str", "weg", "platz", "allee", "gasse", "ring", "damm", "ufer"),
    *("chaussee", "straat", "laan", "plein", "gracht", "kade", "street", "road", "lane"),
    *("avenue", "drive", "rue", "boulevard", "impasse", "chemin", "calle", "avenida", "paseo"),
    *("via", "viale", "piazza", "corso", "ul", "ulica", "aleja", "osiedle"),
)
"""Words, or their ends, of streets; with a house number and a postcode they are an address."""
