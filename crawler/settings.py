"""What a crawl may be told, and the Scrapy settings that follow from it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from crawler.choices import Choice


@dataclass(frozen=True, slots=True)
class CrawlSettings:
    """One run's settings. Times are seconds, sizes bytes."""

    version: str
    contact: str | None = None
    """Where a site's owner can reach the user: an address or a page, put in the User-Agent."""
    delay: float = 1.0
    """Between two requests to one host. Under 0.5 is honoured only on loopback."""
    timeout: float = 45.0
    """For one request from connecting to the body's last byte."""
    max_body_bytes: int = 64 * 2**20
    """The largest body taken, before and after decompression."""
    max_pages: int = 5000
    """The most fetches one board may ask for in one run."""
    retry_after_max: float = 60.0
    """A host that asks to be left alone for longer is left alone for the run."""
    concurrent_hosts: int = 48
    origins: Mapping[str, str] = field(default_factory=dict)
    """Asked-for host, or "*", to the origin that answers for it; "{host}" is filled in."""
    choices: Mapping[str, Choice] = field(default_factory=dict, repr=False)
    """Source name -> what the user decided about it."""

    deny_hosts: ClassVar[tuple[str, ...]] = ("linkedin.com", "indeed.com", "glassdoor.com")
    """Never fetched, subdomains included. Part of the product's promise, so not a setting."""

    @property
    def secrets(self) -> tuple[str, ...]:
        """Every key the user gave."""
        return tuple(s for choice in self.choices.values() for s in choice.secrets())

    @property
    def user_agent(self) -> str:
        """RFC 9110 product token, with a comment that says whom to write to."""
        agent = f"inroad/{self.version}"
        contact = re.sub(r"[^\x21-\x27\x2a-\x7e]", "", self.contact or "")
        return f"{agent} (+{contact})" if contact else agent


def scrapy_settings(crawl: CrawlSettings) -> dict[str, Any]:
    """Scrapy's settings for one run: everything we do not need off, the rest polite."""
    return {
        "CRAWL": crawl,
        # Doors into the process, and traces it would leave.
        "REMOTE_CONTROL_ENABLED": False,
        "TELNETCONSOLE_ENABLED": False,
        "COOKIES_ENABLED": False,
        "STATS_DUMP": False,
        # What is on by default is taken away rather than turned off by name: what has a name is
        # imported, and with some of it an HTTP server.
        "EXTENSIONS_BASE": {},
        "SPIDER_MIDDLEWARES_BASE": {},
        "DOWNLOADER_MIDDLEWARES_BASE": {},
        "DOWNLOAD_HANDLERS_BASE": {},
        "DOWNLOADER_MIDDLEWARES": {
            "crawler.politeness.Robots": 100,
            "scrapy.downloadermiddlewares.downloadtimeout.DownloadTimeoutMiddleware": 350,
            "scrapy.downloadermiddlewares.defaultheaders.DefaultHeadersMiddleware": 400,
            "scrapy.downloadermiddlewares.retry.RetryMiddleware": 550,
            "crawler.politeness.Decompression": 590,
            "crawler.politeness.Redirects": 600,
            "scrapy.downloadermiddlewares.httpproxy.HttpProxyMiddleware": 750,
            "crawler.politeness.Politeness": 900,
        },
        "DOWNLOAD_HANDLERS": {
            "http": "crawler.departure.Departure",
            "https": "crawler.departure.Departure",
        },
        "DOWNLOAD_VERIFY_CERTIFICATES": True,
        # One request at a time to a host; politeness.py sets each host's delay. A request that
        # waits for robots.txt or for its host's turn counts as concurrent, hence the factor.
        "CONCURRENT_REQUESTS": 2 * crawl.concurrent_hosts,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
        "CONCURRENT_ITEMS": 1,
        "DOWNLOAD_DELAY": crawl.delay,
        "DOWNLOAD_DELAY_JITTER": 0,
        "DOWNLOAD_TIMEOUT": crawl.timeout,
        "DOWNLOAD_MAXSIZE": crawl.max_body_bytes,
        "DOWNLOAD_WARNSIZE": 0,
        "DNS_TIMEOUT": min(crawl.timeout, 20),
        "SCHEDULER_MEMORY_QUEUE": "scrapy.squeues.FifoMemoryQueue",
        "RETRY_TIMES": 1,
        "RETRY_PRIORITY_ADJUST": 0,
        "RETRY_GIVE_UP_LOG_LEVEL": "INFO",
        "DEFAULT_REQUEST_HEADERS": {
            "User-Agent": crawl.user_agent,
            "Accept": "application/json, text/html;q=0.9, application/xml;q=0.9, */*;q=0.5",
            # The two that the standard library can take apart within a bound.
            "Accept-Encoding": "gzip, deflate",
        },
        "LOG_INSTALL_ROOT_HANDLER": False,
        "LOG_VERSIONS": [],
        "WARN_ON_GENERATOR_RETURN_VALUE": False,
    }
