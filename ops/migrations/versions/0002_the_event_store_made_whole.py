"""The event store made whole: archive, projections, snapshots, origins, erasure, witnesses; indexes for filtered reads."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('archived_blocks',
    sa.Column('first_position', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('last_position', sa.BigInteger(), nullable=False),
    sa.Column('sha256', sa.LargeBinary(), nullable=False),
    sa.Column('body', sa.LargeBinary(), nullable=False),
    sa.Column('archived_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.PrimaryKeyConstraint('first_position', name=op.f('archived_blocks_pkey')),
    sa.UniqueConstraint('last_position', name=op.f('archived_blocks_last_position_key'))
    )
    op.create_table('cosignatures',
    sa.Column('witness', sa.Text(), nullable=False),
    sa.Column('epoch', sa.Uuid(), nullable=False),
    sa.Column('tree_size', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('root_hash', sa.LargeBinary(), nullable=False),
    sa.Column('cosigned_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('key_id', sa.Text(), nullable=False),
    sa.Column('signature', sa.Text(), nullable=False),
    sa.Column('received_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.PrimaryKeyConstraint('witness', 'epoch', 'tree_size', 'root_hash', name=op.f('cosignatures_pkey'))
    )
    op.create_table('decisions',
    sa.Column('build', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('outcome', sa.Text(), nullable=False),
    sa.Column('reference', sa.Text(), nullable=True),
    sa.Column('recorded_by', sa.Text(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('event_id', sa.Uuid(), nullable=False),
    sa.Column('position', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('build', 'id', name=op.f('decisions_pkey'))
    )
    op.create_index('decisions_position', 'decisions', ['build', 'position'], unique=False)
    op.create_table('erased_persons',
    sa.Column('person', sa.Uuid(), nullable=False),
    sa.Column('event_id', sa.Uuid(), nullable=False),
    sa.Column('erased_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.PrimaryKeyConstraint('person', name=op.f('erased_persons_pkey'))
    )
    op.create_table('projections',
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('build', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('switched_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("state IN ('building', 'serving', 'retired')", name=op.f('projections_state_check')),
    sa.PrimaryKeyConstraint('name', 'build', name=op.f('projections_pkey'))
    )
    op.create_index('projections_building', 'projections', ['name'], unique=True, postgresql_where=sa.text("state = 'building'"))
    op.create_index('projections_serving', 'projections', ['name'], unique=True, postgresql_where=sa.text("state = 'serving'"))
    op.create_table('request_origins',
    sa.Column('request_id', sa.Text(), nullable=False),
    sa.Column('actor', sa.Text(), nullable=False),
    sa.Column('address', sa.Text(), nullable=True),
    sa.Column('agent', sa.Text(), nullable=True),
    sa.Column('method', sa.Text(), nullable=False),
    sa.Column('path', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('request_id', 'at', name=op.f('request_origins_pkey'))
    )
    op.create_index('request_origins_at', 'request_origins', ['at'], unique=False)
    op.create_table('stream_snapshots',
    sa.Column('stream', sa.Text(), nullable=False),
    sa.Column('version', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('catalogue', sa.Text(), nullable=False),
    sa.Column('state', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('taken_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.PrimaryKeyConstraint('stream', 'version', name=op.f('stream_snapshots_pkey'))
    )
    op.create_table('tree_head_keys',
    sa.Column('key_id', sa.Text(), nullable=False),
    sa.Column('public_key', sa.LargeBinary(), nullable=False),
    sa.Column('began_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.PrimaryKeyConstraint('key_id', name=op.f('tree_head_keys_pkey'))
    )
    op.create_table('witnessed_heads',
    sa.Column('territory', sa.Text(), nullable=False),
    sa.Column('epoch', sa.Uuid(), nullable=False),
    sa.Column('tree_size', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('root_hash', sa.LargeBinary(), nullable=False),
    sa.Column('signed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('key_id', sa.Text(), nullable=False),
    sa.Column('signature', sa.Text(), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('cosigned_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('cosigner_key_id', sa.Text(), nullable=True),
    sa.Column('cosignature', sa.Text(), nullable=True),
    sa.Column('fault', sa.Text(), nullable=True),
    sa.Column('is_accepted', sa.Boolean(), server_default='false', nullable=False),
    sa.PrimaryKeyConstraint('territory', 'epoch', 'tree_size', 'root_hash', name=op.f('witnessed_heads_pkey'))
    )
    op.create_index('witnessed_heads_faults', 'witnessed_heads', ['territory', 'seen_at'], unique=False, postgresql_where=sa.literal_column('fault IS NOT NULL'))
    op.create_index('witnessed_heads_seen_at', 'witnessed_heads', ['territory', 'seen_at'], unique=False)
    op.alter_column('events', 'data',
               existing_type=postgresql.JSONB(astext_type=sa.Text()),
               nullable=True)
    op.drop_index('events_audience', table_name='events')
    op.create_index('events_audience', 'events', [sa.literal_column("(metadata -> 'audience')")], postgresql_using='gin', postgresql_where=sa.text("(metadata -> 'audience') IS NOT NULL"))
    op.create_index('events_actor', 'events', ['actor', 'seq'], unique=False)
    op.create_index('events_occurred_at', 'events', ['occurred_at'], unique=False, postgresql_using='brin')
    op.create_index('events_type', 'events', ['type', 'seq'], unique=False)
    op.add_column('parked_events', sa.Column('state', sa.Text(), server_default='parked', nullable=False))
    op.add_column('parked_events', sa.Column('requested_at', sa.DateTime(timezone=True), nullable=True))
    op.create_check_constraint(op.f('parked_events_state_check'), 'parked_events', "state IN ('parked', 'replaying')")
    op.add_column('person_keys', sa.Column('secret_id', sa.Text(), server_default='', nullable=False))
    op.add_column('sealer_terms', sa.Column('seen_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False))
    op.drop_column('sealer_terms', 'scan_xmin')


def downgrade() -> None:
    op.add_column('sealer_terms', sa.Column('scan_xmin', sa.BIGINT(), server_default='0', nullable=False))
    op.drop_column('sealer_terms', 'seen_at')
    op.drop_column('person_keys', 'secret_id')
    op.drop_column('parked_events', 'requested_at')
    op.drop_column('parked_events', 'state')
    op.drop_index('events_audience', table_name='events')
    op.create_index('events_audience', 'events', [sa.literal_column("(metadata -> 'audience')")], postgresql_using='gin')
    op.drop_index('events_type', table_name='events')
    op.drop_index('events_occurred_at', table_name='events', postgresql_using='brin')
    op.drop_index('events_actor', table_name='events')
    op.alter_column('events', 'data',
               existing_type=postgresql.JSONB(astext_type=sa.Text()),
               nullable=False)
    op.drop_index('witnessed_heads_seen_at', table_name='witnessed_heads')
    op.drop_index('witnessed_heads_faults', table_name='witnessed_heads', postgresql_where=sa.literal_column('fault IS NOT NULL'))
    op.drop_table('witnessed_heads')
    op.drop_table('tree_head_keys')
    op.drop_table('stream_snapshots')
    op.drop_index('request_origins_at', table_name='request_origins')
    op.drop_table('request_origins')
    op.drop_index('projections_serving', table_name='projections', postgresql_where=sa.text("state = 'serving'"))
    op.drop_index('projections_building', table_name='projections', postgresql_where=sa.text("state = 'building'"))
    op.drop_table('projections')
    op.drop_table('erased_persons')
    op.drop_index('decisions_position', table_name='decisions')
    op.drop_table('decisions')
    op.drop_table('cosignatures')
    op.drop_table('archived_blocks')
