"""What tests assume of programs that a test machine lacks, asked of the real ones."""
