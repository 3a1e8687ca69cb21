"""Citizens are told of gatherings, by the title that these have when it is read."""

import sqlalchemy as sa
from alembic import op

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('notifications', sa.Column('gathering_id', sa.Uuid(), nullable=True))
    op.execute('CREATE OR REPLACE VIEW published_gatherings AS SELECT id, community_id, title FROM gatherings')


def downgrade() -> None:
    # A view can be replaced by one with more columns, not by one with fewer.
    op.execute('DROP VIEW published_gatherings')
    op.execute('CREATE VIEW published_gatherings AS SELECT id, community_id FROM gatherings')
    op.drop_column('notifications', 'gathering_id')
