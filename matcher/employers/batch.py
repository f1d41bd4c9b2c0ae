"""Long lists, linked in shares: a pure function of each share, given what is known of the whole.

A share is one list and a slice of the other. What a pair is found to be hangs on the two names, on
the knowledge and verdicts, and on how rare words are over all names; so a share is told only the
latter, and the links of all shares are the links of the lists, however they are sliced. Whatever
runs the three steps of Share, on one machine or on many, gets the same links.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from matcher.employers.engine import create, engine, fill, memory
from matcher.employers.joining import Joiner, Link, Row, as_links
from matcher.employers.knowledge import Knowledge
from matcher.employers.names import meet, take_apart
from matcher.employers.tally import Tally, told

_NOTHING: Mapping[tuple[str, str], bool] = {}


class Share:
    """One of `shares`: all names of one list and a slice of the other's. Errors are link()'s."""

    def __init__(
        self,
        employers: Iterable[str],
        workplaces: Iterable[str],
        number: int,
        employers_sliced: bool,
        knowledge: Knowledge,
        *,
        shares: int,
        threads: int = 0,
    ) -> None:
        self.number, self.shares, self.knowledge = number, shares, knowledge
        self.db = engine(knowledge, threads)
        with memory():
            self.ones, self.others = take_apart(
                self.db, knowledge, employers=employers, workplaces=workplaces
            )
        self.whole, self.slice = self.ones.prefix, self.others.prefix
        if employers_sliced:
            self.whole, self.slice = self.slice, self.whole

    def forms(self) -> list[str]:
        """Step 1: the forms of the keys of the slice, a text for every other share that counts
        some of them."""
        rows = self.db.execute(
            f"""
            SELECT {self._counted_by()} AS share, string_agg(text, '\n')
            FROM {self.slice}_form ANTI JOIN {self.slice}_spare USING (form)
            WHERE share <> {self.number} GROUP BY ALL"""
        ).fetchall()
        texts = dict(rows)
        return [texts.get(number, "") for number in range(self.shares)]

    def tally(self, texts: Iterable[str]) -> Tally:
        """Step 2: counts the keys this share is to count, of the whole list and of all slices."""
        forms = [form for text in texts if text for form in text.split("\n")]
        fill(self.db, "told(text VARCHAR)", forms)
        create(
            self.db,
            "counted",
            f"""
            SELECT arg_min(text, (-length(text), text)) AS text FROM (
              SELECT text, key FROM {self.whole}_form WHERE {self._counted_by()} = {self.number}
              UNION ALL SELECT text, key FROM {self.slice}_form
              WHERE {self._counted_by()} = {self.number}
              UNION ALL SELECT text, replace(text, ' ', '') FROM told
            ) GROUP BY key""",
        )
        ((found,),) = self.db.execute(
            """
            SELECT string_agg(word || ' ' || n, ' ') FROM (
              SELECT word, count(*) AS n FROM (
                SELECT unnest(list_distinct(string_split(text, ' '))) AS word FROM counted
              ) GROUP BY word)"""
        ).fetchall()
        ((keys,),) = self.db.execute("SELECT count(*) FROM counted").fetchall()
        told = (found or "").split()
        return Tally(keys, dict(zip(told[::2], map(int, told[1::2]), strict=True)))

    def links(self, total: Tally, verdicts: Mapping[tuple[str, str], bool]) -> list[Link]:
        """Step 3: the links of the share, the surest first, given the tallies of all shares."""
        return as_links(self.rows(total, verdicts))

    def rows(self, total: Tally, verdicts: Mapping[tuple[str, str], bool]) -> list[Row]:
        """The same, not yet made into links."""
        with memory():
            meet(self.ones, self.others)
            keys = told(self.db, total)
            return Joiner(self.ones, self.others, self.knowledge, verdicts, keys).rows()

    def _counted_by(self) -> str:
        return f"(hash(key) % {self.shares})::INTEGER"


def link_in_shares(
    employers: Sequence[str],
    workplaces: Sequence[str],
    knowledge: Knowledge,
    verdicts: Mapping[tuple[str, str], bool] = _NOTHING,
    *,
    shares: int,
) -> list[Link]:
    """As link(), one share after the other in this process."""
    parts = [
        Share(*part, knowledge, shares=shares) for part in sliced(employers, workplaces, shares)
    ]
    texts = [part.forms() for part in parts]
    total = Tally.total(part.tally([text[part.number] for text in texts]) for part in parts)
    return as_links(sorted(row for part in parts for row in part.rows(total, verdicts)))


def sliced(
    employers: Sequence[str], workplaces: Sequence[str], shares: int
) -> Iterator[tuple[Sequence[str], Sequence[str], int, bool]]:
    """What each share is made of: the lists, its number, and whether it has a slice of the first
    list or of the second."""
    for number in range(shares):
        if len(employers) > len(workplaces):
            yield employers[number::shares], workplaces, number, True
        else:
            yield employers, workplaces[number::shares], number, False
