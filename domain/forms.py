"""Why a form is not taken, whatever it says.

NotAllowed                          (domain/errors.py)                             403
└── FormForged                 FORM_FORGED
"""

from domain.errors import NotAllowed


class FormForged(NotAllowed):
    code = "FORM_FORGED"
    title = "This form is too old or does not come from here; please send it once more."
