"""People are let in on terms, and get letters: invitations, confirmed addresses, new passwords."""

import sqlalchemy as sa
from alembic import op

revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None

PUBLISHED = 'CREATE OR REPLACE VIEW published_accounts AS SELECT id, username, display_name, status, created_at FROM accounts'


def upgrade() -> None:
    op.create_table('invitations',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('token_hash', sa.LargeBinary(), nullable=False),
    sa.Column('created_by', sa.Uuid(), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('max_uses', sa.Integer(), nullable=False),
    sa.Column('uses', sa.Integer(), server_default='0', nullable=False),
    sa.CheckConstraint('uses <= max_uses', name=op.f('invitations_uses_check')),
    sa.PrimaryKeyConstraint('id', name=op.f('invitations_pkey')),
    sa.UniqueConstraint('token_hash', name=op.f('invitations_token_hash_key'))
    )
    op.create_index(op.f('invitations_created_at'), 'invitations', ['created_at'], unique=False)
    op.create_table('sign_up_terms',
    sa.Column('id', sa.SmallInteger(), autoincrement=False, nullable=False),
    sa.Column('mode', sa.Text(), nullable=False),
    sa.Column('takes_passwords', sa.Boolean(), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("mode IN ('open', 'invitation', 'approval')", name=op.f('sign_up_terms_mode_check')),
    sa.CheckConstraint('id = 1', name=op.f('sign_up_terms_id_check')),
    sa.PrimaryKeyConstraint('id', name=op.f('sign_up_terms_pkey'))
    )
    op.create_table('invitation_uses',
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('invitation_id', sa.Uuid(), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('invitation_uses_account_id_fkey'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['invitation_id'], ['invitations.id'], name=op.f('invitation_uses_invitation_id_fkey'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('account_id', name=op.f('invitation_uses_pkey'))
    )
    op.create_index(op.f('invitation_uses_invitation_id_used_at'), 'invitation_uses', ['invitation_id', 'used_at'], unique=False)
    op.create_table('letter_tokens',
    sa.Column('token_hash', sa.LargeBinary(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('purpose', sa.Text(), nullable=False),
    sa.Column('address', sa.Text(), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("purpose IN ('confirm', 'change', 'reset')", name=op.f('letter_tokens_purpose_check')),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('letter_tokens_account_id_fkey'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('token_hash', name=op.f('letter_tokens_pkey'))
    )
    op.create_index(op.f('letter_tokens_account_id_purpose'), 'letter_tokens', ['account_id', 'purpose'], unique=False)
    op.create_table('letters',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=True),
    sa.Column('address', sa.Text(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('next_try_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('tries', sa.Integer(), server_default='0', nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('sent_to', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('letters_account_id_fkey'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('letters_pkey'))
    )
    op.create_index(op.f('letters_account_id'), 'letters', ['account_id'], unique=False)
    op.create_index(op.f('letters_next_try_at'), 'letters', ['next_try_at'], unique=False, postgresql_where=sa.text('sent_at IS NULL'))
    op.create_index(op.f('letters_sent_to_kind'), 'letters', ['sent_to', 'kind'], unique=False)
    op.add_column('accounts', sa.Column('email_verified_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('accounts', sa.Column('application', sa.Text(), server_default='', nullable=False))
    op.drop_constraint(op.f('accounts_status_check'), 'accounts', type_='check')
    op.create_check_constraint(op.f('accounts_status_check'), 'accounts', "status IN ('active', 'disabled', 'unverified', 'pending', 'refused')")
    op.drop_constraint(op.f('accounts_email_folded_key'), 'accounts', type_='unique')
    op.create_index('accounts_owned_address', 'accounts', ['email_folded'], unique=True, postgresql_where=sa.text("status <> 'unverified' AND status <> 'refused'"))
    op.create_index('accounts_unadmitted', 'accounts', ['status', 'updated_at'], unique=False, postgresql_where=sa.text("status <> 'active' AND status <> 'disabled'"))
    op.execute(f"{PUBLISHED} WHERE status = 'active' OR status = 'disabled'")


def downgrade() -> None:
    op.execute(PUBLISHED)
    op.drop_index('accounts_unadmitted', table_name='accounts')
    op.drop_index('accounts_owned_address', table_name='accounts')
    # Nobody has ever been let in to these.
    op.execute("DELETE FROM accounts WHERE status <> 'active' AND status <> 'disabled'")
    op.create_unique_constraint(op.f('accounts_email_folded_key'), 'accounts', ['email_folded'])
    op.drop_constraint(op.f('accounts_status_check'), 'accounts', type_='check')
    op.create_check_constraint(op.f('accounts_status_check'), 'accounts', "status IN ('active', 'disabled')")
    op.drop_column('accounts', 'application')
    op.drop_column('accounts', 'email_verified_at')
    op.drop_table('letters')
    op.drop_table('letter_tokens')
    op.drop_table('invitation_uses')
    op.drop_table('sign_up_terms')
    op.drop_table('invitations')
