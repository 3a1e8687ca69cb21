"""Access tokens of programs, service accounts, and sessions in which somebody acts in another's name."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('access_tokens',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('token_hash', sa.LargeBinary(), nullable=False),
    sa.Column('ending', sa.Text(), nullable=False),
    sa.Column('scopes', postgresql.ARRAY(sa.Text()), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('access_tokens_account_id_fkey'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('access_tokens_pkey')),
    sa.UniqueConstraint('token_hash', name=op.f('access_tokens_token_hash_key'))
    )
    op.create_index(op.f('access_tokens_account_id'), 'access_tokens', ['account_id'], unique=False)
    op.create_table('access_token_uses',
    sa.Column('token_id', sa.Uuid(), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('token_id', name=op.f('access_token_uses_pkey'))
    )
    op.add_column('accounts', sa.Column('kind', sa.Text(), server_default='citizen', nullable=False))
    op.create_check_constraint(op.f('accounts_kind_check'), 'accounts', "kind IN ('citizen', 'service')")
    op.add_column('sessions', sa.Column('impersonator_id', sa.Uuid(), nullable=True))
    op.execute("CREATE VIEW published_access_tokens AS SELECT id, account_id, token_hash, scopes, expires_at FROM access_tokens "
               "JOIN (SELECT id AS account_id FROM accounts WHERE status = 'active') AS active USING (account_id) "
               "WHERE revoked_at IS NULL")


def downgrade() -> None:
    op.execute('DROP VIEW published_access_tokens')
    op.drop_column('sessions', 'impersonator_id')
    op.drop_constraint(op.f('accounts_kind_check'), 'accounts', type_='check')
    op.drop_column('accounts', 'kind')
    op.drop_table('access_token_uses')
    op.drop_table('access_tokens')
