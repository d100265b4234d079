"""Every setting of an edge: `edge.toml` in the working folder, then `HIE_EDGE_*` in the environment.

The hub's address is none of them: it comes with the enrolment token, together with whom to trust.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network, ip_address
from pathlib import Path
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from hie.exchange.labels.labelling import bits_of
from hie.record.entry import Format

_MEBIBYTE = 1024 * 1024
PUSHED = "mllp"
"""The name of the source of messages that were pushed, and of its folder."""


class SourceKind(StrEnum):
    """What lies in a source's folder."""

    STANDARD = "ssmix2-standard"
    EXTENDED = "ssmix2-extended"
    TRANSACTIONS = "ssmix2-transactions"
    DICOM = "dicom-folder"
    CLINIC = "clinic-folder"

    @property
    def document_format(self) -> Format:
        """The format of its documents."""
        return _FORMATS[self]


_FORMATS = {
    SourceKind.STANDARD: Format.SSMIX2,
    SourceKind.EXTENDED: Format.CONTENT_FOLDER,
    SourceKind.TRANSACTIONS: Format.SSMIX2,
    SourceKind.DICOM: Format.DICOM,
    SourceKind.CLINIC: Format.CONTENT_FOLDER,
}


class EdgeSource(BaseModel):
    """One folder of the hospital whose documents may leave."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(
        pattern=r"^[a-z0-9][a-z0-9-]{0,31}$", description="How the edge calls it; never change it again."
    )
    kind: SourceKind = Field(description="What lies in it.")
    path: Path | None = Field(default=None, description="The folder.")
    volumes: dict[str, Path] = Field(
        default={}, description="Instead of one folder several, each under a label; never change those."
    )

    labels: tuple[str, ...] = Field(
        default=(), description="Sensitive labels that every document in it bears, as `psychiatry`."
    )
    transactions: Path | None = Field(
        default=None, description="Transaction storage of a standardized storage: where to look first."
    )

    @property
    def roots(self) -> dict[str, Path]:
        """The folders by label; a single one has none."""
        return self.volumes or {"": self.path or Path()}

    @model_validator(mode="after")
    def _labels_are_known(self) -> Self:
        try:
            bits_of(self.labels)
        except LookupError as error:
            raise ValueError(f"no label is called {error}") from error
        return self

    @model_validator(mode="after")
    def _has_one_or_more(self) -> Self:
        if (self.path is None) == (not self.volumes):
            raise ValueError("a source has a path or volumes")
        if any(not label or "/" in label for label in self.volumes):
            raise ValueError("a volume has a label without a slash")
        return self


Network = IPv4Network | IPv6Network


class MllpSender(BaseModel):
    """One system of the hospital that pushes messages."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    network: Network = Field(description="Where it calls from; an address is a network of one.")
    application: str = Field(default="", description="MSH-3 of its messages; empty for any.")
    facility: str = Field(default="", description="MSH-4 of its messages; empty for any.")


class Mllp(BaseModel):
    """Where the edge listens for messages that the hospital pushes (HL7 v2 over MLLP)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    host: str = Field(default="127.0.0.1", description="Address of the hospital's network to listen on.")
    port: int = Field(default=2575, ge=0, le=65535, description="Port to listen on; 0 picks a free one.")
    allowed: tuple[Network, ...] = Field(
        default=(), description="Networks that may speak; needed where others can reach the address."
    )
    senders: tuple[MllpSender, ...] = Field(
        default=(), description="Who may send what; if any is named, messages of others are refused."
    )
    kinds: dict[str, str] = Field(
        default={}, description="Data kinds of messages that do not say theirs: by MSH-9, or MSH-3/MSH-9."
    )
    certificate: Path | None = Field(default=None, description="Certificate, PEM, to speak TLS with.")
    key: Path | None = Field(default=None, description="Its key, PEM.")
    authority: Path | None = Field(
        default=None, description="Authority, PEM, of the certificates that callers must show."
    )

    @property
    def each_sender(self) -> Iterator[tuple[Network, str, str]]:
        """Yield the senders' networks, applications and facilities."""
        return ((one.network, one.application, one.facility) for one in self.senders)

    labels: tuple[str, ...] = Field(
        default=(), description="Sensitive labels that every message bears, as `psychiatry`."
    )

    @property
    def callers(self) -> tuple[Network, ...]:
        """Networks that may call at all; none for everybody."""
        return self.allowed or tuple(one.network for one in self.senders)

    @model_validator(mode="after")
    def _says_who_may_call(self) -> Self:
        if not self.callers and not is_loopback(self.host):
            raise ValueError("an address that others reach takes `allowed` or `senders`")
        if self.authority is not None and self.certificate is None:
            raise ValueError("callers show certificates in TLS only: it takes a certificate and its key")
        return self

    @model_validator(mode="after")
    def _has_both_or_none(self) -> Self:
        if (self.certificate is None) != (self.key is None):
            raise ValueError("TLS takes a certificate and its key")
        return self


def is_loopback(host: str) -> bool:
    """Say whether an address is reached from the same machine only."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class EdgeSettings(BaseSettings):
    """Settings of one edge."""

    model_config = SettingsConfigDict(
        env_prefix="HIE_EDGE_", toml_file="edge.toml", frozen=True, extra="forbid"
    )

    data_dir: Path = Field(
        default=Path("edge-data"), description="Where the spool, the consent list and the key live."
    )
    sources: tuple[EdgeSource, ...] = Field(default=(), description="Folders to take documents from.")
    mllp: Mllp | None = Field(default=None, description="Listen for messages that are pushed.")
    pushed_days: float = Field(
        default=400.0, gt=0, description="Days after which pushed messages of which none waits are removed."
    )
    poll_seconds: float = Field(default=10.0, gt=0, description="Seconds between looks at a source.")
    sweep_seconds: float = Field(
        default=1800.0, gt=0, description="Seconds between looks at every single file of a source."
    )
    settle_seconds: float = Field(
        default=2.0, ge=0, description="Seconds for which a file must rest before it is taken."
    )
    policy_hours: float = Field(
        default=168.0, gt=0, description="Hours after which an unconfirmed consent list opens nothing."
    )
    report_seconds: float = Field(
        default=15.0, gt=0, description="Seconds between reports of the edge's state to the hub."
    )
    batch_documents: int = Field(default=500, ge=1, description="Most documents that are sent at once.")
    batch_bytes: int = Field(default=8 * _MEBIBYTE, ge=1, description="Most bytes that are sent at once.")
    image_bytes: int = Field(
        default=32 * _MEBIBYTE, ge=1, description="Most bytes of images that are sent at once."
    )
    document_bytes: int = Field(
        default=512 * _MEBIBYTE, ge=1, description="A larger document is put into quarantine unread."
    )
    reserve_bytes: int = Field(
        default=64 * _MEBIBYTE, ge=0, description="With less free disk the edge takes nothing new."
    )

    @classmethod
    def given(cls, **options: object) -> Self:
        """Return the settings with the options of a command line that were given."""
        stated: dict[str, Any] = {name: value for name, value in options.items() if value is not None}
        return cls(**stated)

    @property
    def formats(self) -> dict[str, Format]:
        """The format of each source's documents, by the source's name."""
        return {source.name: source.kind.document_format for source in self.all_sources}

    @property
    def labels(self) -> dict[str, int]:
        """The bits that every document of a source bears, by the source's name."""
        return {source.name: bits_of(source.labels) for source in self.all_sources}

    @property
    def pushed(self) -> Path:
        """Where pushed messages are kept."""
        return self.data_dir / PUSHED

    @property
    def all_sources(self) -> tuple[EdgeSource, ...]:
        """The sources, and the messages that were pushed where the edge listens."""
        if self.mllp is None:
            return self.sources
        kind, labels = SourceKind.TRANSACTIONS, self.mllp.labels
        pushed = EdgeSource(name=PUSHED, kind=kind, path=self.pushed, labels=labels)
        return (*self.sources, pushed)

    @model_validator(mode="after")
    def _names_differ(self) -> Self:
        if len(self.formats) < len(self.all_sources):
            raise ValueError("two sources have one name")
        return self

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments before environment before `edge.toml`; no other place."""
        del dotenv_settings, file_secret_settings
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)
