"""The Markdown report: the claims of each source by the place in it, then the claims of each topic."""

from __future__ import annotations

from quod.report.markdown import by_source, table


def row(name: str, source: str) -> dict[str, object]:
    return {
        "id": f"topic.{name}",
        "topic": "topic",
        "sentence": f"What {name} says.",
        "source": source,
        "verdict": "PROVED",
        "method": "algebra",
        "trusts": ["exp_sum"],
        "assumes": [],
        "expect": "PROVED",
        "green": True,
    }


ROWS = [
    row("b", "Course, Winter 2023, 2a"),
    row("a", "Course, Winter 2023, 1a"),
    row("c", "Course, Winter 2023, 1a"),
    row("d", "Folklore"),
    row("e", "Book: Title, 2004, Theorem 1"),
]


def test_claims_are_grouped_by_source_and_place_in_order():
    ((source, places),) = by_source(ROWS)
    assert source == "Course, Winter 2023"
    assert [(place, [member["id"] for member in members]) for place, members in places] == [
        ("1a", ["topic.a", "topic.c"]),
        ("2a", ["topic.b"]),
    ]


def test_the_table_names_method_trusts_and_assumes_of_every_claim():
    text = table({"rows": ROWS, "exit": 0, "problems": []})
    assert "### Course, Winter 2023\n" in text
    assert "| 1a | `topic.a` | PROVED | algebra | exp_sum | nothing |\n|  | `topic.c` | PROVED | algebra | exp_sum | nothing |" in text
    assert "| What d says.<br>`topic.d` | PROVED | algebra | exp_sum |" in text
