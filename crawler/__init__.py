"""Boards to postings: the only room that knows Scrapy."""
