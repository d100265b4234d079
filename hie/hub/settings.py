"""Every setting of the hub: `hie.toml` in the working folder, then `HIE_*` in the environment.

The embedded default needs none: one process, SQLite and a folder under `./data`, on
127.0.0.1:8000. Scaling out is two of them: `database_url` and `objects_url`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final, Literal, Self

from pydantic import Field
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

REQUIRED: Final = "required"


class Settings(BaseSettings):
    """Settings of one hub process."""

    model_config = SettingsConfigDict(env_prefix="HIE_", toml_file="hie.toml", frozen=True, extra="forbid")

    data_dir: Path = Field(default=Path("data"), description="Where the embedded database and objects live.")
    database_url: str = Field(
        default="", repr=False, description="Database; empty for SQLite in the data folder."
    )
    objects_url: str = Field(
        default="", repr=False, description="Large documents; empty for a folder in the data folder."
    )
    host: str = Field(default="127.0.0.1", description="Address to listen on.")
    port: int = Field(default=8000, ge=0, le=65535, description="Port to listen on; 0 picks a free one.")
    edge_host: str = Field(default="127.0.0.1", description="Address on which edges are listened for.")
    edge_port: int | None = Field(
        default=None, ge=0, le=65535, description="Port for edges; none leaves their door closed."
    )
    edge_url: str = Field(
        default="", description="Address by which edges reach the hub; empty for host and port."
    )
    edge_batch_megabytes: int = Field(
        default=1024, ge=1, description="What an edge may send at once, opened; no image may be larger."
    )
    reserve_megabytes: int = Field(
        default=64,
        ge=0,
        description="With less free disk no batch is taken; a quarter is set aside for audit.",
    )
    audit_heads: Path | None = Field(
        default=None, description="File or folder on another disk, for signed heads of the audit trail."
    )
    audit_copy: Path | None = Field(
        default=None, description="File on another disk or machine, for a copy of every audit row."
    )
    patients_see_names: bool = Field(
        default=True, description="Show patients the names of who looked, beside facility and profession."
    )
    silent_after_days: int = Field(
        default=14,
        ge=1,
        le=180,
        description="Days without news of who is in hospital or was referred, after which a doctor is told.",
    )
    secure_cookies: bool = Field(
        default=False, description="Mark cookies Secure: on wherever the hub is reached by HTTPS."
    )
    trusted_proxies: str = Field(
        default="", description="Addresses of proxies that are believed from where people come, with commas."
    )
    public_url: str = Field(
        default="", description="Address by which people reach the hub: passkeys are bound to its name."
    )
    second_factor: Literal["required", "off"] = Field(
        default=REQUIRED, description="`off` lets a password alone sign in: for demonstrations."
    )
    breach_list: Path | None = Field(
        default=None, description="File made by `hie passwords`: no new password may stand in it."
    )
    network: str = Field(default="Tsunagu", description="Name of the network, in authenticator apps.")
    most_sessions: int = Field(default=5, ge=1, description="Sessions of one person at once.")

    @classmethod
    def given(cls, **options: str | int | None) -> Self:
        """Return the settings with the options of a command line that were given."""
        stated: dict[str, Any] = {name: value for name, value in options.items() if value is not None}
        return cls(**stated)

    @property
    def database(self) -> str:
        """The database URL, the embedded default filled in."""
        return self.database_url or f"sqlite:///{self.data_dir / 'hie.sqlite3'}"

    @property
    def edge_address(self) -> str:
        """The address that stands in enrolment tokens."""
        return self.edge_url.rstrip("/") or f"https://{self.edge_host}:{self.edge_port or 443}"

    @property
    def objects(self) -> str:
        """The URL or folder of large documents, the embedded default filled in."""
        return self.objects_url or str(self.data_dir / "objects")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments before environment before `hie.toml`; no other place."""
        del dotenv_settings, file_secret_settings
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)
