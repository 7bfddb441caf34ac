"""What travels: entitlements, bills, registers, proposals, certificates."""

from services.scoring.incentives.schemas.certificates import CertificateView
from services.scoring.incentives.schemas.entitlements import (
    AppraisalView,
    BillView,
    EntitlementView,
    RightView,
)
from services.scoring.incentives.schemas.page import CertificatePage
from services.scoring.incentives.schemas.proposals import (
    ProposalConfirmation,
    ProposalView,
    Reason,
)
from services.scoring.incentives.schemas.registers import (
    LineCorrection,
    NewRegister,
    Payment,
    RegisterLineView,
    RegisterView,
)

__all__ = [
    "AppraisalView",
    "BillView",
    "CertificatePage",
    "CertificateView",
    "EntitlementView",
    "LineCorrection",
    "NewRegister",
    "Payment",
    "ProposalConfirmation",
    "ProposalView",
    "Reason",
    "RegisterLineView",
    "RegisterView",
    "RightView",
]
