"""Passwords that may be chosen: long, and not what everybody tries first (systems.md §38).

The commonest leaked passwords of twelve characters and more are a few words, years and keys in
a row, written in several ways. Instead of a list of them stands the rule that describes them:
what is left of a password without such words, signs and numbers has to be worth something.
"""

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

from domain.people import PasswordWeak
from domain.policies import LOGINS

# Stems of leaked passwords, in the languages of the platform; without accents.
_STEMS: Final = """
abc abcd admin administrator ajax alexander always amor amore amour amsterdam andreas ange angel
angelo april arbeit asdf asdfgh ashley august automne autumn autunno azerty baby barcelona
baseball basketball batman bayern benutzer benvenuto berlin bewertung bienvenido bienvenue blume
bonjour buero butterfly calcio change changeme charlie cherie chocolate christ ciao company
computer contrasena contrasinal cookie corazon daniel default deutschland dragon edc engel espana
estate ete facebook familia familie famille family firma flower football forever france freedom
fruehling fussball futbol gast gebruiker geheim geheime germany google guest hallo hamburg haslo
hello herbst hiver hockey hola ichliebedich ikhouvanjou iloveyou immer internet inverno invierno
invite italia januar january jennifer jesien jessica jesus jetaime jordan juventus kocham
kochamcie kochanie lato lente letmein liebe liefde login logon london love loveyou madrid mama
maria marie master matthew mein meine michael milano milosc monday monkey montag motdepasse mother
muenchen munchen my nederland nicole office onlineshop otono papa paris parola pass passw passwd
password passwort pokemon polska primavera princesa princess princesse principessa prinses
printemps prinzessin qaz qwerty qwertz realmadrid review reviews roma root salut samsung schalke
schatje schatz schmetterling schokolade secret secreto secure security segreto shadow shop
shopping sicher soccer soleil sommer sonnenschein spring starwars summer sunshine super superman
teamo teamomucho temp temporary tesoro test tester testing the thomas tiamo trust trustno
trustwright user usuario utilisateur verano voetbal wachtwoord warszawa welcome welkom whatever
willkommen winter wiosna witamy work wsx yxcvbn zima zomer zxcvbn
"""
_COMMON: Final = tuple(sorted(_STEMS.split(), key=len, reverse=True))
_ROWS: Final = (
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890",
    "qwertyuiop",
    "qwertzuiop",
    "azertyuiop",
    "asdfghjkl",
    "qsdfghjklm",
    "zxcvbnm",
    "yxcvbnm",
    "wxcvbn",
    "1q2w3e4r5t6z7u8i9o0p",
    "1q2w3e4r5t6y7u8i9o0p",
    "1qay2wsx3edc4rfv5tgb",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
)
_STEPS: Final = frozenset(
    row[at : at + 2] for line in _ROWS for row in (line, line[::-1]) for at in range(len(line) - 1)
)
_LEET: Final = str.maketrans("013457@$!", "oieastasi")
_WORD: Final = re.compile(r"[^\W\d_]{3,}")
_FEWEST_DIFFERENT: Final = 6
_FEWEST_LEFT: Final = 5


def check(password: str, *, about: Iterable[str] = ()) -> None:
    """Raise PasswordWeak, with the reason, unless the password may be chosen.

    It has 12 to 200 characters, whatever these are. ``about`` are texts that somebody who knows
    the person would try: names, the e-mail address, the shop.
    """
    if len(password) < LOGINS.password_characters:
        raise PasswordWeak(
            f"A password has {LOGINS.password_characters} characters or more.", field="password"
        )
    if len(password) > LOGINS.password_maximum:
        raise PasswordWeak(
            f"A password has at most {LOGINS.password_maximum} characters.", field="password"
        )
    plain = _plain(password)
    if _is_monotonous(plain) or _worth(plain, about) < _FEWEST_LEFT:
        raise PasswordWeak(field="password")


def _plain(text: str) -> str:
    """Lower-case and without accents, as lists of passwords have them."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(part for part in parts if not unicodedata.combining(part))


def _is_monotonous(plain: str) -> bool:
    """Few different characters, only digits, the same again, or keys in a row."""
    if len(set(plain)) < _FEWEST_DIFFERENT or plain.isdecimal() or plain in (plain * 2)[1:-1]:
        return True
    steps = sum(plain[at : at + 2] in _STEPS for at in range(len(plain) - 1))
    return steps * 10 >= len(plain) * 7


def _worth(plain: str, about: Iterable[str]) -> int:
    """How many letters and digits are left without common words, and numbers at the ends.

    Digits that stand for letters count as those.
    """
    own = {_plain(word) for text in about for word in _WORD.findall(text)}
    left = plain.strip("0123456789!?.,;:-_+*#$%&/()=@ ")
    for word in (*sorted(own, key=len, reverse=True), *_COMMON):
        left = left.replace(word, " ")
    left = left.translate(_LEET)
    for word in (*sorted(own, key=len, reverse=True), *_COMMON):
        left = left.replace(word, " ")
    return sum(character.isalnum() for character in left)
