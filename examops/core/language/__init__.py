"""Chinese words are the source; another language is a gettext catalogue of them.

A text is written in Chinese where it is used, as ``_("第 {number} 轮", number=3)``: braces are filled after the
look-up, so a catalogue may change their order. ``N_`` marks a text that is stored in a table and looked up when it is
read: ``_(TABLE[code])``. Without a request, or in Chinese, both return the text they got. Where one Chinese word needs
two words elsewhere, ``context`` tells them apart (gettext's ``msgctxt``). A text that counts (``plurals.py``) has its
plural forms in the catalogue. What is stored is a :class:`Message`: text and values apart. Catalogues lie under
``examops/web/translations/LANGUAGE/LC_MESSAGES``; Babel extracts, checks and compiles them (``tools/words.py``).
"""

from examops.core.language.catalogues import TRANSLATIONS, script_texts, translations
from examops.core.language.citations import cited
from examops.core.language.lookup import (
    N_,
    SOURCE,
    _,
    current_language,
    drop_language,
    in_chinese,
    keep_language,
    look_up,
)
from examops.core.language.messages import (
    Message,
    from_json,
    from_line,
    join_messages,
    message,
    render,
    to_json,
    to_line,
)

__all__ = [
    "N_",
    "SOURCE",
    "TRANSLATIONS",
    "Message",
    "_",
    "cited",
    "current_language",
    "drop_language",
    "from_json",
    "from_line",
    "in_chinese",
    "join_messages",
    "keep_language",
    "look_up",
    "message",
    "render",
    "script_texts",
    "to_json",
    "to_line",
    "translations",
]
