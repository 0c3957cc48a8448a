"""Configuration from the environment: DONDOC_* here, TEMPORAL_* by the SDK's own loader. With none set, the embedded default."""

import re
from pathlib import Path
from typing import Literal

from pydantic import Field, field_validator
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
    outbound_allowed: str = Field(
        "",
        description="by commas: host:port to call although it is no https:// on the Internet; scheme:// of chat services",
    )
    chat_urls: str | None = Field(
        None,
        repr=False,
        description="chat channels that are told of events, as apprise writes them, by spaces; extra: chat",
    )
    data: Path = Field(Path(".dondoc"), description="folder of the embedded default")
    objects: str | None = Field(
        None,
        description="where files lie: a folder, or s3://bucket/prefix with AWS_*; unset: objects in the data folder",
    )
    keys: Path | None = Field(
        None, description="folder with the private key of the record's log; unset: no checkpoints are signed"
    )
    log_origin: str | None = Field(
        None,
        description="name of the log in its checkpoints, like nhatky.quanmau.gov.vn; counts for its first key only",
    )
    checkpoint_places: str | None = Field(
        None,
        repr=False,
        description="where checkpoints are taken to, by commas: folder, s3://…, https://…, witness+https://…#KEY",
    )
    tsa_url: str | None = Field(None, repr=False, description="RFC 3161 authority that time-stamps checkpoints")
    tsa_roots: Path | None = Field(None, description="PEM file of certificates that its answers must lead to")
    max_file_bytes: int = Field(20 * 2**20, gt=0, description="the largest file that is taken, in bytes")
    host: str = Field("127.0.0.1", description="address the API listens on")
    port: int = Field(8080, ge=0, le=65535, description="port the API listens on")
    public_url: str | None = Field(
        None,
        description="where browsers find the pages: http(s)://host[:port]; unset: wherever they say that they have asked",
    )
    session_idle_minutes: int = Field(60, ge=5, le=1440, description="a session unused for so long is over")
    session_hours: int = Field(12, ge=1, le=720, description="a session is over after so long, however much it is used")
    oidc_issuer: str | None = Field(
        None, description="OpenID provider: its issuer, https://…, exactly as its own configuration names it"
    )
    oidc_client_id: str | None = Field(None, description="the name under which the provider knows this site")
    oidc_client_secret: str | None = Field(
        None, repr=False, description="what this site proves itself with to the provider; unset: a public client"
    )
    oidc_name: str | None = Field(None, max_length=60, description="what people call the provider, on its button")
    oidc_mapping: Path | None = Field(
        None, description="YAML file: from claims to people and roles; unset: preferred_username is the username"
    )
    metrics_port: int | None = Field(
        None, description="Prometheus metrics of the program; those of the Temporal SDK one above"
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="least level that is logged")
    workflow_sandbox: bool = Field(False, description="run workflows in the SDK's sandbox (slower; the tests do)")
    temporal_ui: bool = Field(True, description="the embedded Temporal serves its web page")

    @field_validator("objects")
    @classmethod
    def _folder_or_bucket(cls, where: str | None) -> str | None:
        if where and "://" in where and not re.match(r"s3://[^/]", where):
            raise ValueError("a folder, or s3://bucket/prefix")
        return where

    @field_validator("oidc_issuer", "oidc_client_id", "oidc_client_secret", "oidc_name", "oidc_mapping", mode="before")
    @classmethod
    def _empty_is_unset(cls, value: object) -> object:
        return None if value == "" else value

    @field_validator("outbound_allowed")
    @classmethod
    def _hosts_and_ports(cls, listed: str) -> str:
        entries = (entry.strip() for entry in listed.split(","))
        form = r"((\[[0-9A-Fa-f:.]+\]|[^\[\]:/@\s]+):\d{1,5}|[A-Za-z][A-Za-z0-9+.-]*://)?"
        if not all(re.fullmatch(form, entry) for entry in entries):
            raise ValueError("host:port, several by commas; [address]:port for IPv6")
        return listed

    @field_validator("public_url")
    @classmethod
    def _origin(cls, url: str | None) -> str | None:
        if url and not re.fullmatch(r"https?://([\w.-]+|\[[0-9a-fA-F:]+\])(:\d{1,5})?", url):
            raise ValueError("http(s)://host[:port], without a path")
        return url or None

    @property
    def objects_place(self) -> str:
        """Where files lie."""
        return self.objects or str(self.data / "objects")
