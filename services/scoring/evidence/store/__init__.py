"""What is known of evidence files (SQL), and the folder that holds their bytes."""

from services.scoring.evidence.store.folder import FolderFiles
from services.scoring.evidence.store.rows import (
    add,
    delete,
    detach,
    find,
    of_application,
    referenced,
)

__all__ = ["FolderFiles", "add", "delete", "detach", "find", "of_application", "referenced"]
