"""${message}

Does the previous release's code still work on this schema? How long does it lock a region's
largest table? Can it be run again after a crash in the middle? Answer here.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
${imports if imports else ""}

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go one revision forward."""
    ${upgrades if upgrades else "pass"}
