"""Which files were uploaded, by whom, and of which type; their content is in the object store (storage.objects)."""

from domain.files import UploadedFile
from storage.pool import Pool
from storage.queries import sql


async def put_file(pool: Pool, file: UploadedFile, username: str) -> None:
    """Note an upload whose content is in the object store. Again, it counts as declared the last time."""
    await pool.execute(sql("put_file"), file.sha256, username, file.size, file.media_type)


async def file_of(pool: Pool, sha256: str, username: str) -> UploadedFile | None:
    """The file of this sum if this person has uploaded it. Knowing a sum is not having the content."""
    row = await pool.fetchrow(sql("file_of"), sha256, username)
    return UploadedFile(**row) if row else None
