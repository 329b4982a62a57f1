"""The lines of a select that has hundreds of them."""

from __future__ import annotations

from complaints.templatetags.forms import options


def test_a_choice_is_marked_and_a_name_is_never_markup() -> None:
    told = options({"1": "Tom & <b>Ada</b>", "2": "Niamh"}, "2")

    assert told == (
        '<option value="1">Tom &amp; &lt;b&gt;Ada&lt;/b&gt;</option><option value="2" selected>Niamh</option>'
    )
