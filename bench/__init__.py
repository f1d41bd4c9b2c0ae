"""Speed and quality beside named peers, repeatable. Never part of the tests."""
