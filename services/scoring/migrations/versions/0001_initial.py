"""Initial tables."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from shared.audit import append_only

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "alarms",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("county_id", sa.Uuid(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("expected", sa.Text(), nullable=False),
        sa.Column("found", sa.Text(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alarms")),
        sa.UniqueConstraint(
            "cycle_id",
            "subject",
            "subject_id",
            "found",
            name=op.f("uq_alarms_cycle_id_subject_subject_id_found"),
        ),
    )
    op.create_index(op.f("ix_alarms_county_id"), "alarms", ["county_id"], unique=False)
    op.create_index(op.f("ix_alarms_cycle_id"), "alarms", ["cycle_id"], unique=False)
    op.create_table(
        "audit_log",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("county_id", sa.Uuid(), nullable=True),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("actor_person_id", sa.Uuid(), nullable=True),
        sa.Column("actor_roles", JSONB(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("entity", sa.Text(), nullable=False),
        sa.Column("entity_id", sa.Uuid(), nullable=False),
        sa.Column("before", JSONB(), nullable=True),
        sa.Column("after", JSONB(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("request_id", sa.Text(), nullable=True),
        sa.Column("address", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_log")),
    )
    op.create_index(op.f("ix_audit_log_actor_id"), "audit_log", ["actor_id"], unique=False)
    op.create_index(op.f("ix_audit_log_at"), "audit_log", ["at"], unique=False)
    op.create_index(op.f("ix_audit_log_county_id"), "audit_log", ["county_id"], unique=False)
    op.create_index(op.f("ix_audit_log_entity_id"), "audit_log", ["entity_id"], unique=False)
    op.create_table(
        "business_clock",
        sa.Column("id", sa.SmallInteger(), nullable=False),
        sa.Column("offset_seconds", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_business_clock")),
    )
    op.create_table(
        "calendar_days",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("working", sa.Boolean(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_calendar_days")),
    )
    op.create_table(
        "calendar_years",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_calendar_years")),
    )
    op.create_table(
        "corrections",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("county_id", sa.Uuid(), nullable=False),
        sa.Column("snapshot_id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("determination_id", sa.Uuid(), nullable=False),
        sa.Column("objection_id", sa.Uuid(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("star", sa.Text(), nullable=True),
        sa.Column("organization_ids", JSONB(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_corrections")),
        sa.UniqueConstraint("objection_id", name=op.f("uq_corrections_objection_id")),
        sa.UniqueConstraint(
            "snapshot_id", "sequence", name=op.f("uq_corrections_snapshot_id_sequence")
        ),
    )
    op.create_index(op.f("ix_corrections_county_id"), "corrections", ["county_id"], unique=False)
    op.create_index(op.f("ix_corrections_cycle_id"), "corrections", ["cycle_id"], unique=False)
    op.create_table(
        "determinations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("county_id", sa.Uuid(), nullable=False),
        sa.Column("meeting", JSONB(), nullable=False),
        sa.Column("strikes", JSONB(), nullable=False),
        sa.Column("listing_strikes", JSONB(), nullable=False),
        sa.Column("organization_ids", JSONB(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("recorded_by_person", sa.Uuid(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_by", sa.Uuid(), nullable=True),
        sa.Column("settled_by_person", sa.Uuid(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_determinations")),
    )
    op.create_index(
        op.f("ix_determinations_county_id"), "determinations", ["county_id"], unique=False
    )
    op.create_index(
        op.f("ix_determinations_cycle_id"), "determinations", ["cycle_id"], unique=False
    )
    op.create_index(
        "uq_determinations_recorded",
        "determinations",
        ["cycle_id"],
        unique=True,
        postgresql_where=sa.text("state = 'recorded'"),
    )
    op.create_table(
        "entitlements",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("settlement_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("county_id", sa.Uuid(), nullable=False),
        sa.Column("township_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("township_name", sa.Text(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("linkage", sa.Text(), nullable=False),
        sa.Column("clause", sa.Text(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("recipient_id", sa.Text(), nullable=False),
        sa.Column("payer", sa.Text(), nullable=True),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("periods", sa.Integer(), nullable=False),
        sa.Column("unfunded", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("operands", JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entitlements")),
    )
    op.create_index(op.f("ix_entitlements_county_id"), "entitlements", ["county_id"], unique=False)
    op.create_index(op.f("ix_entitlements_cycle_id"), "entitlements", ["cycle_id"], unique=False)
    op.create_index(
        "ix_entitlements_path",
        "entitlements",
        ["path"],
        unique=False,
        postgresql_ops={"path": "text_pattern_ops"},
    )
    op.create_index(
        "ix_entitlements_settlement", "entitlements", ["settlement_id", "position"], unique=False
    )
    op.create_table(
        "feed_position",
        sa.Column("id", sa.SmallInteger(), nullable=False),
        sa.Column("cursor", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feed_position")),
    )
    op.create_table(
        "idempotency_keys",
        sa.Column("caller", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("status", sa.SmallInteger(), nullable=True),
        sa.Column("headers", JSONB(), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("stored_hour", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("caller", "key", name=op.f("pk_idempotency_keys")),
    )
    op.create_index(
        op.f("ix_idempotency_keys_stored_hour"), "idempotency_keys", ["stored_hour"], unique=False
    )
    op.create_table(
        "inbox",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("aggregate_id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("envelope", JSONB(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("source", "id", name=op.f("pk_inbox")),
        sa.UniqueConstraint("source", "aggregate_id", "sequence", name="uq_inbox_sequence"),
    )
    op.create_table(
        "organizations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("county_id", sa.Uuid(), nullable=True),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("sector", sa.Text(), nullable=False),
        sa.Column("tier", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("short_name", sa.Text(), nullable=False),
        sa.Column("division_code", sa.Text(), nullable=True),
        sa.Column("founded_on", sa.Date(), nullable=False),
        sa.Column("dissolved_on", sa.Date(), nullable=True),
        sa.Column("successor_id", sa.Uuid(), nullable=True),
        sa.Column("sort", sa.Integer(), nullable=False),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organizations")),
    )
    op.create_index(
        op.f("ix_organizations_county_id"), "organizations", ["county_id"], unique=False
    )
    op.create_index(
        op.f("ix_organizations_parent_id"), "organizations", ["parent_id"], unique=False
    )
    op.create_index(
        "ix_organizations_path",
        "organizations",
        ["path"],
        unique=False,
        postgresql_ops={"path": "text_pattern_ops"},
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("consumer", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("aggregate_id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("county_id", sa.Uuid(), nullable=True),
        sa.Column("data", JSONB(), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", "consumer", name=op.f("pk_outbox")),
        sa.UniqueConstraint("consumer", "aggregate_id", "sequence", name="uq_outbox_sequence"),
    )
    op.create_index(
        "ix_outbox_due",
        "outbox",
        ["due_at"],
        unique=False,
        postgresql_where=sa.text("acknowledged_at IS NULL"),
    )
    op.create_table(
        "policies",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("county_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("edition", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("document", JSONB(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("preset", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_by", sa.Uuid(), nullable=True),
        sa.Column("published_by_person", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policies")),
    )
    op.create_index(op.f("ix_policies_county_id"), "policies", ["county_id"], unique=False)
    op.create_index(
        "uq_policies_published_edition",
        "policies",
        ["county_id", "code", "edition"],
        unique=True,
        postgresql_where=sa.text("state = 'published'"),
    )
    op.create_table(
        "ranking_entries",
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("scope_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("county_id", sa.Uuid(), nullable=False),
        sa.Column("entry", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint(
            "cycle_id", "scope_id", "position", name=op.f("pk_ranking_entries")
        ),
    )
    op.create_index(
        op.f("ix_ranking_entries_county_id"), "ranking_entries", ["county_id"], unique=False
    )
    op.create_table(
        "rankings",
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("scope_id", sa.Uuid(), nullable=False),
        sa.Column("county_id", sa.Uuid(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("etag", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("cycle_id", "scope_id", name=op.f("pk_rankings")),
    )
    op.create_index(op.f("ix_rankings_county_id"), "rankings", ["county_id"], unique=False)
    op.create_table(
        "rectification_proposals",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("county_id", sa.Uuid(), nullable=False),
        sa.Column("township_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("result_id", sa.Uuid(), nullable=False),
        sa.Column("result_version", sa.Integer(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("linkage", sa.Text(), nullable=False),
        sa.Column("clause", sa.Text(), nullable=False),
        sa.Column("measures", JSONB(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_by_person", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rectification_proposals")),
        sa.UniqueConstraint(
            "result_id",
            "result_version",
            "linkage",
            name=op.f("uq_rectification_proposals_result_id_result_version_linkage"),
        ),
    )
    op.create_index(
        "ix_proposals_path",
        "rectification_proposals",
        ["path"],
        unique=False,
        postgresql_ops={"path": "text_pattern_ops"},
    )
    op.create_index(
        op.f("ix_rectification_proposals_county_id"),
        "rectification_proposals",
        ["county_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_rectification_proposals_cycle_id"),
        "rectification_proposals",
        ["cycle_id"],
        unique=False,
    )
    op.create_table(
        "register_lines",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("register_id", sa.Uuid(), nullable=False),
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("county_id", sa.Uuid(), nullable=False),
        sa.Column("township_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("linkage", sa.Text(), nullable=False),
        sa.Column("clause", sa.Text(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("recipient_id", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("unfunded", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("operands", JSONB(), nullable=False),
        sa.Column("corrects", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("entered_by", sa.Uuid(), nullable=True),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_lines")),
        sa.UniqueConstraint(
            "register_id", "position", name=op.f("uq_register_lines_register_id_position")
        ),
    )
    op.create_index(
        op.f("ix_register_lines_corrects"), "register_lines", ["corrects"], unique=False
    )
    op.create_index(
        op.f("ix_register_lines_county_id"), "register_lines", ["county_id"], unique=False
    )
    op.create_index(
        op.f("ix_register_lines_cycle_id"), "register_lines", ["cycle_id"], unique=False
    )
    op.create_index(
        "ix_register_lines_path",
        "register_lines",
        ["path"],
        unique=False,
        postgresql_ops={"path": "text_pattern_ops"},
    )
    op.create_table(
        "registers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("county_id", sa.Uuid(), nullable=False),
        sa.Column("payer", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("input", sa.LargeBinary(), nullable=False),
        sa.Column("input_hash", sa.Text(), nullable=False),
        sa.Column("computed_by", sa.Uuid(), nullable=False),
        sa.Column("computed_by_person", sa.Uuid(), nullable=True),
        sa.Column("computed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_by", sa.Uuid(), nullable=True),
        sa.Column("confirmed_by_person", sa.Uuid(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paid_on", sa.Date(), nullable=True),
        sa.Column("voucher", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registers")),
    )
    op.create_index(op.f("ix_registers_county_id"), "registers", ["county_id"], unique=False)
    op.create_index(
        "uq_registers_month",
        "registers",
        ["cycle_id", "payer", "day"],
        unique=True,
        postgresql_where=sa.text("state <> 'discarded'"),
    )
    op.create_table(
        "result_versions",
        sa.Column("result_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("county_id", sa.Uuid(), nullable=False),
        sa.Column("snapshot_id", sa.Uuid(), nullable=False),
        sa.Column("corrected", sa.Integer(), nullable=False),
        sa.Column("correction_id", sa.Uuid(), nullable=True),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("stars", JSONB(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("result_id", "version", name=op.f("pk_result_versions")),
    )
    op.create_index(
        op.f("ix_result_versions_county_id"), "result_versions", ["county_id"], unique=False
    )
    op.create_index(
        op.f("ix_result_versions_cycle_id"), "result_versions", ["cycle_id"], unique=False
    )
    op.create_table(
        "results",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("determination_id", sa.Uuid(), nullable=False),
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("county_id", sa.Uuid(), nullable=False),
        sa.Column("township_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("township_name", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("snapshot_id", sa.Uuid(), nullable=False),
        sa.Column("corrected", sa.Integer(), nullable=False),
        sa.Column("assessed", sa.Boolean(), nullable=False),
        sa.Column("submitted", sa.Boolean(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("stars", JSONB(), nullable=False),
        sa.Column("missed", JSONB(), nullable=False),
        sa.Column("misses", JSONB(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("base", sa.Integer(), nullable=False),
        sa.Column("county_rank", sa.Integer(), nullable=False),
        sa.Column("township_rank", sa.Integer(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("not_applied_confirmed_by", sa.Uuid(), nullable=True),
        sa.Column("not_applied_confirmed_by_person", sa.Uuid(), nullable=True),
        sa.Column("not_applied_confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("effective_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_results")),
        sa.UniqueConstraint(
            "determination_id",
            "organization_id",
            name=op.f("uq_results_determination_id_organization_id"),
        ),
    )
    op.create_index(op.f("ix_results_county_id"), "results", ["county_id"], unique=False)
    op.create_index(
        "ix_results_cycle_level", "results", ["cycle_id", "level", "organization_id"], unique=False
    )
    op.create_index(
        "ix_results_cycle_township",
        "results",
        ["cycle_id", "township_id", "organization_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_results_organization_id"), "results", ["organization_id"], unique=False
    )
    op.create_index(
        "ix_results_path",
        "results",
        ["path"],
        unique=False,
        postgresql_ops={"path": "text_pattern_ops"},
    )
    op.create_index(
        "uq_results_current",
        "results",
        ["cycle_id", "organization_id"],
        unique=True,
        postgresql_where=sa.text("current"),
    )
    op.create_table(
        "revocations",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("user_id", "session_id", name=op.f("pk_revocations")),
    )
    op.create_index(op.f("ix_revocations_not_before"), "revocations", ["not_before"], unique=False)
    op.create_table(
        "settlements",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("county_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("result_id", sa.Uuid(), nullable=False),
        sa.Column("result_version", sa.Integer(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("pay_from", sa.Date(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.Column("computed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settlements")),
        sa.UniqueConstraint(
            "cycle_id",
            "organization_id",
            "number",
            name=op.f("uq_settlements_cycle_id_organization_id_number"),
        ),
    )
    op.create_index(op.f("ix_settlements_county_id"), "settlements", ["county_id"], unique=False)
    op.create_index(
        "uq_settlements_current",
        "settlements",
        ["cycle_id", "organization_id"],
        unique=True,
        postgresql_where=sa.text("current"),
    )
    op.create_table(
        "snapshot_entries",
        sa.Column("snapshot_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("county_id", sa.Uuid(), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("snapshot_id", "organization_id", name=op.f("pk_snapshot_entries")),
    )
    op.create_index(
        op.f("ix_snapshot_entries_county_id"), "snapshot_entries", ["county_id"], unique=False
    )
    op.create_table(
        "snapshots",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("county_id", sa.Uuid(), nullable=False),
        sa.Column("determination_id", sa.Uuid(), nullable=False),
        sa.Column("policy_hash", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_snapshots")),
        sa.UniqueConstraint("determination_id", name=op.f("uq_snapshots_determination_id")),
    )
    op.create_index(op.f("ix_snapshots_county_id"), "snapshots", ["county_id"], unique=False)
    op.create_index(op.f("ix_snapshots_cycle_id"), "snapshots", ["cycle_id"], unique=False)
    op.create_table(
        "cycles",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("county_id", sa.Uuid(), nullable=False),
        sa.Column("policy_id", sa.Uuid(), nullable=False),
        sa.Column("policy_hash", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("snapshot_on", sa.Date(), nullable=True),
        sa.Column("apply_until", sa.Date(), nullable=False),
        sa.Column("recommend_until", sa.Date(), nullable=False),
        sa.Column("review_until", sa.Date(), nullable=False),
        sa.Column("clear_until", sa.Date(), nullable=False),
        sa.Column("seed", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paused_until", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["policy_id"], ["policies.id"], name=op.f("fk_cycles_policy_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cycles")),
    )
    op.create_index(op.f("ix_cycles_county_id"), "cycles", ["county_id"], unique=False)
    op.create_index(op.f("ix_cycles_state"), "cycles", ["state"], unique=False)
    op.create_index(
        "uq_cycles_county_year",
        "cycles",
        ["county_id", "year", "policy_id"],
        unique=True,
        postgresql_where=sa.text("state <> 'cancelled'"),
    )
    op.create_table(
        "applications",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("township_id", sa.Uuid(), nullable=False),
        sa.Column("county_id", sa.Uuid(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("document", JSONB(), nullable=False),
        sa.Column("submitted", JSONB(), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("receipt_hash", sa.Text(), nullable=True),
        sa.Column("numbers", sa.Integer(), nullable=False),
        sa.Column("returns", sa.Integer(), nullable=False),
        sa.Column("return_reason", sa.Text(), nullable=True),
        sa.Column("returned_on", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycles.id"], name=op.f("fk_applications_cycle_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_applications")),
        sa.UniqueConstraint("cycle_id", "organization_id", name="uq_applications_organization"),
    )
    op.create_index(op.f("ix_applications_county_id"), "applications", ["county_id"], unique=False)
    op.create_index(
        "ix_applications_path",
        "applications",
        ["path"],
        unique=False,
        postgresql_ops={"path": "text_pattern_ops"},
    )
    op.create_index(
        "ix_applications_township", "applications", ["cycle_id", "township_id"], unique=False
    )
    op.create_table(
        "clearance_sheets",
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("office", sa.Text(), nullable=False),
        sa.Column("county_id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("receipt", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["cycle_id"], ["cycles.id"], name=op.f("fk_clearance_sheets_cycle_id")
        ),
        sa.PrimaryKeyConstraint("cycle_id", "office", name=op.f("pk_clearance_sheets")),
    )
    op.create_index(
        op.f("ix_clearance_sheets_county_id"), "clearance_sheets", ["county_id"], unique=False
    )
    op.create_table(
        "clearances",
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("bottom_line", sa.Text(), nullable=False),
        sa.Column("office", sa.Text(), nullable=False),
        sa.Column("county_id", sa.Uuid(), nullable=False),
        sa.Column("answer", JSONB(), nullable=False),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycles.id"], name=op.f("fk_clearances_cycle_id")),
        sa.PrimaryKeyConstraint(
            "cycle_id", "organization_id", "bottom_line", name=op.f("pk_clearances")
        ),
    )
    op.create_index(op.f("ix_clearances_county_id"), "clearances", ["county_id"], unique=False)
    op.create_table(
        "inspections",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("county_id", sa.Uuid(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("entity", sa.Text(), nullable=False),
        sa.Column("entity_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_by", sa.Uuid(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycles.id"], name=op.f("fk_inspections_cycle_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspections")),
    )
    op.create_index(op.f("ix_inspections_county_id"), "inspections", ["county_id"], unique=False)
    op.create_index(op.f("ix_inspections_cycle_id"), "inspections", ["cycle_id"], unique=False)
    op.create_table(
        "participants",
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("township_id", sa.Uuid(), nullable=False),
        sa.Column("county_id", sa.Uuid(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sector", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("standing", sa.Text(), nullable=False),
        sa.Column("absence", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycles.id"], name=op.f("fk_participants_cycle_id")),
        sa.PrimaryKeyConstraint("cycle_id", "organization_id", name=op.f("pk_participants")),
    )
    op.create_index(
        "ix_participants_path",
        "participants",
        ["path"],
        unique=False,
        postgresql_ops={"path": "text_pattern_ops"},
    )
    op.create_index(
        "ix_participants_township", "participants", ["cycle_id", "township_id"], unique=False
    )
    op.create_table(
        "review_stages",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("county_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("party", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("set_on", sa.Date(), nullable=True),
        sa.Column("extensions", sa.Integer(), nullable=False),
        sa.Column("substituted", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("members", JSONB(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("receipt", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["cycle_id"], ["cycles.id"], name=op.f("fk_review_stages_cycle_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_stages")),
        sa.UniqueConstraint("cycle_id", "kind", "party", name="uq_review_stages_party"),
    )
    op.create_index(
        op.f("ix_review_stages_county_id"), "review_stages", ["county_id"], unique=False
    )
    op.create_table(
        "spot_check_draws",
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("county_id", sa.Uuid(), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seed", sa.Text(), nullable=False),
        sa.Column("share_percent", sa.Integer(), nullable=False),
        sa.Column("rounding", sa.Text(), nullable=False),
        sa.Column("strata", JSONB(), nullable=False),
        sa.ForeignKeyConstraint(
            ["cycle_id"], ["cycles.id"], name=op.f("fk_spot_check_draws_cycle_id")
        ),
        sa.PrimaryKeyConstraint("cycle_id", name=op.f("pk_spot_check_draws")),
    )
    op.create_index(
        op.f("ix_spot_check_draws_county_id"), "spot_check_draws", ["county_id"], unique=False
    )
    op.create_table(
        "application_changes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("county_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("star", sa.Text(), nullable=True),
        sa.Column("item", sa.Text(), nullable=True),
        sa.Column("before", JSONB(), nullable=True),
        sa.Column("after", JSONB(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["applications.id"],
            name=op.f("fk_application_changes_application_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application_changes")),
    )
    op.create_index(
        op.f("ix_application_changes_application_id"),
        "application_changes",
        ["application_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_application_changes_county_id"), "application_changes", ["county_id"], unique=False
    )
    op.create_table(
        "evidence",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("county_id", sa.Uuid(), nullable=False),
        sa.Column("star", sa.Text(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("uploaded_by", sa.Uuid(), nullable=True),
        sa.Column("detached_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f("fk_evidence_application_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
    )
    op.create_index(
        op.f("ix_evidence_application_id"), "evidence", ["application_id"], unique=False
    )
    op.create_index(op.f("ix_evidence_county_id"), "evidence", ["county_id"], unique=False)
    op.create_index(op.f("ix_evidence_sha256"), "evidence", ["sha256"], unique=False)
    op.create_table(
        "pauses",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("county_id", sa.Uuid(), nullable=False),
        sa.Column("inspection_id", sa.Uuid(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("working_days", sa.Integer(), nullable=False),
        sa.Column("before", JSONB(), nullable=False),
        sa.Column("ordered_by", sa.Uuid(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycles.id"], name=op.f("fk_pauses_cycle_id")),
        sa.ForeignKeyConstraint(
            ["inspection_id"], ["inspections.id"], name=op.f("fk_pauses_inspection_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pauses")),
    )
    op.create_index(op.f("ix_pauses_county_id"), "pauses", ["county_id"], unique=False)
    op.create_index(op.f("ix_pauses_cycle_id"), "pauses", ["cycle_id"], unique=False)
    op.create_table(
        "recommendations",
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("county_id", sa.Uuid(), nullable=False),
        sa.Column("township_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("marks", JSONB(), nullable=False),
        sa.Column("refusals", JSONB(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f("fk_recommendations_application_id")
        ),
        sa.ForeignKeyConstraint(
            ["cycle_id"], ["cycles.id"], name=op.f("fk_recommendations_cycle_id")
        ),
        sa.PrimaryKeyConstraint("application_id", name=op.f("pk_recommendations")),
    )
    op.create_index(
        op.f("ix_recommendations_county_id"), "recommendations", ["county_id"], unique=False
    )
    op.create_index(
        "ix_recommendations_township", "recommendations", ["cycle_id", "township_id"], unique=False
    )
    op.create_table(
        "stage_outcomes",
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("county_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("township_id", sa.Uuid(), nullable=False),
        sa.Column("applied_level", sa.Integer(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("stars", JSONB(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f("fk_stage_outcomes_application_id")
        ),
        sa.ForeignKeyConstraint(
            ["cycle_id"], ["cycles.id"], name=op.f("fk_stage_outcomes_cycle_id")
        ),
        sa.PrimaryKeyConstraint("application_id", "stage", name=op.f("pk_stage_outcomes")),
    )
    op.create_index(
        op.f("ix_stage_outcomes_county_id"), "stage_outcomes", ["county_id"], unique=False
    )
    op.create_index(
        op.f("ix_stage_outcomes_cycle_id"), "stage_outcomes", ["cycle_id"], unique=False
    )
    op.create_table(
        "star_reviews",
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("star", sa.Text(), nullable=False),
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("county_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("department", sa.Text(), nullable=False),
        sa.Column("scored_by", sa.Text(), nullable=False),
        sa.Column("marks", JSONB(), nullable=False),
        sa.Column("refusal", sa.Text(), nullable=False),
        sa.Column("lift", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f("fk_star_reviews_application_id")
        ),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycles.id"], name=op.f("fk_star_reviews_cycle_id")),
        sa.PrimaryKeyConstraint("application_id", "kind", "star", name=op.f("pk_star_reviews")),
    )
    op.create_index(op.f("ix_star_reviews_county_id"), "star_reviews", ["county_id"], unique=False)
    op.create_index(op.f("ix_star_reviews_cycle_id"), "star_reviews", ["cycle_id"], unique=False)
    op.create_table(
        "submissions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("county_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_by", sa.Uuid(), nullable=True),
        sa.Column("content", JSONB(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f("fk_submissions_application_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submissions")),
        sa.UniqueConstraint("application_id", "number", name="uq_submissions_number"),
    )
    op.create_index(op.f("ix_submissions_county_id"), "submissions", ["county_id"], unique=False)
    # Beyond the metadata: records that can only grow, and policies that stay as published.
    for table in (
        "audit_log",
        "application_changes",
        "submissions",
        "snapshots",
        "snapshot_entries",
        "corrections",
        "result_versions",
        "alarms",
        "entitlements",
        "register_lines",
    ):
        for statement in append_only(table):
            op.execute(statement)
    op.execute(
        """CREATE FUNCTION refuse_published_policy() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'a published policy is immutable'; END $$"""
    )
    op.execute(
        """CREATE TRIGGER policies_immutable BEFORE UPDATE OR DELETE ON policies
        FOR EACH ROW WHEN (OLD.state = 'published') EXECUTE FUNCTION refuse_published_policy()"""
    )
    op.execute(
        """CREATE TRIGGER policies_no_truncate BEFORE TRUNCATE ON policies
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_published_policy()"""
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_submissions_county_id"), table_name="submissions")
    op.drop_table("submissions")
    op.drop_index(op.f("ix_star_reviews_cycle_id"), table_name="star_reviews")
    op.drop_index(op.f("ix_star_reviews_county_id"), table_name="star_reviews")
    op.drop_table("star_reviews")
    op.drop_index(op.f("ix_stage_outcomes_cycle_id"), table_name="stage_outcomes")
    op.drop_index(op.f("ix_stage_outcomes_county_id"), table_name="stage_outcomes")
    op.drop_table("stage_outcomes")
    op.drop_index("ix_recommendations_township", table_name="recommendations")
    op.drop_index(op.f("ix_recommendations_county_id"), table_name="recommendations")
    op.drop_table("recommendations")
    op.drop_index(op.f("ix_pauses_cycle_id"), table_name="pauses")
    op.drop_index(op.f("ix_pauses_county_id"), table_name="pauses")
    op.drop_table("pauses")
    op.drop_index(op.f("ix_evidence_sha256"), table_name="evidence")
    op.drop_index(op.f("ix_evidence_county_id"), table_name="evidence")
    op.drop_index(op.f("ix_evidence_application_id"), table_name="evidence")
    op.drop_table("evidence")
    op.drop_index(op.f("ix_application_changes_county_id"), table_name="application_changes")
    op.drop_index(op.f("ix_application_changes_application_id"), table_name="application_changes")
    op.drop_table("application_changes")
    op.drop_index(op.f("ix_spot_check_draws_county_id"), table_name="spot_check_draws")
    op.drop_table("spot_check_draws")
    op.drop_index(op.f("ix_review_stages_county_id"), table_name="review_stages")
    op.drop_table("review_stages")
    op.drop_index("ix_participants_township", table_name="participants")
    op.drop_index(
        "ix_participants_path",
        table_name="participants",
        postgresql_ops={"path": "text_pattern_ops"},
    )
    op.drop_table("participants")
    op.drop_index(op.f("ix_inspections_cycle_id"), table_name="inspections")
    op.drop_index(op.f("ix_inspections_county_id"), table_name="inspections")
    op.drop_table("inspections")
    op.drop_index(op.f("ix_clearances_county_id"), table_name="clearances")
    op.drop_table("clearances")
    op.drop_index(op.f("ix_clearance_sheets_county_id"), table_name="clearance_sheets")
    op.drop_table("clearance_sheets")
    op.drop_index("ix_applications_township", table_name="applications")
    op.drop_index(
        "ix_applications_path",
        table_name="applications",
        postgresql_ops={"path": "text_pattern_ops"},
    )
    op.drop_index(op.f("ix_applications_county_id"), table_name="applications")
    op.drop_table("applications")
    op.drop_index(
        "uq_cycles_county_year",
        table_name="cycles",
        postgresql_where=sa.text("state <> 'cancelled'"),
    )
    op.drop_index(op.f("ix_cycles_state"), table_name="cycles")
    op.drop_index(op.f("ix_cycles_county_id"), table_name="cycles")
    op.drop_table("cycles")
    op.drop_index(op.f("ix_snapshots_cycle_id"), table_name="snapshots")
    op.drop_index(op.f("ix_snapshots_county_id"), table_name="snapshots")
    op.drop_table("snapshots")
    op.drop_index(op.f("ix_snapshot_entries_county_id"), table_name="snapshot_entries")
    op.drop_table("snapshot_entries")
    op.drop_index(
        "uq_settlements_current", table_name="settlements", postgresql_where=sa.text("current")
    )
    op.drop_index(op.f("ix_settlements_county_id"), table_name="settlements")
    op.drop_table("settlements")
    op.drop_index(op.f("ix_revocations_not_before"), table_name="revocations")
    op.drop_table("revocations")
    op.drop_index("uq_results_current", table_name="results", postgresql_where=sa.text("current"))
    op.drop_index(
        "ix_results_path", table_name="results", postgresql_ops={"path": "text_pattern_ops"}
    )
    op.drop_index(op.f("ix_results_organization_id"), table_name="results")
    op.drop_index("ix_results_cycle_township", table_name="results")
    op.drop_index("ix_results_cycle_level", table_name="results")
    op.drop_index(op.f("ix_results_county_id"), table_name="results")
    op.drop_table("results")
    op.drop_index(op.f("ix_result_versions_cycle_id"), table_name="result_versions")
    op.drop_index(op.f("ix_result_versions_county_id"), table_name="result_versions")
    op.drop_table("result_versions")
    op.drop_index(
        "uq_registers_month",
        table_name="registers",
        postgresql_where=sa.text("state <> 'discarded'"),
    )
    op.drop_index(op.f("ix_registers_county_id"), table_name="registers")
    op.drop_table("registers")
    op.drop_index(
        "ix_register_lines_path",
        table_name="register_lines",
        postgresql_ops={"path": "text_pattern_ops"},
    )
    op.drop_index(op.f("ix_register_lines_cycle_id"), table_name="register_lines")
    op.drop_index(op.f("ix_register_lines_county_id"), table_name="register_lines")
    op.drop_index(op.f("ix_register_lines_corrects"), table_name="register_lines")
    op.drop_table("register_lines")
    op.drop_index(op.f("ix_rectification_proposals_cycle_id"), table_name="rectification_proposals")
    op.drop_index(
        op.f("ix_rectification_proposals_county_id"), table_name="rectification_proposals"
    )
    op.drop_index(
        "ix_proposals_path",
        table_name="rectification_proposals",
        postgresql_ops={"path": "text_pattern_ops"},
    )
    op.drop_table("rectification_proposals")
    op.drop_index(op.f("ix_rankings_county_id"), table_name="rankings")
    op.drop_table("rankings")
    op.drop_index(op.f("ix_ranking_entries_county_id"), table_name="ranking_entries")
    op.drop_table("ranking_entries")
    op.drop_index(
        "uq_policies_published_edition",
        table_name="policies",
        postgresql_where=sa.text("state = 'published'"),
    )
    op.drop_index(op.f("ix_policies_county_id"), table_name="policies")
    op.drop_table("policies")
    op.drop_index(
        "ix_outbox_due", table_name="outbox", postgresql_where=sa.text("acknowledged_at IS NULL")
    )
    op.drop_table("outbox")
    op.drop_index(
        "ix_organizations_path",
        table_name="organizations",
        postgresql_ops={"path": "text_pattern_ops"},
    )
    op.drop_index(op.f("ix_organizations_parent_id"), table_name="organizations")
    op.drop_index(op.f("ix_organizations_county_id"), table_name="organizations")
    op.drop_table("organizations")
    op.drop_table("inbox")
    op.drop_index(op.f("ix_idempotency_keys_stored_hour"), table_name="idempotency_keys")
    op.drop_table("idempotency_keys")
    op.drop_table("feed_position")
    op.drop_index("ix_entitlements_settlement", table_name="entitlements")
    op.drop_index(
        "ix_entitlements_path",
        table_name="entitlements",
        postgresql_ops={"path": "text_pattern_ops"},
    )
    op.drop_index(op.f("ix_entitlements_cycle_id"), table_name="entitlements")
    op.drop_index(op.f("ix_entitlements_county_id"), table_name="entitlements")
    op.drop_table("entitlements")
    op.drop_index(
        "uq_determinations_recorded",
        table_name="determinations",
        postgresql_where=sa.text("state = 'recorded'"),
    )
    op.drop_index(op.f("ix_determinations_cycle_id"), table_name="determinations")
    op.drop_index(op.f("ix_determinations_county_id"), table_name="determinations")
    op.drop_table("determinations")
    op.drop_index(op.f("ix_corrections_cycle_id"), table_name="corrections")
    op.drop_index(op.f("ix_corrections_county_id"), table_name="corrections")
    op.drop_table("corrections")
    op.drop_table("calendar_years")
    op.drop_table("calendar_days")
    op.drop_table("business_clock")
    op.drop_index(op.f("ix_audit_log_entity_id"), table_name="audit_log")
    op.drop_index(op.f("ix_audit_log_county_id"), table_name="audit_log")
    op.drop_index(op.f("ix_audit_log_at"), table_name="audit_log")
    op.drop_index(op.f("ix_audit_log_actor_id"), table_name="audit_log")
    op.drop_table("audit_log")
    op.drop_index(op.f("ix_alarms_cycle_id"), table_name="alarms")
    op.drop_index(op.f("ix_alarms_county_id"), table_name="alarms")
    op.drop_table("alarms")
