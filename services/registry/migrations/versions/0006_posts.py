"""Elections and reminders of posts; reserve cadres, courses, pairs of branches."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from alembic import op

revision = "0006_posts"
down_revision = "0005_imports"
branch_labels = None
depends_on = None


def _county() -> sa.Column[UUID]:
    return sa.Column("county_id", sa.Uuid(), nullable=False)


def _points(table: str, **columns: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([name], [f"{target}.id"], name=op.f(f"fk_{table}_{name}"))
        for name, target in columns.items()
    ]


def upgrade() -> None:
    op.create_table(
        "elections",
        sa.Column("id", sa.Uuid(), nullable=False),
        _county(),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("planned_on", sa.Date(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("period_until", sa.Date(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("held_by", sa.Uuid(), nullable=True),
        sa.Column("held_person", sa.Uuid(), nullable=True),
        sa.Column("confirmed_by", sa.Uuid(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(held_on IS NULL) = (state NOT IN ('held', 'confirmed'))",
            name=op.f("ck_elections_result"),
        ),
        *_points("elections", county_id="organizations", organization_id="organizations"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_elections")),
    )
    op.create_index(op.f("ix_elections_county_id"), "elections", ["county_id"])
    op.create_index("ix_elections_planned", "elections", ["organization_id", "planned_on"])
    op.create_table(
        "election_seats",
        sa.Column("election_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("post", sa.Text(), nullable=False),
        sa.Column("term_id", sa.Uuid(), nullable=True),
        *_points("election_seats", election_id="elections", person_id="people", term_id="terms"),
        sa.PrimaryKeyConstraint("election_id", "person_id", "post", name=op.f("pk_election_seats")),
    )
    op.create_index(op.f("ix_election_seats_person_id"), "election_seats", ["person_id"])
    op.create_table(
        "post_reminders",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        _county(),
        sa.Column("told_on", sa.Date(), nullable=False),
        *_points("post_reminders", county_id="organizations"),
        sa.PrimaryKeyConstraint("kind", "subject", name=op.f("pk_post_reminders")),
    )
    op.create_index(op.f("ix_post_reminders_county_id"), "post_reminders", ["county_id"])
    _add_reserve()
    _add_training()
    _add_pairs()


def _moment(name: str) -> sa.Column[datetime]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False)


def _days(table: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(
        "ends_on IS NULL OR ends_on >= starts_on", name=op.f(f"ck_{table}_dates")
    )


def _add_reserve() -> None:
    op.create_table(
        "reserve_cadres",
        sa.Column("id", sa.Uuid(), nullable=False),
        _county(),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("term_id", sa.Uuid(), nullable=True),
        sa.Column("entered_by", sa.Uuid(), nullable=True),
        _moment("entered_at"),
        sa.Column("version", sa.Integer(), nullable=False),
        _days("reserve_cadres"),
        sa.CheckConstraint(
            "(term_id IS NULL) = (state <> 'appointed')", name=op.f("ck_reserve_cadres_term")
        ),
        *_points(
            "reserve_cadres",
            county_id="organizations",
            organization_id="organizations",
            person_id="people",
            term_id="terms",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reserve_cadres")),
    )
    for name in ("county_id", "organization_id", "person_id"):
        op.create_index(op.f(f"ix_reserve_cadres_{name}"), "reserve_cadres", [name])


def _add_training() -> None:
    op.create_table(
        "courses",
        sa.Column("id", sa.Uuid(), nullable=False),
        _county(),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("organiser", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("hours", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_courses_dates")),
        sa.CheckConstraint("hours > 0", name=op.f("ck_courses_hours")),
        *_points("courses", county_id="organizations", organization_id="organizations"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_courses")),
    )
    for name in ("county_id", "organization_id"):
        op.create_index(op.f(f"ix_courses_{name}"), "courses", [name])
    op.create_table(
        "course_attendance",
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("hours", sa.Integer(), nullable=False),
        sa.Column("completed", sa.Boolean(), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=True),
        _moment("recorded_at"),
        sa.CheckConstraint("hours >= 0", name=op.f("ck_course_attendance_hours")),
        *_points("course_attendance", course_id="courses", person_id="people"),
        sa.PrimaryKeyConstraint("course_id", "person_id", name=op.f("pk_course_attendance")),
    )
    op.create_index(op.f("ix_course_attendance_person_id"), "course_attendance", ["person_id"])


def _add_pairs() -> None:
    op.create_table(
        "branch_pairs",
        sa.Column("id", sa.Uuid(), nullable=False),
        _county(),
        sa.Column("strong_id", sa.Uuid(), nullable=False),
        sa.Column("weak_id", sa.Uuid(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("end_reason", sa.Text(), nullable=True),
        sa.Column("entered_by", sa.Uuid(), nullable=True),
        _moment("entered_at"),
        sa.Column("version", sa.Integer(), nullable=False),
        _days("branch_pairs"),
        sa.CheckConstraint("strong_id <> weak_id", name=op.f("ck_branch_pairs_two")),
        *_points(
            "branch_pairs",
            county_id="organizations",
            strong_id="organizations",
            weak_id="organizations",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_branch_pairs")),
    )
    for name in ("county_id", "strong_id", "weak_id"):
        op.create_index(op.f(f"ix_branch_pairs_{name}"), "branch_pairs", [name])


def downgrade() -> None:
    for table in (
        "branch_pairs",
        "course_attendance",
        "courses",
        "reserve_cadres",
        "post_reminders",
        "election_seats",
        "elections",
    ):
        op.drop_table(table)
