"""What travels about evidence files."""

from datetime import datetime
from typing import Self
from uuid import UUID

from pydantic import BaseModel

from services.scoring.evidence.domain import Evidence, FileKind


class EvidenceView(BaseModel):
    """A file: for which item, its name, kind, size in bytes and sha256."""

    id: UUID
    application_id: UUID
    star: str
    item: str
    name: str
    kind: FileKind
    size: int
    sha256: str
    uploaded_at: datetime
    detached_at: datetime | None

    @classmethod
    def of(cls, evidence: Evidence) -> Self:
        """Show a file."""
        return cls(**{name: getattr(evidence, name) for name in cls.model_fields})
