"""The checker of certificates for real inequalities in one variable: no search, exact integers and balls."""

from quod.kernel.tower.certificate import check
from quod.kernel.tower.field import CertificateError

__all__ = ["CertificateError", "check"]
