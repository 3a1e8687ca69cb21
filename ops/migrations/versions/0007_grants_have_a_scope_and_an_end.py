"""Grants have a scope and an end, and a territory makes roles of its own."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('custom_roles',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('description', sa.Text(), nullable=False),
    sa.Column('permissions', postgresql.ARRAY(sa.Text()), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('custom_roles_pkey')),
    sa.UniqueConstraint('name', name=op.f('custom_roles_name_key'))
    )
    op.add_column('role_grants', sa.Column('id', sa.Uuid(), server_default=sa.text('gen_random_uuid()'), nullable=False))
    op.add_column('role_grants', sa.Column('community_id', sa.Uuid(), nullable=True))
    op.add_column('role_grants', sa.Column('expires_at', sa.DateTime(timezone=True), nullable=True))
    op.drop_constraint('role_grants_pkey', 'role_grants', type_='primary')
    op.create_primary_key(op.f('role_grants_pkey'), 'role_grants', ['id'])
    op.create_unique_constraint(op.f('role_grants_account_id_role_community_id_key'), 'role_grants', ['account_id', 'role', 'community_id'], postgresql_nulls_not_distinct=True)
    op.create_index(op.f('role_grants_expires_at'), 'role_grants', ['expires_at'], unique=False)
    op.execute('CREATE OR REPLACE VIEW published_role_grants AS SELECT account_id, role FROM role_grants '
               'WHERE community_id IS NULL AND (expires_at IS NULL OR expires_at > now())')
    op.execute('CREATE VIEW published_grants AS SELECT id, account_id, role, permissions, community_id, expires_at '
               'FROM role_grants LEFT JOIN (SELECT name AS role, permissions FROM custom_roles) AS own USING (role)')


def downgrade() -> None:
    op.execute('DROP VIEW published_grants')
    op.execute('CREATE OR REPLACE VIEW published_role_grants AS SELECT account_id, role FROM role_grants')
    # What is over, or only for a community, is nothing that the version before can say.
    op.execute('DELETE FROM role_grants WHERE community_id IS NOT NULL OR expires_at IS NOT NULL')
    op.drop_index(op.f('role_grants_expires_at'), table_name='role_grants')
    op.drop_constraint(op.f('role_grants_account_id_role_community_id_key'), 'role_grants', type_='unique')
    op.drop_constraint('role_grants_pkey', 'role_grants', type_='primary')
    op.create_primary_key(op.f('role_grants_pkey'), 'role_grants', ['account_id', 'role'])
    op.drop_column('role_grants', 'expires_at')
    op.drop_column('role_grants', 'community_id')
    op.drop_column('role_grants', 'id')
    op.drop_table('custom_roles')
