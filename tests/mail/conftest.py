"""A real SMTP server on port 0 with answers to choose from, and the office's room to write to."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP as POLICY
from ipaddress import ip_address
from pathlib import Path

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from bot.adapters.mail.adapter import MailAdapter
from bot.clock import RealClock, VirtualClock
from bot.config import MailSettings
from tests.cards.town import NOW, house_with

SENDER = "Tocsin <tocsin@plant.example>"
PASSWORD = "correct horse"


def _hang_up(server: SMTP) -> None:
    assert server.transport is not None
    server.transport.close()


@dataclass(slots=True)
class Postbox:
    """What the server took; what it says to recipients and to messages; whether it answers at all."""

    received: list[EmailMessage] = field(default_factory=list[EmailMessage])
    envelopes: list[Envelope] = field(default_factory=list[Envelope])
    to_recipient: str = "250 OK"
    to_message: str = "250 OK"
    silent_at: str = ""
    ciphers: list[object] = field(default_factory=list[object])

    async def handle_RCPT(  # noqa: N802  as aiosmtpd calls it
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        del session, options
        if self.silent_at == "rcpt":
            await asyncio.Event().wait()
        if self.to_recipient.startswith("250"):
            envelope.rcpt_tos.append(address)
        if self.to_recipient == "hang up":
            _hang_up(server)
        return self.to_recipient

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  likewise
        del session
        if self.silent_at == "data":
            await asyncio.Event().wait()
        if self.to_message == "hang up":
            _hang_up(server)
        if self.to_message.startswith("250"):
            content = envelope.content
            assert isinstance(content, bytes)
            message = message_from_bytes(content, policy=POLICY)
            assert isinstance(message, EmailMessage)
            self.received.append(message)
            self.envelopes.append(envelope)
            assert server.transport is not None
            self.ciphers.append(server.transport.get_extra_info("cipher"))
        return self.to_message


@dataclass(slots=True)
class Office:
    """A server that listens, and how to write to it."""

    box: Postbox
    port: int
    trusts: ssl.SSLContext

    def adapter(self, security: str = "none", user: str = "", password: str = "") -> MailAdapter:
        assert security in ("none", "tls", "starttls")
        settings = MailSettings("127.0.0.1", self.port, user, password, security, SENDER)
        return MailAdapter(
            settings, house_with(), VirtualClock(NOW), web="https://chat.plant.example", context=self.trusts
        )


def certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate of 127.0.0.1 that signs itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = RealClock().now()
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    public, private = folder / "certificate.pem", folder / "key.pem"
    public.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    pem = serialization.PrivateFormat.PKCS8
    private.write_bytes(key.private_bytes(serialization.Encoding.PEM, pem, serialization.NoEncryption()))
    return public, private


def authenticate(server: SMTP, session: Session, envelope: Envelope, mechanism: str, given: object) -> AuthResult:
    """One user, one password."""
    del server, session, envelope, mechanism
    right = isinstance(given, LoginPassword) and given == LoginPassword(b"tocsin", PASSWORD.encode())
    return AuthResult(success=right, handled=right)


@pytest.fixture(params=["none"])
async def mail(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Office]:
    """`none`, `tls`, `starttls` or `sign_in`: how the server is spoken to."""
    how = str(request.param)
    box = Postbox()
    public, private = certificate(tmp_path)
    own = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    own.load_cert_chain(public, private)

    def serve() -> SMTP:
        return SMTP(
            box,
            hostname="mail.plant.example",
            tls_context=own if how in ("starttls", "sign_in") else None,
            require_starttls=how in ("starttls", "sign_in"),
            authenticator=authenticate if how == "sign_in" else None,
            auth_required=how == "sign_in",
        )

    loop = asyncio.get_running_loop()
    server = await loop.create_server(serve, "127.0.0.1", 0, ssl=own if how == "tls" else None)
    yield Office(box, server.sockets[0].getsockname()[1], ssl.create_default_context(cafile=str(public)))
    server.close()
    await server.wait_closed()
