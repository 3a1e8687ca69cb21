"""Challenges for passkeys to answer."""

import sqlalchemy as sa
from alembic import op

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('passkey_challenges',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=True),
    sa.Column('challenge', sa.LargeBinary(), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('passkey_challenges_pkey'))
    )
    op.create_index(op.f('passkey_challenges_expires_at'), 'passkey_challenges', ['expires_at'], unique=False)


def downgrade() -> None:
    op.drop_table('passkey_challenges')
