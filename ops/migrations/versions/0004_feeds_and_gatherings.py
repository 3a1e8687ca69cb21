"""Feeds in four orders; gatherings and who comes to them."""

import sqlalchemy as sa
from alembic import op

from shared.database.metadata import Xid8

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('gatherings',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('community_id', sa.Uuid(), nullable=False),
    sa.Column('organiser_id', sa.Uuid(), nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('time_zone', sa.Text(), nullable=False),
    sa.Column('capacity', sa.Integer(), nullable=True),
    sa.Column('place', sa.Text(), nullable=True),
    sa.Column('url', sa.Text(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint('capacity > 0', name=op.f('gatherings_capacity_check')),
    sa.CheckConstraint('ends_at > starts_at', name=op.f('gatherings_ends_after_start_check')),
    sa.ForeignKeyConstraint(['community_id'], ['communities.id'], name=op.f('gatherings_community_id_fkey'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('gatherings_pkey'))
    )
    op.create_index('gatherings_in_order', 'gatherings', ['community_id', 'starts_at', 'id'], unique=False)
    op.create_index(op.f('gatherings_organiser_id'), 'gatherings', ['organiser_id'], unique=False)
    op.create_table('past_ranks',
    sa.Column('seq', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('post_id', sa.Uuid(), nullable=False),
    sa.Column('score', sa.Integer(), nullable=False),
    sa.Column('active_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('hot', sa.Double(), nullable=False),
    sa.Column('replaced_by', Xid8(), server_default=sa.text('pg_current_xact_id()'), nullable=False),
    sa.Column('replaced_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['post_id'], ['posts.id'], name=op.f('past_ranks_post_id_fkey'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('seq', name=op.f('past_ranks_pkey'))
    )
    op.create_index(op.f('past_ranks_replaced_by'), 'past_ranks', ['replaced_by'], unique=False)
    op.create_table('rsvps',
    sa.Column('gathering_id', sa.Uuid(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('status', sa.Text(), nullable=False),
    sa.Column('number', sa.BigInteger(), sa.Identity(), nullable=False),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("status IN ('going', 'waiting', 'interested', 'declined')", name=op.f('rsvps_status_check')),
    sa.ForeignKeyConstraint(['gathering_id'], ['gatherings.id'], name=op.f('rsvps_gathering_id_fkey'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('gathering_id', 'account_id', name=op.f('rsvps_pkey'))
    )
    op.create_index(op.f('rsvps_account_id'), 'rsvps', ['account_id'], unique=False)
    op.create_index('rsvps_in_order', 'rsvps', ['gathering_id', 'status', 'number'], unique=True)
    op.add_column('posts', sa.Column('active_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False))
    op.add_column('posts', sa.Column('hot', sa.Double(), sa.Computed("((sign((((1 + score) + comment_count))::double precision) * log(GREATEST(abs((((1 + score) + comment_count))::double precision), (1)::double precision))) + (((EXTRACT(epoch FROM (created_at AT TIME ZONE 'UTC'::text)))::double precision - (1134028003)::double precision) / (45000)::double precision))", persisted=True), nullable=False))
    op.execute(
        'UPDATE posts SET active_at = greatest(created_at,'
        ' (SELECT max(c.created_at) FROM comments c WHERE c.post_id = posts.id))'
    )
    op.create_index('posts_active', 'posts', ['active_at', 'id'], unique=False)
    op.create_index('posts_by_activity', 'posts', ['community_id', 'active_at', 'id'], unique=False)
    op.create_index('posts_by_heat', 'posts', ['community_id', 'hot', 'id'], unique=False)
    op.create_index('posts_by_score', 'posts', ['community_id', 'score', 'id'], unique=False)
    op.create_index('posts_hot', 'posts', ['hot', 'id'], unique=False)
    op.create_index('posts_new', 'posts', ['created_at', 'id'], unique=False)
    op.create_index('posts_top', 'posts', ['score', 'id'], unique=False)
    op.execute('CREATE VIEW published_gatherings AS SELECT id, community_id FROM gatherings')


def downgrade() -> None:
    op.execute('DROP VIEW published_gatherings')
    op.drop_index('posts_top', table_name='posts')
    op.drop_index('posts_new', table_name='posts')
    op.drop_index('posts_hot', table_name='posts')
    op.drop_index('posts_by_score', table_name='posts')
    op.drop_index('posts_by_heat', table_name='posts')
    op.drop_index('posts_by_activity', table_name='posts')
    op.drop_index('posts_active', table_name='posts')
    op.drop_column('posts', 'hot')
    op.drop_column('posts', 'active_at')
    op.drop_index('rsvps_in_order', table_name='rsvps')
    op.drop_index(op.f('rsvps_account_id'), table_name='rsvps')
    op.drop_table('rsvps')
    op.drop_index(op.f('past_ranks_replaced_by'), table_name='past_ranks')
    op.drop_table('past_ranks')
    op.drop_index(op.f('gatherings_organiser_id'), table_name='gatherings')
    op.drop_index('gatherings_in_order', table_name='gatherings')
    op.drop_table('gatherings')
