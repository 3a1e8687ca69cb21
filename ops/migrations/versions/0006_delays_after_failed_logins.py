"""Failed logins bring delays, counted apart where an account's owner is known to come from."""

import sqlalchemy as sa
from alembic import op

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('login_delays',
    sa.Column('subject', sa.LargeBinary(), nullable=False),
    sa.Column('failures', sa.Integer(), nullable=False),
    sa.Column('failed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('blocked_until', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('subject', name=op.f('login_delays_pkey'))
    )
    op.create_index(op.f('login_delays_failed_at'), 'login_delays', ['failed_at'], unique=False)
    op.create_table('known_networks',
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('network', sa.LargeBinary(), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('known_networks_account_id_fkey'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('account_id', 'network', name=op.f('known_networks_pkey'))
    )
    op.create_index(op.f('known_networks_used_at'), 'known_networks', ['used_at'], unique=False)


def downgrade() -> None:
    op.drop_table('known_networks')
    op.drop_table('login_delays')
