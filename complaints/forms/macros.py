"""What a lead writes of a macro, and which one somebody runs."""

from __future__ import annotations

from uuid import UUID

from django import forms

from complaints.errors import Refused
from complaints.forms.steps import StepForm, handlers, line
from complaints.models import Macro, Purpose
from complaints.services import macro_book, macros, tags, texts
from complaints.services.macro_book import Wish

RUNNER = "runner"


def _tags(label: str, help_text: str) -> forms.CharField:
    return forms.CharField(label=label, required=False, max_length=400, help_text=help_text)


class MacroForm(forms.Form):
    """A macro, in the order its acts are taken."""

    name = line("Name", size=60, help_text="By this it is found in the palette.")
    step = forms.ChoiceField(
        label="Take a step", required=False,
        choices=[("", "None"), *((key, label) for key, (label, _) in macros.STEPS.items())],
    )  # fmt: skip
    tags = _tags("Put tags on", "Parted by commas.")
    tags_off = _tags("Take tags off", "Parted by commas.")
    note_text = forms.ChoiceField(label="Write a note", required=False)
    question_text = forms.ChoiceField(
        label="Ask the customer", required=False, help_text="It goes out as a letter, filled from the case."
    )
    gives_to = forms.ChoiceField(
        label="Give it to", required=False,
        help_text="Last, because the complaint moves to that person's team.",
    )  # fmt: skip

    def __init__(self, *given: object, **named: object) -> None:
        super().__init__(*given, **named)  # type: ignore[arg-type]
        for field, purpose in (("note_text", Purpose.NOTE), ("question_text", Purpose.ASK_CUSTOMER)):
            offered = texts.offered_for(purpose).order_by("name", "language")
            self._offer(field, [("", "None"), *((str(one.key), f"{one.name} ({one.language})") for one in offered)])
        people = [(str(one.pk), one.name) for one in handlers()]
        self._offer("gives_to", [("", "Nobody"), (RUNNER, "Whoever runs it"), *people])

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def clean(self) -> dict[str, object]:
        """Read the lines of tags."""
        given = super().clean() or {}
        for name in ("tags", "tags_off"):
            try:
                given[name] = tags.names(str(given.get(name, "")))
            except Refused as refused:
                self.add_error(name, str(refused))
        return given

    def wish(self) -> Wish:
        """Return what the macro is to do."""
        given = self.cleaned_data
        to = given["gives_to"]
        return Wish(
            name=given["name"], step=given["step"], tags=given["tags"], tags_off=given["tags_off"],
            note_text=UUID(given["note_text"]) if given["note_text"] else None,
            question_text=UUID(given["question_text"]) if given["question_text"] else None,
            gives_to_runner=to == RUNNER, owner=handlers().get(pk=to) if to not in {"", RUNNER} else None,
        )  # fmt: skip


class ChangeMacroForm(MacroForm):
    """The next version of a macro, from the version that was looked at."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=10**9)
    offered = forms.BooleanField(label="Offered to those who work cases", required=False)

    @staticmethod
    def stands(macro: Macro) -> dict[str, object]:
        """Return what the form says of a macro as it stands."""
        return {
            "name": macro.name, "step": macro.step, "tags": ", ".join(macro.tags),
            "tags_off": ", ".join(macro.tags_off), "note_text": macro.note_text or "",
            "question_text": macro.question_text or "", "version": macro.version, "offered": macro.is_offered,
            "gives_to": RUNNER if macro.gives_to_runner else macro.owner_id or "",
        }  # fmt: skip


class MacroField(forms.ModelChoiceField):
    """Macros to choose from, each with all it does: nobody runs one by its name alone."""

    def label_from_instance(self, obj: Macro) -> str:
        return f"{obj.name}: {'. '.join(act.said for act in macros.acts(obj))}."


class RunMacroForm(StepForm):
    macro = MacroField(
        macro_book.offered(), label="Macro", empty_label=None, widget=forms.RadioSelect,
        error_messages={"required": "Choose a macro first."},
    )  # fmt: skip

    def prepare(self) -> None:
        """Say who keeps macros where there are none."""
        if not macro_book.offered().exists():
            self.fields["macro"].help_text = "There are none yet. A team lead writes them, under Macros."
