"""What of the package's metadata follows from the project's address, which stands in one place: `[tool.tui-digest]
address` in pyproject.toml. While it is empty there are no links to it, and the README stays as it is."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface

_RELATIVE = re.compile(r"(?P<picture>!?)(?P<text>\[[^\]]*\])\((?!https?:|mailto:|#)(?P<path>[^)\s]+)\)")


def fields_of(address: str, readme: str) -> dict[str, Any]:
    """The metadata's `urls` and `readme`; elsewhere than in a checkout a README's relative links lead nowhere."""
    address = address.rstrip("/")
    if not address:
        return {"urls": {}, "readme": _markdown(readme)}

    def absolute(match: re.Match[str]) -> str:
        kind = "raw" if match["picture"] else "blob"
        return f"{match['picture']}{match['text']}({address}/{kind}/HEAD/{match['path']})"

    urls = {
        "Homepage": address,
        "Changelog": f"{address}/blob/HEAD/CHANGELOG.md",
        "Documentation": f"{address}/tree/HEAD/docs",
        "Issues": f"{address}/issues",
    }
    return {"urls": urls, "readme": _markdown(_RELATIVE.sub(absolute, readme))}


def _markdown(text: str) -> dict[str, str]:
    return {"content-type": "text/markdown", "text": text}


class AddressHook(MetadataHookInterface):
    """Asked by hatchling when it builds."""

    PLUGIN_NAME = "custom"

    def update(self, metadata: dict[str, Any]) -> None:
        """Puts the fields in."""
        root = Path(self.root)
        settings = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["tool"]["tui-digest"]
        metadata.update(fields_of(settings["address"], (root / "README.md").read_text("utf-8")))
