"""What people look at: terminal output and report files."""
