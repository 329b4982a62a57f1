"""Whom an escalation goes to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from complaints.models import Complaint
from complaints.policy import is_visible
from users.models import Role, Team, User
from users.working import is_working


@dataclass(frozen=True, slots=True)
class Staff:
    """Everybody, read once, so that a batch of hundreds asks the database two questions."""

    people: dict[int, User]
    teams: dict[int, Team]
    leads: list[User]
    admins: list[User]

    @classmethod
    def now(cls) -> Staff:
        """Return the staff as the database has it now."""
        everybody = list(User.objects.order_by("pk"))
        active = [person for person in everybody if person.is_active]
        return cls(
            {person.pk: person for person in everybody},
            {team.pk: team for team in Team.objects.all()},
            [person for person in active if person.role == Role.LEAD],
            [person for person in active if person.role == Role.ADMIN],
        )

    def lead_for(self, complaint: Complaint) -> User | None:
        """Return the lead who must look: up the owner's line, else in the team, else any lead who sees the case."""
        owner = self.people.get(complaint.owner_id or 0)
        for lead in [*self._line_above(owner, self.leads), *self._nearest(complaint)]:
            if lead != owner and is_visible(lead, complaint):
                return lead
        # A lead who works alone gets their own escalation rather than nobody.
        return owner if owner in self.leads else None

    def above(self, person: User | None, complaint: Complaint) -> User | None:
        """Return the next lead or admin above this person who sees the case; None when the line ends."""
        line = self._line_above(person, [*self.leads, *self.admins])
        return next((one for one in line if is_visible(one, complaint)), None)

    def team_of(self, person: User | None) -> Team | None:
        """Return the team whose working hours are this person's."""
        return self.teams.get(person.team_id or 0) if person else None

    def _line_above(self, person: User | None, among: Sequence[User]) -> Iterator[User]:
        """Yield who of these stands above this person, nearest first; a ring in the line ends it."""
        seen: set[int] = set()
        while person and person.reports_to_id and person.reports_to_id not in seen:
            seen.add(person.reports_to_id)
            person = self.people[person.reports_to_id]
            if person in among:
                yield person

    def _nearest(self, complaint: Complaint) -> list[User]:
        """Return all leads, those of the complaint's team first."""
        return sorted(self.leads, key=lambda lead: lead.team_id is None or lead.team_id != complaint.team_id)


def receiver(to: str, complaint: Complaint, staff: Staff, *, at: datetime) -> User | None:
    """Return whom a rule's word means for this complaint now; where it means nobody, the lead; None: every admin."""
    lead = staff.lead_for(complaint)
    if to == "admins":
        return None
    if to == "owner":
        owner = staff.people.get(complaint.owner_id or 0)
        return owner if owner and owner.is_active else lead
    if to.startswith("line "):
        above = lead
        for _ in range(int(to.removeprefix("line ")) - 1):
            above = staff.above(above, complaint) or above
        return above
    if to.endswith(" on shift"):
        return _on_shift(to, complaint, staff, at=at) or lead
    return lead


def _on_shift(to: str, complaint: Complaint, staff: Staff, *, at: datetime) -> User | None:
    """Return who of this role is at work now, those of the complaint's team first."""
    role = staff.leads if to.startswith("lead") else staff.admins
    near = sorted(role, key=lambda one: one.team_id is None or one.team_id != complaint.team_id)
    return next((one for one in near if is_visible(one, complaint) and is_working(staff.team_of(one), at=at)), None)
