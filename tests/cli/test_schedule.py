"""inroad schedule: the files of every scheduler, and the run they start."""

import json
import os
import plistlib
import re
import shlex
import shutil
import signal
import subprocess
import sys
import threading
import xml.etree.ElementTree as ET
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cli.schedulers.choice import of_this_machine
from cli.schedulers.cron import cron_line
from cli.schedulers.job import Job, SchedulerError
from cli.schedulers.launchd import Launchd
from cli.schedulers.systemd import Systemd, quoted
from cli.schedulers.windows import Windows
from tests.cli.invented import PEOPLE, greenhouse

AWKWARD = """a b "c" 'd' $HOME %h \\e ; & é"""
posix = pytest.mark.skipif(os.name != "posix", reason="shell scripts stand in for the schedulers")


@pytest.fixture
def fake(tmp_path):
    """Puts a command on the path that writes down what it was asked, and fails where told to."""
    folder = tmp_path / "bin"
    folder.mkdir()

    def command(name, says="", code=0):
        script = folder / name
        script.write_text(f'#!/bin/sh\necho "$@" >> "{folder}/{name}.asked"\n{says}\nexit {code}\n')
        script.chmod(0o755)
        return lambda: (folder / f"{name}.asked").read_text().splitlines()

    command.path = str(folder)
    return command


def job(folder, place=AWKWARD, **changes):
    """A job whose command prints its arguments as JSON, every path in it awkward."""
    place = folder / place
    place.mkdir(exist_ok=True)
    program = place / "inroad"
    program.write_text(
        f"#!{sys.executable}\nimport json, sys\nprint(json.dumps(sys.argv[1:]))\n", encoding="utf-8"
    )
    program.chmod(0o755)
    about = {"name": "inroad-test", "hour": 7, "minute": 5, "random_delay": 30} | changes
    return Job(command=(str(program), "--home", str(place), "schedule", "run"), home=place, **about)


# The files


@posix
@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd here")
@pytest.mark.parametrize("days", [(), (0, 2, 6)])
@pytest.mark.parametrize("name", [AWKWARD, "a b $HOME %h ; & é", "plain"])
def test_systemd_accepts_the_units(tmp_path, monkeypatch, days, name):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    mine = job(tmp_path, name, days=days)
    units = Systemd().files(mine)
    for file, text in units.items():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    environment = os.environ | {"XDG_RUNTIME_DIR": str(tmp_path)}

    def verify():
        return subprocess.run(
            ["systemd-analyze", "--user", "verify", *map(str, units)],
            capture_output=True,
            text=True,
            env=environment,
        )

    done = verify()
    assert (done.returncode, done.stderr) == (0, "")
    if name != AWKWARD:
        # That it read the path as it is shows when it is not there.
        Path(mine.command[0]).unlink()
        assert f"Command {mine.command[0]} is not executable" in verify().stderr


@posix
def test_the_service_starts_the_command_with_its_words(tmp_path):
    mine = job(tmp_path)
    service, _ = Systemd().files(mine).values()
    line = re.search(r"^ExecStart=:(.*)$", service, re.MULTILINE)[1]
    # Within double quotes systemd and the shell escape alike; "%%" is systemd's own.
    words = shlex.split(line.replace("%%", "%"))
    done = subprocess.run(words, capture_output=True, text=True)
    assert json.loads(done.stdout) == list(mine.command[1:])


def test_systemd_keeps_words_and_is_never_missed(tmp_path):
    service, timer = Systemd().files(job(tmp_path, days=(0, 4))).values()
    assert r"%%h" in service and r"\"c\"" in service and r"\\e" in service
    assert "ExecStart=:" in service, "which leaves $ alone"
    assert "OnCalendar=Mon,Fri *-*-* 07:05:00" in timer
    assert "Persistent=true" in timer and "RandomizedDelaySec=30min" in timer


def test_the_plist_holds_the_words_as_they_are(tmp_path):
    mine = job(tmp_path)
    ((file, text),) = Launchd().files(mine).items()
    assert file.parent.name == "LaunchAgents"
    agent = plistlib.loads(text.encode())
    assert tuple(agent["ProgramArguments"]) == mine.command
    at = agent["StartCalendarInterval"]
    assert 7 * 60 + 5 <= at["Hour"] * 60 + at["Minute"] <= 7 * 60 + 35
    weekly = plistlib.loads(
        next(iter(Launchd().files(job(tmp_path, days=(0, 6))).values())).encode()
    )
    assert [one["Weekday"] for one in weekly["StartCalendarInterval"]] == [1, 0]


def test_the_task_is_well_formed_and_quoted_for_windows(tmp_path):
    ((_, text),) = Windows().files(job(tmp_path, days=(1,))).items()
    task = ET.fromstring(text.encode("utf-16"))
    space = {"t": "http://schemas.microsoft.com/windows/2004/02/mit/task"}
    mine = job(tmp_path)
    assert task.findtext(".//t:Command", namespaces=space) == mine.command[0]
    arguments = task.findtext(".//t:Arguments", namespaces=space)
    assert arguments == subprocess.list2cmdline(mine.command[1:])
    assert task.findtext(".//t:StartWhenAvailable", namespaces=space) == "true"
    assert task.findtext(".//t:RandomDelay", namespaces=space) == "PT30M"
    assert task.findtext(".//t:MultipleInstancesPolicy", namespaces=space) == "IgnoreNew"
    assert task.find(".//t:DaysOfWeek/t:Tuesday", space) is not None
    daily = ET.fromstring(next(iter(Windows().files(mine).values())).encode("utf-16"))
    assert daily.findtext(".//t:DaysInterval", namespaces=space) == "1"


@posix
def test_the_cron_line_starts_the_same_command(tmp_path):
    mine = job(tmp_path, days=(0, 6), random_delay=0)
    line = cron_line(mine)
    *when, command = line.split(" ", 5)
    assert when == ["5", "7", "*", "*", "1,0"]
    # cron turns "\%" into "%" and gives the rest to the shell.
    assert not re.search(r"(?<!\\)%", command)
    done = subprocess.run(["sh", "-c", command.replace("\\%", "%")], capture_output=True, text=True)
    assert json.loads(done.stdout) == list(mine.command[1:])


@settings(deadline=None)
@given(st.lists(st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1), min_size=1))
def test_no_word_is_lost_in_quoting(words):
    systemd = " ".join(map(quoted, words))
    assert shlex.split(systemd.replace("%%", "%")) == words
    job = Job("inroad-test", tuple(words), Path("home"), 7, 5)
    command = cron_line(job).split(" ", 5)[5]
    assert shlex.split(command.replace("\\%", "%")) == words


def test_a_line_break_is_refused_for_cron():
    with pytest.raises(ValueError, match="line break"):
        cron_line(Job("inroad-test", ("a\nb",), Path("home"), 7, 5))


def test_a_delay_by_chance_is_the_same_each_time_and_may_cross_midnight(tmp_path):
    late = job(tmp_path, hour=23, minute=59, random_delay=600, days=(6,))
    hour, minute, days = late.by_chance()
    assert (hour, minute, days) == late.by_chance()
    assert days == ((0,) if hour < 23 else (6,))


@pytest.mark.parametrize(
    ("now", "days", "expected"),
    [
        ("2026-11-24T07:04", (), "2026-11-24T07:05"),
        ("2026-11-24T07:05", (), "2026-11-25T07:05"),
        ("2026-11-24T08:00", (0,), "2026-11-30T07:05"),
        ("2026-11-24T06:00", (1,), "2026-11-24T07:05"),
    ],
)
def test_the_next_start_by_the_settings(tmp_path, now, days, expected):
    found = job(tmp_path, days=days).next_start(datetime.fromisoformat(now))
    assert found == datetime.fromisoformat(expected)


def test_every_form_can_be_printed_anywhere(inroad):
    assert "OnCalendar" in inroad("schedule", "install", "--print", "systemd").out
    assert b"LaunchAgents" in inroad("schedule", "install", "--print", "launchd").err.encode()
    plistlib.loads(inroad("schedule", "install", "--print", "launchd").out.encode())
    ET.fromstring(inroad("schedule", "install", "--print", "windows").out.encode("utf-16"))
    assert "schedule run" in inroad("schedule", "install", "--print", "cron").out
    assert not (inroad.home / "schedule.log").exists()


# Installing


@posix
def test_install_show_and_remove_a_timer(inroad, fake, tmp_path):
    asked = fake(
        "systemctl", 'case "$*" in *NextElapse*) echo "Wed 2026-11-25 07:41:12 UTC";; esac'
    )
    inroad.environment |= {
        "PATH": f"{fake.path}:{os.environ['PATH']}",
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
    }
    assert "Nothing is scheduled" in inroad("schedule", "show").out
    out = inroad("schedule", "install").out
    timer = next((tmp_path / "config/systemd/user").glob("inroad-*.timer"))
    assert f"Wrote {timer}" in out and "Starts every day at 07:30" in out
    assert asked() == ["--user daemon-reload", f"--user enable --now {timer.name}"]
    assert str(inroad.home) in timer.with_suffix(".service").read_text(encoding="utf-8")
    shown = inroad("schedule", "show").out
    assert "Wed 2026-11-25 07:41:12 UTC (says the systemd user timer)" in shown
    assert "Wed 2026-11-25 07:41:12" in inroad("status").out
    inroad.configure('[schedule]\nat = "18:00"\ndays = ["fri"]\n')
    assert "of other settings" in inroad("schedule", "show").out
    inroad("schedule", "install")
    assert "OnCalendar=Fri *-*-* 18:00:00" in timer.read_text(encoding="utf-8")
    assert "of other settings" not in inroad("schedule", "show").out
    assert f"Removed {timer}" in inroad("schedule", "remove").out
    assert not timer.exists() and f"--user disable --now {timer.name}" in asked()
    assert "Nothing is scheduled" in inroad("schedule", "remove").out


@posix
def test_what_cannot_be_enabled_is_said_with_a_way_out(inroad, fake, tmp_path):
    fake("systemctl", "echo Failed to connect to bus: No medium found >&2", code=1)
    inroad.environment |= {"PATH": f"{fake.path}:/bin", "XDG_CONFIG_HOME": str(tmp_path / "config")}
    error = inroad("schedule", "install", code=1).err
    assert "written but not enabled: systemctl says: Failed to connect to bus" in error
    assert "systemctl --user enable --now" in error and "schedule run" in error
    shown = inroad("schedule", "show").out
    assert "(by your settings)" in shown, "where the scheduler does not say when"
    removed = inroad("schedule", "remove")
    assert "could not be disabled" in removed.err and "Removed" in removed.out


@posix
def test_without_a_scheduler_there_is_a_line_for_cron(inroad, tmp_path):
    inroad.environment["PATH"] = str(tmp_path)
    out = inroad("schedule", "install").out
    assert "crontab -e" in out and "schedule run" in out


@posix
@pytest.mark.parametrize(
    ("platform", "scheduler", "command", "install", "remove"),
    [
        ("darwin", Launchd, "launchctl", "bootstrap gui/", "bootout gui/"),
        ("win32", Windows, "schtasks", "/Create /TN inroad-test /XML", "/Delete /TN inroad-test"),
    ],
)
def test_other_systems_are_asked_in_their_words(
    fake, tmp_path, monkeypatch, platform, scheduler, command, install, remove
):
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setenv("HOME", str(tmp_path))
    asked = fake(command, 'echo \'"\\\\inroad-test","25/11/2026 07:41:00","Ready"\'')
    monkeypatch.setenv("PATH", f"{fake.path}:{os.environ['PATH']}")
    chosen = of_this_machine()
    assert isinstance(chosen, scheduler)
    mine = job(tmp_path)
    chosen.enable(mine)
    chosen.disable(mine)
    assert asked()[0].startswith(install) and asked()[1].startswith(remove)
    (file,) = chosen.files(mine)
    assert str(file) in chosen.by_hand(mine)
    if platform == "win32":
        assert chosen.next_run(mine) == "25/11/2026 07:41:00"
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SchedulerError, match=f"no {command}"):
        chosen.enable(mine)


# The run


@pytest.fixture
def watched(home, web):
    """A board where two are known, and one that is gone."""
    greenhouse(web, "tallgrass", "Tallgrass Robotics", "Baker", "Cook")
    home("boards", "add", "greenhouse:tallgrass")
    return home


def log_of(home):
    return (home.home / "schedule.log").read_text(encoding="utf-8")


def test_a_run_crawls_counts_what_is_new_and_says_it_in_a_line(watched, web):
    ran = watched("schedule", "run")
    assert re.fullmatch(
        r"1 board read, 2 new postings; 2 new targets at 1 employer "
        r"\(inroad match --new\)\. .+\n",
        ran.out,
    )
    assert ran.err == ""
    again = watched("schedule", "run").out
    assert "0 new postings; no new targets" in again, "nobody is told twice"
    shown = json.loads(watched("match", "--new", "--format", "json").out)
    assert len(shown[0]["targets"]) == 2, "what was only counted is still to be shown"
    greenhouse(web, "tallgrass", "Tallgrass Robotics", "Baker", "Cook", "Driver")
    assert "1 new posting; 2 new targets" in watched("schedule", "run").out
    assert log_of(watched).count("started") == 3
    said = watched("status").out
    assert "(by your settings)" in said, "something of the user's own starts it"
    assert "Last scheduled run" in said and "exit 0: 1 board read" in said
    data = json.loads(watched("status", "--format", "json").out)
    assert data["scheduled_run"]["exit_code"] == 0 and len(data["runs"]) == 3
    assert data["runs"][0]["outcomes"] == {"ok": 1} and data["runs"][0]["new"] == 1


def test_boards_that_failed_are_named_and_the_rest_is_matched(watched):
    watched("boards", "add", "greenhouse:gone")
    ran = watched("schedule", "run", code=3)
    assert "1 of them failed" in ran.out and "2 new targets" in ran.out
    assert "greenhouse:gone not_found" in log_of(watched)


def test_no_contact_is_in_any_log(watched, web, fake):
    """Planted names, a failing notification that repeats what it was told, a damaged board."""
    web.answers["boards-api.greenhouse.io/v1/boards/broken/jobs"] = lambda r: r.say(200, "{")
    watched("boards", "add", "greenhouse:broken", "--employer", "Quillmere")
    fake("shout", 'cat; echo "$@"; cat >&2', code=7)
    config = (watched.home / "config.toml").read_text(encoding="utf-8")
    watched.configure(
        f'{config}[schedule]\nnotify = ["{fake.path}/shout", "{{summary}}"]\n'
        "notify_contacts = true\n"
    )
    ran = watched("schedule", "run", code=3)
    written = ran.out + ran.err
    for file in watched.home.glob("*"):
        if file.suffix in (".log", ".json"):
            written += file.read_text(encoding="utf-8")
    for first, last, _ in PEOPLE:
        assert first not in written and last not in written
    assert "notification command failed (exit 7)" in log_of(watched)


@posix
def test_the_notification_names_employers_and_only_if_wanted_people(watched, web, tmp_path, fake):
    asked = fake("tell", f'cat > "{tmp_path}/heard"')
    config = (watched.home / "config.toml").read_text(encoding="utf-8")
    wish = f'[schedule]\nnotify = ["{fake.path}/tell", "Inroad", "{{summary}}"]\n'
    watched.configure(config + wish)
    watched("schedule", "run")
    assert asked() == ["Inroad 2 new targets at Tallgrass Robotics"]
    heard = (tmp_path / "heard").read_text(encoding="utf-8")
    assert "Tallgrass Robotics: 2 people, 2 postings" in heard and "match --new" in heard
    assert "Ilse" not in heard
    watched("schedule", "run")
    assert len(asked()) == 1, "nothing new, nothing said"
    greenhouse(web, "tallgrass", "Tallgrass Robotics", "Baker", "Cook", "Driver")
    watched.configure(config + wish + "notify_contacts = true\n")
    watched("schedule", "run")
    assert "Ilse Vandermolen" in (tmp_path / "heard").read_text(encoding="utf-8")
    assert "Ilse" not in asked()[1]


def test_a_notification_that_cannot_be_started_is_a_line_and_tried_again(watched, fake, tmp_path):
    config = (watched.home / "config.toml").read_text(encoding="utf-8")
    watched.configure(f'{config}[schedule]\nnotify = ["{tmp_path}/nowhere"]\n')
    watched("schedule", "run")
    assert "cannot be started (FileNotFoundError)" in log_of(watched)
    watched.configure(f'{config}[schedule]\nnotify = ["{tmp_path}/run.bat"]\n')
    assert "2 new targets" in watched("schedule", "run").out, "nobody was told of them yet"
    assert "batch file" in log_of(watched)


def test_never_two_at_once(watched, web):
    served = threading.Event()

    def hang(request):
        served.set()
        web.leave.wait(30)
        request.say(404, "")

    web.answers["boards-api.greenhouse.io/v1/boards/tallgrass/jobs"] = hang
    first = subprocess.Popen(
        [sys.executable, "-m", "cli", "schedule", "run"],
        env=watched.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert served.wait(30)
    second = watched("schedule", "run", code=4)
    assert "is running" in second.err
    assert "gave way (exit 4)" in log_of(watched)
    if os.name == "posix":
        # The service manager stops it: what was read is kept, and it says so.
        first.send_signal(signal.SIGTERM)
        web.leave.set()
        out, _ = first.communicate(timeout=60)
        assert first.returncode == 130 and b"board read" in out
    else:
        web.leave.set()
        first.communicate(timeout=60)


def test_a_run_without_boards_says_so(home):
    assert "no boards to read; no new targets" in home("schedule", "run", code=1).out
    assert "inroad boards add" in log_of(home)


def test_a_run_follows_its_settings(watched, web):
    greenhouse(web, "alder", "Alder")
    watched("boards", "add", "greenhouse:alder")
    config = (watched.home / "config.toml").read_text(encoding="utf-8")
    watched.configure(config + '[schedule]\nknown_only = true\nbudget = "90s"\n')
    watched("boards", "add", "greenhouse:tallgrass", "--employer", "Tallgrass Robotics")
    assert "1 board read" in watched("schedule", "run").out
    assert not web.paths("boards-api.greenhouse.io/v1/boards/alder")


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ('at = "25:00"', "schedule.at"),
        ('at = "noon"', "schedule.at"),
        ('days = ["funday"]', "funday"),
        ("random_delay = -1", "random_delay"),
        ('budget = "long"', "span of time"),
    ],
)
def test_settings_that_cannot_be_are_named(inroad, setting, said):
    inroad.configure(f"[schedule]\n{setting}\n")
    assert said in inroad("schedule", "show", code=1).err


def test_the_log_is_rotated(watched):
    (watched.home / "schedule.log").write_text("x" * 1_000_001, encoding="utf-8")
    watched("schedule", "run")
    assert (watched.home / "schedule.log.1").stat().st_size > 1_000_000
    assert (watched.home / "schedule.log").stat().st_size < 10_000


# The status


def test_the_status_says_what_is_due(home, web):
    said = home("status").out
    assert "none yet" in said and "not scheduled" in said and "no boards are watched" in said
    greenhouse(web, "tallgrass", "Tallgrass Robotics")
    home("boards", "add", "greenhouse:tallgrass", "hackernews:whoishiring", "lever:never")
    home("crawl", "greenhouse:tallgrass", "hackernews:whoishiring", code=None)
    home.environment["INROAD_NOW"] = "2027-01-15T09:00:00"
    due = {d["kind"]: d for d in json.loads(home("status", "--format", "json").out)["due"]}
    assert due["never read"]["count"] == 1
    assert due["stale"]["count"] >= 1
    assert due["contacts"]["count"] == 75 and "2026-11-01" in due["contacts"]["what"]
