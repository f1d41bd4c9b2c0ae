"""A home with contacts, and a server that answers for every host."""

import shutil
import threading

import pytest

from tests.cli.invented import PEOPLE, know
from tests.conftest import Inroad
from tests.crawler.loopback import Server


@pytest.fixture
def web():
    server = Server()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server
    server.leave.set()
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="module")
def contacts(tmp_path_factory):
    """A network database with the six of PEOPLE, to be copied."""
    folder = tmp_path_factory.mktemp("contacts")
    inroad = Inroad(folder / "home")
    know(inroad, folder, PEOPLE)
    return inroad.home / "network.duckdb"


@pytest.fixture
def home(inroad, web, contacts):
    """Six contacts, and every host answered by the server."""
    inroad.configure(
        '[crawl]\ndelay = 0.0\ncontact = "me@seeker.example"\n'
        f'[crawl.origins]\n"*" = "{web.url}/{{host}}"\n'
    )
    shutil.copy(contacts, inroad.home)
    return inroad
