"""Logins at other providers, linked to accounts."""

import sqlalchemy as sa
from alembic import op

revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('linked_identities',
    sa.Column('issuer', sa.Text(), nullable=False),
    sa.Column('subject', sa.Text(), nullable=False),
    sa.Column('provider', sa.Text(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('linked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('linked_identities_account_id_fkey'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('issuer', 'subject', name=op.f('linked_identities_pkey'))
    )
    op.create_index(op.f('linked_identities_account_id'), 'linked_identities', ['account_id'], unique=False)
    op.create_table('sign_on_flows',
    sa.Column('flow_hash', sa.LargeBinary(), nullable=False),
    sa.Column('provider', sa.Text(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=True),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('sign_on_flows_account_id_fkey'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('flow_hash', name=op.f('sign_on_flows_pkey'))
    )
    op.create_index(op.f('sign_on_flows_expires_at'), 'sign_on_flows', ['expires_at'], unique=False)


def downgrade() -> None:
    op.drop_table('sign_on_flows')
    op.drop_table('linked_identities')
