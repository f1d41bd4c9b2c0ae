"""Names and people to links and targets. No network, ever."""
