"""Write the gateway's document: `python -m ops.openapi`."""

from ops.openapi.document import DOCUMENT, build_document, render

if __name__ == "__main__":
    DOCUMENT.parent.mkdir(exist_ok=True)
    DOCUMENT.write_text(render(build_document()))
