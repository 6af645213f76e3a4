"""Pictures of cases as they are kept, and PDF files among them: one file each, where a picture has two."""

from kit import documents, images, pictures
from kit.mongo import Db, Document


def content_type_of(row: Document) -> str:
    """What the files of a row are."""
    return documents.CONTENT_TYPE if "pages" in row else images.CONTENT_TYPE


class Images(images.Images):
    """The pictures and PDF files of all cases, and the uploads that become one."""

    def __init__(self, db: Db, most_bytes: int) -> None:
        super().__init__(db, most_bytes, (*pictures.CONTENT_TYPES, documents.CONTENT_TYPE))

    def add_document(self, document_id: str, owner: str, document: documents.Document) -> Document:
        """Keeps the PDF. Safe to repeat after a failure half-way."""
        return self.keep(document_id, {"owner": owner, "pages": document.pages}, {"full": document.data})

    def disown(self, owner: str) -> None:
        """Forgets who brought these pictures."""
        self.rows.update_many({"owner": owner}, {"$set": {"owner": None}}, hint="owner")
