"""Wheels carry config/ as cli/config. An editable install reads it in the checkout instead, where
a copied folder would shadow the real `cli`."""

from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class ShipConfig(BuildHookInterface[Any]):
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "standard":
            build_data["force_include"]["config"] = "cli/config"
