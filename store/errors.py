"""What can go wrong with a database file, in words a person can act on."""


class StoreError(Exception):
    """Base of all errors of this room."""


class DatabaseBusy(StoreError):
    """Another process holds the file, and still did after the stated wait."""


class DatabaseTooNew(StoreError):
    """The file was made by a later version of Inroad."""


class DatabaseDamaged(StoreError):
    """The file is not a database DuckDB can open."""
