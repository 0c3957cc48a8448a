"""A time-stamping authority of the tests' own (RFC 3161), with its root certificate, served like a real one."""

import base64
import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from asn1crypto import algos, cms, core, tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID
from rfc3161_client import HashAlgorithm, TimestampRequestBuilder
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

_KEY_USAGE = x509.KeyUsage(
    digital_signature=True, content_commitment=False, key_encipherment=False, data_encipherment=False,
    key_agreement=False, key_cert_sign=True, crl_sign=False, encipher_only=False, decipher_only=False,
)  # fmt: skip


def _certificate(
    subject: str,
    key: ec.EllipticCurvePrivateKey,
    issuer: str,
    issuer_key: ec.EllipticCurvePrivateKey,
    now: datetime,
    *,
    is_root: bool,
) -> x509.Certificate:
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, subject)]))
        .issuer_name(x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, issuer)]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=is_root, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
    )
    if is_root:
        builder = builder.add_extension(_KEY_USAGE, critical=True)
    else:
        stamping = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
        builder = builder.add_extension(stamping, critical=True)
    return builder.sign(issuer_key, hashes.SHA256())


@dataclass
class Authority:
    """Stamps what it is asked to. `answer` and `status` put something else in place of its answer."""

    answer: bytes | None = None
    status: int = 200
    other_message: bool = False
    """It stamps another message than the one it was asked to."""
    age: timedelta = timedelta(0)
    """So long ago it works; its certificates are valid for a day then."""
    _root_key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    _key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def __post_init__(self) -> None:
        now = self._now()
        self.root = _certificate("Root", self._root_key, "Root", self._root_key, now, is_root=True)
        self._certificate = _certificate("Authority", self._key, "Root", self._root_key, now, is_root=False)

    def _now(self) -> datetime:
        return (datetime.now(UTC) - self.age).replace(microsecond=0)

    def roots_file(self, folder: Path) -> Path:
        path = folder / "roots.pem"
        path.write_bytes(self.root.public_bytes(serialization.Encoding.PEM))
        return path

    @property
    def application(self) -> Starlette:
        return Starlette(routes=[Route("/", self._respond, methods=["POST"])])

    async def _respond(self, request: Request) -> Response:
        assert request.headers["content-type"] == "application/timestamp-query"
        query = tsp.TimeStampReq.load(await request.body())
        answer = self.stamp(query) if self.answer is None else self.answer
        return Response(answer, self.status, media_type="application/timestamp-reply")

    def receipt(self, note: str) -> str:
        """As it is kept for this note."""
        query = TimestampRequestBuilder(note.encode(), HashAlgorithm.SHA256).build()
        return base64.b64encode(self.stamp(tsp.TimeStampReq.load(query.as_bytes()))).decode()

    def stamp(self, query: tsp.TimeStampReq) -> bytes:
        imprint = query["message_imprint"]
        if self.other_message:
            imprint = tsp.MessageImprint(
                {"hash_algorithm": imprint["hash_algorithm"], "hashed_message": hashlib.sha256(b"khac").digest()}
            )
        info = tsp.TSTInfo(
            {
                "version": "v1",
                "policy": "1.3.6.1.4.1.99999.1",
                "message_imprint": imprint,
                "serial_number": 1,
                "gen_time": self._now(),
                "nonce": query["nonce"].native,
            }
        )
        token = cms.ContentInfo({"content_type": "signed_data", "content": self._signed(info.dump())})
        return bytes(tsp.TimeStampResp({"status": {"status": "granted"}, "time_stamp_token": token}).dump())

    def _signed(self, content: bytes) -> cms.SignedData:
        certificate = asn1_x509.Certificate.load(self._certificate.public_bytes(serialization.Encoding.DER))
        own = hashlib.sha256(certificate.dump()).digest()
        attributes = cms.CMSAttributes(
            [
                {"type": "content_type", "values": ["tst_info"]},
                {"type": "message_digest", "values": [hashlib.sha256(content).digest()]},
                {
                    "type": "signing_certificate_v2",
                    "values": [tsp.SigningCertificateV2({"certs": [{"cert_hash": own}]})],
                },
            ]
        )
        signature = self._key.sign(attributes.dump(), ec.ECDSA(hashes.SHA256()))
        digest = algos.DigestAlgorithm({"algorithm": "sha256"})
        signer = cms.SignerInfo(
            {
                "version": "v1",
                "sid": cms.IssuerAndSerialNumber(
                    {"issuer": certificate.issuer, "serial_number": certificate.serial_number}
                ),
                "digest_algorithm": digest,
                "signed_attrs": attributes,
                "signature_algorithm": {"algorithm": "sha256_ecdsa"},
                "signature": signature,
            }
        )
        return cms.SignedData(
            {
                "version": "v3",
                "digest_algorithms": [digest],
                "encap_content_info": {"content_type": "tst_info", "content": core.ParsableOctetString(content)},
                "certificates": [certificate],
                "signer_infos": [signer],
            }
        )
