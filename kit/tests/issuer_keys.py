"""Fresh Ed25519 keys for tests."""

from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat


def make_issuer(folder: Path, name: str, trusted: bool = True) -> Path:
    """Writes the private key of an issuer, and its public key to `trusted/`; returns the private key's file."""
    key = Ed25519PrivateKey.generate()
    file = folder / f"{name}.key.pem"
    file.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    if trusted:
        (folder / "trusted").mkdir(exist_ok=True)
        public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        (folder / "trusted" / f"{name}.pem").write_bytes(public)
    return file
