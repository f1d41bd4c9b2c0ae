"""The two databases: the only room that opens their files."""
