"""Which letter a case gets, and what each must say. The table is for a compliance officer to read and sign."""

from __future__ import annotations

from pathlib import Path

import pytest

from correspondence.letters import LetterProblem, filled
from correspondence.models import LetterKind
from correspondence.templates import choose, load_templates
from tests.correspondence.builders import a_context

PAY, E_MONEY, OTHER, DATA = "payment_services", "e_money", "other", "data_protection"
LETTERS = [
    # kind, country, complainant, class, template, what it must say
    ("acknowledgement", "GB", "consumer", PAY, "gb.acknowledgement_payments", "reassurance limits procedure"),
    ("acknowledgement", "GB", "consumer", E_MONEY, "gb.acknowledgement_payments", "reassurance limits procedure"),
    ("acknowledgement", "GB", "small_business", OTHER, "gb.acknowledgement", "reassurance limits procedure"),
    ("acknowledgement", "GB", "large_business", PAY, "gb_business.acknowledgement", ""),
    ("acknowledgement", "GB", "large_business", OTHER, "general.acknowledgement", ""),
    ("acknowledgement", "GB", "consumer", DATA, "gb_data.acknowledgement", "received"),
    ("acknowledgement", "IE", "consumer", PAY, "ie.acknowledgement", ""),
    ("acknowledgement", "IE", "consumer", OTHER, "ie.acknowledgement_other", ""),
    ("acknowledgement", "DE", "large_business", PAY, "eu.acknowledgement", ""),
    ("acknowledgement", "US", "consumer", OTHER, "us.acknowledgement", ""),
    ("acknowledgement", "US", "consumer", "billing_error", "us.acknowledgement_billing", "received"),
    ("acknowledgement", "AU", "consumer", OTHER, "au.acknowledgement", ""),
    ("acknowledgement", "JP", "consumer", PAY, "general.acknowledgement", ""),
    ("question", "GB", "consumer", PAY, "general.question", ""),
    ("holding_response", "GB", "consumer", PAY, "gb.holding_response", "reason deadline"),
    ("holding_response", "GB", "consumer", OTHER, "gb.delay_response",
     "reason deadline ombudsman_right ombudsman_leaflet"),
    ("holding_response", "GB", "large_business", PAY, "gb_business.holding_response", "reason deadline"),
    ("holding_response", "IE", "consumer", PAY, "ie.holding_response", "reason deadline"),
    ("holding_response", "FR", "consumer", PAY, "eu.holding_response", "reason deadline"),
    ("holding_response", "US", "consumer", OTHER, "us.holding_response", ""),
    ("holding_response", "AU", "consumer", OTHER, "au.holding_response", "reason afca_right afca_contact"),
    ("summary_resolution", "GB", "consumer", PAY, "gb.summary_resolution", "resolved ombudsman_right ombudsman_time"),
    ("summary_resolution", "IE", "consumer", PAY, "ie.summary_resolution", ""),
    ("summary_resolution", "AU", "consumer", OTHER, "general.summary_resolution", ""),
    ("final_response", "GB", "micro_enterprise", PAY, "gb.final_response",
     "final outcome findings redress ombudsman_right ombudsman_time ombudsman_leaflet"),
    ("final_response", "GB", "large_business", PAY, "gb_business.final_response", "outcome findings"),
    ("final_response", "GB", "consumer", DATA, "gb_data.final_response", "outcome"),
    ("final_response", "IE", "consumer", PAY, "ie.final_response", "outcome findings ombudsman_right"),
    ("final_response", "IE", "small_business", PAY, "ie.final_response_business", "outcome findings adr"),
    ("final_response", "IE", "consumer", OTHER, "ie.final_response_other", ""),
    ("final_response", "NO", "large_business", PAY, "eu.final_response", "outcome findings adr"),
    ("final_response", "DE", "consumer", OTHER, "general.final_response", ""),
    ("final_response", "US", "consumer", "eft_error", "us.final_response_eft", "outcome findings documents"),
    ("final_response", "US", "consumer", "remittance_error", "us.final_response_remittance", "outcome findings"),
    ("final_response", "US", "consumer", "billing_error", "us.final_response_billing", "outcome findings documents"),
    ("final_response", "US", "consumer", OTHER, "us.final_response", ""),
    ("final_response", "AU", "consumer", OTHER, "au.final_response", "outcome findings afca_right afca_contact"),
    ("forwarding", "GB", "consumer", PAY, "gb.forwarding",
     "forwarded final ombudsman_right ombudsman_time ombudsman_leaflet"),
    ("forwarding", "GB", "large_business", PAY, "general.forwarding", ""),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "country", "who", "about", "key", "must"), LETTERS)
def test_a_case_gets_its_letter_and_the_letter_its_clauses(
    kind: str, country: str, who: str, about: str, key: str, must: str
) -> None:
    template = choose(kind, a_context(jurisdiction=country, complainant_class=who, complaint_class=(about,)))

    assert template.key == key
    assert [clause.clause for clause in template.clauses if clause.enforced] == must.split()


def test_the_table_above_knows_every_template() -> None:
    assert {row[4] for row in LETTERS} | {"general.holding_response"} == set(load_templates())


def test_data_protection_beside_payments_is_answered_under_the_payment_rules() -> None:
    assert choose("final_response", a_context(complaint_class=(DATA, PAY))).key == "gb.final_response"


@pytest.mark.parametrize("template", load_templates().values(), ids=lambda template: template.key)
def test_every_template_can_be_written_with_no_word_left_open(template: object) -> None:
    words = a_context().words()

    written = [filled(block.text, words) for block in template.blocks]  # type: ignore[attr-defined]

    assert all(text.strip() and "{" not in text for text in written)


@pytest.mark.parametrize("kind", LetterKind.values)
def test_there_is_a_letter_of_every_kind_for_any_country(kind: str) -> None:
    assert choose(kind, a_context(jurisdiction="ZZ", complaint_class=()))


def test_what_is_read_only_in_a_secondary_source_is_shown_and_never_demanded() -> None:
    template = load_templates()["ie.final_response"]
    secondary = [clause for clause in template.clauses if clause.source == "secondary"]

    assert [clause.clause for clause in secondary] == ["redress"]
    assert all("secondary source, not enforced" in clause.cited and not clause.enforced for clause in secondary)


def test_no_six_months_are_printed_where_the_law_has_none() -> None:
    said = " ".join(b.text for t in load_templates().values() if not t.key.startswith("gb.") for b in t.blocks)

    assert "six months" not in said


@pytest.mark.parametrize(
    ("block", "sentence"),
    [
        ('text = "By {deadline}."', "nothing is known as {deadline}"),
        ('text = "x"\nclause = "c"\ntitle = "T"', "the clause c must have a title and a citation"),
        ('text = "x"\nclause = "c"\ntitle = "T"\ncitation = "C"\nsource = "unverified"', "others are not shipped"),
        ('text = "x"\ncolour = "red"', "has an unknown colour"),
    ],
)
def test_a_template_with_a_fault_is_not_loaded(tmp_path: Path, block: str, sentence: str) -> None:
    pack = f'[[letter]]\nname = "n"\nkind = "question"\nsubject = "S"\n[[letter.blocks]]\n{block}\n'
    (tmp_path / "10-x.toml").write_text(pack)

    with pytest.raises(LetterProblem, match=sentence):
        load_templates(tmp_path)


def test_two_templates_of_one_name_are_not_loaded(tmp_path: Path) -> None:
    letter = '[[letter]]\nname = "n"\nkind = "question"\nsubject = "S"\n[[letter.blocks]]\ntext = "x"\n'
    (tmp_path / "10-x.toml").write_text(letter * 2)

    with pytest.raises(LetterProblem, match="two templates"):
        load_templates(tmp_path)
