"""Schema.org markup of grades and reviews, its linter, and the review feeds."""
