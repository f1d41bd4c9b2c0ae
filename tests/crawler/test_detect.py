"""Which boards an address or a page leads to."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.detect import (
    BoardError,
    Detection,
    Refused,
    UnreadSystem,
    find_in_page,
    find_in_url,
    unread_systems,
)
from crawler.sources import SOURCES

SITE = "https://www.moorcroft.example/careers"


def found(page: str, url: str = SITE) -> list[tuple[str, str]]:
    return [(d.source, d.token) for d in find_in_page(url, page)]


@pytest.mark.parametrize(
    ("page", "board"),
    [
        (
            '<iframe id="grnhse_iframe" src="https://boards.greenhouse.io/embed/job_board'
            '?b=https://x.example&amp;for=northwindlabs"></iframe>',
            ("greenhouse", "northwindlabs"),
        ),
        (
            '<div id="grnhse_app"></div><script src='
            '"https://boards.greenhouse.io/embed/job_board/js?for=northwindlabs"></script>',
            ("greenhouse", "northwindlabs"),
        ),
        (
            '<div id="grnhse_app"></div>'
            '<script>Grnhse.Settings.boardToken = "northwindlabs"</script>',
            ("greenhouse", "northwindlabs"),
        ),
        (
            '<script>window.ats={"provider":"greenhouse","urlToken":"northwindlabs"}</script>',
            ("greenhouse", "northwindlabs"),
        ),
        (
            '{"jobs":[{"url":"https:\\/\\/job-boards.greenhouse.io\\/northwindlabs\\/jobs\\/55"}]}',
            ("greenhouse", "northwindlabs"),
        ),
        ('<a href="https://jobs.lever.co/acmecloud/1-2-3/apply">', ("lever", "acmecloud")),
        ('<a href="https://jobs.eu.lever.co/nordhaven?x=1">', ("lever", "eu/nordhaven")),
        (
            "<script>window.leverJobsOptions = {accountName: 'acmecloud', css: true}</script>",
            ("lever", "acmecloud"),
        ),
        (
            '<iframe src="https://api.lever.co/v0/postings/acmecloud?mode=iframe">',
            ("lever", "acmecloud"),
        ),
        (
            '<div id="ashby_embed"></div><script src="https://jobs.ashbyhq.com/brightloom/embed'
            '?version=2"></script>',
            ("ashby", "brightloom"),
        ),
        ('<a href="https://jobs.ashbyhq.com/Moorcroft%20Fleet">', ("ashby", "Moorcroft Fleet")),
        ("<p>Apply at https://jobs.lever.co/acmecloud.</p>", ("lever", "acmecloud")),
        (
            '<div id="BambooHR" data-domain="Cobblelane.bamboohr.com"></div>'
            '<script src="https://cobblelane.bamboohr.com/js/embed.js"></script>'
            '<a href="https://cobblelane.bamboohr.com/login">Staff</a>',
            ("bamboohr", "cobblelane"),
        ),
        (
            '<iframe src="https://careers-wexley.icims.com/jobs/search?ss=1&amp;in_iframe=1">'
            '</iframe><img src="https://cdn31.icims.com/x.png"><a href="https://login.icims.com">',
            ("icims", "careers-wexley"),
        ),
        (
            '<script src="https://assets-cdn.breezy.hr/x.js"></script>'
            '<a href="https://tidewater.breezy.hr/p/98323abf2296-manager">Manager</a>',
            ("breezy", "tidewater"),
        ),
        (
            '<script src="https://matomo.softgarden.io/m.js"></script>'
            '<iframe src="https://kessler.softgarden.io/de/widgets/jobs"></iframe>',
            ("softgarden", "io/kessler"),
        ),
        ('"https://ats.rippling.com/de-DE/portmere/jobs"', ("rippling", "portmere")),
        (
            '<script src="https://app.pinpointhq.com/x.js"></script>'
            '<a href="https://Oakmere.pinpointhq.com/en/postings/2f1c">Cook</a>',
            ("pinpoint", "oakmere"),
        ),
        ('<a href="https://join.com/companies/Geomar">Jobs</a>', ("join", "geomar")),
        (
            '<script src="https://app.jazz.co/widgets/basic/create/millbrook"></script>',
            ("jazzhr", "millbrook"),
        ),
        ("fetch('https://api.gem.com/job_board/v0/pebble/job_posts/')", ("gem", "pebble")),
        (
            '<a href="https://ACME.fa.em2.oraclecloud.com/hcmUI/CandidateExperience/en/sites/Jobs">',
            ("oracle", "acme.fa.em2.oraclecloud.com/Jobs"),
        ),
    ],
)  # fmt: skip
def test_a_page_names_its_board(page, board):
    assert found(page) == [board]


def test_all_boards_of_a_page_the_surest_first():
    page = """<p>We are hiring at jobs.lever.co/words</p>
    <a href="https://jobs.ashbyhq.com/sister">Sister</a>
    <a href="https://boards.greenhouse.io/linked">Jobs</a>
    <iframe src="https://boards.greenhouse.io/embed/job_board?for=framed"></iframe>
    <a href="https://boards.greenhouse.io/framed/jobs/1">One job</a>"""
    detections = find_in_page(SITE, page)
    assert [d.token for d in detections] == ["framed", "sister", "linked", "words"]
    assert detections[0] == Detection(
        "greenhouse", "framed", "iframe: greenhouse.io/embed/job_board?for=framed"
    )
    assert [d.evidence.split(":")[0] for d in detections[1:]] == ["link", "link", "page text"]


def test_evidence_is_harmless_to_print():
    (detection,) = find_in_page(SITE, '<a href="https://jobs.ashbyhq.com/a\x1b[31m\u202eb">')
    assert detection.evidence.isprintable()


def test_a_site_with_structured_data_is_its_own_board():
    page = '<script type=application/ld+json>{"@type":"JobPosting","title":"x"}</script>'
    (detection,) = find_in_page("https://Moorcroft.example/x/?utm_source=a#b", page)
    assert (detection.source, detection.token) == ("jobposting", "https://moorcroft.example/x")
    assert "schema.org/JobPosting" in detection.evidence
    microdata = (
        '<div itemscope itemtype="https://schema.org/JobPosting"><b itemprop=title>x</b></div>'
    )
    assert found(microdata, "https://moorcroft.example/x") == [
        ("jobposting", "https://moorcroft.example/x")
    ]


def test_a_board_beats_the_page_that_frames_it():
    page = """<script type="application/ld+json">{"@type":"JobPosting"}</script>
    <a href="https://boards.greenhouse.io/northwindlabs/jobs/1">Apply</a>"""
    assert found(page) == [("greenhouse", "northwindlabs")]


def test_what_looks_like_a_careers_site_and_what_does_not():
    links = "".join(f'<a href="/jobs/{n}-baker">Baker</a>' for n in range(3))
    assert found(links, "https://moorcroft.example/") == [
        ("jobposting", "https://moorcroft.example")
    ]
    assert found("<p>No openings</p>", SITE) == [("jobposting", SITE)]
    assert found("<p>About us</p>", "https://moorcroft.example/about") == []
    assert found("", "https://moorcroft.example/") == []


SYSTEMS = {
    "workable": "https://apply.workable.com/acme/j/1/",
    "smartrecruiters": "https://careers.smartrecruiters.com/Acme",
    "recruitee": "https://acme.recruitee.com/",
    "personio": "https://acme.jobs.personio.de/job/1",
    "teamtailor": "https://acme.teamtailor.com/jobs",
    "bamboohr": "https://acme.bamboohr.com/careers",
    "breezy": "https://acme.breezy.hr",
    "pinpoint": "https://acme.pinpointhq.com",
    "rippling": "https://ats.rippling.com/en-GB/acme/jobs",
    "jazzhr": "https://acme.applytojob.com/apply",
    "workday": "https://acme.wd5.myworkdayjobs.com/en-US/External",
    "oracle": "https://acme.fa.em2.oraclecloud.com/hcmUI/CandidateExperience/en/sites/CX_1",
    "icims": "https://careers-acme.icims.com/jobs/search",
    "jobvite": "https://jobs.jobvite.com/careers/acme",
    "successfactors": "https://career5.successfactors.eu/career?company=acme",
    "eightfold": "https://acme.eightfold.ai/careers?domain=acme.com",
    "phenom": "https://cdn.phenompeople.com/x.js",
    "join": "https://join.com/companies/acme",
    "comeet": "https://www.comeet.com/jobs/acme/12.345",
    "gem": "https://jobs.gem.com/acme",
    "dover": "https://app.dover.com/jobs/acme",
    "softgarden": "https://acme.career.softgarden.de/",
    "polymer": "https://jobs.polymer.co/acme",
    "homerun": "https://acme.homerun.co",
    "manatal": "https://www.careers-page.com/acme",
    "paylocity": "https://recruiting.paylocity.com/recruiting/jobs/All/x",
    "ukg": "https://recruiting2.ultipro.com/ACM1/JobBoard/x",
    "adp": "https://workforcenow.adp.com/mascsr/default/mdf/recruitment/recruitment.html?cid=x",
    "taleo": "https://acme.taleo.net/careersection/2/jobsearch.ftl",
    "avature": "https://acme.avature.net/careers",
    "cornerstone": "https://acme.csod.com/ux/ats/careersite/1/home",
    "dayforce": "https://jobs.dayforcehcm.com/en-US/acme/CANDIDATEPORTAL",
    "zoho": "https://acme.zohorecruit.com/jobs/Careers",
}


def test_every_known_system_is_tried():
    assert set(SYSTEMS) - set(SOURCES) == set(unread_systems())


@pytest.mark.parametrize("system", [name for name in SYSTEMS if name not in SOURCES])
def test_a_known_system_without_a_source_is_named(system):
    title = unread_systems()[system].title
    with pytest.raises(UnreadSystem, match=title):
        find_in_url(SYSTEMS[system])
    with pytest.raises(UnreadSystem, match=title):
        find_in_page(SITE, f'<a href="{SYSTEMS[system]}">Jobs</a>')
    names = [s for s in unread_systems().values() if s.in_text(SYSTEMS[system])]
    assert names == [unread_systems()[system]]


@pytest.mark.parametrize("system", [name for name in SYSTEMS if name in SOURCES])
def test_a_system_that_has_a_source_is_read_and_not_refused(system):
    assert {d.source for d in find_in_url(SYSTEMS[system])} == {system}


def test_structured_data_makes_an_unread_system_readable():
    page = (
        '<a href="https://acme.taleo.net/jobs">Jobs</a>'
        '<script type="application/ld+json">{"@type":"JobPosting"}</script>'
    )
    assert found(page) == [("jobposting", SITE)]


@pytest.mark.parametrize(
    "url",
    [
        "https://www.linkedin.com/company/acme/jobs",
        "https://linkedin.com./jobs",
        "https://uk.indeed.com/cmp/acme",
        "https://www.indeed.co.uk/x",
        "https://www.glassdoor.de/Jobs/x",
        "https://GLASSDOOR.com",
    ],
)
def test_sites_that_are_never_read(url):
    with pytest.raises(Refused, match="never read"):
        find_in_url(url)


@pytest.mark.parametrize(
    "url",
    [
        "https://www.moorcroft.example/careers",
        "https://notlinkedin.com/jobs",
        "https://indeedly.example.com",
        "https://www.workable.com/pricing",
        "https://teamtailor.com",
        "https://jobs.lever.co/",
        "https://jobs.lever.com/acme",
        "https://www.breezy.hr",
        "https://acme.bamboohr.com/login",
        "https://www.icims.com/careers",
        "https://api.gem.com/job_board/v0/openapi.json",
        "https://ats.rippling.com/en-GB",
        "https://career.softgarden.de/",
        "https://acme.applytojob.com.evil.example/",
        "https://boards.greenhouse.io.example/acme",
        "not an address",
        "https://[",
        "",
    ],
)
def test_other_addresses_name_no_board(url):
    assert find_in_url(url) == []


PIECES = [
    *("https://", "boards.greenhouse.io/", "embed/job_board?for=", "jobs.lever.co/", "acme", "&"),
    *("jobs.ashbyhq.com/", "<a href='", "'>", "<script", "urlToken:'", "greenhouse", "\\/", "%2e"),
    *("leverJobsOptions={accountName:'", "\x00", "workable.com", '{"@type":"JobPosting"}'),
    *("<script type=application/ld+json>", "</script>"),
]


@settings(deadline=None)
@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=8), max_size=30).map("".join))
def test_no_page_breaks_detection(page):
    try:
        detections = find_in_page(SITE, page)
    except BoardError as error:
        assert not any(ord(c) < 32 or 127 <= ord(c) < 160 for c in str(error))
        return
    for detection in detections:
        assert detection.token
        assert detection.token.isprintable()
        assert not any(ord(c) < 32 or 127 <= ord(c) < 160 for c in detection.evidence)
    assert len({(d.source, d.token) for d in detections}) == len(detections)
