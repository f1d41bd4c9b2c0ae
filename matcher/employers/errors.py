"""What can go wrong with what is known of employers, in words a person can act on."""


class KnowledgeError(Exception):
    """A file of employer facts cannot be used: which, where in it, and what to write instead."""


class WorkerError(Exception):
    """A process that was given a share of the work ended before it was done."""


class TooLarge(Exception):
    """The lists do not fit into memory."""
