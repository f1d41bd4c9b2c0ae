"""inroad postings and boards health from the outside: boards over HTTP, several runs, questions."""

import csv
import io
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

ESCAPE = "\x1b]0;owned\x07\x1b[31m"
BREW = (
    "<p>You will keep the kettles at the right heat, taste what comes out of them and write down "
    "what you tasted.</p><ul><li>Three years at a still</li><li>A driving licence</li></ul><p>We "
    "pay weekly and close on Sundays. Write to us about the best batch you ever made.</p>"
)
GERMAN = (
    "<p>Wir suchen eine Köchin für unsere kleine Küche am Hafen. Sie planen die Speisekarte, "
    "kaufen auf dem Markt ein und leiten zwei Lehrlinge an. Wir zahlen pünktlich.</p>"
)


class World(ThreadingHTTPServer):
    """Boards of api.ashbyhq.com by token, and pages of other hosts."""

    def __init__(self):
        self.boards = {}
        self.pages = {}
        self.asked = []
        super().__init__(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        _, host, *path = self.path.split("/")
        self.server.asked.append(host)
        status, body = 404, ""
        if host == "api.ashbyhq.com":
            jobs = self.server.boards.get(path[-1].partition("?")[0])
            if jobs is not None:
                status, body = 200, json.dumps({"apiVersion": "1", "jobs": jobs})
        elif path != ["robots.txt"]:
            body = self.server.pages.get(host, "")
            status = 200 if body else 404
        data = body.encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *words):
        pass


def job(number, board="tallgrass", **fields):
    return {
        "id": f"00000000-0000-4000-8000-{number:012}",
        "title": f"Role {number}",
        "jobUrl": f"https://jobs.ashbyhq.com/{board}/{number}",
        "isListed": True,
        "location": "Oslo, Norway",
        "publishedAt": "2026-11-20T09:00:00.000+00:00",
        "descriptionHtml": BREW,
    } | fields


PAY = {
    "compensation": {
        "summaryComponents": [
            {
                "compensationType": "Salary",
                "interval": "1 MONTH",
                "currencyCode": "EUR",
                "minValue": 5000,
                "maxValue": 6000,
            }
        ]
    }
}


@pytest.fixture
def world(inroad):
    with World() as running:
        inroad.configure(
            '[crawl]\ndelay = 0.0\ncontact = "me@seeker.example"\n'
            f'[crawl.origins]\n"*" = "http://127.0.0.1:{running.server_address[1]}/{{host}}"\n'
        )
        inroad.world = running
        yield inroad
        running.shutdown()


def listed(inroad, *words):
    return json.loads(inroad("postings", "--format", "json", *words).out)


def titles(inroad, *words):
    return sorted(p["title"] for p in listed(inroad, *words))


def test_postings_are_searched_by_everything_one_knows_of_a_job(world):
    world.world.boards["tallgrass"] = [
        job(1, title="Still Operator", **PAY),
        job(2, title="Köchin", location="München", descriptionHtml=GERMAN),
        job(3, title="Clerk", location="Austin, TX", isRemote=True, workplaceType="Remote"),
    ]
    world("boards", "add", "ashby:tallgrass", "--employer", "Tallgrass Foods")
    world("crawl")
    assert len(listed(world)) == 3
    assert titles(world, "--title", "still operator") == ["Still Operator"]
    assert titles(world, "--employer", "tallgrass", "--title", "kochin") == ["Köchin"]
    assert titles(world, "--text", "kettles batch") == ["Clerk", "Still Operator"]
    assert titles(world, "--text", "clerk kettles") == ["Clerk"], "title and text together"
    assert titles(world, "--text", "kuche lehrlinge") == ["Köchin"], "without its accents"
    assert titles(world, "--location", "germany") == ["Köchin"], "which only says its city"
    assert titles(world, "--location", "texas") == ["Clerk"]
    assert titles(world, "--location", "oslo") == ["Still Operator"]
    assert titles(world, "--remote") == ["Clerk"]
    assert titles(world, "--pay", "72k") == ["Still Operator"]
    assert titles(world, "--pay", "72kUSD") == titles(world, "--pay", "73000") == []
    assert titles(world, "--language", "de") == ["Köchin"]
    assert titles(world, "--source", "lever") == []
    assert titles(world, "--new-since", "1d") == ["Clerk", "Köchin", "Still Operator"]
    assert titles(world, "--new-since", "2999-01-01") == titles(world, "--closed") == []
    assert "not an amount" in world("postings", "--pay", "lots", code=2).err
    german = listed(world, "--title", "Köchin")[0]
    assert (german["location"], german["city"], german["region"], german["country"]) == (
        "München",
        "Munich",
        "Bayern",
        "DE",
    )
    assert german["language"] == "de"
    paid = listed(world, "--pay", "60000")[0]
    assert (paid["pay_min"], paid["pay_period"]) == (5000, "MONTH")
    assert (paid["pay_yearly_min"], paid["pay_yearly_max"], paid["pay_currency"]) == (
        60000,
        72000,
        "EUR",
    )
    shown = world("postings", "--sort", "title", "--limit", "1").out
    assert "Clerk" in shown and "Köchin" not in shown
    assert "3 postings of 1 employer; 1 shown" in shown
    rows = list(csv.DictReader(io.StringIO(world("postings", "--format", "csv").out)))
    assert {row["title"] for row in rows} == {"Clerk", "Köchin", "Still Operator"}
    assert next(p["title"] for p in listed(world, "--sort", "pay")) == "Still Operator"


def test_one_posting_is_shown_in_full_with_what_changed(world):
    world.world.boards["tallgrass"] = [job(1, title="Brewer", **PAY), job(2)]
    world("boards", "add", "ashby:tallgrass", "--employer", "Tallgrass Foods")
    world("crawl")
    more = BREW.replace("<li>A driving licence</li>", "<li>A bicycle</li>")
    world.world.boards["tallgrass"][0] |= {"title": "Head Brewer", "descriptionHtml": more}
    world("crawl")
    (found,) = listed(world, "--title", "brewer")
    out = world("postings", "show", found["id"]).out
    assert "Head Brewer" in out and "Tallgrass Foods" in out
    assert "Oslo, Norway  = Oslo, NO" in out or "Oslo, Norway  = Oslo, Oslo" in out
    assert "5,000–6,000 EUR a month  = 60,000–72,000 EUR a year" in out
    assert "title: Brewer → Head Brewer" in out
    assert "-* A driving licence" in out and "+* A bicycle" in out
    assert "* Three years at a still" in out
    short = found["id"].rpartition(":")[2]
    told = json.loads(world("postings", "show", short, "--format", "json").out)
    assert {c["field"] for c in told["changes"]} == {"title", "text"}
    assert "kettles" in told["text"]
    assert "no posting" in world("postings", "show", "nothing", code=1).err


def test_a_hostile_posting_is_harmless_and_closed_ones_stay_to_be_seen(world):
    world.world.boards["tallgrass"] = [
        job(1, title=f"=cmd{ESCAPE}", descriptionHtml=f"<p>{ESCAPE}Run</p>"),
        job(2),
    ]
    world("boards", "add", "ashby:tallgrass")
    world("crawl")
    (found,) = listed(world, "--title", "cmd")
    for words in ((), ("--format", "csv"), ("--format", "json"), ("show", found["id"])):
        ran = world("postings", *words)
        assert "\x1b" not in ran.out + ran.err and "\x07" not in ran.out
    assert "'=cmd" in world("postings", "--format", "csv").out
    del world.world.boards["tallgrass"][0]
    world("crawl")
    world("crawl")
    assert titles(world) == ["Role 2"]
    (gone,) = listed(world, "--closed")
    assert gone["closed"] and gone["id"] == found["id"]
    assert len(listed(world, "--all")) == 2
    assert "closed:" in world("postings", "show", found["id"]).out
    again = job(9, title=f"=cmd{ESCAPE}", publishedAt="2026-11-23T09:00:00.000+00:00")
    world.world.boards["tallgrass"].append(again)
    world("crawl")
    (repost,) = listed(world, "--title", "cmd")
    assert repost["repost_of"] == found["id"]
    assert repost["first_published"] < repost["published"]
    assert titles(world, "--no-reposts") == ["Role 2"]
    assert "repost" in world("postings").out


def test_one_job_on_two_boards_is_there_once(world):
    world.world.boards |= {
        "tallgrass": [job(1, title="Still Operator")],
        "prairie": [job(7, "prairie", title="Still Operator (m/f/d)"), job(8, "prairie")],
    }
    world("boards", "add", "ashby:tallgrass", "--employer", "Tallgrass Foods")
    world("boards", "add", "ashby:prairie", "--employer", "Tallgrass Foods, Inc.")
    world("crawl")
    assert len(listed(world)) == 2
    (found,) = listed(world, "--title", "still")
    assert sorted([found["url"], *found["also"]]) == [
        "https://jobs.ashbyhq.com/prairie/7",
        "https://jobs.ashbyhq.com/tallgrass/1",
    ]
    assert "on 2 boards" in world("postings").out
    assert "also at" in world("postings", "show", found["id"]).out
    file = world.home / "Connections.csv"
    file.write_text(
        "First Name,Last Name,URL,Email Address,Company,Position,Connected On\n"
        "Ada,Njord,https://www.linkedin.com/in/ada-example,,Tallgrass Foods,Distiller,14 Mar 2019\n"
    )
    world("contacts", "import", file)
    (opening,) = json.loads(world("match", "--format", "json").out)
    assert len(opening["postings"]) == 2
    assert [p.get("also") for p in opening["postings"] if "Still" in p["title"]] == [found["also"]]
    out = world("match").out
    assert "2 open postings" in out and "also at" in out
    assert json.loads(world("match", "--format", "json", "--pay", "1000").out) == []


def test_a_board_that_moved_is_reported_with_its_new_home_and_nothing_is_switched(world):
    world.world.boards["prairie"] = [job(1, "prairie")]
    world.world.pages["www.tallgrass.example"] = (
        '<iframe src="https://jobs.ashbyhq.com/tallgrass/embed"></iframe>'
    )
    world("boards", "add", "https://www.tallgrass.example/careers")
    world("boards", "add", "ashby:prairie")
    for run in range(3):
        assert "--look" not in world("boards", "health").out
        assert ("Gone" in world("crawl", code=3).out) == (run == 2)
    rows = json.loads(world("boards", "health", "--format", "json").out)
    assert [(r["token"], r["gone"], r["failures"], r["outcome"]) for r in rows] == [
        ("tallgrass", True, 3, "not_found"),
        ("prairie", False, 0, "ok"),
    ]
    assert [r["postings"] for r in rows] == [0, 1]
    world.world.pages["www.tallgrass.example"] = (
        '<iframe src="https://jobs.lever.co/tallgrass-foods"></iframe>'
    )
    before = world.world.asked.count("www.tallgrass.example")
    out = world("boards", "health", "--look").out
    assert "likely moved to lever:tallgrass-foods" in out
    assert "inroad boards add lever:tallgrass-foods && inroad boards remove ashby:tallgrass" in out
    asked = world.world.asked.count("www.tallgrass.example")
    assert asked > before
    assert "lever:tallgrass-foods" in world("boards", "health", "--look").out
    assert world.world.asked.count("www.tallgrass.example") == asked, "it is remembered"
    only = json.loads(world("boards", "health", "--only", "failing", "--format", "json").out)
    assert [r["moved_to"] for r in only] == ["lever:tallgrass-foods"]
    table = list(csv.DictReader(io.StringIO(world("boards", "health", "--format", "csv").out)))
    assert [r["gone"] for r in table] == ["True", "False"]
    listed_boards = json.loads(world("boards", "list", "--format", "json").out)
    assert {b["token"] for b in listed_boards} == {"tallgrass", "prairie"}
