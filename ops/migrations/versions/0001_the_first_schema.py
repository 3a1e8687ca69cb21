"""The first schema."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from shared.database.metadata import Xid8

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None

# What services publish to one another, as it was when this migration was written.
VIEWS = {
    'published_signing_keys': "SELECT kid, state, public_key FROM signing_keys WHERE state <> 'revoked'",
    'published_revocations': 'SELECT epoch, kind, subject, not_before, expires_at FROM revocations',
    'published_role_grants': 'SELECT account_id, role FROM role_grants',
    'published_accounts': 'SELECT id, username, display_name, status, created_at FROM accounts',
    'published_communities': 'SELECT id, slug, name, description, visibility, member_count, created_at FROM communities',
    'published_memberships': "SELECT community_id, account_id, role FROM memberships WHERE state = 'active'",
    'published_posts': 'SELECT id, community_id FROM posts',
    'published_event_store': 'SELECT epoch FROM sealer_terms',
    'published_profiles': 'SELECT account_id, username, display_name, bio FROM profiles',
}


def upgrade() -> None:
    op.create_table('accounts',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('username', sa.Text(), nullable=False),
    sa.Column('email', sa.Text(), nullable=False),
    sa.Column('email_folded', sa.Text(), nullable=False),
    sa.Column('display_name', sa.Text(), nullable=False),
    sa.Column('password_hash', sa.Text(), nullable=False),
    sa.Column('status', sa.Text(), server_default='active', nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("status IN ('active', 'disabled')", name=op.f('accounts_status_check')),
    sa.PrimaryKeyConstraint('id', name=op.f('accounts_pkey')),
    sa.UniqueConstraint('email_folded', name=op.f('accounts_email_folded_key')),
    sa.UniqueConstraint('username', name=op.f('accounts_username_key'))
    )
    op.create_table('checkpoints',
    sa.Column('consumer', sa.Text(), nullable=False),
    sa.Column('position', sa.BigInteger(), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.PrimaryKeyConstraint('consumer', name=op.f('checkpoints_pkey'))
    )
    op.create_table('communities',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('slug', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('description', sa.Text(), nullable=False),
    sa.Column('visibility', sa.Text(), nullable=False),
    sa.Column('join_policy', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('parent_id', sa.Uuid(), nullable=True),
    sa.Column('founder_id', sa.Uuid(), nullable=False),
    sa.Column('member_count', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("join_policy IN ('open', 'approval', 'invitation')", name=op.f('communities_join_policy_check')),
    sa.CheckConstraint("visibility IN ('public', 'unlisted', 'private')", name=op.f('communities_visibility_check')),
    sa.ForeignKeyConstraint(['parent_id'], ['communities.id'], name=op.f('communities_parent_id_fkey')),
    sa.PrimaryKeyConstraint('id', name=op.f('communities_pkey')),
    sa.UniqueConstraint('slug', name=op.f('communities_slug_key'))
    )
    op.create_index('communities_directory', 'communities', ['visibility', 'created_at', 'id'], unique=False)
    op.create_table('events',
    sa.Column('seq', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('stream', sa.Text(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('type', sa.Text(), nullable=False),
    sa.Column('schema_version', sa.SmallInteger(), nullable=False),
    sa.Column('actor', sa.Text(), nullable=False),
    sa.Column('occurred_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('data', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('metadata', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('xid', Xid8(), server_default=sa.text('pg_current_xact_id()'), nullable=False),
    sa.PrimaryKeyConstraint('seq', name=op.f('events_pkey')),
    sa.UniqueConstraint('id', name=op.f('events_id_key')),
    sa.UniqueConstraint('stream', 'version', name='events_stream_version')
    )
    op.create_index('events_audience', 'events', [sa.literal_column("(metadata -> 'audience')")], unique=False, postgresql_using='gin')
    op.create_index('events_xid', 'events', ['xid'], unique=False)
    op.create_table('idempotency_keys',
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('route', sa.Text(), nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('request_hash', sa.LargeBinary(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('status', sa.Integer(), nullable=True),
    sa.Column('headers', postgresql.JSONB(astext_type=sa.Text()), nullable=True),
    sa.Column('body', sa.LargeBinary(), nullable=True),
    sa.PrimaryKeyConstraint('account_id', 'route', 'key', name=op.f('idempotency_keys_pkey'))
    )
    op.create_index(op.f('idempotency_keys_created_at'), 'idempotency_keys', ['created_at'], unique=False)
    op.create_table('parked_events',
    sa.Column('consumer', sa.Text(), nullable=False),
    sa.Column('position', sa.BigInteger(), nullable=False),
    sa.Column('event_id', sa.Uuid(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('parked_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.PrimaryKeyConstraint('consumer', 'position', name=op.f('parked_events_pkey'))
    )
    op.create_table('person_keys',
    sa.Column('person', sa.Uuid(), nullable=False),
    sa.Column('wrapped', sa.LargeBinary(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.PrimaryKeyConstraint('person', name=op.f('person_keys_pkey'))
    )
    op.create_table('preferences',
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('locale', sa.Text(), nullable=True),
    sa.Column('time_zone', sa.Text(), nullable=False),
    sa.Column('theme', sa.Text(), nullable=False),
    sa.Column('email_notifications', sa.Boolean(), nullable=False),
    sa.Column('email_digest', sa.Text(), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("email_digest IN ('off', 'daily', 'weekly')", name=op.f('preferences_email_digest_check')),
    sa.CheckConstraint("theme IN ('system', 'light', 'dark')", name=op.f('preferences_theme_check')),
    sa.PrimaryKeyConstraint('account_id', name=op.f('preferences_pkey'))
    )
    op.create_table('profiles',
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('username', sa.Text(), nullable=False),
    sa.Column('display_name', sa.Text(), nullable=False),
    sa.Column('bio', sa.Text(), server_default='', nullable=False),
    sa.Column('links', postgresql.JSONB(astext_type=sa.Text()), server_default='[]', nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('account_id', name=op.f('profiles_pkey')),
    sa.UniqueConstraint('username', name=op.f('profiles_username_key'))
    )
    op.create_table('revocations',
    sa.Column('epoch', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('subject', sa.Uuid(), nullable=False),
    sa.Column('not_before', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("kind IN ('session', 'account')", name=op.f('revocations_kind_check')),
    sa.PrimaryKeyConstraint('epoch', name=op.f('revocations_pkey'))
    )
    op.create_index(op.f('revocations_expires_at'), 'revocations', ['expires_at'], unique=False)
    op.create_table('sealer_terms',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('term', sa.BigInteger(), nullable=False),
    sa.Column('scan_xmin', sa.BigInteger(), nullable=False),
    sa.Column('epoch', sa.Uuid(), nullable=False),
    sa.Column('began_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint('id = 1', name=op.f('sealer_terms_single_row_check')),
    sa.PrimaryKeyConstraint('id', name=op.f('sealer_terms_pkey'))
    )
    op.create_table('seals',
    sa.Column('position', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('seq', sa.BigInteger(), nullable=False),
    sa.Column('leaf_hash', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('position', name=op.f('seals_pkey')),
    sa.UniqueConstraint('seq', name=op.f('seals_seq_key'))
    )
    op.create_table('signing_keys',
    sa.Column('kid', sa.Text(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('public_key', sa.LargeBinary(), nullable=False),
    sa.Column('private_key', sa.LargeBinary(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('state_changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("state IN ('standby', 'current', 'previous', 'revoked')", name=op.f('signing_keys_state_check')),
    sa.CheckConstraint('octet_length(public_key) = 32', name=op.f('signing_keys_public_key_length_check')),
    sa.PrimaryKeyConstraint('kid', name=op.f('signing_keys_pkey'))
    )
    op.create_index('signing_keys_single_state', 'signing_keys', ['state'], unique=True, postgresql_where=sa.text("state IN ('current', 'standby')"))
    op.create_table('tree_heads',
    sa.Column('tree_size', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('root_hash', sa.LargeBinary(), nullable=False),
    sa.Column('signed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('key_id', sa.Text(), nullable=False),
    sa.Column('signature', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('tree_size', name=op.f('tree_heads_pkey'))
    )
    op.create_table('tree_nodes',
    sa.Column('level', sa.SmallInteger(), autoincrement=False, nullable=False),
    sa.Column('index', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('hash', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('level', 'index', name=op.f('tree_nodes_pkey'))
    )
    op.create_table('memberships',
    sa.Column('community_id', sa.Uuid(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('role', sa.Text(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('joined_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("role IN ('owner', 'moderator', 'member')", name=op.f('memberships_role_check')),
    sa.CheckConstraint("state IN ('active', 'pending')", name=op.f('memberships_state_check')),
    sa.ForeignKeyConstraint(['community_id'], ['communities.id'], name=op.f('memberships_community_id_fkey'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('community_id', 'account_id', name=op.f('memberships_pkey'))
    )
    op.create_index(op.f('memberships_account_id'), 'memberships', ['account_id'], unique=False)
    op.create_index('memberships_in_order', 'memberships', ['community_id', 'joined_at', 'account_id'], unique=False)
    op.create_table('posts',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('community_id', sa.Uuid(), nullable=False),
    sa.Column('author_id', sa.Uuid(), nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('body_html', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('tags', postgresql.ARRAY(sa.Text()), nullable=False),
    sa.Column('comment_count', sa.Integer(), nullable=False),
    sa.Column('score', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['community_id'], ['communities.id'], name=op.f('posts_community_id_fkey'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('posts_pkey'))
    )
    op.create_index('posts_in_order', 'posts', ['community_id', 'created_at', 'id'], unique=False)
    op.create_table('role_grants',
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('role', sa.Text(), nullable=False),
    sa.Column('granted_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('granted_by', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('role_grants_account_id_fkey'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('account_id', 'role', name=op.f('role_grants_pkey'))
    )
    op.create_table('sessions',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('refreshed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('absolute_expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_reason', sa.Text(), nullable=True),
    sa.Column('user_agent', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('sessions_account_id_fkey'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('sessions_pkey'))
    )
    op.create_index(op.f('sessions_account_id_created_at'), 'sessions', ['account_id', 'created_at'], unique=False)
    op.create_table('comments',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('post_id', sa.Uuid(), nullable=False),
    sa.Column('community_id', sa.Uuid(), nullable=False),
    sa.Column('author_id', sa.Uuid(), nullable=False),
    sa.Column('parent_id', sa.Uuid(), nullable=True),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('body_html', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['parent_id'], ['comments.id'], name=op.f('comments_parent_id_fkey')),
    sa.ForeignKeyConstraint(['post_id'], ['posts.id'], name=op.f('comments_post_id_fkey'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('comments_pkey'))
    )
    op.create_index('comments_in_order', 'comments', ['post_id', 'created_at', 'id'], unique=False)
    op.create_table('refresh_tokens',
    sa.Column('token_hash', sa.LargeBinary(), nullable=False),
    sa.Column('session_id', sa.Uuid(), nullable=False),
    sa.Column('issued_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('successor_hash', sa.LargeBinary(), nullable=True),
    sa.Column('access_kid', sa.Text(), nullable=False),
    sa.Column('access_roles', postgresql.ARRAY(sa.Text()), nullable=False),
    sa.ForeignKeyConstraint(['session_id'], ['sessions.id'], name=op.f('refresh_tokens_session_id_fkey'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('token_hash', name=op.f('refresh_tokens_pkey'))
    )
    op.create_index(op.f('refresh_tokens_session_id'), 'refresh_tokens', ['session_id'], unique=False)
    for name, definition in VIEWS.items():
        op.execute(f'CREATE VIEW {name} AS {definition}')


def downgrade() -> None:
    for name in reversed(VIEWS):
        op.execute(f'DROP VIEW {name}')
    op.drop_index(op.f('refresh_tokens_session_id'), table_name='refresh_tokens')
    op.drop_table('refresh_tokens')
    op.drop_index('comments_in_order', table_name='comments')
    op.drop_table('comments')
    op.drop_index(op.f('sessions_account_id_created_at'), table_name='sessions')
    op.drop_table('sessions')
    op.drop_table('role_grants')
    op.drop_index('posts_in_order', table_name='posts')
    op.drop_table('posts')
    op.drop_index('memberships_in_order', table_name='memberships')
    op.drop_index(op.f('memberships_account_id'), table_name='memberships')
    op.drop_table('memberships')
    op.drop_table('tree_nodes')
    op.drop_table('tree_heads')
    op.drop_index('signing_keys_single_state', table_name='signing_keys', postgresql_where=sa.text("state IN ('current', 'standby')"))
    op.drop_table('signing_keys')
    op.drop_table('seals')
    op.drop_table('sealer_terms')
    op.drop_index(op.f('revocations_expires_at'), table_name='revocations')
    op.drop_table('revocations')
    op.drop_table('profiles')
    op.drop_table('preferences')
    op.drop_table('person_keys')
    op.drop_table('parked_events')
    op.drop_index(op.f('idempotency_keys_created_at'), table_name='idempotency_keys')
    op.drop_table('idempotency_keys')
    op.drop_index('events_xid', table_name='events')
    op.drop_index('events_audience', table_name='events', postgresql_using='gin')
    op.drop_table('events')
    op.drop_index('communities_directory', table_name='communities')
    op.drop_table('communities')
    op.drop_table('checkpoints')
    op.drop_table('accounts')
