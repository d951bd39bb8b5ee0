"""Swear words that search engines accept in no feed; the few that are such in every context."""

from typing import Final

# Stems end with an asterisk. No word stands here that has a harmless meaning in one of the
# platform's languages, because a masked word is a changed word.
WORDS: Final = (
    *("fuck*", "motherfuck*", "shit", "shitty", "bullshit", "asshole*", "bitch*", "cunt*"),
    *("arschloch*", "arschlöcher", "scheiß*", "scheiss*", "fotze*", "hurensohn*", "wichser*"),
    *("putain*", "connard*", "connasse*", "salope*", "enculé*"),
    *("gilipollas", "cabrón", "cabrones", "hijoputa*", "mierda*"),
    *("cazzo", "stronzo", "stronza", "stronzi", "vaffanculo", "puttana"),
    *("klootzak*", "godverdomme", "kutzooi"),
    *("kurwa", "kurwy", "skurwysyn*", "chujow*", "pierdol*"),
)
