"""What the dataset rules know of texts: code, placeholders, secrets, languages."""
