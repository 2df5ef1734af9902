"""What is kept on disk: library shards, journal and marks, and the summary derived from them.

It knows records and files; nothing about parsing text, and nothing about who is looking.
"""
