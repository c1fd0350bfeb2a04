"""The nouns: typed records of courses, corrections, findings, jobs and parameters."""
