"""What is told of postings that their sources do not say: languages and places."""

import hashlib
from importlib import resources

import pytest

from crawler import language, settling
from crawler.language import detect
from crawler.settling import settle
from store.searching import PostingFilter
from tests.conftest import ROOT
from tests.store.shop import Shop

TEXTS = {
    "en": "You will keep the kettles at the right heat and write down what you have tasted.",
    "de": "Wir suchen eine Köchin für unsere kleine Küche am Hafen, die gern früh aufsteht.",
    "fr": "Nous cherchons une cuisinière pour notre petite cuisine du port, qui aime le matin.",
    "es": "Buscamos una cocinera para nuestra pequeña cocina del puerto que quiera madrugar.",
    "nl": "Wij zoeken een kok voor onze kleine keuken aan de haven die graag vroeg opstaat.",
    "sv": "Vi söker en kock till vårt lilla kök vid hamnen som tycker om att gå upp tidigt.",
    "pl": "Szukamy kucharki do naszej małej kuchni w porcie, która lubi wcześnie wstawać.",
    "pt": "Procuramos uma cozinheira para a nossa pequena cozinha do porto que goste de madrugar.",
    "it": "Cerchiamo una cuoca per la nostra piccola cucina del porto che ami alzarsi presto.",
    "ja": "港の小さな厨房で働く、早起きの好きな料理人を募集しています。経験は問いません。",
}


@pytest.mark.parametrize(("code", "text"), TEXTS.items())
def test_the_language_of_a_text(code, text):
    assert detect(text) == code


@pytest.mark.parametrize("text", ["", "Apply now", "SQL, Python, AWS", "12345 " * 50])
def test_a_short_text_is_in_none(text):
    assert detect(text) is None


def test_a_text_in_two_languages_is_in_none():
    assert detect(f"{TEXTS['en']} {TEXTS['pl']}", f"{TEXTS['fr']} {TEXTS['sv']}") is None


def test_the_model_is_the_one_the_notice_names():
    model = (resources.files("crawler") / "lid.176.ftz").read_bytes()
    notice = (ROOT / "NOTICE").read_text(encoding="utf-8")
    assert hashlib.sha256(model).hexdigest() in notice


@pytest.fixture
def shop(tmp_path):
    return Shop(tmp_path)


def test_each_text_and_location_is_looked_at_once(shop, monkeypatch):
    looked = []
    monkeypatch.setattr(language, "detect", lambda *texts: looked.append(texts) or detect(*texts))
    lines = [
        shop.posting("1", description=TEXTS["de"], locations=["Berlin"]),
        shop.posting("2", description=TEXTS["de"], locations=["Berlin", "Nowhere at all"]),
        shop.posting("3", description=TEXTS["en"], language="en-GB"),
        shop.posting("4", description="Short."),
    ]
    shop.run(*lines, shop.read())
    for _ in range(2):
        settle(shop.db)
    assert len(looked) == 2, "not where the source says it"
    assert shop.open(PostingFilter(language=["de"])) == ["1", "2"]
    assert shop.open(PostingFilter(language=["en", "fr"])) == ["3"]
    assert shop.open(PostingFilter(location=["germany"])) == ["1", "2"]
    places = "SELECT location, city, country FROM places ORDER BY location"
    assert shop.rows(places) == [("Berlin", "Berlin", "DE"), ("Nowhere at all", None, None)]


def test_a_newer_version_looks_again(shop, monkeypatch):
    shop.run(shop.posting("1", description=TEXTS["de"], locations=["Berlin"]), shop.read())
    settle(shop.db)
    monkeypatch.setattr(settling.language, "VERSION", 99)
    monkeypatch.setattr(settling.geocode, "VERSION", 99)
    monkeypatch.setattr(language, "detect", lambda *texts: "xx")
    monkeypatch.setattr(settling.geocode, "geocode", lambda *asked: None)
    settle(shop.db)
    assert shop.open(PostingFilter(language=["xx"])) == ["1"]
    assert shop.rows("SELECT country FROM places") == [(None,)]
