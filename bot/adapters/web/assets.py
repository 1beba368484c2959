"""Style, scripts and icon, served from memory under the name of their content, so that browsers keep them for good."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Final

from starlette.responses import Response

from bot.exports.as_html import TEMPLATES as EXPORTS

if TYPE_CHECKING:
    from starlette.requests import Request

FOLDER: Final = Path(__file__).parent / "static"
TYPES: Final = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
FOR_GOOD = "public, max-age=31536000, immutable"


class Assets:
    """Every file of `static/`, read once."""

    def __init__(self, folder: Path = FOLDER) -> None:
        """Read the folder."""
        self._files = {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.suffix in TYPES}
        whole = hashlib.sha256(b"".join(name.encode() + content for name, content in self._files.items()))
        self.version = whole.hexdigest()[:12]

    @property
    def address(self) -> str:
        """What the address of each file begins with."""
        return f"/static/{self.version}"

    async def record_style(self, request: Request) -> Response:
        """The style of the record's page, which belongs to the exports."""
        del request
        return Response(
            (EXPORTS / "record.css").read_bytes(), media_type="text/css", headers={"cache-control": "no-cache"}
        )

    async def icon(self, request: Request) -> Response:
        """The icon, for a page that names none (the record's)."""
        del request
        return Response(self._files["icon.svg"], media_type=TYPES[".svg"], headers={"cache-control": "max-age=86400"})

    async def serve(self, request: Request) -> Response:
        """One file; an old version's address still finds the new one, and then is not kept."""
        name: str = request.path_params["name"]
        content = self._files.get(name)
        if content is None:
            return Response(status_code=404)
        current = request.path_params["version"] == self.version
        headers = {"cache-control": FOR_GOOD if current else "no-cache"}
        return Response(content, media_type=TYPES[Path(name).suffix], headers=headers)
