"""A grant may be for one post or one gathering."""

import sqlalchemy as sa
from alembic import op

revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('role_grants', sa.Column('resource_kind', sa.Text(), nullable=True))
    op.create_check_constraint(op.f('role_grants_resource_kind_check'), 'role_grants',
                               "resource_kind IS NULL OR (resource_kind IN ('post', 'gathering') AND community_id IS NOT NULL)")
    op.execute('CREATE OR REPLACE VIEW published_grants AS '
               'SELECT id, account_id, role, permissions, community_id, expires_at, resource_kind '
               'FROM role_grants LEFT JOIN (SELECT name AS role, permissions FROM custom_roles) AS own USING (role)')


def downgrade() -> None:
    op.execute('DROP VIEW published_grants')
    # What is only for a resource is nothing that the version before can say.
    op.execute('DELETE FROM role_grants WHERE resource_kind IS NOT NULL')
    op.drop_constraint(op.f('role_grants_resource_kind_check'), 'role_grants', type_='check')
    op.drop_column('role_grants', 'resource_kind')
    op.execute('CREATE VIEW published_grants AS SELECT id, account_id, role, permissions, community_id, expires_at '
               'FROM role_grants LEFT JOIN (SELECT name AS role, permissions FROM custom_roles) AS own USING (role)')
