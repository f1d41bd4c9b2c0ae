"""config.toml: strict about what it says, clear about what it is not."""

import pytest


def test_init_writes_every_setting_and_it_loads(inroad):
    out = inroad("config", "init").out
    assert str(inroad.home / "config.toml") in out
    shown = inroad("config", "show").out
    assert "delay = 1.0" in shown
    assert "already there" in inroad("config", "init", code=1).err


def test_the_users_values_win_and_the_rest_stays(inroad):
    inroad.configure('[crawl]\ndelay = 2\n[search]\ntitle = "data engineer"\n')
    shown = inroad("config", "show").out
    assert "delay = 2.0" in shown
    assert 'title = ["data engineer"]' in shown
    assert "timeout = 45.0" in shown


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[crawl]\ndeley = 2\n", "no setting crawl.deley. Did you mean crawl.delay?"),
        ('[crawl]\ndelay = "fast"\n', "crawl.delay must be a number, not 'fast'"),
        ("[crawl]\ndelay = -1\n", "crawl.delay must be more than 0"),
        ("[crawl]\ndelay = true\n", "crawl.delay must be a number"),
        ("[search]\nremote = 1\n", "search.remote must be true or false"),
        ("[search]\nsince = 'soon'\n", "search.since"),
        ("[search]\nrelation = 'friend'\n", "search.relation must be"),
        ("[search]\ntitle = [1]\n", "search.title must be a list of texts"),
        ("crawl = 3\n", "crawl is a table"),
        ("[crawl.origins]\nx = 'ftp://y'\n", "crawl.origins.x must be an http"),
        ("[crawl\n", "is not valid TOML"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(inroad, text, said):
    inroad.configure(text)
    error = inroad("config", "show", code=1).err
    assert said in error
    assert "config.toml" in error
    assert len(error.strip().splitlines()) == 1


def test_an_error_shows_its_traceback_only_when_asked(inroad):
    inroad.configure("[crawl\n")
    assert "Traceback" not in inroad("config", "show", code=1).err
    assert "Traceback" in inroad("config", "show", "-v", code=1).err
    assert "Traceback" in inroad("-v", "config", "show", code=1).err


def test_home_may_stand_before_or_behind_the_command(inroad, tmp_path):
    other = tmp_path / "other"
    assert str(other) in inroad("--home", other, "config", "show").out
    assert str(other) in inroad("config", "show", "--home", other).out
    assert str(inroad.home) in inroad("config", "show").out
