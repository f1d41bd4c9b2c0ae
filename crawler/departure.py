"""The last thing before the wire: a request waits for its host's budget and gets its keys."""

from __future__ import annotations

from scrapy import Request
from scrapy.http import Response

from crawler.keys import keyed, unkeyed_headers
from crawler.origins import OriginHandler
from crawler.politeness import Politeness


class Departure(OriginHandler):
    """Scrapy hands over a request here when its turn has come, so this is where it counts."""

    async def download_request(self, request: Request) -> Response:
        politeness = self.crawler.get_downloader_middleware(Politeness)
        if politeness is not None:
            await politeness.leave(request)
        leaving = keyed(request)
        response = await super().download_request(leaving)
        if leaving is request:
            return response
        return unkeyed_headers(response.replace(url=request.url), request)
