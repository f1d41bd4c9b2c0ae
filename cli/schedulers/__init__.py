"""What the operating system starts, and when: one file for each system's own scheduler."""
