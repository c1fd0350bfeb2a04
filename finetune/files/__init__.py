"""Reading the project's files into records, and writing whole files or none."""
