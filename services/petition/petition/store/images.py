"""Pictures of cases as they are kept, and PDF files among them."""

from kit import documents, images, pictures
from kit.mongo import Db


class Images(images.Images):
    """The pictures and PDF files of all cases, and the uploads that become one."""

    def __init__(self, db: Db, most_bytes: int) -> None:
        super().__init__(db, most_bytes, (*pictures.CONTENT_TYPES, documents.CONTENT_TYPE))

    def disown(self, owner: str) -> None:
        """Forgets who brought these pictures."""
        self.rows.update_many({"owner": owner}, {"$set": {"owner": None}}, hint="owner")
