"""The tree keeps the rules of the house; each rule is shown a line it accepts and a line it refuses."""

import ast
import re
import subprocess
import sys

import pytest

from ops.documentation.error_catalogue import find_error_codes, render_error_catalogue
from ops.documentation.event_catalogue import render_event_catalogue
from shared.events import catalogue
from tests.architecture import house_rules as rules

SERVICES = sorted(path.name for path in (rules.ROOT / "services").iterdir() if (path / "app.py").exists())


def test_the_seven_services_stand() -> None:
    assert SERVICES == ["auth", "community", "event", "gateway", "search", "user", "websocket"]


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_has_only_the_known_files_at_its_top(service: str) -> None:
    files = {path.name for path in (rules.ROOT / "services" / service).glob("*.py")}
    assert files <= rules.SERVICE_FILES | rules.EXTRA_SERVICE_FILES.get(service, set())
    assert {"__init__.py", "app.py", "settings.py"} <= files


@pytest.mark.parametrize("service", SERVICES)
def test_the_sign_on_the_door_tells_what_a_service_owns(service: str) -> None:
    sign = ast.get_docstring(ast.parse((rules.ROOT / "services" / service / "__init__.py").read_text()))
    assert sign is not None
    assert len(sign.splitlines()) > 3


def test_no_folder_has_a_name_that_means_nothing() -> None:
    folders = {path.parent.name for path in rules.python_files("services", "shared", "ops")}
    modules = {path.stem for path in rules.python_files("services", "shared", "ops")}
    assert not (folders | modules) & rules.FORBIDDEN_NAMES


def test_no_import_hides_inside_a_function() -> None:
    assert rules.imports_inside_functions("def f():\n    import os\n") == [2]
    assert rules.imports_inside_functions("import os\ndef f():\n    return os\n") == []
    found = {
        rules.module_of(path): lines
        for path in rules.python_files("services", "shared", "ops", "tests")
        if (lines := rules.imports_inside_functions(path.read_text()))
    }
    assert found == {}


def test_rooms_are_private() -> None:
    seen = "services.community.posts.queries"
    assert rules.foreign_room_imports(seen, "from services.community.communities.tables import communities") == []
    assert rules.foreign_room_imports(seen, "from services.community.communities import repository") != []
    assert rules.foreign_room_imports(seen, "from services.auth.accounts.tables import accounts") != []
    assert rules.foreign_room_imports(
        "services.community.posts.routes", "from services.community.posts.tables import p"
    )
    complaints = [
        complaint
        for path in rules.python_files("services")
        for complaint in rules.foreign_room_imports(rules.module_of(path), path.read_text())
    ]
    assert complaints == []


def test_tables_import_nothing_but_the_metadata() -> None:
    allowed = re.compile(r"sqlalchemy|shared\.database\.metadata|collections|typing|datetime|uuid")
    for path in rules.python_files("services"):
        if path.stem == "tables":
            foreign = [n for n in rules.imported_modules(ast.parse(path.read_text())) if not allowed.match(n)]
            assert foreign == [], path


def test_sql_in_strings_stays_where_the_driver_is() -> None:
    assert rules.text_calls("from sqlalchemy import text\ntext('SELECT 1')") == [2]
    assert rules.text_calls("from sqlalchemy import select\nselect(1)") == []
    found = [
        path
        for path in rules.python_files("services", "shared", "ops")
        if "shared/database" not in path.as_posix() and "ops/migrations" not in path.as_posix()
        if rules.text_calls(path.read_text())
    ]
    assert found == []


def test_error_codes_are_kebab_case_and_documented() -> None:
    codes = find_error_codes(rules.ROOT)
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", code) for code in codes)
    assert (rules.ROOT / "docs" / "errors.md").read_text() == render_error_catalogue(rules.ROOT)


def test_the_documented_event_catalogue_is_the_one_in_code() -> None:
    assert (rules.ROOT / "docs" / "events.md").read_text() == render_event_catalogue()


def test_subjects_and_keys_are_written_in_one_place() -> None:
    assert rules.strings_with_prefix("f'territory.{code}.x'", "territory.") == [1]
    for prefix, home in (("territory.", "shared/messaging/subjects.py"), ("hints.", "shared/messaging/subjects.py")):
        found = [
            path.relative_to(rules.ROOT).as_posix()
            for path in rules.python_files("services", "shared")
            if rules.strings_with_prefix(path.read_text(), prefix)
        ]
        assert set(found) <= {home, "shared/territory/territory.py"}, prefix


def test_every_event_is_published_by_someone() -> None:
    writers = [path for path in rules.python_files("services", "shared", "ops") if "catalogue" not in path.parts]
    lines = (line for path in writers for line in path.read_text().splitlines())
    code = "\n".join(line for line in lines if not line.startswith("from "))
    for event in catalogue.EVENTS.values():
        # Made there, or handed to what makes it.
        is_published = re.search(rf"\b{event.__name__}\(|\(.*, {event.__name__},", code)
        assert event.external or is_published, f"nobody publishes {event.type}"


def test_every_event_is_consumed_sent_live_or_marked_audit_only() -> None:
    readers = "\n".join(path.read_text() for path in rules.python_files("services") if path.stem != "commands")
    for event in catalogue.EVENTS.values():
        is_consumed = re.search(rf"\b{event.__name__}\b", readers) is not None
        assert is_consumed or event.live or event.audit_only or event.external, f"nobody consumes {event.type}"


def test_the_arrows_of_the_house_point_one_way() -> None:
    lint = [
        sys.executable,
        "-c",
        "import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())",
    ]
    outcome = subprocess.run(lint, cwd=rules.ROOT, capture_output=True, text=True, check=False)  # noqa: S603 (fixed argv)
    assert outcome.returncode == 0, outcome.stdout
