"""Letters as PDF, read back."""

from __future__ import annotations

from io import BytesIO

import pytest
from pypdf import PdfReader

from correspondence import pdf
from correspondence.models import LetterKind
from tests.correspondence.builders import a_letter, a_page, read
from users.models import User

HOSTILE = [
    "#strong[x] $x^2$ *b* _i_ @ref <label> `raw` ~ -- ... = head",
    "\"double\" 'single' \\backslash \\n \\u{41} // no comment /* none */",
    "#import \"x\" #read(\"/etc/passwd\") #sys.inputs.letter {subject} {{y}} %s",
    "]} ) #panic() #let letter = none",
    "<script>alert(1)</script> &amp; &lt;",
    "- no list + none / none: none",
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_what_looks_like_a_command_is_printed_as_it_was_written(text: str) -> None:
    letter = a_page(text, subject=text, sender_firm=text, recipient_name=text, recipient_address=text)

    said = read(pdf.render(letter))

    assert said.replace(" ", "").count(text.replace(" ", "")) >= 5


@pytest.mark.django_db
@pytest.mark.parametrize("kind", LetterKind.values)
def test_every_word_of_a_letter_is_in_its_pdf(a_specialist: User, kind: LetterKind) -> None:
    letter = a_letter(a_specialist, kind)

    said = read(pdf.render(letter))

    for block in letter.blocks:
        assert " ".join(f"{block['heading']} {block['text']}".split()) in said
    for words in ("Dear Ana Brennan,", "4 Quay St Bray", "10 June 2026", "Our reference C-26-004127", letter.subject):
        assert words in said
    assert "Yours sincerely, Maeve Kelly Larkspur Payments Ltd" in said


def test_a_letter_is_tagged_for_those_who_hear_it() -> None:
    made = pdf.render(a_page("Hello.", language="pt-BR", subject="Uma pergunta"))

    root = PdfReader(BytesIO(made)).trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"].value is True
    assert (root["/Lang"], root["/ViewerPreferences"]["/DisplayDocTitle"].value) == ("pt-BR", True)
    assert b"pdfuaid:part>1<" in made
    assert PdfReader(BytesIO(made)).metadata.title == "Uma pergunta"  # type: ignore[union-attr]


def test_an_odd_language_tag_does_not_stop_a_letter() -> None:
    made = pdf.render(a_page("Hello.", language="english!"))

    assert PdfReader(BytesIO(made)).trailer["/Root"]["/Lang"] == "en"


@pytest.mark.parametrize(
    ("template", "size"), [("gb.question", (595, 842)), ("us.question", (612, 792)), ("general.question", (595, 842))]
)
def test_americans_get_their_own_paper(template: str, size: tuple[int, int]) -> None:
    page = PdfReader(BytesIO(pdf.render(a_page("Hello.", template=template)))).pages[0]

    assert (round(page.mediabox.width), round(page.mediabox.height)) == size


def test_every_page_has_its_number_and_our_reference() -> None:
    made = PdfReader(BytesIO(pdf.render(a_page("\n\n".join(["A paragraph of a long letter. " * 20] * 25)))))

    total = len(made.pages)
    assert total > 2
    for number, page in enumerate(made.pages, 1):
        assert page.extract_text().split("\n")[-1] == f"C-26-004127 {number} / {total}"


def test_the_same_words_are_the_same_bytes() -> None:
    assert pdf.render(a_page("Hello.")) == pdf.render(a_page("Hello."))


@pytest.mark.parametrize("word", ["x" * 400, "W" * 60, "https://larkspur.example/" + "a%2Fb" * 60])
def test_a_very_long_word_breaks_and_stays_on_the_page(word: str) -> None:
    made = pdf.render(a_page(f"Before {word} after."))

    lines = PdfReader(BytesIO(made)).pages[0].extract_text().split("\n")
    assert word in "".join(lines)
    assert max(map(len, lines)) < 110


@pytest.mark.parametrize(
    "text", ["مرحبا", "שלום", "Ελληνικά", "Українська", "Łódź, Kraków, Đà Nẵng, Tōkyō", "€ £ ₹ ✓ ☎"]
)
def test_scripts_that_typst_brings_are_printed(text: str) -> None:
    assert text in read(pdf.render(a_page(text)))


def test_a_sign_without_a_font_is_said_in_words() -> None:
    said = read(pdf.render(a_page("Thanks 🙂 and \U0001faa9 bye")))

    assert "\x00" not in said
    assert ("slightly smiling face" in said or "🙂" in said) and said.count("bye") == 1


@pytest.mark.parametrize(
    ("text", "sign", "left"),
    [
        ("\u4f60\u597d, Ana \u00e9 \u0394", "\u4f60", "□□, Ana \u00e9 \u0394"),
        ("a \U0001f468\u200d\U0001f469 b", "\U0001f468", "a [man]\U0001f469 b"),
        ("a\ue000b", "\ue000", "ab"),
    ],
)
def test_what_no_font_has_leaves_a_visible_trace_and_the_rest_alone(text: str, sign: str, left: str) -> None:
    assert pdf.without(text, sign) == left


def test_a_name_in_a_script_this_machine_may_not_have_does_not_stop_the_letter() -> None:
    said = read(pdf.render(a_page("Account of 你好 [closed] {today}.")))

    assert any(f"Account of {name} [closed] {{today}}." in said for name in ("你好", "□□"))


def test_signs_that_are_no_text_are_left_out() -> None:
    assert "a b c" in read(pdf.render(a_page("a\x07 b\x0b c", recipient_name="Ana\x1b")))


def test_a_paragraph_without_words_leaves_no_heading_behind() -> None:
    letter = a_page("Hello.")
    letter.blocks.append({"heading": "A heading alone", "text": "  "})

    assert "A heading alone" not in read(pdf.render(letter))
