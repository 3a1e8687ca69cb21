"""What citizens are told of; who wrote what, for other services to read."""

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('notifications',
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('position', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('actor_id', sa.Uuid(), nullable=False),
    sa.Column('community_id', sa.Uuid(), nullable=False),
    sa.Column('post_id', sa.Uuid(), nullable=True),
    sa.Column('comment_id', sa.Uuid(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('read_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('account_id', 'position', name=op.f('notifications_pkey'))
    )
    op.create_index(op.f('notifications_actor_id'), 'notifications', ['actor_id'], unique=False)
    op.create_index('notifications_unread', 'notifications', ['account_id', 'position'], unique=False, postgresql_where=sa.text('read_at IS NULL'))
    op.execute('CREATE OR REPLACE VIEW published_posts AS SELECT id, community_id, author_id, title FROM posts')
    op.execute('CREATE VIEW published_comments AS SELECT id, post_id, community_id, author_id FROM comments')


def downgrade() -> None:
    op.execute('DROP VIEW published_comments')
    # A view can be replaced by one with more columns, not by one with fewer.
    op.execute('DROP VIEW published_posts')
    op.execute('CREATE VIEW published_posts AS SELECT id, community_id FROM posts')
    op.drop_index('notifications_unread', table_name='notifications', postgresql_where=sa.text('read_at IS NULL'))
    op.drop_index(op.f('notifications_actor_id'), table_name='notifications')
    op.drop_table('notifications')
