"""Configuration from the environment: DONDOC_* here, TEMPORAL_* by the SDK's own loader. With none set, the embedded default."""

from pathlib import Path
from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Read when a program starts, never at import."""

    model_config = SettingsConfigDict(env_prefix="DONDOC_", extra="ignore")

    database_url: str | None = Field(None, repr=False, description="PostgreSQL of the record, as the programs reach it")
    owner_database_url: str | None = Field(
        None, repr=False, description="the same database as its owner, for migrations"
    )
    task_queue: str = Field("dondoc", description="Temporal task queue that the workers poll and the API starts on")
    smtp_url: str | None = Field(None, repr=False, description="smtp://… or smtps://…; unset: no mail leaves the house")
    mail_from: str = Field("Don Doc <dondoc@localhost.localdomain>", description="sender of mail")
    notify_per_second: float = Field(100.0, gt=0, description="at most so many mail batches a second on the task queue")
    data: Path = Field(Path(".dondoc"), description="folder of the embedded default")
    host: str = Field("127.0.0.1", description="address the API listens on")
    port: int = Field(8080, ge=0, le=65535, description="port the API listens on")
    metrics_port: int | None = Field(
        None, description="Prometheus metrics of the program; those of the Temporal SDK one above"
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="least level that is logged")
    workflow_sandbox: bool = Field(False, description="run workflows in the SDK's sandbox (slower; the tests do)")
    temporal_ui: bool = Field(True, description="the embedded Temporal serves its web page")
