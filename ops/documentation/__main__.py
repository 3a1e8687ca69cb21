"""Write the generated documents: `python -m ops.documentation`."""

from pathlib import Path

from ops.documentation.error_catalogue import render_error_catalogue
from ops.documentation.event_catalogue import render_event_catalogue

ROOT = Path(__file__).resolve().parents[2]

if __name__ == "__main__":
    (ROOT / "docs" / "errors.md").write_text(render_error_catalogue(ROOT))
    (ROOT / "docs" / "events.md").write_text(render_event_catalogue())
