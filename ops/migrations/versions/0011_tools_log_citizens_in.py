"""The pod's own tools log citizens in."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('oidc_clients',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('secret_hash', sa.LargeBinary(), nullable=True),
    sa.Column('redirect_uris', postgresql.ARRAY(sa.Text()), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('oidc_clients_pkey'))
    )
    op.create_table('authorization_codes',
    sa.Column('code_hash', sa.LargeBinary(), nullable=False),
    sa.Column('client_id', sa.Text(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('session_id', sa.Uuid(), nullable=False),
    sa.Column('redirect_uri', sa.Text(), nullable=False),
    sa.Column('scopes', postgresql.ARRAY(sa.Text()), nullable=False),
    sa.Column('nonce', sa.Text(), nullable=True),
    sa.Column('code_challenge', sa.Text(), nullable=False),
    sa.Column('aal', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('token_id', sa.Uuid(), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('authorization_codes_account_id_fkey'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['client_id'], ['oidc_clients.id'], name=op.f('authorization_codes_client_id_fkey'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('code_hash', name=op.f('authorization_codes_pkey'))
    )
    op.create_index(op.f('authorization_codes_expires_at'), 'authorization_codes', ['expires_at'], unique=False)
    op.add_column('access_tokens', sa.Column('is_tools', sa.Boolean(), server_default=sa.text('false'), nullable=False))


def downgrade() -> None:
    op.drop_column('access_tokens', 'is_tools')
    op.drop_table('authorization_codes')
    op.drop_table('oidc_clients')
