"""What is known of a name besides the name: domains and places, where names alone cannot decide."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from matcher.employers.judge import LIKELY, UNSURE, Relation, Tier
from matcher.employers.knowledge import Knowledge
from matcher.employers.lexicon import common, words
from matcher.employers.link import Link, surest_first
from matcher.employers.normalise import normalise
from matcher.employers.text import split

MOST_SHARING = 20
"""A domain that more names than this have on either side is a host's, not an employer's."""
_HOST = re.compile(
    r"^(?:[a-z][a-z0-9+.-]*:)?(?://)?(?:[^/@\s]*@)?(?P<host>[^/:?#\s]+)", re.IGNORECASE
)
_SECOND_LEVEL = frozenset("ac co com edu gob gov go ne net or org".split())
_LABEL = re.compile(r"[^\W_](?:[\w-]*[^\W_])?")
# Where mail, pages and job boards of anybody are kept: they say nothing of whose they are.
_ANYBODYS = frozenset(
    """
    163.com 126.com 139.com aliyun.com foxmail.com qq.com sina.com sohu.com yeah.net naver.com
    hanmail.net daum.net nate.com docomo.ne.jp ezweb.ne.jp softbank.ne.jp rediffmail.com
    aim.com appleid.com duck.com email.com fastmail.com fastmail.fm hey.com hushmail.com icloud.com
    inbox.com mac.com mail.com me.com mozmail.com msn.com pm.me proton.me rocketmail.com
    simplelogin.com tuta.io tutanota.com usa.net zoho.com zohomail.com
    live.be live.ca live.cn live.co.uk live.com live.com.au live.com.mx live.de live.dk live.fr
    live.it live.nl live.no live.se outlook.com outlook.com.br outlook.de outlook.es outlook.fr
    outlook.it outlook.jp outlook.pt
    att.net bellsouth.net charter.net comcast.net cox.net earthlink.net optonline.net rogers.com
    sbcglobal.net shaw.ca sympatico.ca verizon.net bigpond.com optusnet.com.au xtra.co.nz
    blueyonder.co.uk btinternet.com ntlworld.com sky.com talktalk.net virginmedia.com eircom.net
    arcor.de freenet.de mailbox.org online.de posteo.de posteo.net t-online.de web.de bluewin.ch
    free.fr laposte.net neuf.fr orange.fr sfr.fr wanadoo.fr skynet.be telenet.be kpnmail.nl
    planet.nl xs4all.nl ziggo.nl online.no telia.com abv.bg centrum.cz seznam.cz interia.pl o2.pl
    onet.pl wp.pl alice.it libero.it tin.it tiscali.it virgilio.it telefonica.net bol.com.br
    ig.com.br terra.com.br uol.com.br bk.ru inbox.ru list.ru mail.ru rambler.ru ukr.net ya.ru
    yandex.com yandex.ru
    ashbyhq.com bamboohr.com breezy.hr greenhouse.io icims.com jobvite.com lever.co
    myworkdayjobs.com personio.com personio.de recruitee.com smartrecruiters.com taleo.net
    teamtailor.com workable.com
    bit.ly blogspot.com crunchbase.com facebook.com github.com github.io glassdoor.com indeed.com
    instagram.com linkedin.com linktr.ee medium.com notion.site sites.google.com substack.com
    tumblr.com twitter.com weebly.com wixsite.com wordpress.com x.com youtube.com
    """.split()
)
# Mail for anybody under the domain of any country: yahoo.co.jp, gmx.at.
_MAIL_BRANDS = frozenset("aol gmail gmx googlemail hotmail protonmail yahoo ymail".split())


@dataclass(frozen=True, slots=True)
class Clues:
    """Registrable domains, and places as sets of folded words."""

    domains: frozenset[str] = frozenset()
    places: frozenset[frozenset[str]] = frozenset()

    def __or__(self, other: Clues) -> Clues:
        return Clues(self.domains | other.domains, self.places | other.places)

    def __bool__(self) -> bool:
        return bool(self.domains or self.places)


_NONE = Clues()


def clues(domain: str = "", place: str = "") -> Clues:
    """From texts as people give them: a domain, web or e-mail address; a city, with or without its
    country. Addresses at hosts for anybody (gmail.com, lever.co) are no clue.

    >>> sorted(clues("jane@mail.brambleworks.co.uk").domains)
    ['brambleworks.co.uk']
    """
    found = frozenset(registrable_domain(part) for part in re.split(r"[,;\s]+", domain.strip()))
    town = frozenset(split(place))
    return Clues(found - {""}, frozenset([town]) if town else frozenset())


def registrable_domain(text: str) -> str:
    """The registrable domain in a web or e-mail address; nothing where it is one of anybody's."""
    match = _HOST.match(text)
    labels = match["host"].casefold().strip(".").split(".") if match else []
    if len(labels) < 2 or not all(map(_LABEL.fullmatch, labels)) or labels[-1].isdigit():
        return ""
    size = 3 if len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _SECOND_LEVEL else 2
    domain = ".".join(labels[-size:])
    anybodys = domain in _ANYBODYS or ".".join(labels) in _ANYBODYS
    return "" if anybodys or labels[-size] in _MAIL_BRANDS else domain


@dataclass(frozen=True, slots=True)
class Known:
    """The clues to the names of two lists; a name of two companies has the clues to both.

    Where `may_be_old` only what agrees counts: a contact's address may be from an earlier job.
    """

    employers: Mapping[str, Clues] = field(default_factory=dict)
    workplaces: Mapping[str, Clues] = field(default_factory=dict)
    may_be_old: bool = False

    def __bool__(self) -> bool:
        return bool(self.employers or self.workplaces)


def weigh(
    links: Iterable[Link],
    known: Known,
    knowledge: Knowledge,
    verdicts: Mapping[tuple[str, str], bool],
) -> list[Link]:
    """The links with what the clues make of them, and those that only a common domain makes.

    A common domain lifts `unsure` to `likely` and `likely` to `same`. Domains that differ take a
    name down a tier, an everyday word to `unsure`, unless a fact makes two names one. So does
    another place take a hospital or a school. A person's verdicts stand. What sinks below the
    review floor is left out.
    """
    both = {**{(b, a): v for (a, b), v in verdicts.items()}, **verdicts}
    found: dict[tuple[str, str], Link] = {}
    for link in links:
        here = known.employers.get(link.employer, _NONE)
        there = known.workplaces.get(link.workplace, _NONE)
        if (here or there) and not _decided(link.employer, link.workplace, both):
            if not known.may_be_old or here.domains & there.domains:
                link = weighed(link, here, there)
        found[link.employer, link.workplace] = link
    for employer, workplace, domain in _one_domain(known):
        if (employer, workplace) in found or _decided(employer, workplace, both):
            continue
        if new := joined(employer, workplace, domain, knowledge):
            found[employer, workplace] = new
    return sorted((x for x in found.values() if x.score >= UNSURE), key=surest_first)


def weighed(link: Link, one: Clues, other: Clues) -> Link:
    """One link, given the clues to both its names."""
    shared = sorted(one.domains & other.domains)
    if shared:
        ambiguous = _brands(one.domains) > 1 or _brands(other.domains) > 1
        return _lifted(link, f"both use {shared[0]}", to_same=not ambiguous)
    if one.domains and other.domains:
        if _labels(one.domains) & _labels(other.domains):
            return link
        key, other_key = normalise(link.employer).key, normalise(link.workplace).key
        if link.tier is Tier.SAME and key != other_key:
            return link  # Two names that a fact makes one often have a domain each.
        return lowered(link, f"but {min(one.domains)} is not {min(other.domains)}")
    if link.tier is Tier.SAME and max(_brands(one.domains), _brands(other.domains)) > 1:
        several = ", ".join(sorted(one.domains | other.domains)[:3])
        return lowered(link, f"but one name has several domains: {several}")
    if one.places and other.places and _is_local(link):
        if any(a <= b or b <= a for a in one.places for b in other.places):
            return _lifted(link, "in one place", to_same=False)
        if not any(a & b for a in one.places for b in other.places):
            return lowered(link, "but in another place")
    return link


def joined(employer: str, workplace: str, domain: str, knowledge: Knowledge) -> Link | None:
    """The link of two names that share a domain and nothing else; None for names of no employer
    and for employers known to be two."""
    if any(map(knowledge.non_employers.is_non_employer, (employer, workplace))):
        return None
    key, other_key = normalise(employer).key, normalise(workplace).key
    if knowledge.are_distinct(key, other_key) or (key == other_key and knowledge.sharing(key)):
        return None
    reason = f"both use {domain}; the names do not tell"
    return Link(employer, workplace, Tier.UNSURE, 0.75, reason)


def _one_domain(known: Known) -> Iterable[tuple[str, str, str]]:
    employers = _by_domain(known.employers)
    workplaces = _by_domain(known.workplaces)
    for domain in sorted(employers.keys() & workplaces.keys()):
        ones, others = employers[domain], workplaces[domain]
        if max(len(ones), len(others)) <= MOST_SHARING:
            yield from ((one, other, domain) for one in ones for other in others)


def _by_domain(known: Mapping[str, Clues]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for name, about in known.items():
        for domain in about.domains:
            found[domain].append(name)
    return found


def _decided(one: str, other: str, verdicts: Mapping[tuple[str, str], bool]) -> bool:
    return bool(verdicts) and (normalise(one).key, normalise(other).key) in verdicts


def _lifted(link: Link, why: str, *, to_same: bool) -> Link:
    score, tier = link.score, link.tier
    if tier is Tier.UNSURE:
        tier, score = Tier.LIKELY, max(LIKELY, 1 - (1 - score) / 10)
    elif tier is Tier.LIKELY and to_same and link.relation is Relation.SAME:
        tier, score = Tier.SAME, max(0.99, score)
    return link._replace(tier=tier, score=round(score, 4), reason=f"{link.reason}; {why}")


def lowered(link: Link, why: str) -> Link:
    score, tier = link.score, link.tier
    if tier is Tier.SAME and not everyday(link.employer):
        tier, score = Tier.LIKELY, min(score, 0.97)
    elif tier is Tier.SAME:
        tier, score = Tier.UNSURE, 0.8
    elif tier is Tier.LIKELY:
        tier, score = Tier.UNSURE, min(0.85 * score, LIKELY - 0.01)
    else:
        score = 0.7 * score
    return link._replace(tier=tier, score=round(score, 4), reason=f"{link.reason}; {why}")


def _labels(domains: Iterable[str]) -> set[str]:
    """What brambleworks.com and brambleworks.de have in common."""
    return {domain.split(".", 1)[0] for domain in domains}


def _brands(domains: Iterable[str]) -> int:
    return len(_labels(domains))


def everyday(name: str) -> bool:
    """Whether a name is made of words that many names are made of."""
    return all(t in common() or t in words().weight for t in normalise(name).tokens)


def _is_local(link: Link) -> bool:
    institutions = words().listed["institutions"]
    return any(token in institutions for token in normalise(link.employer).words)
