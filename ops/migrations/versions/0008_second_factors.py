"""Second factors, and sessions that say when one was shown."""

import sqlalchemy as sa
from alembic import op

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('totp_factors',
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('sealed_secret', sa.LargeBinary(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('confirmed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('used_step', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('totp_factors_account_id_fkey'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('account_id', name=op.f('totp_factors_pkey'))
    )
    op.create_table('factor_failures',
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('failures', sa.Integer(), nullable=False),
    sa.Column('blocked_until', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('factor_failures_account_id_fkey'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('account_id', name=op.f('factor_failures_pkey'))
    )
    op.create_table('recovery_codes',
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('code_hash', sa.LargeBinary(), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('recovery_codes_account_id_fkey'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('account_id', 'code_hash', name=op.f('recovery_codes_pkey'))
    )
    op.create_table('passkeys',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('credential_id', sa.LargeBinary(), nullable=False),
    sa.Column('public_key', sa.LargeBinary(), nullable=False),
    sa.Column('sign_count', sa.BigInteger(), nullable=False),
    sa.Column('is_backed_up', sa.Boolean(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('last_used_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('passkeys_account_id_fkey'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('passkeys_pkey')),
    sa.UniqueConstraint('credential_id', name=op.f('passkeys_credential_id_key'))
    )
    op.create_index(op.f('passkeys_account_id'), 'passkeys', ['account_id'], unique=False)
    op.add_column('sessions', sa.Column('stepped_up_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('refresh_tokens', sa.Column('access_aal', sa.Text(), server_default='aal1', nullable=False))
    op.execute('CREATE VIEW published_second_factors AS SELECT account_id FROM totp_factors WHERE confirmed_at IS NOT NULL '
               'UNION SELECT account_id FROM passkeys')


def downgrade() -> None:
    op.execute('DROP VIEW published_second_factors')
    op.drop_column('refresh_tokens', 'access_aal')
    op.drop_column('sessions', 'stepped_up_at')
    op.drop_table('passkeys')
    op.drop_table('recovery_codes')
    op.drop_table('factor_failures')
    op.drop_table('totp_factors')
