"""Office TVs."""

from django.db import models

from juara.core.models import TenantModel, public_id_field


class Screen(TenantModel):
    """A TV that shows one leaderboard, read-only, by an address that can be revoked.

    Only a hash of the secret part of the address is kept.
    """

    public_id = public_id_field()
    name = models.CharField(max_length=80)
    token_hash = models.CharField(max_length=64)
    metric_key = models.SlugField(max_length=60)
    period = models.CharField(max_length=40)
    by = models.CharField(max_length=8, default="member")
    team_public_id = models.CharField(max_length=12, blank=True)
    created_at = models.DateTimeField()
    last_seen_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "screen"
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "token_hash"], name="screen_token_unique"
            ),
        ]
