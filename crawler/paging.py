"""Walking a list page by page, to its end and not beyond.

The state of the walk is a `Pages`, which travels as the note of its fetches:

    yield from each(jobs, _posting)
    if onward := reply.note.next([job.get("id") for job in jobs], total):
        yield self._page(board, onward)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from crawler.fields import count
from crawler.posting import digest
from crawler.sources.base import Truncated


@dataclass(frozen=True, slots=True)
class Pages:
    """Where a walk stands. Read `number`, `offset` or `cursor`, whichever the list goes by."""

    size: int = 0
    """How many entries a full page has, as asked for; 0 where that is not known."""
    most: int = 1000
    """How many pages will be read."""
    number: int = 0
    """Of the page, from 0."""
    offset: int = 0
    """Entries before the page."""
    total: int | None = None
    """How many entries there are, as far as the list has said. Some say it once only."""
    cursor: Any = None
    met: frozenset[str] = frozenset()
    """Digests of the pages so far, and of their cursors."""
    context: Any = None
    """What else the source wants to know again."""

    def next(
        self, ids: Sequence[Any], total: Any = None, cursor: Any = None, *, by_cursor: bool = False
    ) -> Pages | None:
        """The next page, or None where this one was the last.

        Args:
            ids: what tells this page's entries apart from those of another, in order.
            total: how many entries the list says there are.
            cursor: the next page's token or address, for lists that go by one (`by_cursor`):
                they end where there is none.

        Raises:
            Truncated: the list goes in a circle, is longer than will be read, or stops before
                its own total. Raise it after the last posting: what came before is kept.
        """
        known = max(filter(None, (count(total), self.total)), default=None)
        offset = self.offset + len(ids)
        page = digest(["page", *map(str, ids)])
        if ids and page in self.met:
            if known is None and not by_cursor:
                return None  # many lists answer a page beyond the last with the last
            raise Truncated(f"page {self.number + 1} of the list repeats an earlier one")
        if by_cursor:
            ended = not cursor
        elif known is not None:
            ended = offset >= known
            if not ended and not ids:
                if known - offset >= max(self.size, 1):
                    raise Truncated(f"the list stops after {offset} of {known} entries")
                ended = True  # a few were taken down while we read
        else:
            ended = not ids or len(ids) < self.size
        if ended:
            return None
        met = self.met | {page}
        if by_cursor:
            token = digest(["cursor", str(cursor)])
            if token in met:
                raise Truncated("the list's next page is one that was read before")
            met |= {token}
        if self.number + 1 >= self.most:
            raise Truncated(f"the list has more than {self.most} pages")
        return replace(
            self, number=self.number + 1, offset=offset, total=known, cursor=cursor, met=met
        )
