"""批次: announcing and changing."""

from examops.registration.batches.service import BatchPlan, Offer, create_batch

__all__ = ["BatchPlan", "Offer", "create_batch"]
