"""What a migration takes away is read from its text."""

import pytest

from ops.migrations.plan import UnknownRevisionError, direction, steps, taken_away


def taken(*lines: str) -> tuple[str, ...]:
    return taken_away("def upgrade():\n" + "".join(f"    {line}\n" for line in lines), "upgrade")


def test_what_only_adds_takes_nothing() -> None:
    assert (
        taken("op.add_column('a', sa.Column('b'))", "op.create_table('c')", "op.drop_index('d', table_name='c')") == ()
    )
    assert taken("op.alter_column('a', 'b', nullable=True)") == ()


def test_what_goes_or_changes_its_form_is_named() -> None:
    assert taken("op.drop_table('a')", "op.drop_column('b', 'c')") == ("table a", "column b.c")
    assert taken("op.alter_column('a', 'b', nullable=False)") == ("the former form of column a.b",)
    assert taken("op.alter_column('a', 'b', new_column_name='c')") == ("the former form of column a.b",)
    assert taken("op.rename_table('a', 'b')") == ("the name of table a",)
    assert taken("op.execute(sa.text('DELETE  FROM a WHERE b'))", "op.execute('DROP TABLE IF EXISTS c')") == (
        "delete from a",
        "drop table if exists c",
    )


def test_a_view_that_is_made_again_is_not_taken_away() -> None:
    assert taken("op.execute('DROP VIEW a')", "op.execute('CREATE VIEW a AS SELECT 1')") == ()
    assert taken("op.execute('DROP VIEW a')", "op.execute('CREATE VIEW b AS SELECT 1')") == ("drop view a",)


def test_the_way_down_is_the_way_up_backwards() -> None:
    up = steps("0002", "0005")
    assert [step.revision for step in up] == ["0003", "0004", "0005"]
    assert [step.revision for step in steps("0005", "0002")] == ["0005", "0004", "0003"]
    assert steps(None, "0001")[0].direction == "upgrade"
    assert steps("0003", "0003") == []
    assert (direction("0002", "0005"), direction("0005", "base"), direction("0005", "0005")) == (
        "upgrade",
        "downgrade",
        None,
    )


def test_a_revision_that_is_not_there_is_named() -> None:
    with pytest.raises(UnknownRevisionError, match="'9999'"):
        steps("0001", "9999")
