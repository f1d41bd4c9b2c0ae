"""Yearly exports of a network whose whole truth is known, beside what is made of them."""

import random
from datetime import date, datetime, timedelta
from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.contacts import deriving, recognise
from matcher.contacts.importing import import_files
from store import network
from store.database import Database
from store.derivation import Ground
from store.rows import Confidence, Imported

NOW = datetime(2026, 11, 23, 3)
DAYS = [date(year, 6, 1) for year in range(2022, 2027)]
HEADER = "First Name,Last Name,URL,Email Address,Company,Position,Connected On\n"
SPELLINGS = {
    "Oldquay": ["Oldquay", "Oldquay Ltd", "OLDQUAY LIMITED"],
    "Bramblewick": ["Bramblewick", "Bramblewick GmbH", "bramblewick"],
    "Quillback": ["Quillback", "Quillback, Inc.", "Quillback"],
    "Lumenfjord": ["Lumenfjord", "Lumenfjord SARL", "Lumenfjord"],
}


class Stay(NamedTuple):
    """What really was: from `start` up to the day before `end`; None is until today."""

    employer: str
    start: date
    end: date | None

    def covers(self, day):
        return self.start <= day and (self.end is None or day < self.end)


class Life(NamedTuple):
    name: str
    slugs: tuple[str, ...]
    """One for each export: a member may take another."""
    stays: tuple[Stay, ...]
    gone: date | None = None
    """No longer connected from this day on."""

    def at(self, day):
        return next((stay for stay in self.stays if stay.covers(day)), None)


def export(lives, day, number):
    rows = []
    for life in lives:
        if life.gone is None or day < life.gone:
            stay = life.at(day)
            shown = SPELLINGS[stay.employer][number % 3] if stay else ""
            first, last = life.name.split()
            url = f"https://www.linkedin.com/in/{life.slugs[number]}"
            rows.append(f'{first},{last},{url},,"{shown}",,14 Mar 2019\n')
    return HEADER + "".join(rows)


def write(folder, lives):
    files = []
    for number, day in enumerate(DAYS):
        path = folder / f"Connections {day}.csv"
        path.write_text(export(lives, day, number), "utf-8")
        files.append(path)
    return files


def key(employer):
    return next(name for name, all_ in SPELLINGS.items() if employer in all_)


def seen_of(life):
    """The stays that an export shows, in order, those of one employer in a row as one."""
    shown = []
    for day in DAYS:
        stay = life.at(day) if life.gone is None or day < life.gone else None
        if stay and (not shown or shown[-1].employer != stay.employer):
            shown.append(stay)
        elif stay:
            shown[-1] = shown[-1]._replace(end=stay.end)
    return shown


def check(lives, found):
    """`found` are (person with a name and `linked`, employments)."""
    contacts = {person.name: (person, jobs) for person, jobs in found}
    assert contacts.keys() == {life.name for life in lives}
    newest = DAYS[-1]
    for life in lives:
        contact, jobs = contacts[life.name]
        assert contact.linked is (life.gone is None or newest < life.gone)
        truth = seen_of(life)
        made = sorted(jobs, key=lambda e: e.first_seen)
        assert [key(e.employer) for e in made] == [stay.employer for stay in truth]
        last_shown = max(day for day in DAYS if life.gone is None or day < life.gone)
        for employment, stay in zip(made, truth, strict=True):
            really_over = stay.end is not None and stay.end <= last_shown
            assert employment.is_current is not really_over
            if really_over:
                # It ended between the last export that shows it and the first that does not.
                assert employment.until_after < stay.end <= employment.until_by
                if employment.confidence is Confidence.REPORTED:
                    assert employment.until == str(stay.end.year) or (
                        employment.until_after.year < employment.until_by.year
                    )


def life(draw_from, name, number):
    """A random career of a few stays."""
    chance = draw_from
    day, stays = date(2015, 1, 1), []
    while day < date(2027, 1, 1):
        length = timedelta(days=chance.randint(200, 2500))
        others = [e for e in SPELLINGS if not stays or e != stays[-1].employer]
        end = day + length
        stays.append(Stay(chance.choice(others), day, end if end < date(2026, 6, 1) else None))
        if stays[-1].end is None:
            break
        day = end + timedelta(days=chance.choice((0, 0, 0, 30)))
    rename = chance.randint(1, 9)
    slugs = tuple(f"p{number}" if n < rename else f"p{number}-new" for n in range(len(DAYS)))
    return Life(name, slugs, tuple(stays))


def imported(lives):
    """The exports as they lie in the database."""
    for number, day in enumerate(DAYS):
        reading = recognise.read(export(lives, day, number).encode(), "x", NOW.date())
        yield Imported(
            f"h{number}", reading.kind, "x", day, "by its name", None, 1, 1, reading.rows
        )


@settings(max_examples=150, deadline=None)
@given(st.randoms(use_true_random=False), st.integers(1, 8))
def test_five_yearly_exports_tell_every_stay_they_show(chance, people):
    lives = [life(chance, f"Ann{n} Bell{n}", n) for n in range(people)]
    files = list(imported(lives))
    chance.shuffle(files)
    derived = deriving.derive(Ground(files))
    check(lives, zip(derived.people, derived.employments, strict=True))


WORLD = [
    Life("Ilse Vandermolen", ("ilse",) * 5, (
        Stay("Oldquay", date(2016, 3, 1), date(2022, 9, 1)),
        Stay("Bramblewick", date(2022, 9, 1), date(2024, 2, 1)),
        Stay("Quillback", date(2024, 2, 1), None),
    )),
    Life("Kofi Mensah", ("kofi", "kofi", "kofi-m", "kofi-m", "kofi-m"), (
        Stay("Quillback", date(2019, 1, 1), date(2025, 12, 1)),
        Stay("Lumenfjord", date(2025, 12, 1), None),
    )),
    Life("Zoe Bruckner", ("zoe",) * 5, (Stay("Lumenfjord", date(2018, 1, 1), None),)),
    Life("Tariq Aziz", ("tariq",) * 5, (
        Stay("Oldquay", date(2014, 1, 1), date(2023, 1, 15)),
        Stay("Bramblewick", date(2023, 1, 15), date(2024, 12, 1)),
        Stay("Oldquay", date(2024, 12, 1), None),
    )),
    Life("Mei Lin", ("mei",) * 5, (
        Stay("Bramblewick", date(2020, 1, 1), date(2024, 1, 1)),
        Stay("Quillback", date(2024, 1, 1), None),
    ), gone=date(2025, 3, 1)),
    Life("Ana Sol", ("ana",) * 5, (
        Stay("Oldquay", date(2021, 1, 1), date(2022, 7, 1)),
        Stay("Lumenfjord", date(2022, 8, 1), date(2023, 4, 1)),
        Stay("Quillback", date(2023, 4, 15), date(2026, 2, 1)),
        Stay("Bramblewick", date(2026, 2, 1), None),
    )),
]  # fmt: skip


def test_a_world_with_moves_returns_renamed_profiles_and_somebody_who_left(tmp_path):
    files = write(tmp_path, WORLD)
    for seed in range(3):
        random.Random(seed).shuffle(files)
        db = Database(tmp_path / f"home{seed}" / "network.duckdb", "network")
        for file in files:
            import_files(db, [file], NOW)
        check(WORLD, ((c, c.employments) for c in network.list_contacts(db)))
