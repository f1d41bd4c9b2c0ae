"""Sample facts for tests of drafts: invented people, one file for each language."""

from __future__ import annotations

from pathlib import Path

from matcher.asks.facts import DEFAULT, Fact, Facts, Origin, facts_of
from matcher.asks.given import from_json
from matcher.asks.templates import Shelf

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "tests" / "fixtures" / "drafts"
LANGUAGES = ("en", "de")
SHELF = Shelf(ROOT / "config" / "templates", Path("/nowhere"))
INTRODUCED = (
    *("intro_request_cover", "forwardable_blurb", "connector_phone_script"),
    *("to_target_after_heads_up", "thanks_connector", "thanks_target", "call_agenda"),
)
"""Templates that belong to an introduction; the others are of a direct ask."""
NAMES = tuple(SHELF.names("en"))


def values(language: str, name: str) -> dict[str, Fact]:
    """Path → fact, all that template `name` could use."""
    text = (FOLDER / f"facts.{language}.json").read_text(encoding="utf-8")
    found = from_json(text, Origin("sample.json"))
    if name not in INTRODUCED:
        found["ask.kind"] = Fact("information")
        found["ask.reason_line"] = found["ask.target_reason"]
    return found


def full(language: str, name: str, **more: object) -> Facts:
    """Everything known; `more` as ask__topic="…"."""
    found = values(language, name)
    found |= {path.replace("__", "."): Fact(value) for path, value in more.items()}
    return facts_of({path: fact for path, fact in found.items() if fact.value is not None})


def bare(language: str, name: str) -> Facts:
    """Only what the template cannot do without: of alternatives the last, no posting, no slots."""
    found = values(language, name)
    template = SHELF.get(name, language)
    wanted = {one[-1].partition("=")[0] for one in template.requires}
    wanted |= {"user.name", "target.name", "connector.name", "ask.kind", "ask.reason_line"}
    if template.encloses:
        wanted |= {one[-1] for one in SHELF.get(template.encloses, language).requires}
    if name == "to_target_after_heads_up":
        wanted.add("ask.target_reason")
    if name == "linkedin_note_200":
        wanted |= {"target.employer"}
    assert DEFAULT not in {found[path].origin for path in wanted if path in found}
    return facts_of({path: found[path] for path in wanted if path in found})
